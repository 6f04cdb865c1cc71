"""The names of hosts and accounts that the logs of a hunt know: what shapes of matches are told without."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gamekeeper.model.folding import fold
from gamekeeper.model.names import Names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gamekeeper.model.traces import TraceStore

#: Columns of traces that name accounts, machines' own ones among them, and hosts that may write no logs.
_ACCOUNTS: Final = ("user", "subject")
_HOSTS: Final = ("source_host",)
#: Names of each kind that are used; a hostile log may invent them without end.
_LIMIT: Final = 65_536
_ADDRESS: Final = re.compile(r"[0-9.]+|.*:.*", re.DOTALL)
#: What Windows itself has on every host is written alike everywhere.
_EVERYWHERE: Final = re.compile(
    "system|local service|network service|anonymous logon|local system|localhost"
    "|(?:dwm|umfd)-[0-9]+|s-1-[0-9-]+"
)


def names_of(hosts: Iterable[str], traces: TraceStore) -> Names:
    """Return the names of hosts that wrote logs, and of all that traces name.

    Of more than ``_LIMIT`` of a kind those that sort first are known: the same in whatever order they come.
    """
    found: dict[str, set[str]] = {name: set() for name in (*_HOSTS, *_ACCOUNTS)}
    for batch in traces.batches(tuple(found)):
        for name, texts in found.items():
            texts.update(filter(None, batch.column(name).unique().to_pylist()))
    accounts = {_account(text) for name in _ACCOUNTS for text in found[name]}
    named = {fold(text).lstrip("\\") for name in _HOSTS for text in found[name]}
    machines = {name.removesuffix("$") for name in accounts if name.endswith("$")}
    known = {name for name in {*hosts, *named, *machines} if not _ADDRESS.fullmatch(name)}
    return Names(
        _first({name.partition(".")[0] for name in known}),
        _first({name for name in accounts if not name.endswith("$")}),
    )


def _account(text: str) -> str:
    """Return an account without its domain.

    >>> _account("CORP\\\\Anna"), _account("anna@corp.example")
    ('anna', 'anna')
    """
    return fold(text).rpartition("\\")[2].partition("@")[0]


def _first(names: set[str]) -> frozenset[str]:
    usable = (name for name in names if len(name) > 1 and not _EVERYWHERE.fullmatch(name))
    return frozenset(sorted(usable)[:_LIMIT])
