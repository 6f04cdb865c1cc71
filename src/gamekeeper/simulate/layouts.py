"""What an event looks like before it is written: its envelope, its layout and its values.

A :class:`Layout` is shared by all events of a kind, so that the writer can make it a template once.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.simulate.trees import Element, Head, Hole, Template
from gamekeeper.simulate.values import (
    BINARY,
    FILETIME,
    FRAGMENT,
    GUID,
    HEX64,
    SID,
    TEXT,
    TEXTS,
    UINT8,
    UINT16,
    UINT32,
    UINT64,
    Kind,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

_EVENT_XMLNS: Final = "http://schemas.microsoft.com/win/2004/08/events/event"


@dataclass(frozen=True, eq=False)
class Layout:
    """The event's own part: one top-level element whose holes take the values, and where it stands."""

    root: Element
    in_user_data: bool = False
    template: Template = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "template", Template(self.root))


def event_data(
    fields: Sequence[tuple[str, Kind]], *, name: str = "", binary: bool = False
) -> Layout:
    """Return the layout of ``EventData``; a field without a name is a bare ``Data`` element.

    ``name`` is the ``Name`` attribute that a few providers give ``EventData`` itself.
    """
    content = tuple(
        Element("Data", (("Name", field),) if field else (), (Hole(kind),))
        for field, kind in fields
    )
    if binary:
        content += (Element("Binary", (), (Hole(BINARY, optional=True),)),)
    return Layout(Element("EventData", (("Name", name),) if name else (), content))


def classic_data() -> Layout:
    """Return the layout of providers without a manifest: a string array and a binary."""
    strings = Element("Data", (), (Hole(TEXTS, optional=True),))
    binary = Element("Binary", (), (Hole(BINARY, optional=True),))
    return Layout(Element("EventData", (), (strings, binary)))


def user_data(element: str, fields: Sequence[tuple[str, Kind]], *, xmlns: str = "") -> Layout:
    """Return the layout of a ``UserData`` event: named elements below one that the provider names."""
    content = tuple(Element(field, (), (Hole(kind),)) for field, kind in fields)
    attributes = (("xmlns", xmlns),) if xmlns else ()
    return Layout(Element(element, attributes, content), in_user_data=True)


@dataclass(frozen=True, slots=True, eq=False)
class Envelope:
    """What all events of one kind share in ``System``."""

    provider: str
    channel: str
    event_id: int
    provider_guid: UUID | None = None
    event_source_name: str | None = None
    qualifiers: int | None = None
    version: int | None = 0
    level: int = 4
    task: int = 0
    opcode: int | None = 0
    keywords: int = 0x8000_0000_0000_0000


@dataclass(frozen=True, slots=True)
class Rendering:
    """What a collector adds to a forwarded event: the texts that the source host would show."""

    message: str
    level: str = "Information"
    task: str = ""
    opcode: str = "Info"
    channel: str = ""
    provider: str = ""
    keywords: tuple[str, ...] = ()
    culture: str = "en-US"

    def values(self) -> list[Any]:
        """Return what fills the holes of ``RenderingInfo``."""
        texts = [self.culture, self.message, self.level, self.task, self.opcode, self.channel]
        return [*texts, self.provider, self.keywords or None]


_RENDERING: Final = Element(
    "RenderingInfo",
    (("Culture", Hole(TEXT)),),
    (
        *(
            Element(name, (), (Hole(TEXT),))
            for name in ("Message", "Level", "Task", "Opcode", "Channel", "Provider")
        ),
        Element("Keywords", (), (Element("Keyword", (), (Hole(TEXTS, optional=True),)),)),
    ),
)


