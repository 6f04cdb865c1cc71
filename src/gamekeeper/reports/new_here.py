"""What the page and the terminal say is new here: the gravest first, and what could not be judged.

Several baselines may speak of one event; it stands here once, with what the most surprised one says.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.baselines.judging import ACTIVE_DAYS
from gamekeeper.analytics.baselines.registry import BASELINES
from gamekeeper.analytics.baselines.telling import LISTED_BITS
from gamekeeper.incidents.columns import iso_time
from gamekeeper.model.anomalies import Standing
from gamekeeper.reports import habits
from gamekeeper.reports.answer import number
from gamekeeper.reports.parts import Cell, Part, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gamekeeper.analytics.baselines.base import Baseline
    from gamekeeper.model.anomalies import Anomaly, BaselineAccount, Baselines

#: Events that are listed of each kind, on the page and on the terminal.
TOP: Final = 20
_TITLE: Final = "New here"
_WAITING: Final = "First ways to domain controllers that nobody has confirmed"
CONFIRM: Final = "gamekeeper baselines CASE --confirm ID"
_PREFIX: Final = "new here: "
#: From here on bits are drawn like a high and like a medium level.
_STYLES: Final = ((7.0, "high"), (5.0, "medium"))


@dataclass(frozen=True, slots=True)
class NewEvent:
    """One event with what all baselines say of it, the most surprised one first."""

    lead: Anomaly
    others: tuple[Anomaly, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """What to confirm it by."""
        return (self.lead.id, *(one.id for one in self.others))

    @property
    def style(self) -> str:
        """The level whose colour its bits have."""
        return next((style for bits, style in _STYLES if self.lead.bits >= bits), "low")

    @property
    def is_in_incidents(self) -> bool:
        """Whether any of it speaks in incidents."""
        return any(one.observed for one in (self.lead, *self.others))


@dataclass(frozen=True, slots=True)
class NewPage:
    """The part of the page. ``limits``: what was not judged, and why."""

    sentence: str
    new: tuple[NewEvent, ...]
    more: int
    waiting: tuple[NewEvent, ...]
    waiting_more: int
    empty: str
    limits: tuple[str, ...]
    unlearnt: tuple[str, ...]  # what no baseline could learn from these logs
    confirm: str = CONFIRM


def page(found: Baselines) -> NewPage | None:
    """Return what the page shows; nothing where nobody asked."""
    if not found.is_on:
        return None
    new, waiting = events(found, Standing.NEW), events(found, Standing.UNCONFIRMED)
    return NewPage(
        habits.sentence(found),
        new[:TOP],
        max(0, len(new) - TOP),
        waiting[:TOP],
        max(0, len(waiting) - TOP),
        "" if new else empty(found),
        tuple(limits(found)),
        tuple(unlearnt(found)),
    )


def events(found: Baselines, standing: Standing) -> tuple[NewEvent, ...]:
    """Return the events of one standing, the most surprising first.

    Of those that nobody judged the ways that were used on the fewest days come first.
    """
    of_event: dict[tuple[int, int], list[Anomaly]] = defaultdict(list)
    for one in found.anomalies:
        if one.standing is standing:
            of_event[one.source, one.offset].append(one)
    told = [_event(ones) for ones in of_event.values()]
    return tuple(sorted(told, key=_grave))


def _grave(event: NewEvent) -> tuple[float, int, int, str]:
    one = event.lead
    days = one.days_seen if one.standing is Standing.UNCONFIRMED else 0
    return -one.bits, days, one.time, one.id


def _event(ones: Sequence[Anomaly]) -> NewEvent:
    lead, *others = sorted(ones, key=lambda one: -one.bits)
    return NewEvent(lead, tuple(others))


def what(one: Anomaly) -> str:
    """Say what is new, its key as the baseline names it."""
    key = ", ".join(f"{name} {value}" for name, value in one.parts if value)
    return f"{one.title.removeprefix(_PREFIX)}: {key}"


def empty(found: Baselines) -> str:
    """Say what it means that nothing is listed: never that nothing happened."""
    if all(one.is_cold for one in found.accounts):
        return "So nothing was judged, and nothing is listed here. This is not an all-clear."
    faint = sum(one.faint for one in found.accounts)
    verb = "is" if faint == 1 else "are"
    fainter = f" ({number(faint, 'new thing')} of less {verb} counted only)" if faint else ""
    return (
        f"Of what was judged nothing is new by {LISTED_BITS:g} bits or more{fainter}. Who does what is "
        "usual here is not new. This is not an all-clear."
    )


def limits(found: Baselines) -> Iterator[str]:
    """Yield what was not judged."""
    yield from learning(found)
    if found.learn_until is not None:
        until = (iso_time(found.learn_until) or "")[:16].replace("T", " ")
        yield f"What was first seen before {until} (UTC) was given as clean and is not judged."
    yield from habits.remarks(found)
    confirmed = sum(one.standing is Standing.CONFIRMED for one in found.anomalies)
    if confirmed:
        told = number(confirmed, "first way")
        yield f"{told} to domain controllers, confirmed by somebody, not listed here."


def learning(found: Baselines) -> Iterator[str]:
    """Yield which baselines learn still, those that are as far in one line."""
    far: dict[str, list[str]] = defaultdict(list)
    for one in found.accounts:
        if one.entities > one.learnt:
            far[_how_far(one, found.learning_days)].append(one.name)
    for text, names in far.items():
        yield f"{'Learns' if len(names) == 1 else 'Learn'} still: {text} ({', '.join(names)})."


def _how_far(one: BaselineAccount, wanted: int) -> str:
    """Return how far those are that a baseline does not know well enough; the best known of them counts."""
    known = min(one.learning_known, wanted)
    text = f"{known:,} of {wanted} days"
    if known == wanted:
        text += f" but seen on {one.learning_seen:,} of {ACTIVE_DAYS},"
    whose = number(one.entities, one.whose)
    return f"{text} on {one.entities - one.learnt:,} of {whose}"


def unlearnt(found: Baselines) -> Iterator[str]:
    """Yield what no baseline could learn here, with the events that it would need."""
    lacking = {one.name for one in found.accounts if not one.entities}
    for one in BASELINES:
        if one.name in lacking:
            yield f"{one.name}: {one.title}; needs {', '.join(_needs(one))}"


def _needs(baseline: Baseline) -> Iterable[str]:
    codes: dict[str, list[int]] = defaultdict(list)
    for look in baseline.looks:
        codes[look.dataset] += [code for code in look.codes if code not in codes[look.dataset]]
    return (" ".join([name, *map(str, of)]) for name, of in codes.items())


def parts(found: Baselines, whole: str = "") -> Iterator[Part]:
    """Yield the parts of the terminal's summary. ``whole`` says where all stands."""
    shown = page(found)
    if shown is None:
        return
    lines = [Cell(shown.sentence, "strong")]
    lines += [Cell(text) for text in (shown.empty, *shown.limits) if text]
    if shown.unlearnt:
        names = ", ".join(text.partition(":")[0] for text in shown.unlearnt)
        lines.append(Cell(f"No events to learn from: {names}."))
    yield Part(_TITLE, tuple(lines), _new_table(shown.new), _more(shown.more, whole))
    if shown.waiting:
        hint = Cell(
            "They were first seen while it was learnt; the least used come first. Where one is in order: "
            f"{CONFIRM}",
            "quiet",
        )
        yield Part(
            _WAITING, (hint,), _waiting_table(shown.waiting), _more(shown.waiting_more, whole)
        )


