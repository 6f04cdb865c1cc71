"""Rules chosen by what they say of themselves, for lists."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from typing import TYPE_CHECKING

from gamekeeper.model.folding import fold
from gamekeeper.rules.ir import Rule, predicates

if TYPE_CHECKING:
    from gamekeeper.rules.correlation_ir import Correlation
    from gamekeeper.rules.ir import LogSource

_TECHNIQUE = re.compile(r"t[0-9]{4}(?:\.[0-9]{3})?")


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Kinds narrow each other; of several of one kind any will do; none means all."""

    levels: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    logsources: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return any((self.levels, self.statuses, self.tags, self.logsources, self.texts))

    def takes(self, rule: Rule | Correlation) -> bool:
        """Say whether a rule is one of these. A correlation has no log source of its own."""
        return (
            (not self.levels or rule.level in self.levels)
            and (not self.statuses or fold(rule.status) in map(fold, self.statuses))
            and (not self.tags or any(_has_tag(rule, tag) for tag in self.tags))
            and (not self.logsources or (isinstance(rule, Rule) and self._is_of(rule.logsource)))
            and (not self.texts or any(_holds(rule, text) for text in self.texts))
        )

    def _is_of(self, source: LogSource) -> bool:
        return any(_has_names(source, wanted) for wanted in self.logsources)


def _has_tag(rule: Rule | Correlation, wanted: str) -> bool:
    """Compare with wildcards; a bare technique stands for itself and what is below it."""
    patterns = [fold(wanted)]
    if _TECHNIQUE.fullmatch(patterns[0]):
        patterns = [f"attack.{patterns[0]}", f"attack.{patterns[0]}.*"]
    regexes = [re.compile(translate(pattern)) for pattern in patterns]
    return any(regex.match(fold(tag)) for tag in rule.tags for regex in regexes)


def _has_names(source: LogSource, wanted: str) -> bool:
    """Every part of ``windows/process_creation`` has to be one of the source's names."""
    return {fold(part) for part in wanted.split("/") if part} <= {
        source.product,
        source.category,
        source.service,
    }


def _holds(rule: Rule | Correlation, text: str) -> bool:
    wanted = fold(text)
    named = (rule.title, rule.description, rule.id)
    if any(wanted in fold(name) for name in named):
        return True
    if isinstance(rule, Rule):
        asked = [f"{leaf.name}\n{leaf.value}" for leaf in predicates(rule.condition)]
    else:
        asked = [rule.type, *rule.group_by, *rule.fields]
    return any(wanted in fold(one) for one in asked)
