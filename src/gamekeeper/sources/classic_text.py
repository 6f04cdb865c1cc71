"""Windows events as rendered text: Splunk's classic multi-line form, and the messages of lossy exports.

A rendered message is prose made from the event's fields. Where its labels lead back to the fields without
doubt (``content/classic_labels.yml``), they come back under their own names; the message stays beside them.
Messages hold text that an attacker chose: a label that repeats yields a repeated field, never a replaced one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from gamekeeper import content
from gamekeeper.model.build import Event
from gamekeeper.model.datasets import datasets
from gamekeeper.model.folding import fold
from gamekeeper.sources.windows_xml import value_text
from gamekeeper.sources.written_time import Clock, zone_named

if TYPE_CHECKING:
    from collections.abc import Iterator

#: What no rendered text carries, whatever the event.
LACKING: Final = (
    "Provider_Guid",
    "Version",
    "Level",
    "Task",
    "Opcode",
    "Keywords",
    "Correlation_ActivityID",
    "Execution_ProcessID",
    "Execution_ThreadID",
    "fields that the message does not name",
)

_HEADER_LINE: Final = re.compile(r"([A-Za-z][A-Za-z0-9 _-]{0,40})=(.*)")
_LABEL: Final = re.compile(r"([ \t]*)([^\s:][^:\t\r\n]{0,60}?)[ \t]*:(?:[ \t]*)(.*)", re.DOTALL)
_SYSMON_LINE: Final = re.compile(r"(\w{1,40}): ?(.*)", re.DOTALL)
_HEX: Final = re.compile(r"0x[0-9A-Fa-f]{1,16}")
_SYSMON: Final = "microsoft-windows-sysmon/operational"
_SYSMON_HEX: Final = frozenset({"LogonId", "GrantedAccess"})
_RENDERED: Final = {
    "TaskCategory": "RenderingInfo_Task",
    "OpCode": "RenderingInfo_Opcode",
    "Keywords": "RenderingInfo_Keyword",
    "Type": "RenderingInfo_Level",
}
_INT32: Final = 2**31

Pairs = list[tuple[str, str]]


def event_from_classic(
    text: str, *, source: int, offset: int, record_id: int | None, source_tz: str = "UTC"
) -> Event | None:
    """Return the event that Splunk's classic text holds, or None where the text is something else.

    The first line's time names no zone: it is read in ``source_tz`` and marked as assumed.
    """
    clock_line, _, body = text.lstrip("\ufeff\r\n\t ").partition("\n")
    header, message = _header(body)
    event_id = _small_integer(header.get("EventCode", ""))
    if event_id is None or not header.get("LogName"):
        return None
    written = Clock(zone_named(source_tz)).read(clock_line)
    channel = header.pop("LogName")
    system, data = _envelope(header)
    if written is None:
        data.append(("System_TimeCreated_SystemTime", clock_line.strip()))
    data += fields_from_message(channel, event_id, message)
    return Event(
        source,
        offset,
        record_id,
        filetime=written.filetime if written else None,
        time_assumed=written.zone_assumed if written else False,
        event_id=event_id,
        event_record_id=_record_number(header.get("RecordNumber", "")),
        system={"Channel": channel, **system},
        data=[*data, ("Message", message)] if message else data,
    )


def fields_from_message(channel: str, event_id: int, message: str) -> Pairs:
    """Return the fields that a rendered message names without doubt; none for a message not known.

    >>> fields_from_message("System", 7036, "The Spooler service entered the stopped state.")
    [('param1', 'Spooler'), ('param2', 'stopped')]
    """
    if fold(channel) == _SYSMON:
        return list(_sysmon_fields(message))
    if frame := _frames().get((fold(channel), event_id)):
        return frame.fields(message)
    if labels := _labels().get((fold(channel), event_id)):
        return [pair for pair in _labelled(labels, message) if pair[1] is not None]
    return []


def provider_named(shown: str) -> str:
    """Return the provider's own name for the one that a rendered event shows."""
    names: dict[str, str] = _content()["providers"]
    return names.get(shown, shown)


def channel_of_provider(provider: str) -> str | None:
    """Return the channel that a provider always writes to, or None where it could be several."""
    channels: dict[str, str] = _content()["channels"]
    return channels.get(provider)


def _content() -> dict[str, Any]:
    loaded: dict[str, Any] = content.load_yaml("classic_labels.yml")
    return loaded


def _header(body: str) -> tuple[dict[str, str], str]:
    """Split the ``Name=value`` lines from the message; the first value of a name counts."""
    header: dict[str, str] = {}
    position = 0
    while position < len(body):
        stop = body.find("\n", position)
        stop = len(body) if stop < 0 else stop
        match = _HEADER_LINE.fullmatch(body[position:stop].rstrip("\r"))
        if match is not None and match[1] == "Message":
            return header, body[body.index("=", position) + 1 :].rstrip("\r\n")
        if match is not None:
            header.setdefault(match[1], match[2])
        position = stop + 1
    return header, ""


def _envelope(header: dict[str, str]) -> tuple[dict[str, str], Pairs]:
    system = {
        "Computer": header.get("ComputerName", ""),
        "Provider_Name": provider_named(header.get("SourceName", "")),
        "Security_UserID": header["Sid"] if header.get("Sid", "").startswith("S-1-") else "",
    }
    used = {"EventCode", "RecordNumber", "ComputerName", "SourceName"}
    data: Pairs = []
    for name, value in header.items():
        if name in _RENDERED:
            data += [(_RENDERED[name], part) for part in value.split(", ") if part]
        elif name not in used and value != system["Security_UserID"]:
            data.append((f"System_{name}", value))
    return {name: value for name, value in system.items() if value}, data


