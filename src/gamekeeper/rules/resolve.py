"""Rules, correlations and filters of all files put together into one set that refers to itself only."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from gamekeeper.errors import RuleError
from gamekeeper.rules.correlation_ir import Alias, Correlation
from gamekeeper.rules.filtering import apply_filters
from gamekeeper.rules.ir import Rule, RuleSet, SkippedRule
from gamekeeper.rules.references import References

if TYPE_CHECKING:
    from gamekeeper.rules.correlation_ir import SigmaFilter

#: Correlations of correlations of correlations: as deep as this.
DEPTH_LIMIT = 20
#: Ways from one correlation down to single rules: each match of those may go them all.
WAYS_LIMIT = 1_000


@dataclass(slots=True)
class Found:
    """What the files hold, by kind, in the order of their paths. Ids are distinct."""

    rules: list[Rule] = field(default_factory=list)
    correlations: list[Correlation] = field(default_factory=list)
    filters: list[SigmaFilter] = field(default_factory=list)
    skipped: list[SkippedRule] = field(default_factory=list)

    def take(self, item: Rule | Correlation | SigmaFilter | SkippedRule) -> None:
        """Put one document where it belongs."""
        if isinstance(item, Rule):
            self.rules.append(item)
        elif isinstance(item, Correlation):
            self.correlations.append(item)
        elif isinstance(item, SkippedRule):
            self.skipped.append(item)
        else:
            self.filters.append(item)


def resolve(found: Found) -> RuleSet:
    """Return the set in which every reference is the id of a rule that is there."""
    rules = list(found.rules)
    references = References(rules, found.correlations, found.skipped)
    applied, unused = apply_filters(rules, found.filters, references)
    usable, refused = _Resolver(found.correlations, references).all()
    silent = _silent(usable)
    return RuleSet(
        tuple(replace(r, reported=False) if r.id in silent else r for r in rules),
        (*found.skipped, *unused, *refused),
        correlations=tuple(replace(c, reported=c.id not in silent) for c in usable),
        filters=tuple(applied),
    )


def _silent(correlations: list[Correlation]) -> set[str]:
    """Return the rules that are only there to be correlated: named, and nowhere with ``generate``."""
    named = {rule for c in correlations for rule in c.rules}
    return named - {rule for c in correlations if c.generate for rule in c.rules}


class _Resolver:
    """Resolves the references of correlations, those that are referred to first."""

    def __init__(self, correlations: list[Correlation], references: References) -> None:
        self._given = {correlation.id: correlation for correlation in correlations}
        self._references = references
        self._usable: dict[str, Correlation] = {}
        self._refused: dict[str, str] = {}
        self._ways: dict[str, int] = {}

    def all(self) -> tuple[list[Correlation], list[SkippedRule]]:
        """Return the usable correlations, each behind those that it names, and the others."""
        for identity in self._given:
            self._visit(identity, ())
        refused = [
            SkippedRule(c.id, c.title, c.path, self._refused[c.id], c.level)
            for c in self._given.values()
            if c.id in self._refused
        ]
        return list(self._usable.values()), refused

    def _visit(self, identity: str, above: tuple[str, ...]) -> None:
        if identity in self._usable or identity in self._refused or identity not in self._given:
            return
        try:
            self._usable[identity] = self._resolved(self._given[identity], (*above, identity))
        except RuleError as error:
            self._refused[identity] = str(error)

    def _resolved(self, given: Correlation, above: tuple[str, ...]) -> Correlation:
        if len(above) > DEPTH_LIMIT:
            raise RuleError(f"correlation: a chain longer than {DEPTH_LIMIT}")
        ids = {ref: self._references.one(ref, given.path) for ref in given.rules}
        for reference, identity in ids.items():
            if identity in above:
                raise RuleError(f"correlation: {reference} refers back to it")
            self._visit(identity, above)
            if identity in self._refused:
                root = self._refused[identity].rpartition(" cannot run: ")[2]
                root = root.removeprefix("correlation: ")
                raise RuleError(f"correlation: {reference} cannot run: {root}")
        rules = tuple(ids[reference] for reference in given.rules)
        self._ways[given.id] = sum(self._ways.get(identity, 1) for identity in rules)
        if self._ways[given.id] > WAYS_LIMIT:
            raise RuleError(f"correlation: it refers to rules in more than {WAYS_LIMIT:,} ways")
        return replace(given, rules=rules, aliases=self._aliases(given, set(rules)))

    def _aliases(self, given: Correlation, rules: set[str]) -> tuple[Alias, ...]:
        resolved = []
        for alias in given.aliases:
            fields = []
            for reference, name in alias.fields:
                identity = self._references.one(reference, given.path)
                if identity not in rules:
                    raise RuleError(
                        f"correlation: the alias {alias.name!r} names {reference}, the rules do not"
                    )
                fields.append((identity, name))
            resolved.append(replace(alias, fields=tuple(fields)))
        return tuple(resolved)
