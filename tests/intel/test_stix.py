"""A bundle is read within limits, and one odd object costs that object only."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.errors import UsageError
from gamekeeper.intel import stix
from gamekeeper.intel.stix import facts_of


def entry(kind: str, number: str, name: Any, **more: Any) -> dict[str, Any]:
    reference = {"source_name": "mitre-attack", "external_id": number}
    return {
        "type": kind,
        "id": f"{kind}--{number}",
        "name": name,
        "external_references": [reference],
        **more,
    }


def edge(start: str, kind: str, end: str, **more: Any) -> dict[str, Any]:
    row = {
        "type": "relationship",
        "relationship_type": kind,
        "source_ref": start,
        "target_ref": end,
    }
    return {**row, **more}


GROUP = entry("intrusion-set", "G0001", "One", aliases=["One", "Uno", 7, ""])
TECHNIQUE = entry("attack-pattern", "T1003.003", "NTDS")
TOOL = entry("tool", "S0001", "Tool", x_mitre_aliases=["Tool", "tool.exe"])
CAMPAIGN = entry("campaign", "C0001", "Raid", first_seen="2020-01-01T00:00:00Z", last_seen="soon")
EDGES = [
    edge(GROUP["id"], "uses", TECHNIQUE["id"]),
    edge(GROUP["id"], "uses", TOOL["id"]),
    edge(CAMPAIGN["id"], "attributed-to", GROUP["id"]),
    edge(CAMPAIGN["id"], "uses", TECHNIQUE["id"]),
]
ALL = [GROUP, TECHNIQUE, TOOL, CAMPAIGN, *EDGES]


def bundle(*rows: Any) -> bytes:
    return json.dumps({"type": "bundle", "objects": list(rows)}).encode()


def test_groups_techniques_software_and_campaigns_are_taken() -> None:
    facts = facts_of(bundle(*ALL), "b").facts
    (group,), (tool,), (campaign,) = facts.groups, facts.software, facts.campaigns
    assert (group.id, group.name, group.aliases) == ("G0001", "One", ("Uno",))
    assert (group.techniques, group.software) == (("T1003.003",), ("S0001",))
    assert (tool.name, tool.aliases, tool.kind) == ("Tool", ("tool.exe",), "tool")
    assert (campaign.groups, campaign.techniques) == (("G0001",), ("T1003.003",))
    assert (campaign.first_seen, campaign.last_seen) == ("2020-01-01", "")


def test_the_order_of_a_bundle_does_not_matter() -> None:
    assert (
        facts_of(bundle(*ALL), "b").facts.groups
        == facts_of(bundle(*reversed(ALL)), "b").facts.groups
    )


def test_the_version_is_that_of_the_collection() -> None:
    collection = {"type": "x-mitre-collection", "x_mitre_version": "19.1"}
    assert facts_of(bundle(*ALL, collection), "b").facts.attack == "19.1"
    assert facts_of(bundle(*ALL), "b").facts.attack == ""
    assert facts_of(bundle(*ALL), "b", version="18.1").facts.attack == "18.1"


def test_techniques_of_v19_are_kept_under_their_numbers_of_v18() -> None:
    newer = entry("attack-pattern", "T1685.005", "Clear Windows Event Logs")
    taken = facts_of(bundle(*ALL, newer, edge(GROUP["id"], "uses", newer["id"])), "b").facts
    assert taken.groups[0].techniques == ("T1003.003", "T1070.001")


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (entry("intrusion-set", "G0002", "Old", revoked=True), "revoked or deprecated"),
        (entry("attack-pattern", "T1004", "Old", x_mitre_deprecated=True), "revoked or deprecated"),
        (entry("intrusion-set", "X1", "Odd"), "without an id of ATT&CK"),
        ({"type": "intrusion-set", "id": 5, "name": "N"}, "without an id of ATT&CK"),
        (entry("intrusion-set", "G0002", 12), "without a usable name"),
        (entry("intrusion-set", "G0002", "x" * 201), "without a usable name"),
        (edge("nowhere", "uses", TECHNIQUE["id"]), "relationships to what is not in the table"),
        (edge(GROUP["id"], "uses", "nowhere"), "relationships to what is not in the table"),
    ],
)
def test_what_cannot_be_used_is_left_out_and_counted(row: dict[str, Any], reason: str) -> None:
    taken = facts_of(bundle(*ALL, row), "b")
    assert dict(taken.left_out) == {reason: 1}
    assert [group.id for group in taken.facts.groups] == ["G0001"]


def test_a_revoked_relationship_says_nothing() -> None:
    taken = facts_of(
        bundle(GROUP, TECHNIQUE, TOOL, EDGES[0], edge(*_ends(EDGES[1]), revoked=True)), "b"
    )
    assert taken.facts.groups[0].software == ()


def _ends(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["source_ref"], row["relationship_type"], row["target_ref"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no JSON"),
        (b"<html>", "no JSON"),
        (b"[" * 100_000, "no JSON"),
        (b"[]", "no STIX bundle"),
        (b'{"type": "bundle"}', "no STIX bundle"),
        (b'{"type": "bundle", "objects": {}}', "no STIX bundle"),
        (bundle(), "names no group"),
        (bundle(GROUP), "names no group"),
        (bundle(1, None, "x"), "names no group"),
    ],
)
def test_what_is_no_bundle_of_attack_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        facts_of(data, "b")


def test_a_bundle_beyond_all_measure_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stix, "OBJECT_LIMIT", 3)
    with pytest.raises(UsageError, match="no ATT&CK bundle is that large"):
        facts_of(bundle(*ALL), "b")


ODD = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from(ALL), st.data())
def test_odd_values_cost_no_more_than_their_object(
    row: dict[str, Any], data: st.DataObject
) -> None:
    key = data.draw(st.sampled_from(sorted(row)))
    odd = {**row, "id": "odd", key: data.draw(ODD)}
    assert "G0001" in {group.id for group in facts_of(bundle(*ALL, odd), "b").facts.groups}
