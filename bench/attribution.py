"""How far techniques tell groups apart: ATT&CK's campaigns left out one at a time, and data of red teams.

    python -m bench.attribution --bundle enterprise-attack.json --data LOGS --out RESULT.json

Of a campaign that ATT&CK attributes, techniques (and software) are the evidence and the group is the truth.
What the group is listed with must not hold the campaign itself. Three ways, since nobody can see from the
bundle which report an entry came from:

* strict: every entry of the group that the campaign also has is taken out. The truth is then the one group
  that *cannot* share anything with the campaign, so this is worse than chance by construction: a lower bound.
* dated: the group as listed before the campaign came in (dates of the relationships), as in real use. Part
  of it may come from the same reports, entered earlier.
* kept: all entries of the group itself. An upper bound.

In all three the campaign's own entries are taken out, and other campaigns of the group stay. Numbers are
fitted on campaigns whose group has an odd number, with what is *dated*; results are told for the rest. No
times are measured.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from gamekeeper.intel.attribution import attribute
from gamekeeper.intel.facts import Campaign, Facts, Group
from gamekeeper.intel.library import Library
from gamekeeper.intel.likelihood import Tables, candidates
from gamekeeper.intel.naming import Likelihood, numbers
from gamekeeper.intel.procedures import procedures
from gamekeeper.intel.rivals import RED_TEAM, rivals
from gamekeeper.intel.seen import gather
from gamekeeper.intel.stix import facts_of
from gamekeeper.intel.weights import Weights
from gamekeeper.model.attribution import Basis, Candidate, Observation, Verdict

WAYS = ("strict", "dated", "kept")
GRID = {
    "pull": (10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0),
    "trust": (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0),
    "documented": (0.0, 0.5, 1.0, 1.5),  # above, nine campaigns would choose by fame alone
}
#: Of numbers that do as well, those that trust techniques least: nine campaigns cannot tell them apart.
NEAR_BITS = 0.05
BINS = (0.0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)


@dataclass(frozen=True)
class Dates:
    """When each entry of a group came into ATT&CK, and each campaign."""

    entries: dict[tuple[str, str], str]  # (group, technique or software) -> day
    campaigns: dict[str, str]


@dataclass(frozen=True)
class Guess:
    """One campaign, and the probabilities of groups among groups alone."""

    campaign: Campaign
    among: dict[str, float]

    @property
    def rank(self) -> int:
        """The place of the true group; of two, the better."""
        order = sorted(self.among, key=lambda one: (-self.among[one], one))
        places = [order.index(one) for one in self.campaign.groups if one in self.among]
        return min(places) + 1 if places else len(order) + 1

    @property
    def truth(self) -> float:
        """The probability of the true group."""
        return sum(self.among.get(one, 0.0) for one in self.campaign.groups)

    @property
    def brier(self) -> float:
        """The sum of squared errors over all groups."""
        share = 1 / len(self.campaign.groups)
        wrong = sum(p**2 for name, p in self.among.items() if name not in self.campaign.groups)
        return wrong + sum((self.among.get(n, 0.0) - share) ** 2 for n in self.campaign.groups)


@dataclass(frozen=True)
class Trial(Guess):
    """The same with how the whole question ended, rivals included."""

    verdict: Verdict
    best: Candidate


def dates_of(bundle: Path) -> Dates:
    """Return days of creation from the bundle."""
    rows = json.loads(bundle.read_text(encoding="utf-8"))["objects"]
    names = {
        row["id"]: reference["external_id"]
        for row in rows
        for reference in row.get("external_references", ())
        if reference.get("source_name") == "mitre-attack"
    }
    entries = {
        (names[row["source_ref"]], names[row["target_ref"]]): row["created"][:10]
        for row in rows
        if row.get("relationship_type") == "uses"
        and {row["source_ref"], row["target_ref"]} <= set(names)
    }
    return Dates(
        entries,
        {names[row["id"]]: row["created"][:10] for row in rows if row["type"] == "campaign"},
    )


def without(facts: Facts, campaign: Campaign, way: str, dates: Dates) -> Facts:
    """Return the table as it would be without the campaign."""

    def kept(group: Group, names: tuple[str, ...]) -> tuple[str, ...]:
        own = {*campaign.techniques, *campaign.software}
        if way == "strict":
            return tuple(name for name in names if name not in own)
        if way == "dated":
            day = dates.campaigns[campaign.id]
            return tuple(name for name in names if dates.entries[group.id, name] < day)
        return names

    groups = tuple(
        replace(one, techniques=kept(one, one.techniques), software=kept(one, one.software))
        if one.id in campaign.groups
        else one
        for one in facts.groups
    )
    rest = tuple(one for one in facts.campaigns if one.id != campaign.id)
    return Facts(facts.attack, facts.techniques, groups, facts.software, rest)


def observed(campaign: Campaign, facts: Facts, *, software: bool) -> Observation:
    """Return what was seen in a campaign."""
    names = {one.id: one.name for one in facts.software}
    tools = tuple(names[one] for one in campaign.software) if software else ()
    return Observation(techniques=campaign.techniques, tools=tools)


def tried(facts: Facts, campaign: Campaign, like: Likelihood, *, software: bool = False) -> Trial:
    """Hold one campaign against a table."""
    rule = numbers()[1]
    tables = Tables(Weights(facts, like), procedures(), rivals(), rule)
    seen = gather([observed(campaign, facts, software=software)], facts, procedures(), rivals())
    found = candidates(seen, tables)
    groups = [one for one in found if one.basis is not Basis.RIVAL]
    total = math.fsum(one.probability for one in groups)
    return Trial(
        campaign,
        {one.id: one.probability / total for one in groups},
        rule.judge(found)[0],
        groups[0],
    )


def unseen(facts: Facts, campaign: Campaign, like: Likelihood) -> Guess:
    """Return the groups' probabilities before any evidence."""
    return Guess(campaign, dict(Weights(facts, like).priors))


