"""What the evidence says about who it may have been: observations in, likelihoods and claims out.

A name is never a property of an incident. It stands in a claim, with what speaks for it, who else it may have
been, who says what of that group, and who disputes it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How the question of who it was ends."""

    NAMED = "named"  # one group is more likely than all else, by the rule of naming
    RIVAL = "rival"  # an administrator or an exercise is more likely than all else
    ABSTAINED = "abstained"  # no group is named, and why is said


class Basis(StrEnum):
    """What is known here of how a group works."""

    PROCEDURES = "procedures and techniques"
    TECHNIQUES = "techniques only"
    RIVAL = "rival"


@dataclass(frozen=True, slots=True)
class Observation:
    """Something seen: one step, one finding, or a whole incident. All of it may be empty."""

    techniques: tuple[str, ...] = ()  # ATT&CK ids, v18 or v19
    procedures: tuple[str, ...] = ()  # ids of content/intel/procedures.yml
    rules: tuple[str, ...] = ()  # ids of rules that were true; some show a procedure
    tools: tuple[str, ...] = ()  # names of programs and malware, as rules and people call them
    texts: tuple[str, ...] = ()  # command lines and paths
    time: int | None = None  # microseconds since 1970, UTC
    events: tuple[str, ...] = ()  # ids of the events behind it, as ``source:offset``


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for somebody (bits above 0) or against, compared with an intruder unknown."""

    kind: str  # technique, procedure, artefact, software, trait, copy
    id: str
    text: str
    bits: float
    groups: int  # how many groups of the table are known for it; 0 where that cannot be said
    distinctive: bool
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may have done it. ``bits`` are those of the evidence against an intruder unknown."""

    id: str  # of a group, or the name of a rival
    name: str
    basis: Basis
    prior: float  # probability before the evidence
    bits: float
    probability: float
    reasons: tuple[Reason, ...]  # the weightiest first
    copies: str = ""  # the group that a rival copies
    rival: str = ""  # what sort of rival copies it


class Kind(StrEnum):
    """What a statement is."""

    UNNAMED = "no group is named"
    CONSISTENT = "consistent with"
    ALSO = "also consistent with"
    CLAIMED = "claimed by others"
    DISPUTED = "disputed by others"
    ANSWERED = "on record against a dispute"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence of an attribution, whole in itself; numbers where it weighs somebody."""

    kind: Kind
    text: str
    who: str = ""  # the candidate that it is about: a group's number or a rival
    probability: float | None = None  # of that candidate, as told
    bits: float | None = None  # of its evidence, against an intruder unknown


@dataclass(frozen=True, slots=True)
class Attribution:
    """The answer. ``claims`` is what may be printed; candidates are for whoever asks how it came about."""

    verdict: Verdict
    why: str
    claims: tuple[Statement, ...]
    candidates: tuple[Candidate, ...]  # the likeliest first
    techniques: tuple[str, ...]  # that counted, as v18
    unknown: tuple[str, ...]  # that the table does not have
    origin: str  # which table of facts
    events: tuple[tuple[str, tuple[str, ...]], ...] = ()  # id of a reason -> some of its events