@dataclass(frozen=True, slots=True)
class WrittenEvent:
    """One event to write. ``record_id`` is the event's own number; without one the file's is taken."""

    envelope: Envelope
    layout: Layout | None
    values: Sequence[Any]
    computer: str
    filetime: int
    record_id: int | None = None
    process_id: int | None = None
    thread_id: int | None = None
    user_sid: str | None = None
    activity_id: UUID | str | None = None
    related_activity_id: UUID | str | None = None
    rendering: Rendering | None = None
    as_text: bool = False  # no template: the shape of events that arrived as XML


def _optional(name: str, kind: Kind, *attributes: tuple[str, str | Hole]) -> Element:
    return Element(name, attributes, (Hole(kind, optional=True),))


def _system(computer: str) -> Element:
    """Return ``System`` as the event log service lays it out: all but the computer is a hole."""
    provider = tuple(
        (name, Hole(kind, optional=True))
        for name, kind in (("Name", TEXT), ("Guid", GUID), ("EventSourceName", TEXT))
    )
    activity = tuple(
        (name, Hole(GUID, optional=True)) for name in ("ActivityID", "RelatedActivityID")
    )
    execution = tuple((name, Hole(UINT32, optional=True)) for name in ("ProcessID", "ThreadID"))
    content = (
        Element("Provider", provider),
        _optional("EventID", UINT16, ("Qualifiers", Hole(UINT16, optional=True))),
        _optional("Version", UINT8),
        _optional("Level", UINT8),
        _optional("Task", UINT16),
        _optional("Opcode", UINT8),
        _optional("Keywords", HEX64),
        Element("TimeCreated", (("SystemTime", Hole(FILETIME, optional=True)),)),
        _optional("EventRecordID", UINT64),
        Element("Correlation", activity),
        Element("Execution", execution),
        _optional("Channel", TEXT),
        Element("Computer", (), (computer,) if computer else ()),
        Element("Security", (("UserID", Hole(SID, optional=True)),)),
    )
    return Element("System", (), content)


def shared_values(envelope: Envelope) -> list[Any]:
    """Return what fills the first holes of ``System``: the same for all events of a kind."""
    return [
        envelope.provider,
        envelope.provider_guid,
        envelope.event_source_name,
        envelope.qualifiers,
        envelope.event_id,
        envelope.version,
        envelope.level,
        envelope.task,
        envelope.opcode,
        envelope.keywords,
    ]


def own_values(event: WrittenEvent, record_id: int) -> list[Any]:
    """Return what fills the other holes; ``record_id`` stands in where the event has none."""
    return [
        event.filetime,
        record_id if event.record_id is None else event.record_id,
        event.activity_id,
        event.related_activity_id,
        event.process_id,
        event.thread_id,
        event.envelope.channel,
        event.user_sid,
    ]


def system_values(event: WrittenEvent, record_id: int) -> list[Any]:
    """Return what fills all holes of ``System``."""
    return [*shared_values(event.envelope), *own_values(event, record_id)]


@lru_cache(1024)
def system_head(template: Template, envelope: Envelope) -> Head:
    """Return what the values that all events of a kind share become in a template of whole events."""
    return template.head(shared_values(envelope))


@cache
def event_template(computer: str, *, in_user_data: bool, has_body: bool) -> Template:
    """Return the template of whole events of one computer; their own part is a nested fragment."""
    body: tuple[Element | Hole, ...] = (Hole(FRAGMENT, optional=True),) if has_body else ()
    if in_user_data:
        body = (Element("UserData", (), body),)
    root = Element("Event", (("xmlns", _EVENT_XMLNS),), (_system(computer), *body))
    return Template(root)


@cache
def text_tree(computer: str, layout: Layout | None, *, is_rendered: bool) -> Element:
    """Return the whole tree of events that are written without templates."""
    content: list[Element] = [_system(computer)]
    if layout is not None:
        body = layout.root
        content.append(Element("UserData", (), (body,)) if layout.in_user_data else body)
    if is_rendered:
        content.append(_RENDERING)
    return Element("Event", (("xmlns", _EVENT_XMLNS),), tuple(content))
