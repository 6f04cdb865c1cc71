"""Prior times evidence, dependence discounted."""

from __future__ import annotations

import pytest

from gamekeeper.intel.attribution import tables_of
from gamekeeper.intel.library import shipped
from gamekeeper.intel.likelihood import candidates
from gamekeeper.intel.seen import gather
from gamekeeper.model.attribution import Candidate, Observation

TABLES = tables_of(shipped())


def found(**seen: tuple[str, ...]) -> dict[str, Candidate]:
    gathered = gather([Observation(**seen)], shipped(), TABLES.procedures, TABLES.rivals)
    return {one.id: one for one in candidates(gathered, TABLES)}


def test_parent_and_child_are_one_act() -> None:
    both = found(techniques=("T1003", "T1003.003"))["G1017"]
    apart = [found(techniques=(one,))["G1017"].bits for one in ("T1003", "T1003.003")]
    weighty, light = sorted(apart, key=abs, reverse=True)
    assert both.bits == pytest.approx(weighty + light / 2)


def test_daily_work_is_one_family_for_administrators() -> None:
    three = found(techniques=("T1082", "T1016", "T1057"))["administrator"].bits
    assert three == pytest.approx(1 + 1 / 2 + 1 / 3)


def test_the_unknown_intruder_is_the_measure() -> None:
    unknown = found(techniques=("T1082", "T1003.003"), procedures=("VT-CA-01",))["unknown"]
    assert (unknown.bits, unknown.reasons) == (0, ())


def test_a_procedure_speaks_for_its_group_half_as_much_for_a_copy_and_against_administrators() -> (
    None
):
    held = found(procedures=("VT-C2-01",))
    bits = {
        name: next(r.bits for r in held[name].reasons if r.id == "VT-C2-01")
        for name in ("G1017", "red team", "administrator")
    }
    assert bits["G1017"] == 2 * bits["red team"] > 0 > bits["administrator"]
    assert not any(r.id == "VT-C2-01" for r in held["G0007"].reasons)


def test_a_published_name_weighs_more_than_the_procedure_alone() -> None:
    plain = found(procedures=("VT-CA-09",))["G1017"]
    named = found(texts=(r"C:\Windows\Temp\vmware-vhost.dmp",))["G1017"]
    assert named.bits > plain.bits
    assert named.reasons[0].kind == "artefact"
    assert "vmware-vhost.dmp" in named.reasons[0].text


def test_malware_of_one_group_speaks_for_it() -> None:
    reasons = found(tools=("VersaMem",))["G1017"].reasons
    assert [(one.kind, one.id, one.distinctive) for one in reasons] == [("software", "S1154", True)]


def test_tools_of_everybody_move_no_group() -> None:
    held = found(tools=("PsExec", "Cobalt Strike"))
    assert {one.bits for one in held.values() if one.id.startswith("G")} == {0}


def test_the_likeliest_comes_first_and_ties_are_settled_by_number() -> None:
    order = [(-one.probability, one.id) for one in found(techniques=("T1082",)).values()]
    assert order == sorted(order)
