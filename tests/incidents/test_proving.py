from __future__ import annotations

from dataclasses import replace

from fakes.incident_worlds import DUMP, NTDS, RELAY, RULES, ListMatches, World
from gamekeeper.incidents.proving import CONDITIONS, STEPS, heaviest, proved
from gamekeeper.model.incidents import Matched, SignalKind, Step

WHY = ["CommandLine|contains: 'lsass'", "EventID: '1'", "keyword: 'x'"]


def world(**given: object) -> World:
    found = World()
    found.process(0, "a.exe", DUMP, pid=1, command_line="a -ma lsass", **{"why": WHY, **given})
    return found


def matched(of: World) -> tuple[Matched, ...]:
    return next(one for one in of.incidents()[0].steps if one.said).said[0].matched


def test_a_step_says_which_conditions_were_true_and_what_the_event_held() -> None:
    assert matched(world()) == (
        Matched("CommandLine", "contains", "lsass", "a -ma lsass"),
        Matched("EventID", "equals", "1"),
        Matched("keyword", "equals", "x"),
    )


def test_each_rule_of_an_event_speaks_for_itself() -> None:
    both = World()
    both.process(0, "a.exe", DUMP, NTDS, pid=1, why=WHY[:1])
    (step,) = both.incidents()[0].steps
    assert [len(said.matched) for said in step.said] == [1, 1]


def test_fields_are_found_whatever_their_case_and_may_hold_several_values() -> None:
    found = matched(world(why=["data: 'x'"], fields={"Data": ["x", "y"]}))
    assert found == (Matched("data", "equals", "x", "x, y"),)


def test_quotes_and_operators_are_those_of_the_rule() -> None:
    found = matched(world(why=["Image|re|cased: '(?:\\\\bx: \"y\")'", "@timestamp|hour|gt: '20'"]))
    assert found[0] == Matched("Image", "re|cased", '(?:\\bx: "y")')
    assert found[1] == Matched("@timestamp", "hour|gt", "20")


def test_what_is_no_condition_on_a_field_is_told_as_it_is() -> None:
    assert matched(world(why=["12 events in 5 minutes"]))[0] == Matched(
        "", "", "12 events in 5 minutes"
    )


def test_long_values_and_lists_are_cut_and_say_so() -> None:
    why = [f"CommandLine|contains: '{'a' * 5000}'"] * 40
    found = matched(world(why=why, fields={"CommandLine": "b" * 9000}))
    assert len(found) == CONDITIONS
    assert found[0].value.endswith("… (4,700 more characters)")
    assert len(found[0].held) < 400


def test_text_that_is_no_unicode_can_still_be_written() -> None:
    (found,) = matched(world(why=[r"Image: '\ud800'"]))
    assert found.value.encode() == rb"\ud800"


def test_only_steps_that_people_read_are_proved() -> None:
    (one,) = world().incidents()
    step = one.steps[0]
    heavy = replace(step, bits=99.0, said=(replace(step.said[0], matched=()),))
    light = replace(heavy, bits=0.1)
    many = replace(one, steps=(light, *(heavy for _ in range(STEPS))))
    (found,) = proved([many], ListMatches(world().matches), RULES)
    assert not found.steps[0].said[0].matched
    assert all(step.said[0].matched for step in found.steps[1:])


def test_the_heaviest_steps_stay_in_the_order_of_the_story() -> None:
    steps = [
        Step(at, "", "", "", "", str(bits), (), bits=bits) for at, bits in enumerate((1, 3, 2))
    ]
    assert [step.text for step in heaviest(steps, 2)] == ["3", "2"]


def test_what_no_rule_spoke_of_is_not_looked_for() -> None:
    seen = World()
    seen.observe(SignalKind.CHAIN, 20, by=RULES[RELAY].id)
    assert [said.matched for one in seen.incidents()[0].steps for said in one.said] == [()]