def _more(left: int, whole: str) -> str:
    return f"and {number(left, 'more event')}{': ' + whole if whole else ''}" if left else ""


def _new_table(events: Sequence[NewEvent]) -> Table | None:
    if not events:
        return None
    head = ("bits", "first seen (UTC)", "host", "account", "what", "compared with")
    rows = tuple(
        (
            Cell(f"{event.lead.bits:.1f}", event.style),
            *_whom(event.lead),
            Cell(_brief(event.lead), "strong"),
            Cell(event.lead.comparison, "quiet"),
        )
        for event in events
    )
    return Table(tuple(map(Cell, head)), rows, frozenset({0}), (0, 4, 2, 3))


def _waiting_table(events: Sequence[NewEvent]) -> Table:
    head = ("days", "first seen (UTC)", "host", "account", "what", "id")
    rows = tuple(
        (
            Cell(f"{event.lead.days_seen:,}"),
            *_whom(event.lead),
            Cell(_brief(event.lead), "strong"),
            Cell(" ".join(event.ids), "quiet"),
        )
        for event in events
    )
    return Table(tuple(map(Cell, head)), rows, frozenset({0}))


def _whom(one: Anomaly) -> tuple[Cell, Cell, Cell]:
    time = (iso_time(one.time) or "unknown")[:16].replace("T", " ")
    return Cell(time), Cell(one.host), Cell(one.account)


def _brief(one: Anomaly) -> str:
    return f"{one.baseline}: {' · '.join(value for _, value in one.parts if value)}"
