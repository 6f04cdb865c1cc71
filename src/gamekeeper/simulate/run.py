"""One simulation from arguments to files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gamekeeper.errors import UsageError
from gamekeeper.simulate.boots import boot_early
from gamekeeper.simulate.files import describe, place, write_collected, write_logs, write_truth
from gamekeeper.simulate.habits import load_script, plan
from gamekeeper.simulate.intrusion import load_intrusion, plan_intrusion
from gamekeeper.simulate.people import plan_people
from gamekeeper.simulate.places import Setting, World, build_world, sectors, world_content
from gamekeeper.simulate.site import Site

if TYPE_CHECKING:
    from pathlib import Path

_DEFAULT_INTRUSION = "volt-typhoon"
_DEFAULT_SETTING = Setting()


@dataclass(frozen=True, slots=True)
class Summary:
    """What was written where."""

    world: World
    intrusion: str | None
    files: dict[str, int]  # records by path below the folder
    truth: int  # lines of truth.jsonl
    steps: int  # steps of the intrusion

    @property
    def events(self) -> int:
        """All records in all files."""
        return sum(self.files.values())


def simulate(
    out: Path,
    *,
    seed: int = 1,
    days: int = 3,
    hosts: int = 8,
    intrusion: str | None = _DEFAULT_INTRUSION,
    setting: Setting = _DEFAULT_SETTING,
) -> Summary:
    """Write a world's logs into the folder ``out``, which must be new or empty.

    ``intrusion`` is one of :func:`intrusions`; None, or the word "none", gives a clean world.
    There is one ``<HOST>/<channel>.evtx`` per host and channel, ``world.json`` and, with an intrusion,
    ``truth.jsonl``. The same arguments give the same bytes.
    """
    if intrusion == "none":
        intrusion = None
    _check(out, days, hosts, setting)
    if intrusion is not None:
        load_intrusion(intrusion)
    world = build_world(seed, days, hosts, setting)
    site = _live(world, intrusion)
    placed = place(site)
    out.mkdir(parents=True, exist_ok=True)
    written = write_logs(out, placed)
    collected: str | None = None
    if setting.forwarded:
        collected, count = write_collected(out, site, placed)
        written[collected] = count
    truth = write_truth(out, placed, collected) if intrusion is not None else 0
    document: dict[str, Any] = describe(site, placed, intrusion)
    document["files"] = written
    document["setting"] = {"sector": setting.sector, "forwarded": setting.forwarded}
    text = json.dumps(document, indent=1, ensure_ascii=False)
    (out / "world.json").write_text(text + "\n", encoding="utf-8")
    return Summary(world, intrusion, written, truth, len(site.journal.steps))


def _check(out: Path, days: int, hosts: int, setting: Setting) -> None:
    document = world_content()
    low, high = document["minimum_hosts"], document["maximum_hosts"]
    if not low <= hosts <= high:
        message = f"a world has {low} to {high} hosts, not {hosts}"
        raise UsageError(message)
    if days < 1:
        message = f"a world lives at least one day, not {days}"
        raise UsageError(message)
    if setting.sector not in sectors():
        message = f"no sector is called {setting.sector!r}; there are {', '.join(sectors())}"
        raise UsageError(message)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} is there already and not an empty folder; name a new one"
        raise UsageError(message)


def _live(world: World, intrusion: str | None) -> Site:
    """Let the world live from its first to its last day."""
    site = Site(world)
    script = load_script(world)
    for machine in site.machines.values():
        boot_early(machine, script, world.start)
    plan(site, script)
    plan_people(site, script)
    if intrusion is not None:
        plan_intrusion(site, script, intrusion)
    site.agenda.run(world.end)
    return site
