from __future__ import annotations

import pytest

from gamekeeper.model.incidents import Matched, Said, Step
from gamekeeper.reports.exports.stix_seen import shown_in


def step(**held: str) -> Step:
    matched = tuple(Matched(name, "equals", text, text) for name, text in held.items())
    said = (Said("r", "R", "high", 1.0, matched=matched),)
    return Step(0, "ws1", "ann", "execution", "T1059", "t", ("1:1",), said=said)


def kinds(found: Step) -> list[str]:
    return [one["type"] for one in shown_in(found)]


def test_a_process_has_its_program_and_the_one_that_started_it() -> None:
    found = shown_in(
        step(CommandLine="x /a", Image="C:\\W\\x.exe", ParentProcessName="C:\\W\\cmd.exe")
    )
    process = found[-1]
    by_id = {one["id"]: one for one in found}
    assert process["command_line"] == "x /a"
    assert by_id[process["image_ref"]]["name"] == "x.exe"
    parent = by_id[process["parent_ref"]]
    assert by_id[parent["image_ref"]]["name"] == "cmd.exe"


def test_ids_of_files_are_those_that_everybody_makes() -> None:
    folder, file = shown_in(step(TargetFilename="C:\\Users\\a.dat"))
    stix2 = pytest.importorskip("stix2")
    made = stix2.Directory(path="C:\\Users")
    assert folder["id"] == made.id
    assert file["id"] == stix2.File(name="a.dat", parent_directory_ref=made.id).id


def test_a_connection_needs_an_end() -> None:
    assert kinds(step(DestinationPort="443")) == []
    found = shown_in(step(DestinationIp="198.51.100.7", DestinationPort="443", Protocol="TCP"))
    assert [one["type"] for one in found] == ["ipv4-addr", "network-traffic"]
    assert (found[1]["dst_port"], found[1]["protocols"]) == (443, ["ipv4", "tcp"])


def test_a_key_of_the_registry_is_shown() -> None:
    (key,) = shown_in(step(TargetObject="HKLM\\SOFTWARE\\x"))
    assert key["key"] == "HKEY_LOCAL_MACHINE\\SOFTWARE\\x"


@pytest.mark.parametrize("text", ["x" * 2_000, ""])
def test_what_is_no_path_is_no_file(text: str) -> None:
    assert kinds(step(TargetFilename=text)) == []


def test_a_step_without_evidence_shows_nothing() -> None:
    assert kinds(step()) == []
