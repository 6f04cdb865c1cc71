"""The account of every chain: was it found, could it have been, and what was it blind to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.ir import may_hold
from gamekeeper.analytics.chains.placeholders import without_list
from gamekeeper.model.chains import ChainAccount, StepAccount

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gamekeeper.analytics.chains.gather import Left
    from gamekeeper.analytics.chains.plan import BoundBody, ChainPlan
    from gamekeeper.model.findings import RuleAccount

#: What a rule's account says where it cannot have matched.
DEAD: Final = frozenset({"unsupported", "no_such_log", "field_absent"})
#: Reasons that one account tells.
_TOLD: Final = 4


def chain_accounts(
    plan: ChainPlan, accounts: Sequence[RuleAccount], hits: Mapping[str, int], left: Left
) -> tuple[ChainAccount, ...]:
    """Return the account of each chain; ``accounts`` are those of the rules of its steps, in order."""
    judge = _Judge(plan, accounts)
    return tuple(judge.account(place, hits, left) for place in range(len(plan.chains)))


class _Judge:
    def __init__(self, plan: ChainPlan, accounts: Sequence[RuleAccount]) -> None:
        self._plan = plan
        self._accounts = accounts
        self._steps: dict[int, tuple[StepAccount, ...]] = {}
        for bound in plan.bodies:  # parts come before what takes them
            self._steps[bound.number] = tuple(self._of_body(bound))

    def account(self, place: int, hits: Mapping[str, int], left: Left) -> ChainAccount:
        """Return the account of one chain."""
        chain = self._plan.chains[place]
        bodies = [bound for bound in self._plan.bodies if bound.chain == place]
        steps = self._steps[bodies[-1].number]
        found = hits.get(chain.id, 0)
        blind = [step for step in steps if step.status in DEAD]
        reasons = [f"{step.step}: {step.reason}" for step in blind]
        numbers = {bound.number for bound in bodies}
        lost = sorted((why, n) for (number, why), n in left.items() if number in numbers)
        reasons += [f"{n:,} events of its steps {why}" for why, n in lost]
        status = "partial" if blind else "not_found"
        if not self.can_hold(bodies[-1]):
            status = "cannot_tell"
        return ChainAccount(
            id=chain.id,
            name=chain.name,
            level=chain.level,
            status="found" if found else status,
            reason="; ".join(reasons[:_TOLD]),
            hits=found,
            steps=tuple(step for bound in bodies for step in self._steps[bound.number]),
            attack=chain.attack,
            references=chain.references,
            blind_spots=chain.blind_spots,
            look_alikes=chain.look_alikes,
            path=chain.path,
        )

    def can_hold(self, bound: BoundBody) -> bool:
        """Say whether the logs that are there could satisfy a body."""
        steps = zip(bound.body.steps, self._steps[bound.number], strict=True)
        alive = {step.name for step, account in steps if account.status not in DEAD}
        return may_hold(bound.body.condition, alive)

    def _of_body(self, bound: BoundBody) -> Iterator[StepAccount]:
        for role, step in enumerate(bound.body.steps):
            name = ".".join(filter(None, (bound.part, step.name)))
            numbers = self._plan.of_step(bound.number, role)
            if step.selections and not numbers:
                lacks = dict.fromkeys(n for one in step.selections for n in one.placeholders)
                yield StepAccount(name, "unsupported", "; ".join(map(without_list, lacks)))
            elif step.selections:
                yield _of_events(name, [self._accounts[number] for number in numbers])
            else:
                own = self._plan.chains[bound.chain].id
                below = self._plan.body_of(step.chain or own, step.part)
                yield self._of_part(name, below)

    def _of_part(self, name: str, below: BoundBody) -> StepAccount:
        inner = self._steps[below.number]
        dead = [one for one in inner if one.status in DEAD]
        if not self.can_hold(below):
            return StepAccount(name, dead[0].status, f"{dead[0].step}: {dead[0].reason}")
        return StepAccount(
            name,
            "matched" if all(one.matches for one in inner) else "no_match",
            events_evaluated=sum(one.events_evaluated for one in inner),
            hosts_evaluated=max((one.hosts_evaluated for one in inner), default=0),
        )


def _of_events(name: str, accounts: Sequence[RuleAccount]) -> StepAccount:
    """Return the account of a step by those of its selections: any of them will do."""
    alive = [account for account in accounts if account.status not in DEAD]
    best = (alive or list(accounts))[0]
    matches = sum(account.matches for account in accounts)
    return StepAccount(
        step=name,
        status="matched" if matches else best.status,
        reason="" if alive else best.reason,
        events_evaluated=sum(account.events_evaluated for account in accounts),
        matches=matches,
        hosts_evaluated=max(account.hosts_evaluated for account in accounts),
    )
