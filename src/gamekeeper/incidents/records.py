"""One match as people and scripts meet it: the JSON object of ``matches.jsonl`` and of samples.

The keys are a contract: others script against them. ``event.id`` is the copy (source number and offset),
``event.fingerprint`` the event. ``record.state`` stands only where the record is not live,
``time_zone`` only where the export named none, ``contributing`` only on matches of correlations and of
scripts put together of parts, ``allowed.by`` and ``allowed.reason`` only on matches that an allow-list
took out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper.incidents import columns
from gamekeeper.incidents.json_text import UNSEEN, escape_unseen, quoted, utf8
from gamekeeper.model.events import RecordState
from gamekeeper.model.findings import Allowance, RuleAccount, SourceAccount
from gamekeeper.rules.ir import Rule

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Rows that are assembled at once.
ROWS: Final = 8_192

_STATES: Final = tuple(
    "" if state is RecordState.LIVE else f',"record.state":{quoted(state.name.lower())}'
    for state in RecordState
)
_ZONES: Final = ("", ',"time_zone":"assumed"')
_UNSEEN_UTF8: Final = f"[{UNSEEN}]"


#: What a match needs to know of its rule; positions are those of the column ``rule``.
RuleLike = Rule | RuleAccount


class MatchLines:
    """Turns match batches into JSON lines."""

    def __init__(
        self,
        rules: Sequence[RuleLike],
        sources: Sequence[SourceAccount],
        allowances: Sequence[Allowance] = (),
    ) -> None:
        """Take what batches point into; ``allowances`` where they have a column of that name."""
        self._allowances = [
            f',"allowed.by":{quoted(one.place)},"allowed.reason":{quoted(one.reason)}'
            for one in allowances
        ]
        self._rules = [
            f'{{"rule.id":{quoted(rule.id)},"rule.title":{quoted(rule.title)},'
            f'"rule.level":{quoted(rule.level)},"@timestamp":'
            for rule in rules
        ]
        self._sources = [
            f',"source.path":{quoted(utf8(source.path))},"source.sha256":{quoted(source.sha256)}'
            for source in sources
        ]

    def lines(self, batch: pa.RecordBatch) -> pa.Array:
        """Return one object a row as ``large_utf8``, each with its line feed."""
        quote = columns.literal('"')
        offset = columns.integers(batch["offset"])
        pieces: list[pa.Array | pa.Scalar | str] = [
            columns.per_code(batch["rule"], self._rules),
            columns.join(quote, columns.iso_times(batch["filetime"]), quote, missing=""),
            ',"host.name":',
            columns.per_distinct(batch["host"], quoted),
            ',"user.name":',
            columns.per_distinct(batch["user"], quoted),
            ',"event.id":"',
            columns.integers(batch["source"]),
            ":",
            offset,
            '","event.fingerprint":"',
            columns.hexadecimal(batch["fingerprint"]),
            '"',
            columns.per_code(batch["source"], self._sources),
            ',"source.offset":',
            offset,
            ',"record.id":',
            columns.integers(batch["record_id"]),
            ',"channel":',
            columns.per_distinct(batch["channel"], quoted),
            ',"event.code":',
            columns.integers(batch["event_code"]),
            ',"fields":',
            fields_text(batch["fields"]),
            ',"why":',
            columns.per_distinct(batch["why"], escaped),
            columns.per_code(batch["state"], _STATES),
            columns.per_code(pc.cast(batch["time_assumed"], pa.int8()), _ZONES),
            contributing_text(batch["contributing"]),
            self._allowed(batch),
            "}\n",
        ]
        # A time without a calendar date leaves its quotes behind; emptying them here keeps one join.
        pieces[1] = pc.if_else(
            pc.equal(pieces[1], columns.literal('""')), columns.literal("null"), pieces[1]
        )
        ready = [columns.literal(p) if isinstance(p, str) else p for p in pieces]
        return columns.join(*ready, missing="null")

    def _allowed(self, batch: pa.RecordBatch) -> pa.Array | str:
        if not self._allowances:
            return ""
        return columns.per_code(batch["allowance"], self._allowances)


def contributing_text(column: pa.Array) -> pa.Array | pa.Scalar:
    """Return the last key of a match that rests on several records, and nothing for other matches."""
    if column.null_count == len(column):
        return columns.literal("")
    lists = pc.cast(column, columns.LARGE)
    keyed = pc.binary_join_element_wise(
        columns.literal(',"contributing":'), lists, columns.literal("")
    )
    return pc.fill_null(keyed, columns.literal(""))


def escaped(text: str) -> str:
    """Return JSON text of equal meaning without unseen characters."""
    return escape_unseen(text.encode()).decode()


def fields_text(column: pa.Array) -> pa.Array:
    """Return the ``fields`` objects as ``large_utf8``, with unseen characters escaped.

    Nearly every distinct value is met once, so rows are looked at in Python only where the batch holds
    any character that may need it.
    """
    column = pc.cast(column, columns.LARGE)
    raw = np.frombuffer(columns.text_bytes(column), np.uint8)
    if not len(raw) or raw.max() < 0x7F:
        return column
    touched = pc.match_substring_regex(column, _UNSEEN_UTF8)
    texts = [escaped(text) for text in column.filter(touched).to_pylist()]
    return pc.replace_with_mask(column, touched, pa.array(texts, columns.LARGE))
