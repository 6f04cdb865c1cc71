"""Observations: what a chain, a break of a log or a baseline says, beside the matches of rules.

Each stands for one signal of an incident. The events that it rests on are cited by place and fingerprint,
so that it links through the processes, sessions, hosts and accounts of these very events.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.model.incidents import SignalKind


@dataclass(frozen=True, slots=True)
class Cited:
    """An event that an observation rests on.

    ``fingerprint`` is the event's, the same in all its copies; empty where only the place is known.

    ``text`` says what the event is, for a story in which no rule speaks of it; without one it is not told.
    """

    source: int
    offset: int
    filetime: int | None
    fingerprint: bytes
    text: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that was seen, in words and in bits, with the events that show it.

    ``first`` and ``last`` (FILETIME) are asked for where no event has a time; ``events`` may be empty where
    the log itself is what was seen.
    """

    kind: SignalKind  # chain, break or anomaly
    by: str  # id of the chain, name of the check, name of the baseline
    title: str  # the same for all that one chain, check or baseline says
    bits: float  # what it says before commonness is taken off
    techniques: tuple[str, ...]  # the main one first; v18 or v19 ids
    tactic: str  # as ``rules.techniques.TACTICS`` spells it, or "" for that of the technique
    host: str  # of the first event, or whose log it is; any spelling
    account: str  # who did it, "" where nobody is known
    shape: str  # equal shapes are one habit, counted as common
    text: str  # one plain sentence for the story, log text in it as it was logged
    because: str  # the comparison set: "seen on 0 of 212 host-days"
    events: tuple[Cited, ...] = ()
    level: str = ""  # as rules have them, where it has one
    first: int | None = None
    last: int | None = None

    @property
    def fingerprint(self) -> bytes:
        """What stays the same over reruns: that of the first event, else a digest of what was seen where.

        >>> from gamekeeper.model.incidents import SignalKind
        >>> one = Observation(SignalKind.BREAK, "holes", "", 9, (), "", "dc01", "", "security", "", "")
        >>> one.fingerprint.hex()
        'aae17e94e1c98f66f635ffa87262a087'
        """
        known = [event for event in self.events if event.fingerprint]
        if known:
            return min(known, key=_when).fingerprint
        parts = (self.kind, self.by, self.host, self.shape, str(self.first), str(self.last))
        said = "\x1f".join(parts).encode("utf-8", "backslashreplace")
        return hashlib.blake2b(said, digest_size=16).digest()


def _when(one: Cited) -> tuple[int, bytes]:
    return (-1 if one.filetime is None else one.filetime), one.fingerprint
