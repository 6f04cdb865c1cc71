"""Gamekeeper finds intruders who live off the land, in the logs that an organisation already has.

From Python::

    import gamekeeper as gk

    with gk.hunt("logs/") as found:
        for finding in found.findings:
            print(finding.level, finding.host, finding.title)
        table = found.matches_table()   # Arrow

    case = gk.Case.open("C")            # made by ``gamekeeper ingest``
    with case.snapshot() as snapshot:
        for batch in snapshot.batches(gk.Selection(hosts=("dc*",)), columns=("CommandLine",)):
            ...                         # Arrow; snapshot.database() takes SQL

Everything here is imported when it is first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gamekeeper.hunt.api import Hunt as Hunt
    from gamekeeper.hunt.api import hunt as hunt
    from gamekeeper.hunt.api import load_rules as load_rules
    from gamekeeper.hunt.api import match_event as match_event
    from gamekeeper.hunt.api import read_events as read_events
    from gamekeeper.simulate import simulate as simulate
    from gamekeeper.store.case import Case as Case
    from gamekeeper.store.selection import Selection as Selection

__all__ = [
    "Case",
    "Hunt",
    "Selection",
    "hunt",
    "load_rules",
    "match_event",
    "read_events",
    "simulate",
]

_PLACES = {
    "Case": "gamekeeper.store.case:Case",
    "Selection": "gamekeeper.store.selection:Selection",
    "Hunt": "gamekeeper.hunt.api:Hunt",
    "load_rules": "gamekeeper.hunt.api:load_rules",
    "match_event": "gamekeeper.hunt.api:match_event",
    "read_events": "gamekeeper.hunt.api:read_events",
}
#: Rooms whose name is also that of their main function: they can be called.
_VERBS = {
    "hunt": "gamekeeper.hunt.api:hunt",
    "simulate": "gamekeeper.simulate.run:simulate",
}


def _find(place: str) -> object:
    module, _, attribute = place.partition(":")
    found: object = getattr(import_module(module), attribute)
    return found


class _Room(ModuleType):
    """A room that can be called."""

    def __call__(self, *arguments: object, **options: object) -> object:
        function = _find(_VERBS[self.__name__.rpartition(".")[2]])
        assert callable(function)
        return function(*arguments, **options)


class _Package(ModuleType):
    """Makes rooms callable at the moment at which Python attaches them to the package."""

    def __setattr__(self, name: str, value: object) -> None:
        if name in _VERBS and isinstance(value, ModuleType):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    if name in _VERBS:
        return import_module(f"gamekeeper.{name}")
    if name in _PLACES:
        return _find(_PLACES[name])
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
