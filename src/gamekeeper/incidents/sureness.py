"""How sure an incident is an intrusion: a word, the reasons for it, and what would change it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.model.incidents import Confidence, SignalKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.incidents.telling import Told

_TITLES: Final = 3
_TEXTS: Final = {
    SignalKind.CHAIN: "its events together are a known sequence",
    SignalKind.BREAK: "a log was tampered with at that time",
    SignalKind.ANOMALY: "something in it is unusual here",
}
#: With fewer days of logs, what is rare is not known.
_KNOWN_DAYS: Final = 14


def sureness(told: Sequence[Told], word: str, days: int) -> Confidence:
    """Return the confidence; ``days`` is how many days the logs cover."""
    techniques = {one.technique for one in told if one.technique and one.signal.bits >= 2}
    tactics = {one.tactic for one in told if one.tactic and one.signal.bits >= 2}
    hosts = {one.signal.host for one in told}
    heavy = [one for one in told if one.signal.bits >= 7]
    weigh = (
        f"{_counted(len(techniques), 'technique')} of {_counted(len(tactics), 'tactic')} on "
        f"{_counted(len(hosts), 'host')} weigh something"
    )
    rare = "no single signal is rare in ordinary work: only their number speaks"
    if heavy:
        rare = f"{_counted(len(heavy), 'signal')} would rarely be met in ordinary work"
    because = [weigh, rare, *_beside_rules(told)]
    if days < _KNOWN_DAYS:
        because.append(
            f"the logs cover {_counted(days, 'day')}: what is usual here is hardly known (cold start)"
        )
    return Confidence(
        word,
        tuple(because),
        raises=(
            "a session or process of this incident on a further host, or a return after days",
            "an owner of the account who was not at work at these times",
        ),
        lowers=(
            "a ticket or a person who accounts for these very commands, not only for the account",
            "the same on other hosts on other days, before the first step",
        ),
    )


def _beside_rules(told: Sequence[Told]) -> list[str]:
    """Return what chains, breaks and baselines add to what rules say."""
    said = []
    for kind, text in _TEXTS.items():
        found = [one.signal.said[0] for one in told if one.signal.kind is kind]
        if found:
            titles = list(dict.fromkeys(one.title for one in found))
            more = f" and {len(titles) - _TITLES} more" if len(titles) > _TITLES else ""
            said.append(f"{text}: {'; '.join(titles[:_TITLES])}{more}")
    return said


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
