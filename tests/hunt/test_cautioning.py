"""Breaks that concern an incident."""

from __future__ import annotations

from tests.fakes.facts import DAY, HOUR, NEW_YEAR

from gamekeeper.hunt.cautioning import cautioned
from gamekeeper.model.breaks import Anomaly, Break, IntegrityResult, Standing, Strength
from gamekeeper.model.incidents import Benign, Confidence, Incident


def incident(*hosts: str, first: int | None = NEW_YEAR) -> Incident:
    return Incident(
        id="id",
        rank=1,
        score_bits=20.0,
        severity="high",
        headline="what happened",
        confidence=Confidence("likely"),
        first_seen=first,
        last_seen=None if first is None else first + HOUR,
        hosts=hosts,
        accounts=(),
        tactics=(),
        techniques=(),
        steps=(),
        benign=Benign(""),
    )


def cleared(host: str = "dc01", at: int = NEW_YEAR, standing: Standing = Standing.PROVED) -> Break:
    anomaly = Anomaly("clears", "it was cleared", "cleared", Strength.CERTAIN, host=host, stop=at)
    return Break(anomaly, standing, "cleared")


def caveats(one: Incident, *breaks: Break) -> tuple[str, ...]:
    found = IntegrityResult(breaks, hosts={"dc01": "DC01.corp.example"})
    (told,) = cautioned([one], found)
    return told.caveats


def test_a_break_of_one_of_its_hosts_at_its_time_is_told_with_its_verdict() -> None:
    (text,) = caveats(incident("DC01.corp.example"), cleared())
    assert text.startswith("DC01.corp.example: it was cleared (proved);")


def test_other_hosts_other_times_and_what_is_explained_do_not_concern_it() -> None:
    others = (cleared("ws01"), cleared(at=NEW_YEAR + 5 * DAY), cleared(standing=Standing.EXPLAINED))
    assert caveats(incident("dc01"), *others) == ()


def test_an_incident_without_a_time_and_logs_that_nobody_asked_stay_as_they_are() -> None:
    assert caveats(incident("dc01", first=None), cleared()) == ()
    assert cautioned([incident("dc01")], None) == (incident("dc01"),)


def test_many_breaks_are_counted_rather_than_listed() -> None:
    told = caveats(incident("dc01"), *(cleared(at=NEW_YEAR + at) for at in range(9)))
    assert len(told) == 6
    assert told[-1].startswith("and 4 more breaks")
