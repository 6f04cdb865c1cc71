"""What a technique is worth: more the fewer share it, less the longer the list."""

from __future__ import annotations

from gamekeeper.intel.facts import Campaign, Facts, Group, Software
from gamekeeper.intel.naming import Likelihood
from gamekeeper.intel.rivals import rivals
from gamekeeper.intel.weights import Profile, Weights

TECHNIQUES = {f"T10{n:02}": f"Technique {n}" for n in range(20)}
LONG = tuple(sorted(TECHNIQUES))[:15]
FACTS = Facts(
    "18.1",
    TECHNIQUES,
    (
        Group("G0001", "Short", (), ("T1000", "T1019"), ("S0001", "S0003")),
        Group("G0002", "Long", (), LONG, ("S0002", "S0003")),
        Group("G0003", "Other", (), ("T1000",), ("S0003",)),
        Group("G0004", "Empty", (), (), ()),
    ),
    (
        Software("S0001", "Own", (), "malware"),
        Software("S0002", "Utility", (), "tool"),
        Software("S0003", "Common", (), "malware"),
        Software("S0004", "Renamed", ("cobalt strike",), "malware"),
    ),
    (Campaign("C0001", "Raid", "", "", ("G0003",), ("T1018",), ()),),
)
WEIGHTS = Weights(FACTS, Likelihood(pull=10, trust=0.5, documented=1))


def profile(group: str) -> Profile:
    return next(one for one in WEIGHTS.profiles if one.group.id == group)


def software(number: str) -> Software:
    return next(one for one in FACTS.software if one.id == number)


def test_a_group_is_also_known_for_its_campaigns() -> None:
    assert profile("G0003").techniques == {"T1000", "T1018"}


def test_a_group_of_which_nothing_is_known_is_no_candidate() -> None:
    assert "G0004" not in {one.group.id for one in WEIGHTS.profiles}


def test_what_few_share_is_worth_more() -> None:
    short = profile("G0001")
    assert WEIGHTS.technique(short, "T1019") > WEIGHTS.technique(short, "T1000") > 0


def test_a_long_list_makes_each_entry_worth_less() -> None:
    assert WEIGHTS.technique(profile("G0001"), "T1000") > WEIGHTS.technique(
        profile("G0002"), "T1000"
    )


def test_what_is_not_in_a_list_speaks_against_the_group_and_more_if_the_list_is_long() -> None:
    assert (
        0
        > WEIGHTS.technique(profile("G0001"), "T1017")
        > WEIGHTS.technique(profile("G0002"), "T1017")
    )


def test_trust_scales_every_technique() -> None:
    full = Weights(FACTS, Likelihood(pull=10, trust=1, documented=1))
    assert full.technique(profile("G0001"), "T1019") == 2 * WEIGHTS.technique(
        profile("G0001"), "T1019"
    )


def test_an_exercise_makes_rare_techniques_likelier_and_common_ones_less() -> None:
    assert WEIGHTS.emulated("T1016", 0.5) > 0 > WEIGHTS.emulated("T1000", 0.5)


def test_priors_follow_the_length_of_lists() -> None:
    assert WEIGHTS.priors["G0002"] > WEIGHTS.priors["G0001"] > 0
    assert abs(sum(WEIGHTS.priors.values()) - 1) < 1e-9


def test_own_malware_speaks_for_its_group_alone() -> None:
    assert WEIGHTS.malware(profile("G0001"), software("S0001"), rivals()) > 0
    assert WEIGHTS.malware(profile("G0002"), software("S0001"), rivals()) == 0


def test_what_anybody_has_speaks_for_nobody() -> None:
    held = {one.id for one in FACTS.software if WEIGHTS.is_commodity(one, rivals())}
    assert held == {"S0002", "S0003", "S0004"}
    assert WEIGHTS.malware(profile("G0002"), software("S0002"), rivals()) == 0
