"""Hits and their evidence."""

from __future__ import annotations

from pathlib import Path

from tests.analytics.chains.worlds import (
    body,
    chain,
    event,
    fact,
    file_of,
    hits,
    sorted_facts,
    step,
)

from gamekeeper.analytics.chains.hits import HitMaker, episodes
from gamekeeper.analytics.chains.plan import BoundBody
from gamekeeper.analytics.chains.schema import Fact
from gamekeeper.analytics.chains.walk import windows
from gamekeeper.model.chains import ChainHit


def made(folder: Path, bound: BoundBody, facts: list[Fact]) -> list[ChainHit]:
    file = file_of(folder, sorted_facts(facts))
    return list(HitMaker(chain(bound), bound, file).hits(windows(bound, file)))


def test_windows_close_together_are_one_hit(tmp_path: Path) -> None:
    facts = [fact(step, second + start) for start in (0, 50) for second, step in enumerate("abc")]
    (hit,) = made(tmp_path, body(), facts)
    assert (hit.first_seen, hit.last_seen) == (0, 520_000_000)
    assert hit.windows > 1


def test_windows_far_apart_are_two(tmp_path: Path) -> None:
    facts = [fact(step, second + start) for start in (0, 500) for second, step in enumerate("abc")]
    assert [hit.first_seen for hit in made(tmp_path, body(), facts)] == [0, 5_000_000_000]


def test_windows_of_two_groups_are_two(tmp_path: Path) -> None:
    bound = body(steps="a")
    file = file_of(tmp_path, sorted_facts([fact("a", 1), fact("a", 2, host="other")]))
    assert len(list(episodes(windows(bound, file), 10**9))) == 2


def test_optional_steps_are_told_before_and_behind(tmp_path: Path) -> None:
    bound = body("a and b", steps="abcd", optional="cd")
    facts = [fact("c", 0), fact("a", 50), fact("b", 55), fact("d", 100)]
    (hit,) = made(tmp_path, bound, facts)
    assert [(step.name, step.count) for step in hit.steps] == [(n, 1) for n in "abcd"]
    assert (hit.first_seen, hit.last_seen) == (500_000_000, 550_000_000)


def test_a_hit_begins_where_habits_end(tmp_path: Path) -> None:
    facts = [fact("a", 0), fact("b", 30), fact("c", 40)]
    (hit,) = made(tmp_path, body(habits="a"), facts)
    assert (hit.first_seen, hit.last_seen) == (300_000_000, 400_000_000)
    assert [event.is_habit for step in hit.steps for event in step.events] == [True, False, False]
    (hit,) = made(tmp_path, body(habits="abc"), facts)
    assert hit.first_seen == 0


def test_a_hit_ends_with_the_last_act_that_is_no_habit(tmp_path: Path) -> None:
    facts = [fact("b", 30), fact("c", 40), fact("a", 50)]
    (hit,) = made(tmp_path, body(habits="a"), facts)
    assert (hit.first_seen, hit.last_seen) == (300_000_000, 400_000_000)
    (hit,) = made(tmp_path, body(habits="abc"), facts)
    assert (hit.first_seen, hit.last_seen) == (300_000_000, 500_000_000)


def test_a_missing_step_has_no_events(tmp_path: Path) -> None:
    (hit,) = made(tmp_path, body("a and (b or c)"), [fact("a", 0), fact("c", 1)])
    assert [(step.name, step.count, len(step.events)) for step in hit.steps] == [
        ("a", 1, 1),
        ("b", 0, 0),
        ("c", 1, 1),
    ]


def test_a_flood_of_a_step_is_counted_and_not_listed(tmp_path: Path) -> None:
    facts = [fact("a", 0), *(fact("b", 1 + n / 1000) for n in range(5_000)), fact("c", 9)]
    (hit,) = made(tmp_path, body(), facts)
    assert hit.steps[1].count == 5_000
    assert len(hit.steps[1].events) < 10
    assert hit.steps[1].events[-1].filetime == hit.steps[1].last_seen


def test_what_is_of_another_kind_is_cited_though_a_flood_came_before(tmp_path: Path) -> None:
    text = f"join: [account]\nwithin: 1h\nsteps: {{a: {step(4624)}, b: {step(4634)}}}\n"
    flood = "".join(event(f"{n}s", 4624, host="h", TargetUserName="eve") for n in range(1, 30))
    other = event("20s", 4624, host="elsewhere", TargetUserName="eve")
    (hit,) = hits(tmp_path, text, flood + other + event("40s", 4634, TargetUserName="eve"))
    cited = [one.host for one in hit.steps[0].events]
    assert (cited.count("elsewhere"), len(cited)) == (1, 7)


def test_the_id_of_a_hit_grows_with_new_evidence_and_stays(tmp_path: Path) -> None:
    facts = [fact(step, at) for at, step in enumerate("abc")]
    (before,) = made(tmp_path, body(), facts)
    (after,) = made(tmp_path, body(), [*facts, fact("c", 30), fact("a", 31)])
    assert before.id == after.id


def test_hosts_and_joined_entities_are_told(tmp_path: Path) -> None:
    text = f"join: [host]\nwithin: 1m\nsteps: {{a: {step(4624)}, b: {step(4634)}}}\n"
    (hit,) = hits(tmp_path, text, event("0s", 4624, host="SRV1") + event("1s", 4634, host="srv1"))
    assert hit.joined == (("host", "srv1"),)
    assert hit.hosts == ("SRV1", "srv1")
    assert {event.record_id for step in hit.steps for event in step.events} == {0, 1}


def test_hosts_of_a_flood_are_told_though_its_events_are_not_kept(tmp_path: Path) -> None:
    text = f"join: [account]\nwithin: 1h\nsteps: {{a: {step(4624)}, b: {step(4634)}}}\n"
    flood = "".join(event(f"{n}s", 4624, host=f"h{n}", TargetUserName="eve") for n in range(1, 30))
    (hit,) = hits(tmp_path, text, flood + event("40s", 4634, host="h1", TargetUserName="eve"))
    assert len(hit.hosts) == 29
    assert len([one for step in hit.steps for one in step.events]) < 12
