"""``gamekeeper timeline``: the events of a case in order of time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask, is_table
from gamekeeper.errors import UsageError
from gamekeeper.questions.timeline import Profile, Wanted, last_span, timeline
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _timeline)


def _timeline(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    wanted = Wanted(
        _profile(values),
        zones=tuple(dict.fromkeys(values.texts("timeline_zone"))),
        words=values.texts("timeline_word"),
        only_findings=values.is_on("timeline_findings"),
    )
    selection = replace(selection, event_ids=tuple(map(_number, values.texts("timeline_event"))))
    notes: tuple[str, ...] = ()
    if span := values.text("timeline_last"):
        selection, note = last_span(snapshot, selection, span)
        notes = (note,)
    limit = values.count("limit")
    first = limit + 1 if limit and is_table(values) else None  # one more tells that there is more
    answer = timeline(snapshot, selection, wanted, first=first)
    return replace(answer, notes=(*notes, *answer.notes))


def _profile(values: Values) -> Profile:
    name = values.text("timeline_profile")
    if name is None:  # a line of a terminal has room for little
        return Profile.BRIEF if is_table(values) else Profile.STANDARD
    known = [profile.value for profile in Profile]
    if name.strip().lower() not in known:
        raise UsageError(f"{name!r} is no profile ({', '.join(known)}){near(name, known)}")
    return Profile(name.strip().lower())


def _number(text: str) -> int:
    if not text.strip().isdecimal() or len(text) > 9:  # no id has more digits
        raise UsageError(f"{text!r} is no event id: write a number such as 4624")
    return int(text)
