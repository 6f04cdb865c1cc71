"""Clears that the logs themselves record: when, which channel, by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_PROVIDER: Final = "Microsoft-Windows-Eventlog"
_SECURITY: Final = "Security"
#: What exports without ``UserData`` leave: the message that an English Windows shows.
_MESSAGES: Final = {
    "Channel": re.compile(r"The (.+) log file was cleared\."),
    "SubjectDomainName": re.compile(r"Domain Name:\s*(.+)"),
    "SubjectUserName": re.compile(r"Account Name:\s*(.+)"),
}
#: The record of a clear is written right behind it, by another thread; 100 ns.
SLACK: Final = 5 * 10_000_000


@dataclass(frozen=True, slots=True)
class Clearing:
    """One recorded clear. ``channel``: as the record spells it, empty where it does not say."""

    event: TellingEvent
    channel: str

    @property
    def account(self) -> str:
        """The account that did it, empty where the record does not say."""
        parts = (_said(self.event, f"Subject{part}") for part in ("DomainName", "UserName"))
        return "\\".join(parts).strip("\\") or self.event.user

    @property
    def who(self) -> str:
        """The same for a sentence."""
        return self.account or "somebody unnamed"


def clearings(facts: Facts) -> Sequence[Clearing]:
    """Return all recorded clears by host and time."""
    return facts.once("clearings", lambda facts: list(_clearings(facts)))


def clearing_of(
    facts: Facts, host: str, channel: str, start: int | None, stop: int | None
) -> Clearing | None:
    """Return the clear of a channel that lies between two moments; none where one of them is not known."""
    if start is None or stop is None:
        return None
    return next(
        (
            one
            for one in clearings(facts)
            if (one.event.host, fold(one.channel)) == (host, channel)
            and start - SLACK <= one.event.filetime <= stop + SLACK
        ),
        None,
    )


def _clearings(facts: Facts) -> Iterator[Clearing]:
    events = telling(facts)
    for host in events.hosts:
        for event in events.of(host, 1102, provider=_PROVIDER, channel=_SECURITY):
            yield Clearing(event, _SECURITY)
        for event in events.of(host, 104, provider=_PROVIDER, channel="System"):
            yield Clearing(event, _said(event, "Channel"))


def _said(event: TellingEvent, name: str) -> str:
    """Return a field of a clear, read from its message where the export has no fields."""
    if name in event.fields:
        return event.fields[name]
    found = _MESSAGES[name].search(event.fields.get("Message", ""))
    return found[1].strip() if found else ""
