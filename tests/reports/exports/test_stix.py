from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from fakes.exports import HOSTILE, kept_ones
from gamekeeper.model.incidents import Disposition, Standing, Version
from gamekeeper.reports.exports import stix
from gamekeeper.reports.exports.base import Asked, Kept

Objects = dict[str, list[dict[str, Any]]]


def bundled(asked: Asked | None = None) -> Objects:
    document = json.loads(stix.export(kept_ones(), asked or Asked()))
    found: Objects = {}
    for one in document["objects"]:
        found.setdefault(one["type"], []).append(one)
    return found


def in_one_form(value: Any) -> Any:
    """Fractions of seconds may be written in several ways."""
    if isinstance(value, dict):
        return {name: in_one_form(item) for name, item in value.items()}
    if isinstance(value, list):
        return [in_one_form(item) for item in value]
    if isinstance(value, str) and re.fullmatch(r"[0-9-]{10}T[0-9:.]+Z", value):
        return datetime.fromisoformat(value)
    return value


def test_an_independent_reader_takes_the_bundle_and_gives_it_back_unchanged() -> None:
    stix2 = pytest.importorskip("stix2")
    text = stix.export(kept_ones(), Asked(organisation="Acme"))
    parsed = stix2.parse(text, allow_custom=False)
    assert in_one_form(json.loads(parsed.serialize())) == in_one_form(json.loads(text))


def test_a_bundle_names_nothing_that_it_does_not_hold() -> None:
    objects = [one for held in bundled().values() for one in held]
    known = {one["id"] for one in objects}
    asked = set()
    for one in objects:
        for name, value in one.items():
            if name.endswith("_ref"):
                asked.add(value)
            elif name.endswith("_refs"):
                asked |= set(value)
    assert asked <= known


def test_a_signal_is_observed_data_and_a_sighting_of_its_technique() -> None:
    found = bundled()
    named = {one["external_references"][0]["external_id"] for one in found["attack-pattern"]}
    assert {"T1003.001", "T1003.003"} <= named
    sighting = next(one for one in found["sighting"] if HOSTILE.split()[0] in one["description"])
    assert len(sighting["observed_data_refs"]) == len(sighting["where_sighted_refs"]) == 1
    assert {one["account_login"] for one in found["user-account"]} >= {"CORP\\ann"}


def test_a_rerun_over_the_same_gives_the_same_bytes() -> None:
    assert stix.export(kept_ones(), Asked()) == stix.export(kept_ones(), Asked())


def test_two_organisations_have_incidents_of_their_own() -> None:
    ids = {bundled(Asked(organisation=name))["incident"][0]["id"] for name in ("Acme", "Other")}
    assert len(ids) == 2


def test_a_decision_is_a_later_version() -> None:
    one = kept_ones()[0]
    said = Disposition("benign", changed_at="2031-01-01T01:00:00+01:00")
    decided = Kept(one.incident, Standing(said, "benign"))
    document = json.loads(stix.export([decided], Asked()))
    incident = next(one for one in document["objects"] if one["type"] == "incident")
    assert incident["modified"] == "2031-01-01T00:00:00.000000Z"
    assert "status:benign" in incident["labels"]


def test_an_incident_keeps_its_beginning_and_moves_on_with_its_case() -> None:
    version = Version("2026-01-01T00:00:00.000000Z", "2026-02-01T00:00:00.001000Z")
    one = kept_ones()[0]
    document = json.loads(stix.export([replace(one, version=version)], Asked()))
    kinds = {"incident", "note", "grouping", "observed-data", "sighting", "relationship"}
    own = [one for one in document["objects"] if one["type"] in kinds]
    assert {one["type"] for one in own} == kinds
    assert {(one["created"], one["modified"]) for one in own} == {
        (version.created, version.modified)
    }


def test_what_steps_show_stays_in_the_organisation() -> None:
    found = bundled()
    assert {one["command_line"] for one in found["process"]} == {HOSTILE}
    inside = {"process", "file", "directory", "windows-registry-key", "network-traffic"}
    for tlp in ("clear", "green", "amber"):
        assert not inside & set(bundled(Asked(tlp=tlp)))


def test_a_technique_says_the_same_in_every_bundle_of_one_organisation() -> None:
    whole = {one["id"]: one for one in bundled()["attack-pattern"]}
    for kept in kept_ones():
        document = json.loads(stix.export([kept], Asked()))
        part = {one["id"]: one for one in document["objects"] if one["type"] == "attack-pattern"}
        assert part.items() <= whole.items()
    other = {one["id"] for one in bundled(Asked(organisation="Other"))["attack-pattern"]}
    assert other.isdisjoint(whole)


def test_the_marking_is_what_was_asked_for() -> None:
    (marking,) = bundled(Asked(tlp="red"))["marking-definition"]
    assert marking["name"] == "TLP:RED"
    assert bundled()["marking-definition"][0]["name"] == "TLP:AMBER+STRICT"


def test_no_incidents_are_a_bundle_of_their_absence() -> None:
    stix2 = pytest.importorskip("stix2")
    assert len(stix2.parse(stix.export([], Asked())).objects) == 2
