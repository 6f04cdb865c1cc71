from __future__ import annotations

import pytest

from gamekeeper.questions.having import having, needed
from gamekeeper.questions.record_fields import RecordFields
from gamekeeper.questions.terms import parse

from .conftest import Made


@pytest.mark.parametrize(
    ("terms", "rows"),
    [
        (["ntdsutil"], [True, True, False]),
        (["NtdsUtil", "ifm"], [True, False, False]),
        (["CommandLine=ntds*"], [True, False, False]),
        (["odd~^NTDS"], [False, True, False]),
        (["EventID=4688"], [True, False, False]),
        (["4688"], [True, False, False]),
        (["CommandLine=NTDSUTIL"], [False, False, False]),
        (["ntdsutil.ifm"], [False, False, False]),
        ([], [True, True, True]),
    ],
)
def test_every_term_has_to_stand_somewhere(terms: list[str], rows: list[bool], made: Made) -> None:
    batch = made(
        {"Channel": "Security", "CommandLine": "ntdsutil IFM", "EventID": 4688},
        {"Channel": "Security", "Odd": ["x", "NTDSUTIL"]},
        {"Channel": "Security"},
    )
    parsed = [parse(term, is_regex=False) for term in terms]
    assert having(RecordFields(batch.table), parsed).tolist() == rows


def test_what_has_to_stand_in_every_event() -> None:
    assert needed([parse("ntdsutil", is_regex=False), parse("4688", is_regex=False)])
    assert needed([parse("4688", is_regex=False)]) is None
    assert needed([]) is None