def is_for_fitting(campaign: Campaign) -> bool:
    """Say on which side of the fixed split a campaign is: by its group, or by its own number."""
    return int(min(campaign.groups or (campaign.id,))[1:]) % 2 == 1


def usable(facts: Facts, *, attributed: bool, fitting: bool | None) -> list[Campaign]:
    """Return campaigns with techniques, of one kind and side."""
    return [
        one
        for one in facts.campaigns
        if one.techniques
        and bool(one.groups) is attributed
        and (fitting is None or is_for_fitting(one) is fitting)
    ]


def log_loss(found: Sequence[Guess]) -> float:
    """Return the mean bits by which the true groups surprise, of those that have a list left."""
    listed = [one for one in found if one.truth > 0]
    return -sum(math.log2(one.truth) for one in listed) / len(listed)


def fitted(facts: Facts, dates: Dates) -> tuple[Likelihood, list[dict[str, float]]]:
    """Return the numbers under which the campaigns for fitting surprise least, and the best few.

    Bits of techniques grow with ``trust`` and priors come after, so that each ``pull`` is tried once.
    """
    chosen = usable(facts, attributed=True, fitting=True)
    tables = {one.id: without(facts, one, "dated", dates) for one in chosen}
    scored = []
    for pull in GRID["pull"]:
        full = Likelihood(pull, 1.0, 0.0)
        found = [_evidence(tables[one.id], one, full) for one in chosen]
        for trust, documented in itertools.product(GRID["trust"], GRID["documented"]):
            losses = [_surprise(one, held, trust, documented) for one, held in found]
            counted = [loss for loss in losses if loss is not None]
            scored.append((round(sum(counted) / len(counted), 6), pull, trust, documented))
    scored.sort()
    rows = [dict(zip(("log_loss_bits", *GRID), row, strict=True)) for row in scored[:5]]
    near = [row for row in scored if row[0] <= scored[0][0] + NEAR_BITS]
    modest = min(near, key=lambda row: (row[2], row[0]))
    return Likelihood(*modest[1:]), rows


