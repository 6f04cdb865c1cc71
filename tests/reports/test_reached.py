from __future__ import annotations

from gamekeeper.model.incidents import Benign, Confidence, Incident, Reached
from gamekeeper.reports import incidents_json, reached

WAY = Reached(
    134_143_776_000_000_000,
    "HIST01",
    "JUMP01",
    "adm",
    "Remote Desktop",
    ("0:1",),
    role="historian",
)


def incident(*ways: Reached) -> Incident:
    return Incident(
        "i",
        1,
        9.0,
        "low",
        "x",
        Confidence("x"),
        None,
        None,
        (),
        (),
        (),
        (),
        (),
        Benign(""),
        reached=ways,
    )


def test_pages_and_documents_say_the_same_of_a_host_that_was_reached() -> None:
    one = incident(WAY)
    line = "2026-02-01 00:00 HIST01 (historian): Remote Desktop from JUMP01 as adm"
    assert reached.of_incident(one) == (line,)
    assert reached.of_document(incidents_json.as_json(one)) == (line,)


def test_documents_of_earlier_versions_have_none() -> None:
    assert reached.of_document({}) == ()
