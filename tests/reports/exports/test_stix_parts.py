from __future__ import annotations

from gamekeeper.reports.exports import stix_parts as parts


def test_everything_but_the_marking_is_marked() -> None:
    owner = parts.organisation("Acme")
    marking, one = parts.marked([owner], "amber")
    assert marking["name"] == "TLP:AMBER"
    assert one["object_marking_refs"] == [marking["id"]]


def test_a_host_is_what_its_name_looks_like() -> None:
    kinds = [parts.address_or_name(name)["type"] for name in ("10.0.0.1", "fe80::1", "WS1")]
    assert kinds == ["ipv4-addr", "ipv6-addr", "domain-name"]


def test_a_technique_points_to_attack() -> None:
    one = parts.technique("T1003.003", parts.organisation(""))
    assert one["name"] == "NTDS"
    assert one["external_references"][0]["url"].endswith("/T1003/003/")


def test_a_bundle_holds_each_object_once_and_its_id_follows_its_content() -> None:
    one, other = parts.organisation("a"), parts.organisation("b")
    bundle = parts.bundle([one, other, one])
    assert len(bundle["objects"]) == 2
    assert bundle["id"] == parts.bundle([other, one])["id"] != parts.bundle([one])["id"]
