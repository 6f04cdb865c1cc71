"""The definition of a scheduled task, out of the XML that 4698 and its kin carry."""

from __future__ import annotations

import html
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.xml_tree import BadXml, parse_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.sources.xml_tree import Element

#: Definitions are far fewer than events: equal ones are parsed once.
_KEPT: Final = 4_096
#: What says when a trigger fires.
_WHEN: Final = ("StartBoundary", "Interval", "DaysInterval", "Delay", "UserId", "StateChange")


@dataclass(frozen=True, slots=True)
class TaskDefinition:
    """What a task does, when, and as whom; texts as they stand, in the order of the XML."""

    commands: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    triggers: tuple[str, ...] = ()
    author: str | None = None
    runs_as: str | None = None
    run_level: str | None = None
    is_hidden: bool | None = None
    is_enabled: bool | None = None
    fault: str | None = None  # why the definition could not be read


@lru_cache(maxsize=_KEPT)
def task_definition(content: str) -> TaskDefinition:
    """Return the definition that an event carries; what cannot be read says so in ``fault``.

    >>> task_definition("<Task><Actions><Exec><Command>cmd</Command></Exec></Actions></Task>").commands
    ('cmd',)
    """
    if "<" not in content and "&lt;" in content:  # some exporters escape the XML once more
        content = html.unescape(content)
    try:
        root = parse_xml(content)
    except BadXml as error:
        return TaskDefinition(fault=error.reason)
    actions = list(_below(root, "Actions"))
    return TaskDefinition(
        commands=tuple(filter(None, (_command(action) for action in actions))),
        arguments=tuple(filter(None, (_text(action, "Arguments", "Data") for action in actions))),
        triggers=tuple(_trigger(trigger) for trigger in _below(root, "Triggers")),
        author=_first(root, "RegistrationInfo", "Author"),
        runs_as=_first(root, "Principals", "UserId") or _first(root, "Principals", "GroupId"),
        run_level=_first(root, "Principals", "RunLevel"),
        is_hidden=_switch(root, "Hidden"),
        is_enabled=_switch(root, "Enabled"),
    )


def _command(action: Element) -> str | None:
    """Return what an action starts: a program, a COM class, or the kind of an action that starts neither."""
    return _text(action, "Command", "ClassId") or action.name


def _trigger(trigger: Element) -> str:
    """Return a trigger as its kind and what says when it fires."""
    when = [
        f"{element.name}={element.text.strip()}"
        for element in _all(trigger)
        if element.name in _WHEN and element.text.strip()
    ]
    return " ".join([trigger.name, *when])


def _below(root: Element, name: str) -> Iterator[Element]:
    for child in root.children:
        if child.name == name:
            yield from child.children


def _all(element: Element) -> Iterator[Element]:
    """Yield the elements below one, in order; depth is bounded where the XML is read."""
    for child in element.children:
        yield child
        yield from _all(child)


def _text(element: Element, *names: str) -> str | None:
    for child in element.children:
        if child.name in names and child.text.strip():
            return child.text.strip()
    return None


def _first(root: Element, part: str, name: str) -> str | None:
    for child in root.children:
        if child.name == part:
            for element in _all(child):
                if element.name == name and element.text.strip():
                    return element.text.strip()
    return None


def _switch(root: Element, name: str) -> bool | None:
    """Return a setting that is true or false; None where the task leaves it to Windows."""
    for child in root.children:
        if child.name == "Settings":
            said = _text(child, name)
            return None if said is None else said.lower() in {"true", "1"}
    return None
