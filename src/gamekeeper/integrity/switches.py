"""Parts of the logging that can be switched off, and how breaks about them are told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gamekeeper.model.breaks import Anomaly

if TYPE_CHECKING:
    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.model.breaks import Strength


@dataclass(frozen=True, slots=True)
class Switch:
    """One part of the logging; ``channel`` is what falls silent, wherever the switch is recorded."""

    check: str
    tampering: str
    channel: str
    innocent: tuple[str, ...]

    def anomaly(self, event: TellingEvent, text: str, strength: Strength, stop: int) -> Anomaly:
        """Return what an event says of the switch; ``stop``: until when it was off."""
        return Anomaly(
            check=self.check,
            text=text,
            tampering=self.tampering,
            strength=strength,
            host=event.host,
            channel=self.channel,
            start=event.filetime,
            stop=stop,
            source=event.source,
            evidence=(event.evidence(f"{event.code}: {text}"),),
            innocent=self.innocent,
            techniques=("T1562.001",),
        )
