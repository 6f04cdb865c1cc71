"""From counts to one sentence a rule: did it match, could it have, and if not, why not."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gamekeeper.engine.presence import can_hold, fields_of
from gamekeeper.model.datasets import OTHER, datasets
from gamekeeper.model.findings import FieldMissing, RuleAccount
from gamekeeper.rules.plan import Route

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gamekeeper.engine.account import ClassCount
    from gamekeeper.rules.ir import Rule, SkippedRule
    from gamekeeper.rules.plan import BoundRule, Plan

    Counts = Mapping[str, Mapping[tuple[int, ...], ClassCount]]

#: A rule without a match is *partial* from this share of events on that lack a field it cannot do without.
PARTIAL_SHARE: Final = 0.1
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class _Reach:
    """Everything that was counted of the events of one route."""

    events: int
    hosts: frozenset[str]
    present: dict[str, int]  # folded field -> events that say something in it
    lacking: dict[
        frozenset[str], frozenset[str]
    ]  # fields never said -> the hosts of which that is true


@dataclass(frozen=True, slots=True)
class _Look:
    """One bound condition and what reached it."""

    bound: BoundRule
    fields: dict[str, str]
    reach: _Reach

    def is_dead(self, lacking: frozenset[str]) -> bool:
        """Say whether the condition cannot hold of events that lack these fields."""
        asked = lacking & self.fields.keys()
        return bool(asked) and not can_hold(self.bound.condition, asked)

    def never_said(self) -> frozenset[str]:
        """Return the fields in which no event says anything."""
        return frozenset(name for name in self.fields if not self.reach.present.get(name))

    def blind_hosts(self) -> frozenset[str]:
        """Return the hosts on which the condition cannot hold."""
        dead = [hosts for fields, hosts in self.reach.lacking.items() if self.is_dead(fields)]
        return frozenset[str]().union(*dead)


class _Reaches:
    """Counts by route, made from counts by class when first asked for."""

    def __init__(self, routes: Mapping[str, Sequence[Route]], counts: Counts) -> None:
        self._position = {r: i for table in routes.values() for i, r in enumerate(table)}
        self._counts = counts
        self._known: dict[tuple[str, frozenset[int]], _Reach] = {}

    def has_events(self, route: Route) -> bool:
        """Say whether the log that a route looks into gave any event, whatever its id."""
        whole = not route.channels or route.dataset != OTHER
        return whole and bool(self._counts.get(route.dataset))

    def of(self, routes: Iterable[Route]) -> dict[str, _Reach]:
        """Return what reached any of the routes, by dataset: an event that two take counts once."""
        wanted: dict[str, set[int]] = defaultdict(set)
        for route in routes:
            wanted[route.dataset].add(self._position[route])
        return {name: self._reach(name, frozenset(chosen)) for name, chosen in wanted.items()}

    def _reach(self, dataset: str, chosen: frozenset[int]) -> _Reach:
        key = (dataset, chosen)
        if key not in self._known:
            classes = self._counts.get(dataset, {})
            self._known[key] = _summed([c for r, c in classes.items() if chosen & set(r)])
        return self._known[key]


def _summed(classes: list[ClassCount]) -> _Reach:
    present: dict[str, int] = defaultdict(int)
    said: dict[str, set[str]] = defaultdict(set)
    for count in classes:
        for name, number in zip(count.fields, count.present.tolist(), strict=True):
            present[name] += number
        for host, seen in count.hosts.items():
            said[host].update(n for n, s in zip(count.fields, seen.tolist(), strict=True) if s)
    fields = frozenset(present)
    lacking: dict[frozenset[str], set[str]] = defaultdict(set)
    for host, names in said.items():
        lacking[fields - names].add(host)
    return _Reach(
        sum(count.events for count in classes),
        frozenset(said),
        dict(present),
        {names: frozenset(hosts) for names, hosts in lacking.items()},
    )


def rule_accounts(
    plan: Plan,
    routes: Mapping[str, Sequence[Route]],
    counts: Counts,
    match_counts: Mapping[int, int],
    hosts_total: int,
) -> list[RuleAccount]:
    """Return an account of every rule: usable ones in the order of the plan, then the skipped ones.

    ``counts`` are by dataset and by positions in ``routes``.
    """
    reaches = _Reaches(routes, counts)
    bound: dict[int, list[BoundRule]] = defaultdict(list)
    for binding in plan.bound:
        bound[binding.rule].append(binding)
    accounts = []
    for position, rule in enumerate(plan.rules.rules):
        if position in plan.unroutable:
            accounts.append(_described(rule, "unsupported", plan.unroutable[position]))
            continue
        judged = _RuleAccount(rule, bound[position], reaches)
        accounts.append(judged.account(match_counts.get(position, 0), hosts_total))
    return accounts + [_skipped(rule) for rule in plan.rules.skipped]


class _RuleAccount:
    """The account of one rule in the making."""

    def __init__(self, rule: Rule, bound: list[BoundRule], reaches: _Reaches) -> None:
        self._rule = rule
        self._bound = bound
        self._log_was_read = any(reaches.has_events(b.route) for b in bound)
        whole = reaches.of(b.route for b in bound)
        self._events = sum(reach.events for reach in whole.values())
        self._hosts = frozenset[str]().union(*(reach.hosts for reach in whole.values()))
        self._looks = [
            _Look(b, fields_of(b.condition), reach)
            for b in bound
            for reach in reaches.of([b.route]).values()
            if reach.events
        ]
        self._missing = self._fields_missing()

    def account(self, matches: int, hosts_total: int) -> RuleAccount:
        """Return the account, given what matched."""
        status, reason = self._verdict(matches)
        return replace(
            _described(self._rule, status, reason),
            matches=matches,
            events_evaluated=self._events,
            hosts_evaluated=len(self._hosts),
            hosts_total=hosts_total,
            fields_missing=self._missing,
        )

    def _verdict(self, matches: int) -> tuple[str, str]:
        if not self._events:
            # A match without an event that reached the rule cannot be: counts come from the same run.
            return ("matched", "") if matches else ("no_such_log", self._no_log())
        blind = self._blindness()
        if matches:
            return "matched", blind and f"it could not match everywhere: {blind}"
        dead = [look for look in self._looks if look.is_dead(look.never_said())]
        if len(dead) == len(self._looks):
            return "field_absent", "; ".join(dict.fromkeys(map(_death, dead)))
        return ("partial", blind) if blind else ("no_match", "")

    def _fields_missing(self) -> tuple[FieldMissing, ...]:
        lost: dict[str, dict[Route, int]] = defaultdict(dict)
        for look in self._looks:
            for folded in look.fields:
                gap = look.reach.events - look.reach.present.get(folded, 0)
                if gap:
                    lost[folded][look.bound.route] = gap
        found = []
        for folded, gaps in lost.items():
            asking = [look for look in self._looks if folded in look.fields]
            found.append(
                FieldMissing(
                    asking[0].fields[folded],
                    min(1.0, sum(gaps.values()) / self._events),
                    all(look.is_dead(frozenset((folded,))) for look in asking),
                )
            )
        return tuple(sorted(found, key=lambda m: (-m.share, m.field)))

    def _blindness(self) -> str:
        """Say on which share of hosts and events the rule cannot match, or nothing where that is small."""
        seeing = frozenset[str]().union(
            *(look.reach.hosts - look.blind_hosts() for look in self._looks)
        )
        blind = len(self._hosts - seeing)
        parts = []
        if blind:
            parts.append(f"{blind:,} of {len(self._hosts):,} hosts never fill {self._killers()}")
        parts += [
            f"{missing.field} is lacking in {missing.share:.0%} of the events"
            for missing in self._missing
            if missing.kills_rule and missing.share >= PARTIAL_SHARE
        ]
        return "; ".join(parts[: _SHOWN + 1])

    def _killers(self) -> str:
        names = [missing.field for missing in self._missing if missing.kills_rule]
        return _listed(names, " or ") or "the fields it needs"

    def _no_log(self) -> str:
        logs = list(dict.fromkeys(log_name(b.route) for b in self._bound))
        text = f"no event of {_listed(logs, ' or ')}"
        return f"{text}, although the log itself was read" if self._log_was_read else text


def _death(look: _Look) -> str:
    lacking = look.never_said()
    alone = [name for name in lacking if look.is_dead(frozenset((name,)))]
    names = sorted(look.fields[name] for name in alone or lacking)
    verb = "is" if len(names) == 1 else "are"
    return (
        f"{_listed(names, ' and ')} {verb} empty or absent in all {look.reach.events:,} events "
        f"of {log_name(look.bound.route)}"
    )


def log_name(route: Route) -> str:
    """Return the log that a route means, in words for people.

    >>> log_name(Route("windows.security", (), (4688,)))
    'Security 4688'
    """
    channels = route.channels or datasets()[route.dataset].channels
    log = _listed(list(channels), " or ") or "other Windows logs"
    ids = _listed([str(number) for number in route.event_ids], ", ")
    return f"{log} {ids}".strip()


def _listed(names: list[str], last: str) -> str:
    """Join up to three names, and say how many more there are."""
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN} more"
    return last.join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def _described(rule: Rule, status: str, reason: str) -> RuleAccount:
    return RuleAccount(
        id=rule.id,
        title=rule.title,
        level=rule.level,
        status=status,
        reason=reason,
        tags=rule.tags,
        path=rule.path,
        description=rule.description,
        author=rule.author,
        false_positives=rule.false_positives,
        references=rule.references,
        filters=rule.filters,
    )


def _skipped(rule: SkippedRule) -> RuleAccount:
    return RuleAccount(rule.id, rule.title, rule.level, "unsupported", rule.reason, path=rule.path)
