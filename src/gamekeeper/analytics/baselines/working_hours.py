"""At which hours a person works.

Finds: a person's account that logs on by hand at a time of day, or on a day off, at which it never did.
Why: whoever uses somebody else's account works at hours of their own.
What is read: logons by hand (4624 at the desk or by Remote Desktop, 21 and 25) of people and administrators,
by four hours of a working day or a weekend, in UTC, learnt for each account: what the organisation calls
its office hours is not asked.
False positives: night shifts that begin, a person on call, holidays, summer time at the border of four
hours (which many begin with at once, and which therefore says little). This actor mostly keeps the office
hours of the victim, so the clock proves nothing either way: it says at most four bits, which are shown under
what is new here and never speak in an incident.
Blind: work at the person's own hours; sessions that were left open.
ATT&CK: T1078.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import HOURS, Baseline, Look, Whose, part
from gamekeeper.analytics.baselines.marks import ADMINISTRATOR, PERSON

_WHEN: Final = (part(HOURS),)

BASELINE: Final = Baseline(
    name="working-hours",
    title="hours at which an account logs on by hand",
    whose=Whose.ACCOUNT,
    key=("hours",),
    looks=(
        Look(
            "windows.security",
            (4624,),
            part("TargetUserName", "account"),
            _WHEN,
            only=(part("LogonType", "by_hand"),),
        ),
        Look("windows.terminalservices", (21, 25), part("User", "account"), _WHEN),
    ),
    attack=("T1078",),
    judges=frozenset((ADMINISTRATOR, PERSON)),
    most_bits=4.0,
)
