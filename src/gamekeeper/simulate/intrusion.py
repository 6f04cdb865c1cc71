"""Intrusions: declared in ``content/simulate/intrusions``, acted out among the habits of a world."""

from __future__ import annotations

import difflib
from collections import defaultdict
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from gamekeeper import content
from gamekeeper.errors import UsageError
from gamekeeper.simulate.clock import DAY, HOUR
from gamekeeper.simulate.crossings import account_of, machine_of
from gamekeeper.simulate.scene import Scene, Script, play

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from gamekeeper.simulate.places import World
    from gamekeeper.simulate.site import Site

_FOLDER = "simulate/intrusions"


def intrusions() -> tuple[str, ...]:
    """Return the names of the intrusions that can be simulated.

    >>> "volt-typhoon" in intrusions()
    True
    """
    folder = files(content).joinpath(_FOLDER)
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".yml"))
    return tuple(name.removesuffix(".yml") for name in names)


def load_intrusion(name: str) -> dict[str, Any]:
    """Return a declared intrusion."""
    if name not in intrusions():
        near = difflib.get_close_matches(name, intrusions(), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(intrusions())}"
        message = f"no intrusion is called {name!r}{hint}"
        raise UsageError(message)
    document: dict[str, Any] = content.load_yaml(f"{_FOLDER}/{name}.yml")
    return document


def stealth_of(name: str) -> str:
    """Return how an intrusion hides: loud, careful or slow.

    >>> stealth_of("volt-typhoon")
    'loud'
    """
    return str(load_intrusion(name)["stealth"])


def plan_intrusion(site: Site, script: Script, name: str) -> None:
    """Put the phases of an intrusion on the agenda."""
    document = load_intrusion(name)
    like = load_intrusion(document["like"]) if "like" in document else {}
    activities = {
        **script.activities,
        **like.get("activities", {}),
        **document.get("activities", {}),
    }
    words = {**script.words, **document.get("words", {})}
    told = Script(activities, words, script.boot, script.rota, script.day)
    rng = site.world.rng("intrusion", name)
    chosen = {key: rng.choice(values) for key, values in document.get("choices", {}).items()}
    moments: dict[str, list[int]] = defaultdict(list)
    for phase in document["phases"]:
        jitter = rng.uniform(0, 0.3)
        ticks = _moment(site.world, phase["day"], phase["hour"] + jitter)
        site.agenda.at(ticks, partial(_act_out, site, told, phase, chosen))
        for chain in acted(phase):
            moments[chain].append(ticks)
    for chain, days in document.get("takes_days", {}).items():
        if max(moments[chain]) - min(moments[chain]) < days * DAY:
            site.journal.unacted.add(chain)


def acted(row: Mapping[str, Any]) -> Iterator[str]:
    """Yield the published sequences that a phase or step, or one inside it, is part of."""
    yield from row.get("acts", ())
    for inner in (*row.get("steps", ()), *row.get("do", ())):
        yield from acted(inner)


def _moment(world: World, share: float, hour: float) -> int:
    """Return the time of a phase: a share of the days, moved to a working day where there is one."""
    day = min(int(share * world.days), world.days - 1)
    while day > 0 and world.is_weekend(day):
        day -= 1
    return world.day_start(day) + int(hour * HOUR)


def _act_out(
    site: Site, script: Script, phase: dict[str, Any], chosen: dict[str, str], ticks: int
) -> None:
    journal = site.journal
    scene = Scene(
        site=site,
        script=script,
        machine=site.of_role("dc"),
        session=site.of_role("dc").system,
        account=None,
        now=ticks,
        rng=site.world.rng("intrusion", phase["phase"]),
        context=dict(chosen),
    )
    scene.machine = machine_of(scene, phase.get("at", "dc"))
    account = account_of(scene, phase["as"])
    who = f"{site.world.netbios}\\{account.name}"
    text = scene.say(phase["tells"])
    journal.step = journal.new_step(phase["phase"], phase, who, text)
    play(scene, phase["steps"])
    scene.close()
    journal.step = None
