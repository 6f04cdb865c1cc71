"""Sysmon that was updated or restarted: its service stops, and seconds later it is back.

For, strongly: it came back as another version than the host had before. For, weakly: it came back at once;
who stops it to drop what it holds in memory may do so, too. Against: it came back with other rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.integrity.events import telling
from gamekeeper.integrity.machines import MINUTE
from gamekeeper.model.breaks import Explanation, Strength
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from gamekeeper.integrity.events import TellingEvent
    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly

_SYSMON: Final = "Microsoft-Windows-Sysmon"
_AT_ONCE: Final = 2 * MINUTE
_RULES: Final = "ConfigurationFileHash"


class Update:
    """Weighs it."""

    name = "update"

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Look for the start that follows a stop of the service, and what it was before."""
        stop = anomaly.start
        if stop is None:
            return None
        states = telling(facts).of(anomaly.host, 4, provider=_SYSMON)
        started = [e for e in states if fold(e.fields.get("State", "")) != "stopped"]
        is_stop = any(e.filetime == stop and e not in started for e in states)
        back = next((e for e in started if stop < e.filetime <= stop + _AT_ONCE), None)
        if back is None or not is_stop:
            return None
        other = _other_rules(telling(facts).of(anomaly.host, 16, provider=_SYSMON), stop)
        if other is not None:
            said = other.evidence("16: it came back with other rules than it had")
            return Explanation(self.name, Strength.NONE, speaks_against=(said,))
        version = back.fields.get("Version", "")
        before = [e.fields.get("Version", "") for e in started if e.filetime < stop]
        if version and before and before[-1] and before[-1] != version:
            text = f"4: it came back at once, as version {version} where it was {before[-1]}"
            return Explanation(self.name, Strength.STRONG, (back.evidence(text),))
        return Explanation(self.name, Strength.WEAK, (back.evidence("4: it came back at once"),))


def _other_rules(changes: list[TellingEvent], stop: int) -> TellingEvent | None:
    """Return the record of rules that were loaded right after a stop and differ from those before."""
    named = [e for e in changes if e.fields.get(_RULES)]
    before = [e for e in named if e.filetime < stop]
    after = [e for e in named if stop <= e.filetime <= stop + 2 * _AT_ONCE]
    if before and after and before[-1].fields[_RULES] != after[0].fields[_RULES]:
        return after[0]
    return None
