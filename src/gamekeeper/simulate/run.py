"""One simulation from arguments to files."""

from __future__ import annotations

import gc
import json
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gamekeeper.errors import UsageError
from gamekeeper.simulate.boots import boot_early
from gamekeeper.simulate.deeds import Stage, read_wish
from gamekeeper.simulate.files import describe, write_collected, write_logs, write_truth
from gamekeeper.simulate.habits import load_script, plan
from gamekeeper.simulate.intrusion import load_intrusion, plan_intrusion
from gamekeeper.simulate.lives import LIVES
from gamekeeper.simulate.newcomers import plan_newcomers
from gamekeeper.simulate.people import plan_people
from gamekeeper.simulate.places import Setting, World, build_world, sectors, world_content
from gamekeeper.simulate.placing import place
from gamekeeper.simulate.renaming import Renamer, rename
from gamekeeper.simulate.site import Site
from gamekeeper.simulate.tampering import METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gamekeeper.simulate.placing import Placed

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
    acts: int = 0  # lines of tampering.jsonl

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
    There is one ``<HOST>/<channel>.evtx`` per host and channel, ``world.json``, with an intrusion
    ``truth.jsonl``, and where logs were tampered with or lost something ``tampering.jsonl``. The same
    arguments give the same bytes.
    """
    if intrusion == "none":
        intrusion = None
    _check(out, days, hosts, setting)
    if intrusion is not None:
        load_intrusion(intrusion)
    with _no_garbage():
        return _write(out, build_world(seed, days, hosts, setting), intrusion, setting)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Look for no garbage: all lives until it is written, and looking takes a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _write(out: Path, world: World, intrusion: str | None, setting: Setting) -> Summary:
    stage = _live(world, intrusion, setting)
    site, placed = stage.site, place(stage.site)
    for happens in stage.on_placed:
        happens(placed)
    renamer = Renamer(site.world) if setting.renamed else None
    if renamer is not None:
        rename(placed, renamer)
    out.mkdir(parents=True, exist_ok=True)
    written = write_logs(out, placed, stage.renditions)
    collected: str | None = None
    if stage.is_forwarded:
        collected, count = write_collected(out, site, placed)
        written[collected] = count
    stage.happen_to_files(out, written)
    truth = write_truth(out, placed, collected) if intrusion is not None else 0
    if stage.acts:
        stage.write_truth(out)
    text = _described(stage, placed, intrusion, written)
    (out / "world.json").write_text(renamer.text(text) if renamer else text, encoding="utf-8")
    return Summary(world, intrusion, written, truth, len(site.journal.steps), len(stage.acts))


def _described(
    stage: Stage, placed: list[Placed], intrusion: str | None, written: dict[str, int]
) -> str:
    document: dict[str, Any] = describe(stage.site, placed, intrusion)
    document["files"] = dict(sorted(written.items()))
    setting = stage.setting
    document["setting"] = {
        "sector": setting.sector,
        "forwarded": stage.is_forwarded,
        "tamper": list(setting.tamper),
        "lives": list(setting.lives),
        "left_out": stage.left_out,
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


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
    if setting.renamed and (setting.forwarded or setting.tamper or setting.lives):
        message = "a renamed world has no collector, and nothing is done to its logs"
        raise UsageError(message)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        message = f"{out} is there already and not an empty folder; name a new one"
        raise UsageError(message)


def _live(world: World, intrusion: str | None, setting: Setting) -> Stage:
    """Let the world live from its first to its last day."""
    site = Site(world)
    script = load_script(world)
    for machine in site.machines.values():
        if not machine.host.joins_day:
            boot_early(machine, script, world.start)
    plan_newcomers(site, script)
    plan(site, script)
    plan_people(site, script)
    if intrusion is not None:
        plan_intrusion(site, script, intrusion)
    stage = Stage(site, script, setting)
    for known, texts in ((METHODS, setting.tamper), (LIVES, setting.lives)):
        for number, text in enumerate(texts):
            wish = read_wish(text, known, world.rng("deed", text, number))
            stage.play(wish)
    site.agenda.run(world.end)
    return stage
