"""The stage of a hunt that finds chains: rows of all units to hits and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.accounts import chain_accounts
from gamekeeper.analytics.chains.library import BUILTIN, load_chains
from gamekeeper.analytics.chains.placeholders import ACCOUNTS, filled
from gamekeeper.analytics.chains.plan import NO_CHAINS, ChainPlan, plan_chains
from gamekeeper.analytics.chains.reduce import Reducer
from gamekeeper.hunt.stores import DiskHits
from gamekeeper.model.chains import Chains
from gamekeeper.model.context import ACCOUNT_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.analytics.chains.selections import Values
    from gamekeeper.context.accounts import Accounts
    from gamekeeper.hunt.request import Request
    from gamekeeper.hunt.sums import Sums
    from gamekeeper.hunt.workfolder import WorkFolder
    from gamekeeper.model.findings import RuleAccount
    from gamekeeper.rules.plan import Plan


def chains_of(request: Request, accounts: Accounts) -> ChainPlan:
    """Return the chains that a request asks for: without a wish, the built-in ones."""
    if request.no_chains or request.ruleless:
        return NO_CHAINS
    chains = load_chains(request.chains or (BUILTIN,))
    return plan_chains(filled(chains, lists_of(accounts)))


def lists_of(accounts: Accounts) -> Values:
    """Return what lists of accounts say, as values of placeholders: ``%appliance_accounts%``."""
    return tuple((f"{kind}{ACCOUNTS}", accounts.listed(kind)) for kind in ACCOUNT_KINDS)


def find_chains(
    chains: ChainPlan,
    plan: Plan,
    sums: Sums,
    accounts: Sequence[RuleAccount],
    work: WorkFolder,
    *,
    paranoid: bool = False,
) -> Chains:
    """Find the chains in what all units gave; ``accounts`` are those of all rules, steps among them."""
    if not chains.chains:
        return Chains()
    reducer = Reducer(chains, work.folder("runs"), paranoid=paranoid)
    hits = DiskHits(work, reducer.hits(sums.step_runs()))
    steps = accounts[plan.shown : plan.shown + plan.hidden]
    left = sums.steps_left + reducer.left
    return Chains(chain_accounts(chains, steps, reducer.counts, left), hits, is_on=True)
