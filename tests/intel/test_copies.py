"""Who copies a group is hard to tell from it, and logs alone never make the group likelier than all else."""

from __future__ import annotations

import pytest

from gamekeeper.intel.attribution import attribute
from gamekeeper.intel.copies import copies_of, folded
from gamekeeper.intel.library import Library, shipped
from gamekeeper.intel.procedures import procedures
from gamekeeper.intel.rivals import RED_TEAM, UNKNOWN, rivals
from gamekeeper.model.attribution import Basis, Candidate, Observation, Reason, Verdict

HELD = Library(shipped(), "shipped")


def reason(kind: str, bits: float) -> Reason:
    return Reason(kind, "x", "x", bits, 0, True)


def group(*reasons: Reason) -> Candidate:
    bits = sum(one.bits for one in reasons)
    return Candidate("G1", "One", Basis.PROCEDURES, 0.01, bits, 0.4, reasons)


def bits(found: Candidate, *traits: Reason) -> dict[str, float]:
    return {one.rival: one.bits for one in copies_of(found, traits, rivals())}


def test_a_copy_is_behind_by_the_cap_however_much_was_seen() -> None:
    cap = rivals().copies_cap
    assert bits(group(reason("procedure", 30.0)))[RED_TEAM] == 30.0 - cap
    assert bits(group(reason("artefact", 0.4)))[RED_TEAM] == pytest.approx(0.4 - min(cap, 0.4))


def test_techniques_part_no_copy_and_own_malware_does() -> None:
    assert bits(group(reason("technique", 2.0)))[UNKNOWN] == 2.0
    assert bits(group(reason("technique", 2.0), reason("software", 3.0)))[UNKNOWN] == 2.0


def test_what_speaks_for_an_exercise_speaks_for_its_copy_only() -> None:
    held = bits(group(reason("technique", 2.0)), reason("trait", 8.0))
    assert held == {RED_TEAM: 10.0, UNKNOWN: 2.0}


def test_copies_count_in_with_their_sort_where_no_group_is_told() -> None:
    one = group()
    red = Candidate(RED_TEAM, "a red team", Basis.RIVAL, 0.1, 0.0, 0.3, ())
    copies = [
        Candidate(f"{name} as G1", "", Basis.RIVAL, 0, 0, 0.15, (), "G1", name)
        for name in (RED_TEAM, RED_TEAM)
    ]
    assert [(held.id, held.probability) for held in folded([one, red, *copies])] == [
        (RED_TEAM, pytest.approx(0.6)),
        ("G1", 0.4),
    ]


def test_no_number_of_published_procedures_makes_a_group_likelier_than_all_else() -> None:
    every = [one.id for one in procedures().by_id.values() if one.group == "G1017"]
    answer = attribute([Observation(procedures=tuple(every))], HELD)
    best = answer.candidates[0]
    assert (answer.verdict, best.id) == (Verdict.NAMED, "G1017")
    assert 0.45 < best.probability <= 0.5
    told = [one for one in answer.claims if one.probability is not None]
    assert [one.who for one in told[:3]] == ["G1017", "red team as G1017", "unknown as G1017"]
    assert "a roughly even chance (50%)" in told[0].text


def test_a_sign_of_an_exercise_turns_the_scales() -> None:
    every = [one.id for one in procedures().by_id.values() if one.group == "G1017"]
    seen = Observation(procedures=tuple(every), tools=("Atomic Red Team",))
    assert attribute([seen], HELD).verdict is Verdict.RIVAL


def test_priors_of_all_candidates_add_up_to_one() -> None:
    answer = attribute([Observation(techniques=("T1082",))], HELD)
    assert sum(one.prior for one in answer.candidates) == pytest.approx(1.0)
