"""Observations put in the words of the tables: what counts as evidence, each thing once, with its events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.intel.facts import Facts, Software, is_technique
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from gamekeeper.intel.procedures import Artefact, Procedure, Procedures
    from gamekeeper.intel.rivals import Rivals, Trait
    from gamekeeper.model.attribution import Observation

_MINUTE: Final = 60_000_000
#: Events that are kept for one thing that was seen: enough to look it up, whatever its number.
EVENTS: Final = 20


@dataclass(frozen=True, slots=True)
class Seen:
    """The evidence of all observations together, sorted."""

    techniques: tuple[str, ...]  # v18, in the table
    unknown: tuple[str, ...]  # as they were given
    procedures: tuple[Procedure, ...]
    artefacts: tuple[Artefact, ...]
    software: tuple[Software, ...]
    traits: tuple[tuple[Trait, str], ...]  # with the text that shows it
    burst: int  # families of techniques, daily ones apart, within minutes
    events: tuple[tuple[str, tuple[str, ...]], ...]  # id of what was seen -> ids of events

    def __bool__(self) -> bool:
        return bool(self.techniques or self.software or self.traits or self.procedures)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The tables in whose words observations are put."""

    facts: Facts
    procedures: Procedures
    rivals: Rivals


@dataclass(frozen=True, slots=True)
class _Part:
    """What one observation shows."""

    techniques: frozenset[str]
    unknown: frozenset[str]
    procedures: frozenset[str]
    artefacts: tuple[Artefact, ...]
    software: tuple[Software, ...]
    traits: tuple[tuple[Trait, str], ...]

    def ids(self) -> Iterator[str]:
        """Yield the ids under which reasons speak of it."""
        yield from self.techniques
        yield from self.procedures
        yield from (one.id for one in self.software)
        yield from (one.id for one, _ in self.traits)


def family(technique: str) -> str:
    """Return the technique that a sub-technique belongs to: one act is often tagged with both."""
    return technique.partition(".")[0]


def gather(
    observations: Sequence[Observation], facts: Facts, procedures: Procedures, rivals: Rivals
) -> Seen:
    """Return what was seen, whatever the order and however often it was seen."""
    words = Lexicon(facts, procedures, rivals)
    parts = [_part(one, words) for one in observations]  # steps of an incident: few
    named = {name for part in parts for name in part.procedures}
    traits = sorted(
        {pair for part in parts for pair in part.traits}, key=lambda pair: (pair[0].id, pair[1])
    )
    first = {trait.id: (trait, text) for trait, text in reversed(traits)}
    return Seen(
        techniques=tuple(sorted({name for part in parts for name in part.techniques})),
        unknown=tuple(sorted({name for part in parts for name in part.unknown})),
        procedures=tuple(procedures.by_id[name] for name in sorted(named)),
        artefacts=_sorted_by_text(one for part in parts for one in part.artefacts),
        software=tuple(
            sorted({one for part in parts for one in part.software}, key=lambda one: one.id)
        ),
        traits=tuple(first[name] for name in sorted(first)),
        burst=_burst(observations, rivals, facts),
        events=_events(observations, parts),
    )


def in_words_of(technique: str, facts: Facts) -> str:
    """Return a technique's id as the table has it, or "" where it has none."""
    name = technique.strip().upper()
    if not is_technique(name):
        return ""
    older = in_v18(Attack((), (name,))).techniques[0]
    return older if older in facts.techniques else ""


def _part(one: Observation, words: Lexicon) -> _Part:
    facts, table = words.facts, words.procedures
    artefacts = table.artefacts_in(one.texts)
    given = {*one.procedures, *table.shown_by(one.rules), *(found.procedure for found in artefacts)}
    known = given & set(table.by_id)
    named = {*one.techniques, *(name for key in known for name in table.by_id[key].techniques)}
    read = {name: in_words_of(name, facts) for name in named}
    return _Part(
        techniques=frozenset(filter(None, read.values())),
        unknown=frozenset(name for name, known_as in read.items() if not known_as)
        | (given - known),
        procedures=frozenset(known),
        artefacts=artefacts,
        software=_software(one.tools, facts.software_names),
        traits=tuple(_traits(one, words)),
    )


def _software(
    tools: Iterable[str], names: Mapping[str, tuple[Software, ...]]
) -> tuple[Software, ...]:
    return tuple(one for tool in tools for one in names.get(tool.strip().casefold(), ()))


def _traits(one: Observation, words: Lexicon) -> Iterator[tuple[Trait, str]]:
    for trait in words.rivals.traits:
        shown = (
            text
            for text in trait.found_in(one.tools, one.texts)
            if not trait.techniques or in_words_of(text, words.facts)
        )
        first = min(shown, default="")
        if first:
            yield trait, first


def _sorted_by_text(artefacts: Iterable[Artefact]) -> tuple[Artefact, ...]:
    return tuple(sorted(set(artefacts), key=lambda one: (one.text, one.procedure)))


def _events(
    observations: Sequence[Observation], parts: Sequence[_Part]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, set[str]] = {}
    for one, part in zip(observations, parts, strict=True):
        for name in part.ids() if one.events else ():
            found.setdefault(name, set()).update(one.events)
    return tuple((name, tuple(sorted(found[name])[:EVENTS])) for name in sorted(found))


def _burst(observations: Sequence[Observation], rivals: Rivals, facts: Facts) -> int:
    """Return the most families of techniques in one stretch of minutes."""
    timed = sorted((one.time, one.techniques) for one in observations if one.time is not None)
    rows = [
        (time, {family(known) for name in names if (known := _unusual(name, rivals, facts))})
        for time, names in timed
    ]
    most, start = 0, 0
    for stop, (time, _) in enumerate(rows):
        while rows[start][0] < time - rivals.burst_minutes * _MINUTE:
            start += 1
        most = max(most, len(set[str]().union(*(names for _, names in rows[start : stop + 1]))))
    return most


def _unusual(technique: str, rivals: Rivals, facts: Facts) -> str:
    known = in_words_of(technique, facts)
    return "" if rivals.is_daily(known) else known
