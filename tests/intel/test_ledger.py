"""Every claim has a holder, a date, a strength and a source; disputes stand beside claims."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from gamekeeper import content
from gamekeeper.errors import ContentError
from gamekeeper.intel.ledger import Ledger, ledger, read_ledger
from gamekeeper.intel.library import shipped
from gamekeeper.intel.procedures import procedures

DOCUMENT: dict[str, Any] = {
    "sources": {"one": {"title": "Report", "by": "Vendor", "date": 2024}},
    "names": [
        {"group": "G0001", "name": "A", "by": "Vendor", "relation": "same", "sources": ["one"]}
    ],
    "apart": [],
    "claims": [
        {
            "group": "G0001",
            "by": "B",
            "date": "2024-02",
            "says": "later",
            "strength": "high",
            "sources": ["one"],
        },
        {
            "group": "G0001",
            "by": "A",
            "date": "2024-01",
            "says": "first",
            "strength": "stated",
            "sources": ["one"],
        },
    ],
    "disputes": [{"group": "G0002", "by": "C", "date": "2025", "says": "no", "sources": ["one"]}],
    "answers": [],
    "open": [],
}


def test_claims_stand_in_order_of_time() -> None:
    assert [one.says for one in read_ledger(DOCUMENT).claims] == ["first", "later"]


def test_what_is_said_of_one_group_is_no_other_groups() -> None:
    book = read_ledger(DOCUMENT)
    assert len(book.of("G0001").claims) == 2
    assert book.of("G0001").disputes == ()
    assert not book.of("G0003")


@pytest.mark.parametrize(
    ("part", "change"),
    [
        ("claims", {"sources": []}),
        ("claims", {"sources": ["nowhere"]}),
        ("claims", {"strength": "sure"}),
        ("claims", {"date": "soon"}),
        ("disputes", {"date": "2025-1"}),
        ("names", {"relation": "brother"}),
    ],
)
def test_a_claim_that_lacks_something_is_refused(part: str, change: dict[str, Any]) -> None:
    document = deepcopy(DOCUMENT)
    document[part][0].update(change)
    with pytest.raises(ContentError, match=r"claims\.yml"):
        read_ledger(document)


def test_the_ledger_that_ships_speaks_of_groups_in_the_table() -> None:
    book: Ledger = ledger()
    everything = (*book.names, *book.apart, *book.claims, *book.disputes, *book.answers, *book.open)
    assert {one.group for one in everything} <= set(shipped().by_id)


def test_the_ledger_that_ships_holds_claims_and_disputes_of_volt_typhoon() -> None:
    book = ledger().of("G1017")
    assert {"VANGUARD PANDA", "BRONZE SILHOUETTE", "Insidious Taurus"} <= {
        one.name for one in book.names
    }
    assert len({one.by for one in book.claims}) >= 8
    assert any("360" in one.by for one in book.disputes)
    assert "VOLTZITE" not in {one.name for one in book.names if one.relation == "same"}


def test_every_source_that_ships_is_cited() -> None:
    book = ledger()
    rows = (*book.names, *book.apart, *book.claims, *book.disputes, *book.answers)
    cited = {source.id for row in rows for source in row.sources}
    cited |= {source for one in procedures().by_id.values() for source in one.sources}
    assert set(content.load_yaml("intel/claims.yml")["sources"]) == cited


def test_a_page_is_an_address() -> None:
    document = deepcopy(DOCUMENT)
    document["sources"]["one"]["url"] = "somewhere"
    with pytest.raises(ContentError, match="stands nowhere"):
        read_ledger(document)


def test_what_is_claimed_or_disputed_of_groups_without_procedures_can_be_looked_up() -> None:
    book, known = ledger(), procedures().groups
    rows = [one for part in ("names", "claims", "disputes") for one in getattr(book, part)]
    others = [one for one in rows if one.group not in known]
    assert len({one.group for one in others}) >= 6
    # A speech and the table of ATT&CK are the only sources whose text nobody read on a page.
    bare = {one.id for row in others for one in row.sources if not (one.url or one.read)}
    assert bare <= {"asio-2025"}


def test_what_is_disputed_stands_beside_its_claims() -> None:
    assert ledger().of("G0065").disputes
    assert "no sign that nobody disputes" in ledger().of("G0046").open[0].says
