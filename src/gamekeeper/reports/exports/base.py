"""What every export of incidents takes and gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.errors import UsageError
from gamekeeper.model.incidents import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gamekeeper.model.incidents import Incident, Version

#: How far a reader may pass something on: the words of the Traffic Light Protocol 2.0, narrowest last.
TLPS: Final = ("clear", "green", "amber", "amber+strict", "red")
#: Who reads.
READERS: Final = ("responder", "executive", "partner")


@dataclass(frozen=True, slots=True)
class Kept:
    """One incident as a case keeps it; ``document`` is its entry of ``incidents.json``.

    ``version`` is None where no case keeps it.
    """

    incident: Incident
    standing: Standing = field(default_factory=Standing)
    document: Mapping[str, Any] = field(default_factory=dict)
    version: Version | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom an export is. ``organisation``: whose logs these are, "" where nobody said."""

    reader: str = "responder"
    tlp: str = ""
    organisation: str = ""

    @property
    def marking(self) -> str:
        """How far this may be passed on.

        >>> Asked().marking, Asked("partner").marking, Asked(tlp="red").marking
        ('amber+strict', 'amber', 'red')
        """
        return self.tlp or ("amber" if self.reader == "partner" else "amber+strict")


#: Turns incidents into the bytes of a file.
Export = Callable[[Sequence[Kept], Asked], bytes]


def checked(asked: Asked) -> Asked:
    """Return the same; a reader or a marking that is none is refused."""
    if asked.reader not in READERS:
        raise UsageError(f"nobody is called {asked.reader!r}: there are {_listed(READERS)}")
    if asked.tlp and asked.tlp not in TLPS:
        raise UsageError(f"TLP knows no {asked.tlp!r}: there are {_listed(TLPS)}")
    return asked


def _listed(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} and {words[-1]}"
