"""Changes of the audit policy as 4719 and 4912 tell them: which subcategory, what was taken away or given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gamekeeper import content
from gamekeeper.integrity.events import telling

if TYPE_CHECKING:
    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts

_GUID: Final = re.compile(r"\{?0cce92([0-9a-f]{2})-69ae-11d9-bed3-505054503030\}?", re.IGNORECASE)
_CODE: Final = re.compile(r"%%(\d+)")
#: Code → rendered text, as exports may show it. The first four are of the machine, the rest of one account.
_CHANGES: Final = {
    8448: "success removed",
    8449: "success added",
    8450: "failure removed",
    8451: "failure added",
    8452: "success include removed",
    8453: "success include added",
    8454: "success exclude removed",
    8455: "success exclude added",
    8456: "failure include removed",
    8457: "failure include added",
    8458: "failure exclude removed",
    8459: "failure exclude added",
}
_BY_TEXT: Final = {text: code for code, text in _CHANGES.items()}
#: What takes records away → what gives them back. An account that is no longer *included* falls back to what
#: the machine audits, so that is not here; one that is *excluded* goes unseen.
TAKEN: Final = {8448: 8449, 8450: 8451, 8455: 8454, 8459: 8458}


@dataclass(frozen=True, slots=True)
class AuditChange:
    """One event of a change. ``whom``: the one account that it is for, "" for the machine."""

    event: TellingEvent
    subcategory: str
    is_telling: bool
    codes: frozenset[int]
    whom: str

    @property
    def subject(self) -> str:
        """SID of who made the change."""
        return self.event.fields.get("SubjectUserSid", "")

    @property
    def who(self) -> str:
        """Who made the change, for people."""
        parts = (self.event.fields.get(f"Subject{p}", "") for p in ("DomainName", "UserName"))
        return "\\".join(part for part in parts if part) or self.subject or "somebody unnamed"

    @property
    def taken(self) -> frozenset[int]:
        """The codes of what was taken away."""
        return self.codes & TAKEN.keys()


@cache
def _subcategories() -> tuple[dict[str, str], frozenset[str]]:
    document = content.load_yaml("integrity/audit_subcategories.yml")
    names = {**document["telling"], **document["other"]}
    return {key.upper(): name for key, name in names.items()}, frozenset(document["telling"])


def audit_changes(facts: Facts) -> dict[str, list[AuditChange]]:
    """Return host → changes in order of time, host by host in order of name."""
    return facts.once("audit changes", _found)


def _found(facts: Facts) -> dict[str, list[AuditChange]]:
    events = telling(facts)
    changes = {
        host: [_change(event) for event in events.of(host, 4719, 4912, channel="Security")]
        for host in events.hosts
    }
    return {host: found for host, found in changes.items() if found}


def _change(event: TellingEvent) -> AuditChange:
    guid = event.fields.get("SubcategoryGuid", "")
    match = _GUID.fullmatch(guid.strip())
    names, telling_ones = _subcategories()
    digits = match[1].upper() if match else ""
    return AuditChange(
        event,
        names.get(digits, event.fields.get("SubcategoryId", guid) or "an unnamed subcategory"),
        digits in telling_ones,
        codes_in(event.fields.get("AuditPolicyChanges", "")),
        event.fields.get("TargetUserSid", "") if event.code == 4912 else "",
    )


def codes_in(text: str) -> frozenset[int]:
    """Return the codes of a change, written as codes or as their English texts.

    >>> sorted(codes_in("%%8448, %%8450")), sorted(codes_in("Success removed, Failure added"))
    ([8448, 8450], [8448, 8451])
    """
    codes = {int(code) for code in _CODE.findall(text)}
    words = (part.strip().lower() for part in text.split(","))
    return frozenset(codes | {_BY_TEXT[word] for word in words if word in _BY_TEXT})
