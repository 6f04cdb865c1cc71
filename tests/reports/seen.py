"""A visibility result as reports take it, with hostile text in every place that a log can reach."""

from __future__ import annotations

from gamekeeper.model.breaks import Evidence
from gamekeeper.model.visibility import (
    Change,
    CheckResult,
    Coverage,
    HostRole,
    Judgement,
    Kept,
    Opened,
    Outcome,
    Reply,
    Ruling,
    Sight,
    Stretch,
    Verdict,
    VisibilityResult,
)

DAY = 864_000_000_000
START = 134_143_776_000_000_000  # 2026-02-01
EVIL = "dc<script>\x1b[2J"
CHANGE = Change("command-line", "put command lines into records", 1, ("reg add x",), "Policies > x")
CHECK = CheckResult(
    "LR-02",
    "command lines are recorded",
    Outcome.WARN,
    f"0 of 1 hosts; not {EVIL}.",
    ("dc01",),
    1,
    (Evidence("event 4688", 0, 4608, None, START),),
    ((EVIL, "0 of 5 events"),),
    CHANGE,
    ("VT-CA-08",),
    ("SC-2",),
)
BLIND = Stretch(("dc01",), START, START + DAY, Sight.BLIND, ("CommandLine is not filled",))
TECHNIQUE = Coverage("T1685.005", "clears logs", (BLIND,), (2, 0, 0), ("T1685.005",))
RULING = Ruling(
    "SC-1",
    "copy",
    "chain",
    Verdict.CANNOT_TELL,
    "no log",
    ("dc01",),
    START,
    START + DAY,
    2,
    ("f1",),
)
SEEN = VisibilityResult(
    hosts=(HostRole("dc01", ("domain controller",), "it gives out tickets", START, START + DAY),),
    first_day=START,
    last_day=START + DAY,
    replies=(Reply("Can we see?", f"No, not on {EVIL}.", Outcome.FAIL),),
    checks=(CHECK,),
    retention=(Kept("dc01", "security", START, START + DAY, 1.0, 9, 5, 540, 20.0, Outcome.FAIL),),
    chains=(Coverage("SC-13", "Versa", (), (0, 0, 0), because="no flows"),),
    techniques=(TECHNIQUE, Coverage("T0802", "plant", (), (0, 0, 1))),
    behaviours=(),
    changes=(Opened(CHANGE, ("dc01",), ("SC-2",), ("VT-CA-08",), 4, 4.0),),
    judgement=Judgement(
        Verdict.CANNOT_TELL,
        f"nothing was found on {EVIL}",
        ("2 questions",),
        (RULING,),
        ((Verdict.CANNOT_TELL, 2), (Verdict.NO_EVIDENCE, 0)),
        (("SC-13", "no flows"),),
    ),
    names={"dc01": EVIL},
)
