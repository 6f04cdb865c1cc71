"""Rules on the map of ATT&CK: a layer for the Navigator, by what a hunt's logs let them see.

The map speaks ATT&CK v18; tags of v19 are carried over, and the comments name them.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import UsageError
from gamekeeper.rules.attack import Attack, attack_of, in_v18

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gamekeeper.rules.plan import Plan

#: Statuses of a rule in a hunt's summary that mean: its log and its fields were there.
SEEABLE: Final = frozenset({"matched", "no_match"})
#: Score of a technique by the best of its rules.
SCORES: Final = {"seeable": 100, "partial": 50, "blind": 0}
_COLOURS: Final = {"blind": "#e06666", "partial": "#ffe599", "seeable": "#93c47d"}
_RULES_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Covered:
    """One rule on the map. ``status`` is that of the summary, or ``usable`` or ``unsupported``."""

    id: str
    title: str
    status: str
    techniques: tuple[str, ...]  # as its tags say


def of_plan(plan: Plan) -> list[Covered]:
    """Return the rules of a plan, as far as they can be used at all."""
    found = [
        Covered(
            rule.id,
            rule.title,
            "unsupported" if number in plan.unroutable else "usable",
            attack_of(rule.tags).techniques,
        )
        for number, rule in enumerate(plan.rules.rules)
    ]
    return found + [Covered(s.id, s.title, "unsupported", ()) for s in plan.rules.skipped]


def of_summary(path: Path) -> list[Covered]:
    """Return the rules of a hunt, by its ``summary.json``; raise UsageError where it is none."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["rules"]
        return [_of_row(row) for row in rows]
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(f"{path} is no summary.json of a hunt") from None


def _of_row(row: Mapping[str, Any]) -> Covered:
    techniques = attack_of(map(str, row["tags"])).techniques
    return Covered(str(row["id"]), str(row["title"]), str(row["status"]), techniques)


def hunted(rules: Iterable[Covered], hunt: Iterable[Covered]) -> list[Covered]:
    """Return rules with their status in a hunt; those that took no part in it are ``not_hunted``."""
    statuses = {rule.id: rule.status for rule in hunt}
    return [replace(rule, status=statuses.get(rule.id, "not_hunted")) for rule in rules]


def layer(rules: Iterable[Covered], *, is_hunt: bool) -> dict[str, object]:
    """Return the layer, as the Navigator reads it (layer format 4.5)."""
    by_technique: dict[str, list[Covered]] = defaultdict(list)
    for rule in rules:
        for technique in in_v18(Attack((), rule.techniques)).techniques:
            by_technique[technique].append(rule)
    score = _seen if is_hunt else _counted
    techniques = [score(name, by_technique[name]) for name in sorted(by_technique)]
    return {
        "name": "Gamekeeper: what these logs show"
        if is_hunt
        else "Gamekeeper: what the rules name",
        "versions": {"attack": "18", "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": _DESCRIPTIONS[is_hunt],
        "sorting": 3,
        "hideDisabled": False,
        "techniques": techniques,
        **(_hunt_legend() if is_hunt else _count_legend(techniques)),
    }


_DESCRIPTIONS: Final = {
    True: "100: the log and the fields of at least one rule were there. 50: in part. 0: none could see. "
    "A technique that could be seen and was not found is no proof of absence.",
    False: "Score: rules that can be used. No log was looked at.",
}


def _seen(technique: str, rules: list[Covered]) -> dict[str, object]:
    """Return a technique of a hunt: by the rule that could see most."""
    state = max((_state(rule) for rule in rules), key=SCORES.__getitem__)
    return _technique(technique, SCORES[state], rules)


def _state(rule: Covered) -> str:
    if rule.status in SEEABLE:
        return "seeable"
    return "partial" if rule.status == "partial" else "blind"


def _counted(technique: str, rules: list[Covered]) -> dict[str, object]:
    return _technique(technique, sum(rule.status == "usable" for rule in rules), rules)


def _technique(technique: str, score: int, rules: list[Covered]) -> dict[str, object]:
    return {
        "techniqueID": technique,
        "score": score,
        "enabled": True,
        "showSubtechniques": score > 0,
        "comment": "\n".join(_comment(technique, rules)),
    }


def _comment(technique: str, rules: list[Covered]) -> Iterator[str]:
    newer = {name for rule in rules for name in rule.techniques if _is_newer(name, technique)}
    if newer:
        yield f"in ATT&CK v19: {', '.join(sorted(newer))}"
    by_status: dict[str, list[str]] = defaultdict(list)
    for rule in rules:
        by_status[rule.status].append(rule.title)
    for status, titles in sorted(by_status.items()):
        shown = "; ".join(titles[:_RULES_SHOWN])
        more = f"; and {len(titles) - _RULES_SHOWN} more" if len(titles) > _RULES_SHOWN else ""
        yield f"{status} ({len(titles)}): {shown}{more}"


def _is_newer(name: str, technique: str) -> bool:
    return name != technique and technique in in_v18(Attack((), (name,))).techniques


def _hunt_legend() -> dict[str, object]:
    return {
        "gradient": {"colors": list(_COLOURS.values()), "minValue": 0, "maxValue": 100},
        "legendItems": [{"label": name, "color": colour} for name, colour in _COLOURS.items()],
    }


def _count_legend(techniques: list[dict[str, object]]) -> dict[str, object]:
    most = max((int(str(row["score"])) for row in techniques), default=0)
    colours = ["#ffffff", _COLOURS["seeable"]]
    return {"gradient": {"colors": colours, "minValue": 0, "maxValue": max(most, 1)}}
