"""Worlds that several tests look at, made once, and how tests read them back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from gamekeeper.simulate import Setting, simulate
from gamekeeper.simulate.boots import boot
from gamekeeper.simulate.clock import HOUR
from gamekeeper.simulate.habits import load_script
from gamekeeper.simulate.machine import Machine
from gamekeeper.simulate.places import build_world
from gamekeeper.simulate.scene import Scene
from gamekeeper.simulate.site import Site
from gamekeeper.simulate.tampering import METHODS

from .written import Made


def read_json(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a file's events as the peer decoder sees them."""
    evtx = pytest.importorskip("evtx", reason="the peer decoder is not installed")
    for record in evtx.PyEvtxParser(str(path)).records_json():
        yield json.loads(record["data"])["Event"]


def logged(machine: Machine, *keys: str) -> list[dict[str, Any]]:
    """Return the fields of a machine's entries of some kinds, in order of time."""
    found = [
        entry
        for (host, _), entries in machine.journal.logs.items()
        for entry in entries
        if host == machine.host.name and entry.kind.key in keys
    ]
    found.sort(key=lambda e: (e.filetime, e.order))
    return [dict(zip(e.kind.names, e.values, strict=True)) for e in found]


@pytest.fixture
def site() -> Site:
    """A running site of all roles at nine in the morning, with nothing logged yet."""
    world = build_world(3, 1, 8, Setting())
    made = Site(world)
    script = load_script(world)
    for machine in made.machines.values():
        boot(machine, script, world.start - HOUR, quietly=True)
    return made


@pytest.fixture
def scene(site: Site) -> Scene:
    """A scene of the system account on the jump host."""
    machine = site.of_role("jump")
    return Scene(
        site=site,
        script=load_script(site.world),
        machine=machine,
        session=machine.system,
        account=None,
        now=site.world.start + 9 * HOUR,
        rng=site.world.rng("test"),
        shell=machine.well_known["services"],
    )


@pytest.fixture(scope="session")
def intruded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two days of six hosts with the long intrusion, and a collector."""
    out = tmp_path_factory.mktemp("worlds") / "intruded"
    simulate(
        out, seed=1, days=2, hosts=6, intrusion="volt-typhoon", setting=Setting(forwarded=True)
    )
    return out


@pytest.fixture(scope="session")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One day of four hosts without an intruder."""
    out = tmp_path_factory.mktemp("worlds") / "clean"
    simulate(out, seed=2, days=1, hosts=4, intrusion=None)
    return out


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Make a small world with one deed, as wished, and return it with its act; each is made once."""
    known: dict[str, Made] = {}

    def make(wish: str) -> Made:
        if wish not in known:
            out = tmp_path_factory.mktemp("done") / "out"
            is_tampering = wish.partition(":")[0] in METHODS
            setting = Setting(tamper=(wish,)) if is_tampering else Setting(lives=(wish,))
            simulate(out, seed=5, days=1, hosts=3, intrusion=None, setting=setting)
            line = (out / "tampering.jsonl").read_text().splitlines()[0]
            known[wish] = out, json.loads(line)
        return known[wish]

    return make
