"""What is said of chains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gamekeeper.model.chains import ChainAccount, ChainEvent, ChainHit, Chains, ChainStep
from gamekeeper.reports import chain_texts

EVENT = ChainEvent("a", 0, 4608, 7, 7, 10, "DC01", "CORP\\anna", "System", 98, "00")
HIT = ChainHit(
    id="1",
    chain="SC-1",
    name="Copy",
    level="high",
    attack=("T1003.003",),
    joined=(("host", "dc01"),),
    hosts=("DC01",),
    accounts=("CORP\\anna",),
    first_seen=133_000_000_000_000_000,
    last_seen=133_000_000_000_000_000,
    windows=1,
    steps=(
        ChainStep("b", "second", 1, 20, 20, events=(EVENT,)),
        ChainStep("a", "first", 1, 10, 10, events=(EVENT,)),
        ChainStep("c", "third"),
    ),
)


@dataclass
class Store:
    """Hits in memory."""

    hits: Sequence[ChainHit]

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[ChainHit]:
        return iter(self.hits)


def found(*hits: ChainHit) -> Chains:
    accounts = (
        ChainAccount("SC-1", "Copy", "high", "found" if hits else "not_found", hits=len(hits)),
        ChainAccount("SC-12", "Two", "high", "cannot_tell", "no VPN logs"),
    )
    return Chains(accounts, Store(hits), is_on=True)


def test_a_sentence_says_what_was_found_and_what_could_not_be() -> None:
    assert chain_texts.sentence(found(HIT)) == (
        "1 chain of 2 kinds looked for was found (SC-1); 1 kind could not have been seen in these logs."
    )
    assert chain_texts.sentence(found()).startswith("None of 2 kinds looked for were found;")


def test_the_gravest_come_first() -> None:
    critical = replace(HIT, id="2", level="critical")
    assert chain_texts.gravest(found(HIT, critical), 1) == (critical,)


def test_steps_are_told_in_order_of_time_without_the_missing() -> None:
    assert [step.name for step in chain_texts.seen(HIT.steps)] == ["a", "b"]


def test_the_terminal_hears_of_chains_only_where_there_are_any() -> None:
    assert list(chain_texts.parts(found())) == []
    (part,) = chain_texts.parts(found(HIT))
    assert part.table is not None
    assert [cell.text for cell in part.table.rows[0]][3:] == [
        "DC01",
        "CORP\\anna",
        "SC-1: Copy",
        "a · b",
    ]


def test_what_is_left_out_is_told() -> None:
    hits = [replace(HIT, id=str(number)) for number in range(chain_texts.ON_PAGE + 5)]
    page = chain_texts.page(found(*hits))
    assert page is not None
    assert page.more == 5
    assert [one.id for one in page.blind] == ["SC-12"]
    (part,) = chain_texts.parts(found(*hits), whole="chains.jsonl holds all")
    assert part.more == f"and {len(hits) - chain_texts.ON_TERMINAL} more: chains.jsonl holds all"


def test_nobody_looked_is_no_part_of_the_page() -> None:
    assert chain_texts.page(Chains()) is None
