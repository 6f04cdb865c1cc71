"""Incidents from medium on get claims; a name only where the rule of naming allows one."""

from __future__ import annotations

from dataclasses import replace

from gamekeeper.hunt.attributing import attributed
from gamekeeper.intel.library import Library, shipped
from gamekeeper.model.incidents import Benign, Confidence, Incident, Said, Step

HELD = Library(shipped(), "shipped")
STEP = Step(
    time=None,
    host="dc01",
    account="x",
    tactic="credential-access",
    technique="T1003.003",
    text="ntdsutil wrote media",
    event_ids=("0:512",),
    said=(Said("035210f2-71cb-45bc-b814-9425b159b3a0", "Copy", "high", 9.0),),
    techniques=("T1003.003",),
)
INCIDENT = Incident(
    id="a",
    rank=1,
    score_bits=20.0,
    severity="high",
    headline="",
    confidence=Confidence("likely"),
    first_seen=None,
    last_seen=None,
    hosts=("dc01",),
    accounts=(),
    tactics=(),
    techniques=(),
    steps=(STEP,),
    benign=Benign(""),
)


def test_an_incident_gets_claims_and_mostly_no_name() -> None:
    (told,) = attributed([INCIDENT], HELD)
    assert told.attribution[0].name == "no group is named"
    assert not any("(G1" in claim.text for claim in told.attribution)


def test_what_few_share_is_told_with_claims_and_disputes() -> None:
    texts = (
        "netsh portproxy",
        r"C:\Windows\System32\rult3uil.log",
        "ronf.exe a x",
        r"C:\Users\Public\Appfile\x",
    )
    steps = tuple(replace(STEP, text=text) for text in texts)
    (told,) = attributed([replace(INCIDENT, steps=steps)], HELD)
    names = {claim.name for claim in told.attribution}
    assert told.attribution[0].text.startswith("Consistent with Volt Typhoon (G1017;")
    assert {"claimed by others", "disputed by others"} <= names


def test_an_incident_of_low_severity_gets_none() -> None:
    low = replace(INCIDENT, severity="low")
    assert next(one.attribution for one in attributed([low, INCIDENT], HELD)) == ()
    assert attributed([low], HELD) == (low,)


def test_a_table_that_could_not_be_read_is_told() -> None:
    (told,) = attributed([INCIDENT], replace(HELD, remark="not used: damaged"))
    assert told.attribution[-1].text == "not used: damaged"
