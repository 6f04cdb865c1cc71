"""What a written event must read as, by ``docs/reference/events.md``; shares no code with any reader."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gamekeeper.simulate.layouts import Layout, WrittenEvent
from gamekeeper.simulate.trees import Cdata, Character, Element, Entity, Hole
from gamekeeper.simulate.values import TEXT, shown_items

Field = tuple[str, str]
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}


def _literal(node: object) -> str:
    if isinstance(node, Cdata):
        return node.text
    if isinstance(node, Entity):
        return _ENTITIES[node.name]
    return chr(node.code) if isinstance(node, Character) else str(node)


def _attributes(element: Element, values: Iterator[Any]) -> Iterator[Field]:
    for name, value in element.attributes:
        if not isinstance(value, Hole):
            yield name, value
        elif (given := next(values)) is not None:
            yield name, value.kind.show(given)
        elif not value.optional:
            yield name, ""


def expected_fields(element: Element, values: Iterator[Any], *, is_top: bool = True) -> list[Field]:
    """Return the fields of an element whose holes take ``values``."""
    own = element.name
    marks: list[Field] = []
    for name, text in _attributes(element, values):
        if name == "Name" and element.name in ("Data", "ComplexData"):
            own = text or own
        elif name != "xmlns" and not name.startswith("xmlns:"):
            marks.append((f"{element.name}_{name}", text))
    below: list[Field] = []
    texts: list[str] | None = [""]
    is_container = False
    for node in element.content:
        if isinstance(node, Element):
            is_container = True
            below += expected_fields(node, values, is_top=False)
        elif not isinstance(node, Hole):
            texts = [(texts or [""])[0] + _literal(node)]
        elif (given := next(values)) is not None:
            items = shown_items(node.kind, given)
            texts = items if node.kind.is_array else [(texts or [""])[0] + items[0]]
        elif node.optional and len(element.content) == 1:
            texts = None
    if is_container:
        return marks + below
    if texts is None or is_top:
        return [] if texts is None else marks
    return [f for text in texts for f in (*marks, *([(own, text)] if text or not marks else []))]


def expected_data(event: WrittenEvent) -> list[Field]:
    """Return the fields behind the envelope."""
    layout: Layout | None = event.layout
    data: list[Field] = []
    if layout is not None:
        is_top = not layout.in_user_data
        data = expected_fields(layout.root, iter(event.values), is_top=is_top)
    shown = event.rendering
    if shown is None:
        return data
    data += [("RenderingInfo_Culture", shown.culture), ("Message", TEXT.show(shown.message))]
    for name in ("level", "task", "opcode", "channel", "provider"):
        data.append((f"RenderingInfo_{name.capitalize()}", getattr(shown, name)))
    if not shown.keywords:
        return [*data, ("RenderingInfo_Keywords", "")]
    return data + [("RenderingInfo_Keyword", text) for text in shown.keywords]


def expected_system(event: WrittenEvent) -> dict[str, str]:
    """Return the text columns of the envelope."""
    envelope = event.envelope

    def guid(value: object) -> str | None:
        return None if value is None else "{" + str(value).upper() + "}"

    columns: dict[str, object] = {
        "Provider_Name": envelope.provider,
        "Provider_Guid": guid(envelope.provider_guid),
        "Provider_EventSourceName": envelope.event_source_name,
        "EventID_Qualifiers": envelope.qualifiers,
        "Version": envelope.version,
        "Level": envelope.level,
        "Task": envelope.task,
        "Opcode": envelope.opcode,
        "Keywords": f"0x{envelope.keywords:x}",
        "Correlation_ActivityID": guid(event.activity_id),
        "Correlation_RelatedActivityID": guid(event.related_activity_id),
        "Execution_ProcessID": event.process_id,
        "Execution_ThreadID": event.thread_id,
        "Channel": envelope.channel,
        "Computer": event.computer,
        "Security_UserID": event.user_sid,
    }
    return {name: str(value) for name, value in columns.items() if value not in (None, "")}
