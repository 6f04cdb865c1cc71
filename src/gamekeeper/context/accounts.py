"""Accounts: which are an administrator's, a service's, a vendor's. Looked up by name, SID and pattern."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.context.lists import read_rows
from gamekeeper.context.rows import Given, Remarks, Row, load
from gamekeeper.model.context import ACCOUNT_KINDS, Account
from gamekeeper.model.folding import fold
from gamekeeper.model.wildcards import compiled, is_pattern
from gamekeeper.settings import near

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from gamekeeper.model.context import GivenFile

_COLUMNS: Final = {
    "account": ("accountname", "user", "username", "name", "sid", "samaccountname"),
    "kind": ("type", "accounttype"),
    "note": ("notes", "comment", "description"),
}
#: Each is asked of every distinct name that nothing closer means.
_PATTERNS_LIMIT: Final = 2_000


class Accounts:
    r"""The rows of all account lists. Of several that mean an account the closest counts: ``DOMAIN\name`` or
    SID, then the bare name, then the first pattern."""

    def __init__(self) -> None:
        self.files: list[GivenFile] = []
        self._exact: dict[str, tuple[Account, str]] = {}
        self._patterns: list[tuple[re.Pattern[str], Account]] = []

    @classmethod
    def read(cls, paths: Iterable[str | Path]) -> Accounts:
        """Return the accounts of these lists; raise UsageError where one is no list of accounts."""
        accounts = cls()
        for path in paths:
            accounts._add(load(path, "accounts"))
        return accounts

    def __len__(self) -> int:
        return sum(file.entries for file in self.files)

    def lookup(self, accounts: Sequence[str]) -> list[Account | None]:
        r"""Return the row of each of some distinct accounts (``name``, ``DOMAIN\name``, SID), or None."""
        return [self._of(account) for account in accounts]

    def named(self, kind: str) -> list[str]:
        """Return the accounts of a kind that are written in full, as they are written."""
        return [row.account for row, _ in self._exact.values() if row.kind == kind]

    def listed(self, kind: str) -> tuple[str, ...]:
        r"""Return the accounts of a kind without their domains, patterns among them, each once.

        What stands as ``DOMAIN\name`` is meant in any domain here.
        """
        exact = [row for row, _ in self._exact.values()]
        rows = [row for row in (*exact, *(row for _, row in self._patterns)) if row.kind == kind]
        return tuple(dict.fromkeys(row.account.rpartition("\\")[2] for row in rows))

    def _add(self, given: Given) -> None:
        remarks, count = Remarks(), 0
        for row in read_rows(given, _COLUMNS, remarks):
            account = _account(row, remarks)
            count += account is not None and self._take(account, row, given, remarks)
        self.files.append(given.account(count, remarks))

    def _take(self, account: Account, row: Row, given: Given, remarks: Remarks) -> bool:
        key = fold(account.account)
        known = self._exact.get(key)
        if known is not None:
            remarks.add(row.line, f"{account.account} stands already at {known[1]}, which counts")
            return False
        if is_pattern(key):
            if len(self._patterns) >= _PATTERNS_LIMIT:
                remarks.add(row.line, f"more than {_PATTERNS_LIMIT} patterns; this one is left out")
                return False
            self._patterns.append((compiled((key,)), account))
        else:
            self._exact[key] = (account, f"{given.path.name}, line {row.line}")
        return True

    def _of(self, account: str) -> Account | None:
        key = fold(account.strip())
        if not key:
            return None
        bare = key.rpartition("\\")[2]
        exact = self._exact.get(key) or self._exact.get(bare)
        if exact is not None:
            return exact[0]
        return next(
            (
                row
                for pattern, row in self._patterns
                if pattern.fullmatch(key) or pattern.fullmatch(bare)
            ),
            None,
        )


def _account(row: Row, remarks: Remarks) -> Account | None:
    written = row.values.get("kind", "")
    kind = fold(written)
    if kind not in ACCOUNT_KINDS:
        kinds = ", ".join(ACCOUNT_KINDS)
        what = f"{written[:80]!r} is no kind of account" if written else "the row has no kind"
        remarks.add(row.line, f"{what} ({kinds}){near(kind, ACCOUNT_KINDS)}; it does not count")
        return None
    return Account(row.values["account"], kind, row.values.get("note", ""))
