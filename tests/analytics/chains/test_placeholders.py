"""Lists that people give, in selections of chains."""

from __future__ import annotations

import pytest

from gamekeeper.analytics.chains.ir import Chain, Selection
from gamekeeper.analytics.chains.parse import parse_chain
from gamekeeper.analytics.chains.placeholders import filled, without_list
from gamekeeper.errors import RuleError
from gamekeeper.rules.ir import Or, predicates

TEXT = """
id: T-1
name: A chain
description: of a test
level: high
join: [account]
within: 1h
condition: a or b
steps:
  a:
    text: one of them
    events:
      - logsource: {product: windows, service: security}
        detection: {s: {EventID: 4624, TargetUserName|expand: '%appliance_accounts%'}, condition: s}
  b:
    text: anything
    events:
      - logsource: {product: windows, service: security}
        detection: {s: {CommandLine: '%appliance_accounts%'}, condition: s}
"""


def read(text: str = TEXT) -> Chain:
    return parse_chain(text.encode(), "t.yml")


def first(chain: Chain) -> Selection:
    return chain.body.step("a").selections[0]


def values(selection: Selection) -> list[tuple[str, str]]:
    found = predicates(selection.condition)
    return [(one.op.value, one.value) for one in found if one.name == "TargetUserName"]


def test_a_selection_without_its_list_means_no_event() -> None:
    one = first(read())
    assert (one.placeholders, one.condition) == (("appliance_accounts",), Or(()))


def test_a_percent_sign_that_nobody_expands_is_text() -> None:
    assert read().body.step("b").selections[0].placeholders == ()


def test_a_list_takes_the_place_of_its_name() -> None:
    (chain,) = filled([read()], (("appliance_accounts", ("kestrel", "m*")), ("x", ("y",))))
    assert first(chain).placeholders == ()
    assert values(first(chain)) == [("equals", "kestrel"), ("startswith", "m")]


def test_each_list_makes_its_own_condition() -> None:
    one, two = (
        filled([read()], (("appliance_accounts", (name,)),))[0] for name in ("kestrel", "merlin")
    )
    assert values(first(one)) != values(first(two))


@pytest.mark.parametrize("lists", [(), (("appliance_accounts", ()),), (("x", ("y",)),)])
def test_without_values_nothing_changes(lists: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
    assert filled([read()], lists) == (read(),)


def test_the_reason_says_what_to_do() -> None:
    assert without_list("appliance_accounts") == (
        "placeholder %appliance_accounts% has no list: name accounts of the kind appliance in one "
        "(--accounts FILE)"
    )


def test_a_log_source_has_to_be_one_with_placeholders_too() -> None:
    with pytest.raises(RuleError, match="logsource"):
        read(TEXT.replace("{product: windows, service: security}", "security", 1))
