"""Which things each signal has to do with: keys for the linking, from what was traced of its events."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gamekeeper.context.geoip import public
from gamekeeper.incidents.linking import Keys, Part
from gamekeeper.incidents.lists import Lists
from gamekeeper.incidents.sessions import session_of
from gamekeeper.questions.searches import first_equal, latest, packed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from gamekeeper.incidents.logons import Logons
    from gamekeeper.incidents.parameters import Parameters
    from gamekeeper.incidents.processes import Processes
    from gamekeeper.incidents.tokens import Tokens
    from gamekeeper.incidents.witnesses import Names
    from gamekeeper.questions.searches import Ints, Rows

#: Processes above one that count as its line.
DEPTH: Final = 6
#: Paths of so few characters are drives and roots.
_SHORT: Final = 6
#: How long ago the last network logon of an account may be for an event that names no session.
_SHORTLY: Final = 120 * 10_000_000
_HALF_DAY: Final = 12 * 3600 * 10_000_000
#: Hosts over which a way is followed back.
_HOSTS: Final = 3
_DESKTOP: Final = frozenset({"RemoteInteractive", "CachedRemoteInteractive"})


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of some events, one a row, each standing for a signal; -1 for what is not known."""

    signals: Ints
    hosts: Ints
    accounts: Ints
    sessions: Ints
    subject_sessions: Ints
    source_ips: Ints
    destination_ips: Ints
    times: Ints
    nodes: Ints
    tokens: Ints  # codes into names
    names: Sequence[Tokens]


@dataclass(frozen=True, slots=True)
class Origins:
    """The logon that each event's session began with: a row of ``logons``, or -1."""

    rows: Ints


def origins(facts: Facts, logons: Logons) -> Origins:
    """Return the logons: of the session itself, else the account's last one from elsewhere just before."""
    rows = np.full(len(facts.signals), -1, np.int32)
    keys = packed(logons.hosts, np.maximum(logons.sessions, 0))
    has = np.flatnonzero(logons.sessions >= 0)
    for sessions in (facts.sessions, facts.subject_sessions):
        asked = np.flatnonzero((sessions >= 0) & (rows < 0) & (facts.hosts >= 0))
        at = first_equal(keys[has], packed(facts.hosts[asked], sessions[asked]))
        rows[asked[at >= 0]] = has[at[at >= 0]]
    # Not every event names its session, and not every session's beginning is in a log: then the account's
    # last logon from elsewhere counts, where it was just now or a remote desktop of the same half day.
    desktop = _desktops(logons)
    remote = (logons.accounts >= 0) & ((logons.from_hosts >= 0) | (logons.addresses >= 0))
    for chosen, limit in ((remote, _SHORTLY), (remote & desktop, _HALF_DAY)):
        lost = np.flatnonzero((rows < 0) & (facts.accounts >= 0) & (facts.times >= 0))
        if limit == _SHORTLY:
            lost = lost[facts.sessions[lost] < 0]
        at = _last(logons, np.flatnonzero(chosen), facts, lost, limit)
        rows[lost[at >= 0]] = at[at >= 0]
    return Origins(rows)


def _last(logons: Logons, chosen: Rows, facts: Facts, rows: Rows, limit: int) -> Rows:
    """Return the last of some logons of each event's account on its host, not longer ago than ``limit``."""
    at = latest(
        packed(logons.hosts[chosen], logons.accounts[chosen]),
        logons.times[chosen],
        packed(facts.hosts[rows], facts.accounts[rows]),
        facts.times[rows],
    )
    found = np.where(at >= 0, np.append(chosen, -1)[at], -1)
    late = facts.times[rows] - np.append(logons.times, 0)[found] > limit
    answer: Rows = np.where(late, -1, found)
    return answer


def keys_of(
    facts: Facts,
    came: Origins,
    processes: Processes,
    logons: Logons,
    names: Names,
    parameters: Parameters,
) -> Iterator[list[Keys]]:
    """Yield the keys of all events, those of one kind at once: together they are more than memory wants."""
    maker = _Maker(facts, parameters, names)
    yield maker.processes(processes)
    yield maker.sessions()
    yield [maker.near(), maker.alerts()]
    yield from maker.came_from(came, logons)
    yield from ([part] for part in maker.names())
    yield maker.addresses()


