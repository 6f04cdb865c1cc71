"""An explanation as lines for people and as JSON for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.authoring.cost import CostClass
from gamekeeper.authoring.tree import as_json as tree_json
from gamekeeper.authoring.tree import lines
from gamekeeper.rules.attack import Attack, attack_of, in_v18

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gamekeeper.authoring.explain import Explanation, Look
    from gamekeeper.rules.ir import LogSource

_COSTS = {
    CostClass.SETTLED: "next to nothing: channel and event id decide it",
    CostClass.WITNESSED: "little: it is judged only where one of these texts is seen",
    CostClass.EVERY_EVENT: "much: it is judged on every event of this log",
}
_WITNESSES_SHOWN = 12


def as_lines(explained: Explanation) -> Iterator[str]:
    """Yield the explanation, a line at a time."""
    rule = explained.rule
    yield rule.title
    yield f"  {rule.id}, level {rule.level}, status {rule.status or 'not stated'}, {rule.path}"
    attack = attack_of(rule.tags)
    if attack.techniques:
        yield f"  ATT&CK {', '.join(attack.techniques)}{_older(attack.techniques)}"
    yield from _indented(rule.description.splitlines())
    yield from ("", f"Condition ({source_name(rule.logsource)})")
    yield from _indented(lines(rule.condition))
    for look in explained.looks:
        yield from ("", f"Looks at {look.log} (dataset {look.route.dataset})")
        yield from _indented(_look(look))
    if explained.unroutable:
        yield from ("", f"Looks nowhere: {explained.unroutable}")
    slow = tuple(f"'{pattern}': {why}" for pattern, why in explained.slow)
    yield from _list("Slow regular expressions", slow)
    yield from _list("False positives", rule.false_positives)
    yield from _list("References", rule.references)


def source_name(source: LogSource) -> str:
    """Return a log source as people write it."""
    return " / ".join(filter(None, (source.product, source.category, source.service))) or "any log"


def _older(techniques: Iterable[str]) -> str:
    old = in_v18(Attack((), tuple(techniques))).techniques
    return f" (in v18: {', '.join(old)})" if set(old) != set(techniques) else ""


def _look(look: Look) -> Iterator[str]:
    for name, reading in look.fields:
        yield f"{name} reads as {reading}"
    yield f"cost: {_COSTS[look.cost.kind]}"
    shown = look.cost.witnesses[:_WITNESSES_SHOWN]
    yield from _indented(shown)
    if len(look.cost.witnesses) > len(shown):
        yield f"  and {len(look.cost.witnesses) - len(shown)} more"
    if look.unknown:
        yield f"not known of this log: {', '.join(look.unknown)}"
    if look.is_blind:
        yield "it cannot be true here, unless the log holds them all the same"


def _list(title: str, rows: tuple[str, ...]) -> Iterator[str]:
    if rows:
        yield from ("", title)
        yield from _indented(rows)


def _indented(rows: Iterable[str]) -> Iterator[str]:
    return (f"  {row}" for row in rows)


def as_json(explained: Explanation) -> dict[str, object]:
    """Return the explanation as one object."""
    rule = explained.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "level": rule.level,
        "status": rule.status,
        "path": rule.path,
        "description": rule.description,
        "logsource": {
            "product": rule.logsource.product,
            "category": rule.logsource.category,
            "service": rule.logsource.service,
        },
        "condition": tree_json(rule.condition),
        "routes": [_look_json(look) for look in explained.looks],
        "unroutable": explained.unroutable,
        "slow_expressions": [{"pattern": p, "reason": why} for p, why in explained.slow],
        "tags": rule.tags,
        "techniques": attack_of(rule.tags).techniques,
        "false_positives": rule.false_positives,
        "references": rule.references,
    }


def _look_json(look: Look) -> dict[str, object]:
    return {
        "log": look.log,
        "dataset": look.route.dataset,
        "channels": look.route.channels,
        "event_ids": look.route.event_ids,
        "fields": dict(look.fields),
        "condition": tree_json(look.condition),
        "cost": look.cost.kind.value,
        "witnesses": look.cost.witnesses,
        "unknown_fields": look.unknown,
        "is_blind": look.is_blind,
    }
