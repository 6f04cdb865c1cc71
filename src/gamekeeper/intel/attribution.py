"""Observations in, attribution out: one pure function over the tables, for incidents and for people.

The seam for incidents: ``attribute(observed_in(incident.steps)).claims``, of which each statement is one
claim of the incident.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from gamekeeper.intel.facts import Facts
from gamekeeper.intel.ledger import Ledger, ledger
from gamekeeper.intel.library import Library, library
from gamekeeper.intel.likelihood import Tables, candidates
from gamekeeper.intel.naming import numbers
from gamekeeper.intel.procedures import procedures
from gamekeeper.intel.rivals import rivals
from gamekeeper.intel.seen import gather
from gamekeeper.intel.weights import Weights
from gamekeeper.intel.wording import claims
from gamekeeper.model.attribution import Attribution, Observation


def attribute(
    observations: Sequence[Observation], held: Library | None = None, book: Ledger | None = None
) -> Attribution:
    """Return who what was seen is consistent with; the order of observations does not matter."""
    held = library() if held is None else held
    tables = tables_of(held.facts)
    seen = gather(observations, held.facts, tables.procedures, tables.rivals)
    found = candidates(seen, tables)
    verdict, why = tables.rule.judge(found)
    said = ledger() if book is None else book
    return Attribution(
        verdict=verdict,
        why=why,
        claims=tuple(claims(verdict, why, found, said, tables.rule)),
        candidates=found,
        techniques=seen.techniques,
        unknown=seen.unknown,
        origin=held.origin,
        events=seen.events,
    )


def attribution_of(
    techniques: Iterable[str],
    *,
    rules: Iterable[str] = (),
    tools: Iterable[str] = (),
    texts: Iterable[str] = (),
    held: Library | None = None,
) -> Attribution:
    """Return the same for things that were seen together, without times."""
    seen = Observation(
        techniques=tuple(techniques), rules=tuple(rules), tools=tuple(tools), texts=tuple(texts)
    )
    return attribute([seen], held)


@lru_cache(maxsize=4)  # the table in use, and what tests and benchmarks put beside it
def tables_of(facts: Facts) -> Tables:
    """Return the tables that evidence is held against, for one table of facts."""
    likelihood, rule = numbers()
    return Tables(Weights(facts, likelihood), procedures(), rivals(), rule)
