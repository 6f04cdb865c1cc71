"""What could have been seen: for every rule the events and hosts that reached it, and the fields they lacked.

Counting is by *class*: events that the same routes take. A class counts, for the fields that its rules
name, how many events say something in them, and for each host whether any event did. Accounts of parts
add up to the account of the whole, whatever the parts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa

from gamekeeper.engine.columnar.kernels import count_present
from gamekeeper.engine.columnar.routes import Takers, kinds_of
from gamekeeper.engine.columnar.values import TYPED, codes_of, distinct_of
from gamekeeper.engine.of_plan import of_plan
from gamekeeper.engine.presence import SILENT, fields_of
from gamekeeper.engine.rule_accounts import rule_accounts
from gamekeeper.model.datasets import OTHER, datasets
from gamekeeper.model.events import SYSTEM_TEXT_NAMES
from gamekeeper.model.folding import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch
    from gamekeeper.model.findings import RuleAccount
    from gamekeeper.rules.plan import BoundRule, Plan, Route

#: Hosts that a class keeps apart; hostile files may invent names without end.
HOSTS: Final = 65_536
#: What the hosts beyond that are counted as.
OTHERS: Final = "(other names)"


@dataclass(slots=True)
class ClassCount:
    """Events that the same routes take, and what they say in ``fields`` (folded names)."""

    fields: tuple[str, ...]
    events: int = 0
    present: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    hosts: dict[str, NDArray[np.bool_]] = field(default_factory=dict)  # host -> field was ever said

    def add(self, host: str, events: int, present: NDArray[np.int64]) -> None:
        """Count events of one host."""
        self.events += events
        self.present = present + (self.present if len(self.present) else 0)
        self._see(host, present > 0)

    def merge(self, other: ClassCount) -> None:
        """Add the same class of other events."""
        self.events += other.events
        self.present = other.present + (self.present if len(self.present) else 0)
        for host, seen in other.hosts.items():
            self._see(host, seen)

    def _see(self, host: str, seen: NDArray[np.bool_]) -> None:
        if host not in self.hosts and len(self.hosts) >= HOSTS:
            host = OTHERS
        before = self.hosts.get(host)
        self.hosts[host] = seen if before is None else before | seen


class _Layout:
    """The routes of one dataset, and the fields that the rules on them name."""

    def __init__(self, bound: Sequence[BoundRule]) -> None:
        self.takers = Takers([b.route for b in bound])
        position = {route: index for index, route in enumerate(self.takers.routes)}
        self._fields: list[set[str]] = [set() for _ in position]
        seen: set[tuple[int, int]] = set()
        for rule in bound:
            index = position[rule.route]
            # One condition may be bound to many routes of a dataset, and many times.
            if (index, id(rule.condition)) not in seen:
                seen.add((index, id(rule.condition)))
                self._fields[index].update(fields_of(rule.condition))
        self._of_class: dict[tuple[int, ...], tuple[str, ...]] = {}

    def fields(self, routes: tuple[int, ...]) -> tuple[str, ...]:
        """Return the fields that matter to events which these routes take."""
        found = self._of_class.get(routes)
        if found is None:
            found = tuple(sorted(set().union(*(self._fields[index] for index in routes))))
            self._of_class[routes] = found
        return found


def _layouts(plan: Plan) -> dict[str, _Layout]:
    """Return the layouts of a plan by dataset."""
    bound = defaultdict(list)
    for rule in plan.bound:
        bound[rule.route.dataset].append(rule)
    return {name: _Layout(rules) for name, rules in bound.items()}


class Account:
    """Counts events by what rules could ask of them. Pickles without its plan: as large as its counts."""

    def __init__(self, plan: Plan) -> None:
        self._layouts = of_plan(plan, _layouts)
        #: dataset -> positions of the routes that take an event -> counts
        self.counts: dict[str, dict[tuple[int, ...], ClassCount]] = {}

    def __getstate__(self) -> dict[str, dict[tuple[int, ...], ClassCount]]:
        return self.counts

    def __setstate__(self, state: dict[str, dict[tuple[int, ...], ClassCount]]) -> None:
        self._layouts = {}
        self.counts = state

    def add(self, batch: EventBatch) -> None:
        """Count the events of a batch."""
        layout = self._layouts.get(batch.dataset)
        if layout is not None and len(batch):
            counts = self.counts.setdefault(batch.dataset, {})
            for routes, host, events, present in _Counter(batch, layout).count():
                if routes not in counts:
                    counts[routes] = ClassCount(layout.fields(routes))
                counts[routes].add(host, events, present)

    def merge(self, other: Account) -> None:
        """Add the counts of other events under the same plan."""
        for dataset, classes in other.counts.items():
            counts = self.counts.setdefault(dataset, {})
            for routes, count in classes.items():
                if routes not in counts:
                    counts[routes] = ClassCount(count.fields)
                counts[routes].merge(count)

    def finish(
        self, plan: Plan, match_counts: Mapping[int, int], hosts_total: int
    ) -> list[RuleAccount]:
        """Return an account of every rule: usable ones in the order of the plan, then the skipped ones."""
        routes = {name: layout.takers.routes for name, layout in _layouts(plan).items()}
        return rule_accounts(plan, routes, self.counts, match_counts, hosts_total)

    def log_hosts(self, plan: Plan, route: Route) -> frozenset[str]:
        """Return the hosts that gave any event of the log that a route looks into, whatever its id."""
        classes = self.counts.get(route.dataset, {})
        if route.dataset == OTHER and route.channels:
            routes = _layouts(plan)[OTHER].takers.routes
            same = {i for i, r in enumerate(routes) if set(r.channels) & set(route.channels)}
            classes = {key: count for key, count in classes.items() if same & set(key)}
        return frozenset(host for count in classes.values() for host in count.hosts)


class _Counter:
    """Counts one batch by groups: rows of one class and one host."""

    def __init__(self, batch: EventBatch, layout: _Layout) -> None:
        self._table = batch.table
        self._layout = layout
        self._names = (*SYSTEM_TEXT_NAMES, *datasets()[batch.dataset].declared)
        codes, kinds = kinds_of(batch)
        classes: dict[tuple[int, ...], int] = {}
        numbers = [classes.setdefault(layout.takers.of(kind), len(classes)) for kind in kinds]
        self._classes = list(classes)
        column = batch.table.column("Computer")
        self._hosts = [*column.dictionary.to_pylist(), ""]
        host = codes_of(column.indices) % len(self._hosts)
        keys = np.array(numbers, np.int64)[codes] * len(self._hosts) + host
        self._groups, group = distinct_of(keys, len(classes) * len(self._hosts))
        self._group = group.astype(np.int32)
        self._events = np.bincount(self._group, minlength=len(self._groups))

    def count(self) -> Iterator[tuple[tuple[int, ...], str, int, NDArray[np.int64]]]:
        """Yield class, host, events and the events that say something in each of the class's fields."""
        wanted = {name for routes in self._classes for name in self._layout.fields(routes)}
        present = self._present(wanted)
        nothing = np.zeros(len(self._groups), np.int64)
        for index, key in enumerate(self._groups.tolist()):
            routes = self._classes[key // len(self._hosts)]
            fields = self._layout.fields(routes)
            counts = np.array([present.get(name, nothing)[index] for name in fields], np.int64)
            yield routes, self._hosts[key % len(self._hosts)], int(self._events[index]), counts

    def _present(self, wanted: set[str]) -> dict[str, NDArray[np.int64]]:
        names = {fold(name): name for name in self._names} | TYPED
        spoken = {
            folded: _Spoken(self._table.column(names[folded]))
            for folded in wanted & names.keys()
            if self._table.column(names[folded]).null_count < len(self._table)
        }
        present = {folded: said.count(self._group, self._events) for folded, said in spoken.items()}
        self._add_rest(wanted, spoken, present)
        return present

    def _add_rest(
        self,
        wanted: set[str],
        spoken: dict[str, _Spoken],
        present: dict[str, NDArray[np.int64]],
    ) -> None:
        """Count rows that say something among their other fields only."""
        rest = self._table.column("event.rest")
        names, values = (rest.values.field(side) for side in ("name", "value"))
        by_name: dict[str, list[int]] = defaultdict(list)
        for code, name in enumerate(names.dictionary.to_pylist()):
            by_name[fold(name)].append(code)
        offsets = rest.offsets.to_numpy()
        for folded in by_name.keys() & wanted:
            pairs = np.flatnonzero(np.isin(codes_of(names.indices), by_name[folded]))
            pairs = pairs[(pairs >= offsets[0]) & (pairs < offsets[-1])]
            says = _says(values.dictionary)[codes_of(values.indices)[pairs]] > 0
            rows = np.unique(np.searchsorted(offsets, pairs[says], side="right") - 1)
            if folded in spoken:
                rows = rows[~spoken[folded].rows()[rows]]
            counts = np.bincount(self._group[rows], minlength=len(self._groups))
            present[folded] = present.get(folded, 0) + counts


class _Spoken:
    """The rows in which a column says something."""

    def __init__(self, column: pa.Array) -> None:
        self._column = column
        self._is_text = isinstance(column, pa.DictionaryArray)
        self._says = _says(column.dictionary) if self._is_text else np.array([1, 0], np.uint8)

    def rows(self) -> NDArray[np.bool_]:
        """Return a mask."""
        if self._is_text:
            return self._says[codes_of(self._column.indices)] > 0
        return np.asarray(self._column.is_valid().to_numpy(zero_copy_only=False))

    def count(self, group: NDArray[np.int32], events: NDArray[np.int64]) -> NDArray[np.int64]:
        """Count by group of rows; ``events`` is the size of each group."""
        if not self._says[:-1].all():
            found = np.zeros(len(events), np.int64)
            count_present(codes_of(self._column.indices), self._says, group, found)
            return found
        # Most columns are full or nearly empty: what is rarer is counted.
        nulls = self._column.null_count
        if not nulls:
            return events
        is_sparse = nulls * 2 > len(group)
        mask = self._column.is_valid() if is_sparse else self._column.is_null()
        rarer = np.bincount(group[mask.to_numpy(zero_copy_only=False)], minlength=len(events))
        return rarer if is_sparse else events - rarer


def _says(dictionary: pa.Array) -> NDArray[np.uint8]:
    """Return 1 for each text that says something, 0 for the others, and 0 for -1, the absent one."""
    says = np.ones(len(dictionary) + 1, np.uint8)
    says[-1] = 0
    if len(dictionary):
        _, offsets, _ = dictionary.buffers()
        starts = np.frombuffer(offsets, np.int32, len(dictionary) + 1, dictionary.offset * 4)
        for index in np.flatnonzero(starts[1:] - starts[:-1] <= 1).tolist():
            says[index] = dictionary[index].as_py() not in (*SILENT, None)
    return says
