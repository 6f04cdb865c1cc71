"""What a record held that nothing leads to any more, in one line."""

from __future__ import annotations

from typing import Any, Final

_FIELDS: Final = 4


def told(remains: dict[str, Any]) -> str:
    """Return the line: number, event id, provider and some fields; less where the text is gone.

    >>> told({"record": 7, "code": 4688, "provider": "P", "fields": [["NewProcessName", "x.exe"]]})
    'record 7, 4688 of P (NewProcessName: x.exe)'
    """
    if "code" not in remains:
        return f"record {remains['record']}, whose text cannot be read"
    fields = ", ".join(f"{name}: {value}" for name, value in remains.get("fields", [])[:_FIELDS])
    event = f"record {remains['record']}, {remains['code']} of {remains.get('provider', 'nobody')}"
    return f"{event} ({fields})" if fields else event
