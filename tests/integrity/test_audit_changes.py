"""Changes of the audit policy."""

from __future__ import annotations

from tests.fakes.facts import NEW_YEAR, event, facts_of

from gamekeeper.integrity.audit_changes import audit_changes, codes_in

GUID = "{0CCE922B-69AE-11D9-BED3-505054503030}"


def test_a_subcategory_is_named_by_its_guid() -> None:
    data = {"SubcategoryGuid": GUID, "AuditPolicyChanges": "%%8448"}
    (found,) = audit_changes(facts_of([event(1, NEW_YEAR, 4719, data=data)]))["dc01"]
    assert (found.subcategory, found.is_telling) == ("Process Creation", True)


def test_an_unknown_guid_stays_what_it_is() -> None:
    data = {"SubcategoryGuid": "{odd}", "AuditPolicyChanges": "%%8448"}
    (found,) = audit_changes(facts_of([event(1, NEW_YEAR, 4719, data=data)]))["dc01"]
    assert (found.subcategory, found.is_telling) == ("{odd}", False)


def test_words_that_are_no_change_are_no_codes() -> None:
    assert codes_in("something else") == frozenset()


def test_a_burst_of_one_moment_without_record_numbers_is_not_one_event() -> None:
    events = [
        event(None, NEW_YEAR, 4719, data={"SubcategoryGuid": GUID.replace("2B", digits)})
        for digits in ("2B", "15", "3F")
    ]
    assert len(audit_changes(facts_of(events))["dc01"]) == 3
