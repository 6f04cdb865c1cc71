"""Which group each match belongs to: same rule, host, account and shape.

Works on batches in their final order and remembers only what bounded numbers of groups need, whatever
hostile logs invent. Two limits keep it so, and neither loses a match:

- beyond ``shapes_per_host`` groups of one rule on one host, further ones are one group, "other shapes";
- beyond ``groups`` in the whole run, further ones are one group a rule, "other hosts, accounts and shapes";
  a rule with fewer than ``kept_per_rule`` groups may still open some, so that noise leaves room for the rare.

Which groups stand alone depends on the order of matches alone, not on how batches are cut.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
import pyarrow as pa

from gamekeeper.incidents import columns
from gamekeeper.incidents.shapes import Shape, shape_of
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.naming import Finder
    from gamekeeper.incidents.records import RuleLike
    from gamekeeper.questions.searches import Rows

#: Rows that are grouped at once; products of their distinct values fit 64 bits.
ROWS: Final = 32_768
_MEMO_ENTRIES: Final = 32_768
_Name = TypeVar("_Name")
_ADDRESS: Final = re.compile(r"[\d.]+|.*:.*", re.ASCII | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds memory; see the module's first lines."""

    shapes_per_host: int = 100
    groups: int = 20_000
    kept_per_rule: int = 20
    samples: int = 5  # matches kept with a finding
    sample_bytes: int = 24 << 20  # of all findings; once spent, further findings keep one sample


@dataclass(frozen=True, slots=True)
class Group:
    """One group: ``rule`` is the first position with its id; ``id`` is stable over runs.

    ``like`` is equal for equal shapes, which may be shown with other names; "" where the text says it.
    """

    id: str
    rule: int
    host: str
    account: str
    shape: str
    like: str = ""


#: (rule, folded host, folded account, shape key); a None folds that part and all behind it.
_Key = tuple[int, str | None, str | None, bytes | None]


def short_name(host: str) -> str:
    """Return a host's name without its domain; addresses stay whole.

    >>> short_name("DC01.corp.example"), short_name("10.0.0.5")
    ('DC01', '10.0.0.5')
    """
    return host if _ADDRESS.fullmatch(host) else host.partition(".")[0] or host


class Grouper:
    """Gives each match its group's number; groups are numbered as they are first met."""

    def __init__(
        self, rules: Sequence[RuleLike], limits: Limits, finder: Finder | None = None
    ) -> None:
        self.groups: list[Group] = []
        self._finder = finder
        self.limits = limits
        self._names = [rule.id or rule.path or rule.title for rule in rules]
        first: dict[str, int] = {}
        self._canonical = np.array(
            [first.setdefault(name, place) for place, name in enumerate(self._names)], np.int64
        )
        self._numbers: dict[_Key, int] = {}
        self._per_host: dict[tuple[int, str], int] = {}
        self._per_rule = [0] * len(rules)
        self._spelling: dict[str, str] = {}
        self._shapes: dict[bytes, Shape] = {}

    def assign(self, batch: pa.RecordBatch) -> NDArray[np.int64]:
        """Return the group number of each row of a batch of at most :data:`ROWS` rows.

        Rows that were met before get the number that they have.
        """
        rule = self._canonical[batch["rule"].to_numpy(zero_copy_only=False)]
        host, hosts = _distinct(batch["host"], short_name)
        account, accounts = _distinct(batch["user"], str)
        shape, shapes = _distinct(batch["fields"], self._shape)
        mixed = (rule * len(hosts) + host) * len(accounts) + account
        mixed = mixed * len(shapes) + shape
        _, firsts, places = np.unique(mixed, return_index=True, return_inverse=True)
        numbers = np.empty(len(firsts), np.int64)
        for place in np.argsort(
            firsts
        ).tolist():  # in the order of matches, so that limits are fair
            row = firsts[place]
            numbers[place] = self._number(
                int(rule[row]), hosts[host[row]], accounts[account[row]], shapes[shape[row]]
            )
        result: NDArray[np.int64] = numbers[places]
        return result

    def of_rules(self, batch: pa.RecordBatch, rules: Rows) -> NDArray[np.bool_]:
        """Say which rows are matches of rules, given as groups name them."""
        return np.isin(self._canonical[batch["rule"].to_numpy(zero_copy_only=False)], rules)

    def _shape(self, fields: str) -> Shape:
        key = hashlib.blake2b(fields.encode(), digest_size=16).digest()
        shape = self._shapes.get(key)
        if shape is None:
            if len(self._shapes) >= _MEMO_ENTRIES:
                self._shapes.clear()
            shape = self._shapes[key] = shape_of(fields, self._finder)
        return shape

    def _number(self, rule: int, host: str, account: str, shape: Shape) -> int:
        host_key = fold(host)
        key: _Key = (rule, host_key, fold(account), shape.key)
        number = self._numbers.get(key)
        if number is not None:
            return number
        others: _Key = (rule, host_key, None, None)
        alone = self._per_host.get((rule, host_key), 0)
        if others in self._numbers or alone >= self.limits.shapes_per_host:
            return self._fold_into(others, host)
        is_full = len(self._numbers) >= self.limits.groups
        if is_full and self._per_rule[rule] >= self.limits.kept_per_rule:
            return self._fold_into((rule, None, None, None), "")
        self._per_host[rule, host_key] = alone + 1
        self._per_rule[rule] += 1
        return self._open(key, host, account, shape.text)

    def _fold_into(self, key: _Key, host: str) -> int:
        number = self._numbers.get(key)
        if number is not None:
            return number
        limits = self.limits
        if key[1] is None:
            text = f"(other hosts, accounts and shapes: more than {limits.groups} findings)"
        else:
            text = f"(other accounts and shapes: more than {limits.shapes_per_host} on this host)"
        return self._open(key, host, "", text)

    def _open(self, key: _Key, host: str, account: str, shape: str) -> int:
        number = self._numbers[key] = len(self.groups)
        spelled = self._spelling.setdefault(key[1], host) if key[1] is not None else ""
        like = "" if key[3] is None else key[3].hex()
        self.groups.append(Group(self._digest(key), key[0], spelled, account, shape, like))
        return number

    def _digest(self, key: _Key) -> str:
        rule, host, account, shape = key
        parts = [
            self._names[rule].encode("utf-8", "backslashreplace"),
            *(b"*" if part is None else b"=" + part.encode() for part in (host, account)),
            b"*" if shape is None else b"=" + shape,
        ]
        digest = hashlib.blake2b(digest_size=8)
        for part in parts:
            digest.update(len(part).to_bytes(4, "big") + part)
        return digest.hexdigest()


def _distinct(
    column: pa.Array, name: Callable[[str], _Name]
) -> tuple[NDArray[np.int64], list[_Name]]:
    """Return each row's place in a list of names, one for each value in use; a null counts as ""."""
    column = columns.encoded(column)
    used, places = np.unique(columns.codes_of(column), return_inverse=True)
    values = column.dictionary.take(pa.array(used[used >= 0])).to_pylist()
    absent = [""] * (len(used) - len(values))
    return places, [name(value) for value in (*absent, *values)]