def _evidence(
    facts: Facts, campaign: Campaign, like: Likelihood
) -> tuple[Campaign, dict[str, tuple[float, int]]]:
    """Return bits of the evidence and length of list of each group."""
    weights = Weights(facts, like)
    tables = Tables(weights, procedures(), rivals(), numbers()[1])
    seen = gather([observed(campaign, facts, software=False)], facts, procedures(), rivals())
    sizes = {one.group.id: len(one.techniques) for one in weights.profiles}
    return campaign, {
        one.id: (one.bits, sizes[one.id]) for one in candidates(seen, tables) if one.id in sizes
    }


def _surprise(
    campaign: Campaign, held: dict[str, tuple[float, int]], trust: float, documented: float
) -> float | None:
    mass = {
        one: 2 ** (trust * bits) * (size + 1) ** documented for one, (bits, size) in held.items()
    }
    true = sum(mass.get(one, 0.0) for one in campaign.groups)
    return math.log2(sum(mass.values()) / true) if true else None


def wilson(hits: int, n: int) -> list[float]:
    """Return the share and its 95 % interval after Wilson."""
    z = 1.959964
    share, room = hits / n, z * z / n
    middle = (share + room / 2) / (1 + room)
    half = z * math.sqrt(share * (1 - share) / n + room / (4 * n)) / (1 + room)
    return [round(x, 3) for x in (share, max(0.0, middle - half), min(1.0, middle + half))]


def ranked(found: Sequence[Guess]) -> dict[str, object]:
    """Return how well the true groups are ranked, and how probable they are held."""
    n = len(found)
    return {
        "n": n,
        "top1": wilson(sum(one.rank == 1 for one in found), n),
        "top5": wilson(sum(one.rank <= 5 for one in found), n),
        "without_a_list_left": sum(one.truth == 0 for one in found),
        "log_loss_bits": round(log_loss(found), 3),
        "brier": round(sum(one.brier for one in found) / n, 4),
        "ranks": {one.campaign.id: one.rank for one in found},
    }


def figures(found: Sequence[Trial]) -> dict[str, object]:
    """Return the same, and how often a group was named."""
    named = [one for one in found if one.verdict is Verdict.NAMED]
    return {
        **ranked(found),
        "abstained": wilson(len(found) - len(named), len(found)),
        "named": {one.campaign.id: one.best.name for one in named},
        "named_wrongly": sum(one.best.id not in one.campaign.groups for one in named),
        "highest_probability_of_a_group": round(max(one.best.probability for one in found), 4),
    }


def reliability(found: Sequence[Trial]) -> list[dict[str, float]]:
    """Return, for pairs of campaign and group by their probability, how often it was the group."""
    pairs = [(p, name in one.campaign.groups) for one in found for name, p in one.among.items()]
    rows = []
    for low, high in itertools.pairwise(BINS):
        held = [(p, hit) for p, hit in pairs if low <= p < high or p == high == 1.0]
        if held:
            rows.append(
                {
                    "from": low,
                    "to": high,
                    "pairs": len(held),
                    "mean_probability": round(sum(p for p, _ in held) / len(held), 5),
                    "share_true": round(sum(hit for _, hit in held) / len(held), 5),
                }
            )
    return rows


