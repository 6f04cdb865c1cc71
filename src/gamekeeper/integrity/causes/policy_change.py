"""A change that was planned: a policy of the domain, a roll-out, an installation.

For it: the change was made by SYSTEM, as policies are, or by Windows' own installer; the same came to
other hosts within two hours. Against it: another change by SYSTEM took it back, so policy did not want it.
An intruder who is SYSTEM, or who rolls out a policy, looks the same; that is why this cause never explains
away what is sure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.audit_changes import TAKEN, audit_changes
from gamekeeper.integrity.events import telling
from gamekeeper.integrity.gathering.hours import HOUR
from gamekeeper.integrity.settings_view import INSTALLERS, changes_of
from gamekeeper.model.breaks import Evidence, Explanation, Strength

if TYPE_CHECKING:
    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_SYSTEM: Final = "S-1-5-18"
_ROLLED_OUT_WITHIN: Final = 2 * HOUR
#: Other hosts with the same change that make a roll-out.
_HOSTS: Final = 2


class PolicyChange:
    """Weighs it."""

    name = "policy change"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Look for who made the change, and where else it was made."""
        if anomaly.start is None or not anomaly.evidence:
            return None
        look = _of_setting if anomaly.check == "log_settings" else _of_event
        found = look(anomaly, facts)
        against = _taken_back(anomaly, facts) if anomaly.check == "audit_policy" else ()
        if not found and not against:
            return None
        return Explanation(self.name, Strength.STRONG if found else Strength.NONE, found, against)


def _of_setting(anomaly: Anomaly, facts: Facts) -> tuple[Evidence, ...]:
    changes = changes_of(facts)
    made = anomaly.evidence[0]
    own = next((c for c in changes if (c.source, c.offset) == (made.source, made.offset)), None)
    if own is None:
        return ()
    if own.program in INSTALLERS:
        return (own.evidence(f"made by {own.program}, which installs updates"),)
    others = {
        c.host: c
        for c in changes
        if (c.path, c.value) == (own.path, own.value)
        and c.host != own.host
        and abs(c.filetime - own.filetime) <= _ROLLED_OUT_WITHIN
    }
    return _rolled_out([c.evidence("the same on another host") for _, c in sorted(others.items())])


def _of_event(anomaly: Anomaly, facts: Facts) -> tuple[Evidence, ...]:
    events, made = telling(facts), anomaly.evidence[0]
    near = events.between(anomaly.host, made.filetime or 0, made.filetime or 0)
    own = next((e for e in near if (e.source, e.offset) == (made.source, made.offset)), None)
    if own is None:
        return ()
    if own.fields.get("SubjectUserSid") == _SYSTEM:
        return (own.evidence("made by SYSTEM, as policies are"),)
    return _rolled_out(_elsewhere(events.hosts, own, facts))


def _elsewhere(hosts: list[str], own: TellingEvent, facts: Facts) -> list[Evidence]:
    found = []
    for host in hosts:
        start, stop = own.filetime - _ROLLED_OUT_WITHIN, own.filetime + _ROLLED_OUT_WITHIN
        near = telling(facts).between(host, start, stop) if host != own.host else []
        same = [e for e in near if (e.provider, e.code) == (own.provider, own.code)]
        same = [e for e in same if _is_same(e, own)]
        found += [e.evidence("the same on another host") for e in same[:1]]
    return found


def _is_same(one: TellingEvent, other: TellingEvent) -> bool:
    names = ("SubcategoryGuid", "AuditPolicyChanges", "ConfigurationFileHash", "State", "New Value")
    return all(one.fields.get(name) == other.fields.get(name) for name in names)


def _rolled_out(others: list[Evidence]) -> tuple[Evidence, ...]:
    return tuple(others[:5]) if len(others) >= _HOSTS else ()


def _taken_back(anomaly: Anomaly, facts: Facts) -> tuple[Evidence, ...]:
    for change in audit_changes(facts).get(anomaly.host, ()):
        gives = change.codes & set(TAKEN.values())
        if change.event.filetime > (anomaly.start or 0) and gives and change.subject == _SYSTEM:
            return (change.event.evidence("SYSTEM gave auditing back: policy wants it on"),)
    return ()
