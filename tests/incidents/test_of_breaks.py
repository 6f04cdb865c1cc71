from __future__ import annotations

from gamekeeper.incidents.cells import DAY
from gamekeeper.incidents.of_breaks import ACTS, of_breaks
from gamekeeper.incidents.parameters import parameters
from gamekeeper.integrity.registry import CHECKS
from gamekeeper.model.breaks import (
    Anomaly,
    Break,
    Evidence,
    Explanation,
    IntegrityResult,
    Standing,
    Strength,
)
from gamekeeper.model.observations import Observation


def broken(check: str, standing: Standing = Standing.PROVED, **given: object) -> Break:
    plain: dict[str, object] = {
        "check": check,
        "text": "records are missing",
        "tampering": "records removed",
        "strength": Strength.CERTAIN,
        "host": "dc01",
        "channel": "security",
        "start": 100,
        "stop": 200,
        "techniques": ("T1070.001",),
    }
    return Break(Anomaly(**{**plain, **given}), standing, "records removed")  # type: ignore[arg-type]


def observed(*breaks: Break) -> list[Observation]:
    names = {"hosts": {"dc01": "DC01"}, "channels": {"security": "Security"}}
    return list(of_breaks(IntegrityResult(breaks=breaks, **names), parameters()))


def test_what_an_innocent_cause_explains_as_well_is_no_signal() -> None:
    for standing in (Standing.POSSIBLE, Standing.EXPLAINED):
        assert observed(broken("holes", standing)) == []


def test_a_break_says_where_when_and_how_sure() -> None:
    (one,) = observed(broken("holes"))
    assert (one.host, one.title) == ("DC01", "Records removed")
    assert one.text == "Security: records are missing"
    assert (one.first, one.last, one.events) == (100, 200, ())
    assert (one.techniques, one.tactic) == (("T1070.001",), "defense-impairment")
    assert one.because == "proved: no innocent cause fits"


def test_weaker_causes_are_named() -> None:
    one = broken("holes", Standing.LIKELY)
    one = Break(one.anomaly, one.standing, one.cause, (Explanation("reboot", Strength.WEAK),))
    assert observed(one)[0].because == "likely: reboot would explain it less well"


def test_what_a_record_says_happened_is_cited_at_its_time() -> None:
    evidence = (Evidence("1102 says", 3, 512, 7, 150), Evidence("the one before", 3, 256, 6, 90))
    (one,) = observed(broken("clears", evidence=evidence, account="CORP\\ann"))
    assert [(event.source, event.offset) for event in one.events] == [(3, 512)]
    assert (one.first, one.last, one.account) == (150, 150, "CORP\\ann")


def test_what_the_computer_did_itself_counts_for_half() -> None:
    (person,) = observed(broken("clears", account="CORP\\ann"))
    (system,) = observed(broken("clears", account="CORP\\DC01$"))
    assert system.bits == person.bits * parameters().break_by_system


def test_breaks_of_one_channel_on_one_day_see_one_hand() -> None:
    bits = [one.bits for one in observed(broken("hidden_records"), broken("holes"))]
    given = parameters()
    holes = given.bits_of_break("proved", "holes") * given.break_again
    assert bits == [given.bits_of_break("proved", "hidden_records"), holes]


def test_many_equal_breaks_of_a_day_are_one_with_a_count() -> None:
    (one,) = observed(*(broken("holes", start=at, stop=at + 1) for at in range(1, 41)))
    assert one.text == "Security: records are missing (and 39 more of that day)"
    assert (one.first, one.last) == (1, 41)
    assert len(observed(broken("holes"), broken("holes", start=DAY, stop=DAY + 1))) == 2


def test_clears_minutes_apart_are_one_and_clears_an_hour_apart_are_two() -> None:
    minute = 60 * 10_000_000
    clears = [
        broken("clears", evidence=(Evidence("cleared", 3, at, at, at * minute),))
        for at in (61, 1, 2)
    ]
    found = observed(*clears)
    texts = sorted((one.first or 0, one.text.partition("missing")[2]) for one in found)
    assert texts == [(minute, " (and 1 more within minutes)"), (61 * minute, "")]


def test_checks_that_are_named_exist() -> None:
    names = {check.name for check in CHECKS}
    given = parameters().break_bits
    assert names >= ACTS
    assert {check for of in given.values() for check in of} - {"others"} <= names
