"""A proposal as a Sigma filter: the file that a person reviews, keeps beside the rules, and can undo."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

import yaml

if TYPE_CHECKING:
    from gamekeeper.rules.ir import LogSource, Rule
    from gamekeeper.tuning.proposing import Selection


@dataclass(frozen=True, slots=True)
class Proof:
    """What a filter did to the labelled logs: matches of its rule before and after."""

    benign_before: int
    benign_after: int
    malicious_before: int
    malicious_after: int
    way: str  # how it was found out, one sentence
    unjudged_before: int = 0  # matches of which nobody has said what they are
    unjudged_after: int = 0

    @property
    def sentences(self) -> str:
        """The proof in words."""
        told = (
            f"Harmless matches: {self.benign_before:,} before, {self.benign_after:,} after. "
            f"Harmful matches: {self.malicious_before:,} before, {self.malicious_after:,} after. "
        )
        if not self.malicious_before:
            told += (
                "The rule has no harmful match in these logs: that none was lost says little here. "
            )
        if self.unjudged_before:
            told += (
                f"Matches that nobody has judged: {self.unjudged_before:,} before, "
                f"{self.unjudged_after:,} after. "
            )
        return told + self.way


def filter_text(rule: Rule, selections: tuple[Selection, ...], proof: Proof | None) -> str:
    """Return the YAML of a filter for one rule; without a proof it is for trying only."""
    named = {f"selection_{n}": _selection(one) for n, one in enumerate(selections, start=1)}
    names = list(named)
    condition = f"not {names[0]}" if len(names) == 1 else "not 1 of selection_*"
    stated: dict[str, Any] = {**named, "condition": condition}
    identity = rule.id.partition("#")[0]
    document = {
        "title": f"Harmless matches of: {rule.title}"[:250],
        "id": str(uuid5(NAMESPACE_URL, f"gamekeeper-filter:{identity}:{stated}")),
        "status": "experimental",
        "description": _description(proof),
        "logsource": _logsource(rule.logsource),
        "filter": {"rules": [identity], **stated},
    }
    return yaml.safe_dump(document, sort_keys=False, allow_unicode=False, width=110)


def _description(proof: Proof | None) -> str:
    head = "Proposed by 'gamekeeper rules tune'; review it before you use it."
    return f"{head} {proof.sentences}" if proof else head


def _selection(selection: Selection) -> dict[str, str]:
    return {condition.key: condition.value for condition in sorted(selection)}


def _logsource(source: LogSource) -> dict[str, str]:
    pairs = {"product": source.product, "category": source.category, "service": source.service}
    return {name: value for name, value in pairs.items() if value}
