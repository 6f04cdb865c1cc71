from __future__ import annotations

from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.context import CRITICALITY_NAMES
from gamekeeper.model.findings import LEVELS


def test_every_level_and_every_criticality_has_its_number() -> None:
    assert set(parameters().level_bits) == set(LEVELS)
    assert set(parameters().criticality) == set(CRITICALITY_NAMES)


def test_a_graver_level_says_more() -> None:
    bits = [parameters().level_bits[level] for level in LEVELS]
    assert bits == sorted(bits, reverse=True)


def test_links_are_numbered_from_the_strongest_evidence_on() -> None:
    links = list(parameters().links.values())
    assert [link.number for link in links] == list(range(len(links)))
    assert [link.word for link in links[:3]] == ["chain", "event", "process"]
    assert parameters().light_links <= set(parameters().links)
