"""The STIX objects that several exports have in common: marking, identities, techniques, observables."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.incidents.parameters import parameters
from gamekeeper.intel.library import shipped
from gamekeeper.reports.exports.stix_ids import NO_TIME, latest, observable, own_id, stamp
from gamekeeper.rules.attack import Attack, in_v18
from gamekeeper.store.clock import utc

if TYPE_CHECKING:
    from gamekeeper.model.incidents import Step
    from gamekeeper.reports.exports.base import Kept

Object = dict[str, Any]

#: The extension that carries TLP 2.0, and the markings that everybody uses.
_TLP: Final = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d"
_MARKINGS: Final = {
    "clear": "94868c89-83c2-464b-929b-a1a8aa3c8487",
    "green": "bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    "amber": "55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    "amber+strict": "939a9414-2ddd-4d32-a0cd-375ea402b003",
    "red": "e828b379-4e03-4974-9ac4-e53a884c97c1",
}
_MARKED: Final = "2022-10-01T00:00:00.000Z"
_NOBODY: Final = "The organisation whose logs these are"
_IPV4: Final = re.compile(r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}")
_IPV6: Final = re.compile(r"[0-9a-f:.]*:[0-9a-f:.]*", re.IGNORECASE)


def times(kept: Kept) -> dict[str, str]:
    """Return when an incident came to be and last changed: as its case says, else as its events do."""
    if kept.version is not None:
        return asdict(kept.version)
    one, decided = kept.incident, kept.standing.said.changed_at
    created = stamp(one.first_seen, one.last_seen)
    last = stamp(one.last_seen, one.first_seen)
    changed = [created, last, *([utc(decided)] if decided else [])]
    return {"created": created, "modified": latest(changed)}


def marking(tlp: str) -> Object:
    """Return the marking of TLP 2.0."""
    return {
        "type": "marking-definition",
        "spec_version": "2.1",
        "id": f"marking-definition--{_MARKINGS[tlp]}",
        "created": _MARKED,
        "name": f"TLP:{tlp.upper()}",
        "extensions": {_TLP: {"extension_type": "property-extension", "tlp_2_0": tlp}},
    }


def organisation(name: str) -> Object:
    """Return the identity of those who speak."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": own_id("identity", "organisation", name),
        "created": NO_TIME,
        "modified": NO_TIME,
        "name": name or _NOBODY,
        "identity_class": "organization",
    }


def host(name: str, owner: Object) -> Object:
    """Return a computer as an identity, which may be where something was sighted."""
    return {
        "type": "identity",
        "spec_version": "2.1",
        "id": own_id("identity", "host", owner["id"], name.casefold()),
        "created_by_ref": owner["id"],
        "created": NO_TIME,
        "modified": NO_TIME,
        "name": name,
        "identity_class": "system",
    }


def technique_of(step: Step) -> str:
    """Return the main technique of a step as ATT&CK v18 numbers it, which others speak."""
    return in_v18(Attack((), (step.technique,))).techniques[0] if step.technique else ""


def tactic_of(step: Step) -> str:
    """Return the tactic of a step under its name of v18."""
    return in_v18(Attack((step.tactic,), ())).tactics[0] if step.tactic else ""


def technique(number: str, owner: Object) -> Object:
    """Return a technique of ATT&CK; who has ATT&CK's own objects finds it by the number.

    It says the same wherever it stands: which tactic it served is said where it was seen.
    """
    path = number.replace(".", "/")
    found: Object = {
        "type": "attack-pattern",
        "spec_version": "2.1",
        "id": technique_id(number, owner),
        "created_by_ref": owner["id"],
        "created": NO_TIME,
        "modified": NO_TIME,
        "name": technique_name(number),
        "external_references": [
            {
                "source_name": "mitre-attack",
                "external_id": number,
                "url": f"https://attack.mitre.org/techniques/{path}/",
            }
        ],
    }
    tactic = in_v18(Attack((parameters().tactic_of(number),), ())).tactics[0]
    if tactic:
        found["kill_chain_phases"] = [{"kill_chain_name": "mitre-attack", "phase_name": tactic}]
    return found


def technique_id(number: str, owner: Object) -> str:
    """Return the id of a technique as one organisation speaks of it."""
    return own_id("attack-pattern", owner["id"], number)


def technique_name(number: str) -> str:
    """Return what ATT&CK calls a technique, else its number."""
    return shipped().techniques.get(number, number)


def address_or_name(text: str) -> Object:
    """Return a host as an observable."""
    if _IPV4.fullmatch(text):
        return observable("ipv4-addr", value=text)
    if _IPV6.fullmatch(text):
        return observable("ipv6-addr", value=text.lower())
    return observable("domain-name", value=text)


def account(name: str) -> Object:
    r"""Return an account, with its domain where that is known."""
    kind = "windows-domain" if "\\" in name else "windows-local"
    return observable("user-account", account_login=name, account_type=kind)


def marked(objects: list[Object], tlp: str) -> list[Object]:
    """Return objects, each marked but for the marking itself."""
    reference = marking(tlp)
    rest = [
        {**one, "object_marking_refs": [reference["id"]]}
        for one in objects
        if one["type"] not in {"marking-definition", "extension-definition"}
    ]
    free = [one for one in objects if one["type"] == "extension-definition"]
    return [reference, *free, *rest]


def bundle(objects: list[Object]) -> Object:
    """Return objects, each once and in order of type and id, as a bundle."""
    distinct = {one["id"]: one for one in objects}
    ordered = sorted(distinct.values(), key=lambda one: (one["type"], one["id"]))
    names = (f"{one['id']} {one.get('modified', '')}" for one in ordered)
    return {"type": "bundle", "id": own_id("bundle", *names), "objects": ordered}
