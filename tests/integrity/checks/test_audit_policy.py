"""Auditing that was switched off."""

from __future__ import annotations

from collections.abc import Iterable

from tests.fakes.facts import HOUR, MINUTE, NEW_YEAR, SECOND, event, facts_of, steady

from gamekeeper.integrity.checks.audit_policy import AuditPolicy
from gamekeeper.model.breaks import Anomaly, Strength
from gamekeeper.model.build import Event

LOGON, PACKET_DROP = "15", "25"


def change(
    time: int,
    codes: str,
    *,
    digits: str = LOGON,
    sid: str = "S-1-5-21-1-2-3-1001",
    code: int = 4719,
) -> Event:
    data = {
        "SubjectUserSid": sid,
        "SubjectUserName": "mallory",
        "SubjectDomainName": "CORP",
        "SubcategoryGuid": f"{{0CCE92{digits}-69AE-11D9-BED3-505054503030}}",
        "AuditPolicyChanges": codes,
    }
    return event(None, NEW_YEAR + time, code, data=data)


def looked(events: Iterable[Event]) -> list[Anomaly]:
    return list(AuditPolicy().look(facts_of([*steady(1, 180), *events])))


def test_what_one_account_takes_at_once_is_one_break_as_long_as_the_log() -> None:
    (found,) = looked([change(0, "%%8448, %%8450"), change(SECOND, "%%8448", digits=PACKET_DROP)])
    assert found.text == (
        "CORP\\mallory switched auditing off: Filtering Platform Packet Drop, Logon"
    )
    assert found.strength is Strength.STRONG
    assert (found.start, found.stop) == (NEW_YEAR, NEW_YEAR + 179 * MINUTE)


def test_what_comes_back_ends_the_break() -> None:
    (found,) = looked([change(0, "%%8448"), change(HOUR, "%%8449")])
    assert found.stop == NEW_YEAR + HOUR


def test_a_policy_that_is_applied_anew_takes_and_gives() -> None:
    assert looked([change(0, "%%8448"), change(MINUTE, "%%8449")]) == []


def test_auditing_that_is_added_is_nothing() -> None:
    assert looked([change(0, "%%8449, %%8451")]) == []


def test_a_loud_subcategory_alone_is_weak() -> None:
    (found,) = looked([change(0, "%%8450", digits=PACKET_DROP)])
    assert found.strength is Strength.WEAK


def test_an_account_that_is_excluded_is_named() -> None:
    (found,) = looked([change(0, "%%8455", code=4912)])
    assert "switched auditing off" in found.text


def test_rendered_texts_say_the_same_as_codes() -> None:
    assert len(looked([change(0, "Success removed, Failure removed")])) == 1
