"""Logs whose record numbers began again.

Sees: a record that is clearly younger than one with a higher number, in one file or across files: the log
has more than one life. A clear never does this, EventRecordIDs go on after it. Also, of the logs that every
Windows has from its first start (Security, System, Application): one that begins with record 1 when another
of them is older by an hour or more.

What else explains it: the host was installed anew or set back to a snapshot, or another one got its name
(then all of its logs begin again); two hosts of one name (then the lives overlap); a log file that was moved,
repaired or found damaged by the event log service, which begins a new one.

Blind: a log that began again and has already grown past the highest number that was ever collected; a log of
which only one life was collected and no sibling.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.ledger import NO_TIME, ledger
from gamekeeper.integrity.lives import SLACK, lives
from gamekeeper.integrity.siblings import continuing, restarted
from gamekeeper.model.breaks import Anomaly, Evidence, Strength

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.integrity.ledger import Ledger, Log
    from gamekeeper.integrity.lives import Life

#: Lives of one log that are told one by one.
_SHOWN: Final = 20
_HOUR: Final = 3_600 * 10_000_000
_FROM_THE_START: Final = ("application", "security", "system")


class Restarts:
    """Looks for logs that began again."""

    name = "restarts"

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield one anomaly a new beginning."""
        for (host, channel), found in lives(facts).items():
            for older, newer in list(pairwise(found))[:_SHOWN]:
                if newer.begin < older.end - SLACK:
                    yield _two(host, channel, older, newer)
                else:
                    yield _again(host, channel, older, newer, facts)
        book = ledger(facts)
        for log in book.logs:
            if log.channel in _FROM_THE_START and len(lives(facts)[log.host, log.channel]) == 1:
                yield from _late(log, book)


def _again(host: str, channel: str, older: Life, newer: Life, facts: Facts) -> Anomaly:
    """A new life. Where siblings lived on, only this log's file can have been replaced."""
    is_alone = bool(continuing(facts, host, channel, older.end, newer.begin))
    has_company = bool(restarted(facts, host, channel, older.end, newer.begin))
    text = f"record numbers began again at {newer.first} after {older.last}"
    return Anomaly(
        check=Restarts.name,
        text=text,
        tampering="log file deleted or replaced",
        strength=Strength.STRONG if is_alone or has_company else Strength.WEAK,
        host=host,
        channel=channel,
        start=_time(older.end),
        stop=_time(newer.begin),
        records=(newer.first, newer.last),
        source=newer.copies[0].source,
        evidence=_ends(older, newer),
        innocent=("reimage",),
        techniques=("T1070.001",),
    )


def _two(host: str, channel: str, older: Life, newer: Life) -> Anomaly:
    return Anomaly(
        check=Restarts.name,
        text="two logs of one name, numbered apart, were written at the same time",
        tampering="a log that is not this host's",
        strength=Strength.WEAK,
        host=host,
        channel=channel,
        start=_time(newer.begin),
        stop=_time(min(older.end, newer.end)),
        records=(newer.first, newer.last),
        source=newer.copies[0].source,
        evidence=_ends(older, newer),
        innocent=("reimage",),
    )


def _late(log: Log, book: Ledger) -> Iterator[Anomaly]:
    """A log that began with its first record long after its siblings."""
    first = min(log.copies, key=lambda copy: (copy.first, copy.source))
    begin = first.begin
    if first.first != 1 or not first.is_whole or begin is None:
        return
    elders = [
        copy
        for sibling in book.of(log.host)
        if sibling.channel != log.channel and sibling.channel in _FROM_THE_START
        for copy in sibling.copies
        if copy.begin is not None and copy.begin < begin - _HOUR
    ]
    if not elders:
        return
    elder = min(elders, key=lambda copy: (copy.begin or 0, copy.source))
    text = "the log begins with record 1, and another log of the host is older"
    yield Anomaly(
        check=Restarts.name,
        text=text,
        tampering="log file deleted or replaced",
        strength=Strength.STRONG,
        host=log.host,
        channel=log.channel,
        start=elder.begin,
        stop=begin,
        records=(None, 1),
        source=first.source,
        evidence=(
            Evidence("the log's first record", first.source, first.first_offset, 1, begin),
            Evidence(
                f"a record of {elder.channel}",
                elder.source,
                elder.first_offset,
                elder.first,
                elder.begin,
            ),
        ),
        innocent=("reimage",),
        techniques=("T1070.001",),
    )


def _ends(older: Life, newer: Life) -> tuple[Evidence, Evidence]:
    before = max(older.copies, key=lambda copy: (copy.last, copy.source))
    after = min(newer.copies, key=lambda copy: (copy.first, copy.source))
    return (
        Evidence(
            "the highest number before", before.source, before.last_offset, before.last, before.end
        ),
        Evidence(
            "the lowest number after", after.source, after.first_offset, after.first, after.begin
        ),
    )


def _time(value: int) -> int | None:
    return None if value == NO_TIME else value
