from __future__ import annotations

from gamekeeper.incidents.advice import shown_by
from gamekeeper.incidents.behaviours import book
from gamekeeper.incidents.graveness import floors
from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.incidents import Step

COPY = ("T1003.003", "credential-access", 'ntdsutil ifm "create full C:\\x"')
RELAY = ("T1090.001", "command-and-control", "portproxy add v4tov4")
CLEAR = ("T1685.005", "defense-impairment", "wevtutil cl Security")
SHELL = ("T1505.003", "persistence", "a shell")


def of(*seen: tuple[str, str, str], bits: float = 7.0) -> list[str]:
    steps = [
        Step(1, "DC", "C\\eve", tactic, technique, text, ("0:1",), bits=bits)
        for technique, tactic, text in seen
    ]
    return floors(shown_by(steps, book()), parameters().floors)


def test_all_secrets_of_the_domain_are_grave_by_themselves_and_graver_beside_another() -> None:
    assert of(COPY) == ["medium"]
    assert of(COPY, COPY) == ["medium"]
    assert of(COPY, RELAY) == ["high"]


def test_three_grave_behaviours_of_different_tactics_are_grave() -> None:
    assert of(RELAY, CLEAR) == []
    assert of(RELAY, CLEAR, SHELL) == ["medium"]


def test_what_is_common_asks_for_nothing() -> None:
    assert of(COPY, RELAY, CLEAR, bits=3.2) == []