class _Maker:
    def __init__(self, facts: Facts, parameters: Parameters, names: Names) -> None:
        self._facts = facts
        self._parameters = parameters
        self._names = names
        accounts = names.accounts.names()
        stops = [name in parameters.stop_accounts or name.endswith("$") for name in accounts]
        self._is_stop = np.array([*stops, True], bool)
        self._system = np.array([-1, *map(session_of, parameters.stop_sessions)])
        addresses = [_is_outside(name) for name in names.addresses.names()]
        self._is_outside = np.array([*addresses, False], bool)

    def _rows(
        self,
        word: str,
        rows: Rows,
        values: Ints,
        times: Ints | None = None,
        part: Part = Part.SHARES,
    ) -> Keys:
        kind = self._parameters.links[word].number
        when = self._facts.times[rows] if times is None else times
        return Keys(
            np.full(len(rows), kind, np.uint8),
            values.astype(np.int64),
            self._facts.signals[rows],
            when.astype(np.int64),
            np.full(len(rows), part, np.int8),
        )

    def processes(self, processes: Processes) -> list[Keys]:
        """A process, and those above it until one that starts everything."""
        return [
            self._rows("process", rows, keys)
            for rows, keys in processes.lines(self._facts.nodes, DEPTH)
        ]

    def sessions(self) -> list[Keys]:
        """The logon session, and the one that asked for it."""
        facts = self._facts
        found = []
        for sessions in (facts.sessions, facts.subject_sessions):
            is_own = ~np.isin(sessions, self._system)
            rows = np.flatnonzero(is_own & ~self._is_stop[facts.accounts])
            found.append(self._rows("session", rows, packed(facts.hosts[rows], sessions[rows])))
        return found

    def near(self) -> Keys:
        """The account on the host."""
        facts = self._facts
        rows = np.flatnonzero(~self._is_stop[facts.accounts] & (facts.hosts >= 0))
        return self._rows("near", rows, packed(facts.hosts[rows], facts.accounts[rows]))

    def alerts(self) -> Keys:
        """The host of an alert of another tool, which names neither account nor process."""
        facts = self._facts
        is_alert = np.array([*(one.is_alert for one in facts.names), False], bool)
        rows = np.flatnonzero(is_alert[facts.tokens] & (facts.hosts >= 0))
        return self._rows("alert", rows, facts.hosts[rows])

    def came_from(self, came: Origins, logons: Logons) -> Iterator[list[Keys]]:
        """What a session asks of the host it came from, and what answers there; the address outside."""
        facts = self._facts
        has = np.flatnonzero(came.rows >= 0)
        at = came.rows[has]
        account = logons.accounts[at]
        person = ~self._is_stop[account]
        hop = person & (logons.from_hosts[at] >= 0)
        asking = self._rows(
            "hop",
            has[hop],
            packed(logons.from_hosts[at[hop]], account[hop]),
            logons.times[at[hop]],
            part=Part.ASKS,
        )
        # Another account may have gone there: whoever was at work on the host it came from.
        anybody = hop & _desktops(logons)[at]
        someone = self._rows(
            "hop",
            has[anybody],
            _whoever(logons.from_hosts[at[anybody]]),
            logons.times[at[anybody]],
            part=Part.ASKS,
        )
        known = np.flatnonzero(~self._is_stop[facts.accounts] & (facts.hosts >= 0))
        answering = [
            self._rows("hop", known, values, part=Part.ANSWERS)
            for values in (
                packed(facts.hosts[known], facts.accounts[known]),
                _whoever(facts.hosts[known]),
            )
        ]
        yield [asking, someone, *answering]
        # A way may lead over several hosts: it began where the desktop did from which it went on.
        before = _desktop_before(logons, at)
        beginning = np.where(before >= 0, before, at)
        outside = person & _is_from_outside(logons, beginning)
        values = packed(logons.addresses[beginning[outside]], account[outside])
        yield [self._rows("remote", has[outside], values)]
        yield from self._later(came, logons, known)

    def _later(self, came: Origins, logons: Logons, known: Rows) -> Iterator[list[Keys]]:
        """Whoever was on the host that a session came from, before; whose desktop was there, again."""
        facts = self._facts
        far = np.flatnonzero((came.rows >= 0) & ~self._is_stop[facts.accounts])
        has = far[logons.from_hosts[came.rows[far]] >= 0]
        at = came.rows[has]
        asked = self._rows("through", has, logons.from_hosts[at], logons.times[at], part=Part.ASKS)
        answers = self._rows("through", known, facts.hosts[known], part=Part.ANSWERS)
        far = far[_desktops(logons)[came.rows[far]] & (facts.hosts[far] >= 0)]
        yield [asked, answers]
        yield [self._rows("returned", far, packed(facts.hosts[far], facts.accounts[far]))]

    def names(self) -> Iterator[Keys]:
        """Files, passwords and long texts that the events name."""
        facts = self._facts
        rows = np.flatnonzero(facts.tokens >= 0)
        hosts = [*self._names.hosts.names(), ""]
        # Many events name the same: their names are looked at once for each host.
        pairs = packed(facts.tokens[rows], facts.hosts[rows] + 1)
        pairs, place = np.unique(pairs, return_inverse=True)
        named = [
            (facts.names[pair >> 32], hosts[(pair & 0xFFFFFFFF) - 1]) for pair in pairs.tolist()
        ]
        things: dict[str, list[Sequence[object]]] = {
            "file": [_files(one, host, self._parameters.stop_folders) for one, host in named],
            "secret": [one.secrets for one, _ in named],
            "payload": [one.payloads for one, _ in named],
        }
        for word, of_pairs in things.items():
            numbers: dict[object, int] = {}
            values = [numbers.setdefault(one, len(numbers)) for those in of_pairs for one in those]
            bounds = np.append(0, np.cumsum([len(those) for those in of_pairs], dtype=np.int64))
            lists = Lists(np.array(values, np.int64), bounds).taken(place)
            yield self._rows(word, rows[lists.owners()], lists.values)

    def addresses(self) -> list[Keys]:
        """Addresses outside that the events name."""
        found = []
        for addresses in (self._facts.source_ips, self._facts.destination_ips):
            rows = np.flatnonzero(self._is_outside[addresses])
            found.append(self._rows("address", rows, addresses[rows]))
        return found


