from __future__ import annotations

from dataclasses import replace

from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.incidents.of_chains import HITS, of_chains
from gamekeeper.incidents.parameters import parameters
from gamekeeper.model.chains import ChainEvent, ChainHit, ChainStep
from gamekeeper.model.incidents import SignalKind

EVENT = ChainEvent("opened", 0, 512, 1, 1, 100, "DC01", "ann", "Application", 216, "ab" * 16)
HIT = ChainHit(
    id="1",
    chain="SC-1",
    name="Copy of the directory",
    level="critical",
    attack=("T1003.003", "T1006"),
    joined=(("host", "dc01"),),
    hosts=("DC01", "DC02"),
    accounts=("ann",),
    first_seen=100,
    last_seen=300,
    windows=2,
    steps=(
        ChainStep("opened", "it was opened", 2, 100, 200, events=(EVENT, replace(EVENT, offset=9))),
        ChainStep("made", "it was made", 0, is_optional=True),
        ChainStep(
            "asked",
            "it was asked for",
            1,
            300,
            300,
            events=(replace(EVENT, filetime=50, host="DC02", fingerprint="cd" * 16),),
        ),
    ),
    notes=("few days of logs",),
)


def test_a_hit_says_what_its_steps_say_and_cites_their_events() -> None:
    (one,) = of_chains([HIT], parameters())
    assert (one.kind, one.by, one.host, one.account) == (SignalKind.CHAIN, "SC-1", "DC02", "ann")
    assert one.bits == parameters().chain_bits["critical"]
    assert one.text == "Copy of the directory: it was opened; it was asked for"
    assert one.because == ("2 of 3 steps, complete 2 times, joined by host dc01; few days of logs")
    assert [event.text for event in one.events] == ["it was opened", "", "it was asked for"]
    assert one.events[0].fingerprint == bytes.fromhex("ab" * 16)


def test_of_many_events_of_a_step_one_of_each_host_is_cited() -> None:
    many = tuple(replace(EVENT, filetime=at, offset=at) for at in range(20))
    elsewhere = replace(EVENT, filetime=20, offset=20, host="JUMP01")
    hit = replace(HIT, steps=(replace(HIT.steps[0], events=(*many, elsewhere)),))
    (one,) = of_chains([hit], parameters())
    assert [event.offset for event in one.events] == [0, 1, 2, 3, 4, 20]


def test_a_flood_of_hits_on_one_host_is_bounded() -> None:
    hits = [replace(HIT, id=str(at), first_seen=at) for at in range(HITS + 50)]
    assert len(list(of_chains(hits, parameters()))) == HITS


def test_every_chain_that_comes_along_has_a_weight_and_a_tactic() -> None:
    given = parameters()
    for chain in load_chains((BUILTIN,)):
        assert given.chain_bits[chain.level] > 0
        assert given.tactic_of(chain.attack[0]), chain.id


def test_habits_are_no_part_of_the_story() -> None:
    habit = replace(EVENT, is_habit=True, filetime=1, host="DC09")
    steps = (replace(HIT.steps[0], events=(habit,)), *HIT.steps[1:])
    (one,) = of_chains([replace(HIT, steps=steps)], parameters())
    assert (one.host, [event.text for event in one.events]) == ("DC02", ["it was asked for"])
