"""What all versions of Winlogbeat and of Elastic Agent share: user, event data and user data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.sources.json import flat
from gamekeeper.sources.json.text import audit_keywords, object_of

if TYPE_CHECKING:
    from gamekeeper.sources.json.text import Pairs, Record

_NUMBERED = re.compile(r"param\d{1,3}")
_XML_NAME: Final = "xml_name"  # the name of the element around user data, which is no field


def add_opcode(record: Record, system: dict[str, str], data: Pairs) -> None:
    """Set the opcode behind a standard name, where the provider has a manifest.

    Events of classic providers have no opcode, but are rendered with "Info" all the same.
    """
    column = flat.OPCODE if "Provider_Guid" in system else flat.OPCODE_NAME
    flat.put(system, data, column, record.get("opcode"))


def add_user(record: Record, system: dict[str, str]) -> None:
    """Set the account in whose name the event was written; only its SID is the event's own."""
    user = object_of(record.get("user"))
    flat.put(system, [], flat.USER, user.get("identifier"))


def add_data(record: Record, system: dict[str, str], data: Pairs) -> None:
    """Append event data and user data, and the keywords' mask where their names decide it.

    Data without names arrives as ``param1``, ``param2``, ... A provider without a manifest (so without
    a GUID) names nothing, so there the numbers are Winlogbeat's and the fields are ``Data``.
    """
    fields: Pairs = []
    flat.members(fields, record.get("event_data"))
    if "Provider_Guid" not in system and all(
        _NUMBERED.fullmatch(name) for name, _ in fields if name != "Binary"
    ):
        fields = [(name if name == "Binary" else "Data", value) for name, value in fields]
    data.extend(fields)
    user_data = record.get("user_data")
    if isinstance(user_data, dict):
        user_data = {key: value for key, value in user_data.items() if key != _XML_NAME}
    flat.members(data, user_data)
    if "Keywords" not in system:
        mask = audit_keywords(record.get("keywords"), system.get("Provider_Name"))
        if mask is not None:
            system["Keywords"] = mask
