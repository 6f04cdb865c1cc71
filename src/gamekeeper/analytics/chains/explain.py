"""A chain in words: its steps, what they have in common, which logs show them, and what it does not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.analytics.chains.ir import HOUR, Order, StepIs
from gamekeeper.analytics.chains.stating import span_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.analytics.chains.ir import Body, Chain, Step, Term
    from gamekeeper.analytics.chains.needs import ChainNeeds, Need, StepNeeds


def lines_of(chain: Chain, needs: ChainNeeds) -> Iterator[str]:
    """Yield a chain for people."""
    yield f"{chain.id}: {chain.name} ({chain.level})"
    yield ""
    yield chain.description
    yield ""
    yield f"ATT&CK:      {', '.join(chain.attack)}"
    yield f"references:  {'; '.join(chain.references)}"
    yield ""
    yield from _body(chain, "", chain.body, needs)
    for title, texts in (
        ("It does not see:", chain.blind_spots),
        ("What looks like it:", chain.look_alikes),
    ):
        yield ""
        yield title
        yield from (f"  - {text}" for text in texts)


def _body(chain: Chain, indent: str, body: Body, needs: ChainNeeds) -> Iterator[str]:
    joined = f"the same {' and '.join(body.join)}" if body.join else "anywhere"
    order = ", in this order" if body.order is Order.LISTED else ""
    yield f"{indent}within {span_text(body.within_s)}, {joined}{order}:"
    for step, need in zip(body.steps, needs.steps, strict=True):
        yield f"{indent}  {step.name}{_asked(step)}: {step.text}"
        yield from (f"{indent}      {_log(log)}" for log in need.logs)
        yield from (f"{indent}      no log here: {reason}" for reason in dict.fromkeys(need.unread))
        yield from (f"{indent}      left out: {reason}" for reason in dict.fromkeys(need.listless))
        yield from _inside(chain, indent, step, need)
    yield f"{indent}found where: {condition_text(body.condition)}"


def _inside(chain: Chain, indent: str, step: Step, need: StepNeeds) -> Iterator[str]:
    if step.chain:
        yield f"{indent}      chain {step.chain}"
    elif need.inner is not None:
        yield from _body(chain, f"{indent}      ", dict(chain.parts)[step.part], need.inner)


def _asked(step: Step) -> str:
    said = []
    if step.is_optional:
        said.append("optional")
    if step.is_habit:
        said.append("a habit, no part of the story")
    if step.is_absent:
        said.append("must not happen in between")
    count = step.count
    if count.apart_s:
        said.append(f"twice, at least {span_text(count.apart_s)} apart")
    elif count.of:
        what = "hours of the clock" if count.of == HOUR else f"values of {count.of}"
        said.append(f"at least {count.at_least} different {what}")
    elif count.at_least > 1:
        said.append(f"at least {count.at_least} times")
    if step.first_ever is not None:
        first = step.first_ever
        known = f" for this {' and '.join(first.known)}" if first.known else ""
        new = " and ".join(first.new) if set(first.new) != set(first.known) else "event"
        since = f" since {first.since}" if first.since else ""
        logs = f"{span_text(first.history_s)} of logs{since}"
        history = f", in at least {logs}" if first.history_s else ""
        said.append(f"first-ever {new}{known}{history}")
    return f" ({'; '.join(said)})" if said else ""


def _log(need: Need) -> str:
    ids = ", ".join(map(str, need.event_ids)) or "any event"
    where = f" in {', '.join(need.channels)}" if need.channels else ""
    fields = ", ".join(dict.fromkeys((*need.condition_fields, *need.entity_fields)))
    return f"{need.dataset}{where}: {ids}" + (f" with {fields}" if fields else "")


def condition_text(term: Term, *, is_inner: bool = False) -> str:
    """Return a condition as a person writes it.

    >>> from gamekeeper.analytics.chains.ir import AtLeast, StepIs
    >>> condition_text(AtLeast(2, (StepIs("a"), AtLeast(1, (StepIs("b"), StepIs("c"))))))
    'a and (b or c)'
    """
    if isinstance(term, StepIs):
        return term.step
    number, terms = term.number, term.terms
    if number in {1, len(terms)}:
        word = " and " if number == len(terms) else " or "
        text = word.join(condition_text(one, is_inner=True) for one in terms)
        return f"({text})" if is_inner and len(terms) > 1 else text
    return f"{number} of ({', '.join(condition_text(one) for one in terms)})"


def as_json(chain: Chain, needs: ChainNeeds) -> dict[str, object]:
    """Return a chain for scripts."""
    return {
        "id": chain.id,
        "name": chain.name,
        "description": chain.description,
        "level": chain.level,
        "attack": chain.attack,
        "references": chain.references,
        "behaviours": chain.behaviours,
        "blind_spots": chain.blind_spots,
        "look_alikes": chain.look_alikes,
        "path": chain.path,
        **_body_json(chain.body, needs),
    }


def _body_json(body: Body, needs: ChainNeeds) -> dict[str, object]:
    return {
        "join": body.join,
        "within_s": body.within_s,
        "order": body.order.value,
        "condition": condition_text(body.condition),
        "steps": [
            _step_json(step, need) for step, need in zip(body.steps, needs.steps, strict=True)
        ],
    }


def _step_json(step: Step, need: StepNeeds) -> dict[str, object]:
    return {
        "name": step.name,
        "text": step.text,
        "required": need.is_required,
        "optional": step.is_optional,
        "absent": step.is_absent,
        "habit": step.is_habit,
        "chain": step.chain,
        "part": step.part,
        "logs": [
            {
                "dataset": log.dataset,
                "channels": log.channels,
                "event_ids": log.event_ids,
                "condition_fields": log.condition_fields,
                "entity_fields": log.entity_fields,
            }
            for log in need.logs
        ],
        "unread": need.unread,
        "listless": need.listless,
        **({"inner": _body_json(need.inner.body, need.inner)} if need.inner else {}),
    }