def _desktops(logons: Logons) -> NDArray[np.bool_]:
    """Say of each logon whether it is a remote desktop."""
    answer: NDArray[np.bool_] = np.array([*(word in _DESKTOP for word in logons.words), False])[
        logons.kinds
    ]
    return answer


def _is_from_outside(logons: Logons, rows: Ints) -> NDArray[np.bool_]:
    """Say whether some logons came from an address that is no host that logs."""
    answer: NDArray[np.bool_] = (logons.from_hosts[rows] < 0) & (logons.addresses[rows] >= 0)
    return answer


def _desktop_before(logons: Logons, rows: Ints) -> Rows:
    """Return for some logons the remote desktop from which their way over other hosts began, -1 for none.

    Each desktop on the way is the account's own, at most half a day before it went on.
    """
    chosen = np.flatnonzero(_desktops(logons) & (logons.accounts >= 0) & (logons.addresses >= 0))
    found = np.full(len(rows), -1, np.int64)
    last = rows
    for _ in range(_HOSTS):
        asked = np.flatnonzero((last >= 0) & (np.append(logons.from_hosts, -1)[last] >= 0))
        one = last[asked]
        at = latest(
            packed(logons.hosts[chosen], logons.accounts[chosen]),
            logons.times[chosen],
            packed(logons.from_hosts[one], logons.accounts[one]),
            logons.times[one],
        )
        here = np.append(chosen, -1)[at]
        here[logons.times[one] - np.append(logons.times, 0)[here] > _HALF_DAY] = -1
        last = np.full(len(rows), -1, np.int64)
        last[asked] = here
        found = np.where(last >= 0, last, found)
    return found


def _whoever(hosts: Ints) -> Rows:
    """Return a value for a host whoever is at work there, apart from those of host and account."""
    values: Rows = -1 - hosts.astype(np.int64)
    return values


def _is_outside(address: str) -> bool:
    return public(address) is not None


def _files(tokens: Tokens, own: str, stop_folders: Iterable[str]) -> list[tuple[str, str]]:
    return [
        (host or own, path)
        for host, path in tokens.files
        if len(path) > _SHORT and not any(stop in path for stop in stop_folders)
    ]