def campaign_figures(facts: Facts, dates: Dates) -> dict[str, object]:
    """Return all figures of campaigns."""
    shipped = numbers()[0]
    best, rows = fitted(facts, dates)
    told: dict[str, object] = {
        "fitted": rows,
        "shipped": {"pull": shipped.pull, "trust": shipped.trust, "documented": shipped.documented},
        "shipped_is_fitted": best == shipped,
        "split": {
            "fitting": [one.id for one in usable(facts, attributed=True, fitting=True)],
            "told": [one.id for one in usable(facts, attributed=True, fitting=False)],
        },
    }
    chosen = usable(facts, attributed=True, fitting=False)
    for way in WAYS:
        tables = {one.id: without(facts, one, way, dates) for one in chosen}
        found = [tried(tables[one.id], one, shipped) for one in chosen]
        told[way] = {
            "techniques": figures(found),
            "techniques_and_software": figures(
                [tried(tables[one.id], one, shipped, software=True) for one in chosen]
            ),
            "baseline_frequency": ranked([unseen(tables[one.id], one, shipped) for one in chosen]),
            "baseline_chance": ranked(
                [unseen(tables[one.id], one, replace(shipped, documented=0.0)) for one in chosen]
            ),
            "reliability": reliability(found),
        }
    told["campaigns_attributed_to_nobody"] = _of_nobody(facts, shipped)
    return told


def _of_nobody(facts: Facts, shipped: Likelihood) -> dict[str, object]:
    chosen = usable(facts, attributed=False, fitting=None)
    found = [tried(facts, one, shipped, software=True) for one in chosen]
    named = [one for one in found if one.verdict is Verdict.NAMED]
    return {
        "n": len(found),
        "named": {one.campaign.id: one.best.name for one in named},
        "abstained": wilson(len(found) - len(named), len(found)),
        "highest_probability_of_a_group": round(max(one.best.probability for one in found), 4),
    }


def exercises(data: Path, held: Library) -> Iterator[dict[str, object]]:
    """Yield the verdict on each set of a red team's or a laboratory's data, and without tell-tale names."""
    from bench.attribution_data import APART, SETS  # noqa: PLC0415 - hunting is loaded where there are logs

    for name, what, read in SETS:
        seen = list(read(data))
        plain = [replace(one, tools=(), texts=()) for one in seen]
        answers = {"as_seen": judged(seen, held), "without_names": judged(plain, held)}
        yield {"set": name, "what": what, "observations": len(seen), **answers}
    verdicts = Counter(
        (way, attribute(part, held).verdict.value)
        for seen in APART(data)
        for way, part in (
            ("as_seen", seen),
            ("without_names", [replace(one, tools=(), texts=()) for one in seen]),
        )
    )
    yield {
        "set": "each capture and each folder of samples apart",
        "verdicts": {f"{way}, {verdict}": n for (way, verdict), n in sorted(verdicts.items())},
    }


def judged(seen: Sequence[Observation], held: Library) -> dict[str, object]:
    """Return how the question ends, and who was likeliest."""
    answer = attribute(seen, held)
    groups = [one for one in answer.candidates if one.basis is not Basis.RIVAL]
    rivals_first = {one.name: round(one.probability, 4) for one in answer.candidates[:3]}
    return {
        "verdict": answer.verdict.value,
        "why": answer.why,
        "techniques": len(answer.techniques),
        "not_in_table": list(answer.unknown),
        "likeliest": rivals_first,
        "likeliest_group": [groups[0].name, round(groups[0].probability, 4)] if groups else [],
        "traits": [
            f"{reason.text}, {reason.bits:.1f} bits"
            for one in answer.candidates
            if one.id == RED_TEAM
            for reason in one.reasons
            if reason.kind == "trait"
        ],
    }


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--bundle", type=Path, required=True)
    parser.add_argument(
        "--data", type=Path, help="folder of red teams' data; without it campaigns only"
    )
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    facts = facts_of(given.bundle.read_bytes(), given.bundle.name, version="").facts
    told: dict[str, object] = {
        "benchmark": "attribution",
        "command": f"python -m bench.attribution --bundle {given.bundle.name} --data DATA --out OUT",
        "bundle": given.bundle.name,
        "campaigns": campaign_figures(facts, dates_of(given.bundle)),
    }
    given.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    rows: list[dict[str, object]] = []
    for row in exercises(given.data, Library(facts, "bundle")) if given.data else ():
        rows.append(row)
        told["exercises"] = rows
        given.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
