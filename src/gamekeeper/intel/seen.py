"""Observations put in the words of the tables: what counts as evidence, each thing once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gamekeeper.intel.facts import Facts, Software, is_technique
from gamekeeper.rules.attack import Attack, in_v18

if TYPE_CHECKING:
    from gamekeeper.intel.procedures import Artefact, Procedure, Procedures
    from gamekeeper.intel.rivals import Rivals, Trait
    from gamekeeper.model.attribution import Observation

_MINUTE: Final = 60_000_000


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

    def __bool__(self) -> bool:
        return bool(self.techniques or self.software or self.traits or self.procedures)


def family(technique: str) -> str:
    """Return the technique that a sub-technique belongs to: one act is often tagged with both."""
    return technique.partition(".")[0]


def gather(
    observations: Sequence[Observation], facts: Facts, procedures: Procedures, rivals: Rivals
) -> Seen:
    """Return what was seen, whatever the order and however often it was seen."""
    tools = _sorted(one.tools for one in observations)
    texts = _sorted(one.texts for one in observations)
    artefacts = procedures.artefacts_in(texts)
    named = {
        name for one in observations for name in (*one.procedures, *procedures.shown_by(one.rules))
    }
    named |= {one.procedure for one in artefacts}
    known = tuple(procedures.by_id[name] for name in sorted(named & set(procedures.by_id)))
    given = [
        *_sorted(one.techniques for one in observations),
        *sorted(named - set(procedures.by_id)),
    ]
    techniques = {in_words_of(name, facts): name for name in given}
    techniques |= {in_words_of(name, facts): name for one in known for name in one.techniques}
    return Seen(
        techniques=tuple(sorted(name for name in techniques if name)),
        unknown=tuple(name for name in given if not in_words_of(name, facts)),
        procedures=known,
        artefacts=artefacts,
        software=_software(tools, facts),
        traits=tuple(_traits(rivals, tools, texts, facts)),
        burst=_burst(observations, rivals, facts),
    )


def in_words_of(technique: str, facts: Facts) -> str:
    """Return a technique's id as the table has it, or "" where it has none."""
    name = technique.strip().upper()
    if not is_technique(name):
        return ""
    older = in_v18(Attack((), (name,))).techniques[0]
    return older if older in facts.techniques else ""


def _sorted(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted({text for part in parts for text in part}))


def _software(tools: tuple[str, ...], facts: Facts) -> tuple[Software, ...]:
    wanted = {tool.strip().casefold() for tool in tools}
    return tuple(
        one
        for one in facts.software
        if wanted & {name.casefold() for name in (one.id, one.name, *one.aliases)}
    )


def _traits(
    rivals: Rivals, tools: tuple[str, ...], texts: tuple[str, ...], facts: Facts
) -> Iterable[tuple[Trait, str]]:
    for trait in rivals.traits:
        shown = (
            text
            for text in trait.found_in(tools, texts)
            if not trait.techniques or in_words_of(text, facts)
        )
        first = next(shown, "")
        if first:
            yield trait, first


def _burst(observations: Sequence[Observation], rivals: Rivals, facts: Facts) -> int:
    """Return the most families of techniques in one stretch of minutes; observations are few."""
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