def _small_integer(text: str) -> int | None:
    fits = text.isascii() and text.isdigit() and len(text) < 11 and int(text) < _INT32
    return int(text) if fits else None


def _record_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _sysmon_fields(message: str) -> Iterator[tuple[str, str]]:
    """Yield the ``Name: value`` lines; a line that names no Sysmon field goes on with the one before."""
    known = datasets()["windows.sysmon"].columns
    name, parts = "", [""]
    for line in message.splitlines(keepends=True):
        match = _SYSMON_LINE.match(line)
        if match is not None and fold(match[1]) in known:
            if name:
                yield name, _sysmon_value(name, "".join(parts))
            name, parts = match[1], [match[2]]
        else:
            parts.append(line)
    if name:
        yield name, _sysmon_value(name, "".join(parts))


def _sysmon_value(name: str, text: str) -> str:
    value = text.rstrip("\r\n")
    if name in _SYSMON_HEX and _HEX.fullmatch(value):
        return value.lower()
    return value_text(value)


Labels = dict[str, dict[str, str]]


@cache
def _labels() -> dict[tuple[str, int], Labels]:
    events = _content()["events"]
    return {
        (fold(channel), number): row
        for channel, rows in events.items()
        for number, row in rows.items()
    }


def _labelled(labels: Labels, message: str) -> Iterator[tuple[str, str]]:
    """Yield the labelled values of a message in sections, in order."""
    long_fields = _content()["long_fields"]
    section, name, parts = "", "", [""]
    for line in message.splitlines(keepends=True):
        place = _place(labels, section, line)
        if place is None and name and (line.strip() or name in long_fields):
            parts.append(line)
            continue
        if name:
            yield from _labelled_value(name, "".join(parts))
        name = ""
        if place is not None:
            section, name, value = place
            parts = [value]
    if name:
        yield from _labelled_value(name, "".join(parts))


def _place(labels: Labels, section: str, line: str) -> tuple[str, str, str] | None:
    """Return the section, field and value that a line begins; None for a line that begins nothing."""
    match = _LABEL.fullmatch(line)
    if match is None:
        return None
    indent, label, value = match.groups()
    if not indent and not value.strip() and label in labels:
        return label, "", ""
    here = labels.get(section, {})
    outside = labels.get("", {})
    if not indent and label in outside:
        return "", outside[label], value
    if label in here:
        return section, here[label], value
    # A known shape of line (an unmapped label with its tabs) ends the value before it.
    return (section, "", "") if indent == "\t" else None


def _labelled_value(name: str, text: str) -> Iterator[tuple[str, str]]:
    value = text.rstrip("\r\n")
    if name in _content()["long_fields"]:
        value = value.rstrip()
    if name.endswith("Sid") or name == "MandatoryLabel":
        sid = value.removeprefix("%{").removesuffix("}")
        known: str | None = sid if sid.startswith("S-1-") else _content()["sids"].get(value.strip())
        if known is not None:  # an account's name where a SID belongs is left to the message
            yield name, known
        return
    if _HEX.fullmatch(value):
        yield name, value.lower()
        return
    values = _content()["values"]
    stored = values.get(name, {}).get(value.strip()) or values["any"].get(value.strip())
    yield name, stored or value_text(value)


@dataclass(frozen=True, slots=True)
class _Frame:
    """A message of fixed literals with values between them."""

    literals: tuple[str, ...]
    slots: tuple[tuple[str, int], ...]
    from_right: int = 0

    def fields(self, message: str) -> Pairs:
        end = "\r\n" if "\r\n" in message else "\n"
        values = self._values(message, [literal.replace("\n", end) for literal in self.literals])
        return [(name, values[number - 1]) for name, number in self.slots] if values else []

    def _values(self, message: str, literals: list[str]) -> list[str]:
        first, *inner, last = literals
        text = message.rstrip("\r\n")
        if not text.startswith(first) or not text.endswith(last.rstrip("\r\n")):
            return []
        text = text[len(first) : len(text) - len(last) if last else None]
        left, right = inner[: len(inner) - self.from_right], inner[len(inner) - self.from_right :]
        head: list[str] = []
        for literal in left:
            value, found, text = text.partition(literal)
            if not found:
                return []
            head.append(value)
        tail: list[str] = []
        # The last literal may have lost its trailing newline with an empty value behind it.
        for literal in reversed(right):
            text, found, value = (text if tail else f"{text}{self._newline(literal)}").rpartition(
                literal
            )
            if not found:
                return []
            tail.append(value.rstrip("\r\n") if not tail else value)
        return [*head, text, *reversed(tail)]

    @staticmethod
    def _newline(literal: str) -> str:
        return "\r\n" if literal.endswith("\r\n") else "\n" if literal.endswith("\n") else ""


@cache
def _frames() -> dict[tuple[str, int], _Frame]:
    return {
        (fold(channel), number): _Frame(
            tuple(row["literals"]),
            tuple((name, place) for name, place in row["fields"]),
            row.get("from_right", 0),
        )
        for channel, rows in _content()["frames"].items()
        for number, row in rows.items()
    }
