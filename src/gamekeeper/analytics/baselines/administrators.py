"""Which tools a person uses, above all an administrator.

Finds: an administrator's account that runs a tool which its owner never used, and nobody of his kind.
Why: a stolen account has its owner's rights and not its owner's habits.
False positives: new tools, a colleague's task taken over. An administrator is an account with special
privileges at logon (4672). Where an account comes from is kept in ``logon-edges``.
ATT&CK: T1078, T1059.
"""

from __future__ import annotations

from typing import Final

from gamekeeper.analytics.baselines.base import Baseline, Whose
from gamekeeper.analytics.baselines.marks import ADMINISTRATOR, PERSON
from gamekeeper.analytics.baselines.process_looks import of_accounts

BASELINE: Final = Baseline(
    name="administrators",
    title="a tool of a person",
    whose=Whose.ACCOUNT,
    key=("program",),
    looks=of_accounts(),
    attack=("T1078",),
    judges=frozenset((ADMINISTRATOR, PERSON)),
)
