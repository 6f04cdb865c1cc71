from __future__ import annotations

from gamekeeper.incidents.parameters import parameters
from gamekeeper.incidents.scoring import gravest, gravity, score, severity, sure


def of(by_technique: dict[str, list[float]], tactics: int = 1, worth: int | None = None) -> float:
    return score(by_technique, tactics, worth, parameters())


def test_a_hundred_light_signals_of_one_technique_are_no_grave_one() -> None:
    assert of({"T1033": [2.0] * 100}) < of({"T1003": [7.0]}) / 4


def test_progress_over_tactics_raises_a_score() -> None:
    assert of({"T1003": [8.0], "T1090": [8.0]}, 2) > of({"T1003": [8.0], "T1090": [8.0]}, 1)


def test_the_gravest_host_counts() -> None:
    assert of({"T1003": [8.0]}, 1, 5) > of({"T1003": [8.0]}) > of({"T1003": [8.0]}, 1, 1)
    assert gravest([None, 2, 5]) == 5
    assert gravest([None]) is None


def test_one_high_rule_alone_is_no_incident_on_a_single_day() -> None:
    assert severity(of({"T1003": [7.0]}), parameters()) == ""


def test_words_follow_scores() -> None:
    bits = [bits for _, bits in parameters().severity]
    assert bits == sorted(bits, reverse=True)
    assert [severity(one, parameters()) for one in bits] == ["critical", "high", "medium", "low"]
    assert len({sure(word) for word, _ in parameters().severity}) == 4


def test_a_grave_chain_makes_an_incident_grave_but_makes_none() -> None:
    given = parameters()
    assert [severity(6.0, given, [level]) for level in ("critical", "high", "medium")] == [
        "high",
        "medium",
        "low",
    ]
    assert severity(50.0, given, ["high"]) == "critical"
    assert severity(5.0, given, ["critical"]) == ""
    order = sorted(["low", "critical", "medium"], key=lambda word: gravity(word, given))
    assert order == ["critical", "medium", "low"]
