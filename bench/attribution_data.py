"""Data of red teams, laboratories and ordinary work, as observations: none of it may name a state's group."""

from __future__ import annotations

import csv
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import gamekeeper as gk
from gamekeeper.errors import NothingReadable
from gamekeeper.intel.library import shipped
from gamekeeper.intel.observing import observed
from gamekeeper.model.attribution import Observation
from gamekeeper.simulate import simulate

Reading = Callable[[Path], Iterable[Observation]]
GRAVE = {"medium", "high", "critical"}
_ID = re.compile(r"T[0-9]{4}(?:\.[0-9]{3})?")


def steps(data: Path, *, titles: bool) -> Iterator[Observation]:
    """Yield the labelled steps of 27 laboratory captures, with or without the names of the kits."""
    path = data / "campaigns" / "theshire-2020-09-20_22" / "steps.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            moment = datetime.fromisoformat(row["first"]).replace(tzinfo=UTC)
            yield Observation(
                techniques=tuple(_ID.findall(row["techniques"])),
                tools=(row["title"],) if titles else (),
                time=int(moment.timestamp()) * 1_000_000,
            )


def plan(data: Path, *, tools: bool) -> Iterator[Observation]:
    """Yield the steps of an emulation of APT29: ids and names of techniques in the plan."""
    names = {name.casefold(): one for one, name in shipped().techniques.items()}
    path = data / "campaigns" / "apt29-day1-zeek" / "plan.csv"
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for row in csv.DictReader(stream):
            said = [part.strip().casefold() for part in re.split(r"[,\n]", row["Technique"] or "")]
            by_name = [names[part] for part in said if part in names]
            ids = _ID.findall(row["Description"] or "")
            yield Observation(
                techniques=tuple(dict.fromkeys([*ids, *by_name])),
                tools=(row["Stage"] or "", row["Description"] or "") if tools else (),
            )


def hunted(paths: Iterable[Path], rules: Iterable[Path | str]) -> tuple[Observation, ...]:
    """Return what rules of medium level or above find."""
    with gk.hunt(list(paths), rules=list(rules), workers=1) as hunt:
        return observed(one for one in hunt.findings if one.level in GRAVE)


def logs(*names: str) -> Reading:
    """Return a reader that hunts through logs with SigmaHQ's rules and our own."""

    def read(data: Path) -> tuple[Observation, ...]:
        return hunted([data / name for name in names], [data / "sigma-rules", "builtin"])

    return read


def simulated(_data: Path) -> tuple[Observation, ...]:
    """Hunt through a simulated intrusion in the manner of Volt Typhoon, with our own rules."""
    with tempfile.TemporaryDirectory() as folder:
        simulate(Path(folder) / "logs", hosts=8, days=3, intrusion="volt-typhoon")
        return hunted([Path(folder) / "logs"], ["builtin"])


def apart(data: Path) -> Iterator[tuple[Observation, ...]]:
    """Yield what is found in each capture of a laboratory, and in each folder of samples."""
    rules = [data / "sigma-rules", "builtin"]
    captures = sorted(path for path in (data / "otrf").iterdir() if path.suffix != ".csv")
    folders = sorted(path for path in (data / "evtx").glob("*/*") if path.is_dir())
    for path in (*captures, *folders):
        try:
            yield hunted([path], rules)
        except NothingReadable:
            continue


APART = apart
SETS: tuple[tuple[str, str, Reading], ...] = (
    ("theshire, labels", "27 captures of a laboratory", lambda data: steps(data, titles=False)),
    ("theshire, labels and titles", "the same", lambda data: steps(data, titles=True)),
    (
        "theshire, hunted",
        "the same, from its logs",
        logs("campaigns/theshire-2020-09-20_22/events.json.gz"),
    ),
    (
        "LSASS_campaign_02, hunted",
        "an exercise on one workstation",
        logs("campaigns/LSASS_campaign_02/metasploit_procdump_lsass_memory_dump.json.gz"),
    ),
    ("apt29 plan, labels", "a plan that emulates APT29", lambda data: plan(data, tools=False)),
    ("apt29 plan, labels and text", "the same", lambda data: plan(data, tools=True)),
    ("otrf, hunted", "18 captures of a laboratory", logs("otrf")),
    ("evtx samples, hunted", "collections of attack samples", logs("evtx")),
    (
        "windows-background, hunted",
        "ordinary logs, an emulation at the end",
        logs("windows-background"),
    ),
    ("simulated, hunted", "written to resemble Volt Typhoon: circular", simulated),
)
