"""Rules of the house that no tool of others checks."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "gamekeeper"
TESTS = ROOT / "tests"
#: Folders of tests that mirror nothing.
APART = {"golden", "fakes", "browser", "snapshots"}
#: Tests that look at the whole rather than at one module.
WHOLE = {
    "test_behaviours.py",
    "test_builtin.py",
    "test_care.py",
    "test_care_in_any_order.py",
    "test_copies_of_logs.py",
    "test_corpus.py",
    "test_doctests.py",
    "test_every_rule_every_event.py",
    "test_flooded_world.py",
    "test_examples.py",
    "test_hostile.py",
    "test_house.py",
    "test_incident_worlds.py",
    "test_integrity_worlds.py",
    "test_judged.py",
    "test_keys.py",
    "test_kills.py",
    "test_mutations.py",
    "test_power_loss.py",
    "test_readers.py",
    "test_regression.py",
    "test_renamed_world.py",
    "test_rooms.py",
    "test_semantics.py",
    "test_simulated_vs_real.py",
    "test_verdict_worlds.py",
}
#: Modules without a test file of their own, which the tests of their neighbours cover. Only to be shortened.
NEIGHBOURS = {
    "apps/cli/commands.py",  # test_parser
    "apps/cli/values.py",  # test_hunt
    "apps/cli/world.py",  # test_demo, test_simulate
    "engine/account.py",
    "engine/base.py",
    "engine/columnar/explain.py",
    "engine/columnar/ordinary.py",
    "engine/evidence.py",
    "engine/pool.py",  # test_runner_local
    "engine/presence.py",
    "engine/rule_accounts.py",
    "errors.py",
    "hunt/fact_rows.py",  # test_assessing
    "hunt/sums.py",  # test_run
    "hunt/versions.py",  # apps/cli/test_version
    "integrity/base.py",
    "integrity/events.py",  # checks/test_clears
    "integrity/facts.py",  # test_judging
    "model/breaks.py",
    "model/chains.py",  # analytics/chains/test_hits
    "model/traces.py",  # incidents/test_traces
    "model/events.py",
    "model/fingerprint.py",
    "model/results.py",
    "model/visibility.py",  # reports/test_visibility_json
    "rules/ir.py",
    "reports/parts.py",  # test_overview
    "sources/containers/zip_directory.py",
    "sources/json/contract.py",
    "sources/json/faults.py",  # test_decode
}
#: Text that would tie the project to one person's machine.
PRIVATE = re.compile(r"(?<![\w.])/(?:work|home|Users|root)/[a-z]")


def is_documentation(path: Path) -> bool:
    return path.suffix in {".md", ".toml", ".yml", ".py", ".txt", ".js", ".css", ".html"}


def own_files() -> list[Path]:
    names = ("src", "tests", "docs", "scripts", "examples", "bench")
    found = [path for name in names for path in (ROOT / name).rglob("*") if path.is_file()]
    found += [ROOT / name for name in ("README.md", "Makefile", "pyproject.toml", ".ci/run")]
    return [path for path in found if is_documentation(path) or path.name in {"Makefile", "run"}]


def mirrored(test: Path) -> list[Path]:
    """The module or the room that a test file stands for."""
    place = SOURCES / test.relative_to(TESTS).parent
    stem = test.stem.removeprefix("test_")
    names = (stem, f"_{stem}", f"__{stem}__")
    return [place / f"{name}.py" for name in names] + [place / name for name in names]


def test_every_test_file_mirrors_a_module() -> None:
    tests = [
        path
        for path in TESTS.rglob("test_*.py")
        if not APART & set(path.relative_to(TESTS).parts) and path.name not in WHOLE
    ]
    lost = [
        path.relative_to(TESTS).as_posix()
        for path in tests
        if not any(p.exists() for p in mirrored(path))
    ]
    assert lost == []


def has_code(module: Path) -> bool:
    """Say whether a module does anything: types and protocols alone do not."""
    functions = [
        node
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef)
    ]
    return any(not isinstance(part, ast.Expr) for node in functions for part in node.body)


def test_every_module_that_does_something_has_a_test_file() -> None:
    tests = {path.relative_to(TESTS).as_posix() for path in TESTS.rglob("test_*.py")}
    missing = set()
    for module in SOURCES.rglob("*.py"):
        place = module.relative_to(SOURCES)
        own = place.with_name(f"test_{place.stem.strip('_')}.py").as_posix()
        room = (
            place.parent.with_name(f"test_{place.parent.name}.py").as_posix()
            if place.parent.name
            else ""
        )
        if place.name != "__init__.py" and not {own, room} & tests and has_code(module):
            missing.add(place.as_posix())
    assert missing - NEIGHBOURS == set()
    assert {name for name in NEIGHBOURS if not (SOURCES / name).is_file()} == set()


def test_every_room_is_tested() -> None:
    rooms = {
        p.parent.relative_to(SOURCES) for p in SOURCES.rglob("*.py") if p.name != "__init__.py"
    }
    tested = {path.parent.relative_to(TESTS) for path in TESTS.rglob("test_*.py")}
    untested = {room.as_posix() for room in rooms - tested if "content" not in room.parts}
    assert untested == set()


@pytest.mark.parametrize("path", own_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_file_names_a_place_on_somebodys_machine(path: Path) -> None:
    if path == Path(__file__):
        return
    text = path.read_text(encoding="utf-8")
    assert PRIVATE.findall(text) == []


def test_no_sample_is_larger_than_the_repository_should_carry() -> None:
    large = [path for path in TESTS.rglob("*") if path.is_file() and path.stat().st_size > 50_000]
    assert [path.name for path in large if path.suffix not in {".py", ".pyc"}] == []


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    wanted = [Requirement(line) for line in declared]
    names = {one.name.lower() for one in wanted if not one.marker or one.marker.evaluate()}
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = {line.partition("==")[0] for line in lines if not line.startswith("#")}
    assert names - pins == set()
    assert all("==" in line for line in lines if not line.startswith("#"))


def test_the_peers_of_the_tests_are_no_part_of_the_program() -> None:
    pattern = re.compile(r"^\s*(?:import|from)\s+(?:evtx|pyevtx|Evtx|stix2)\b", re.MULTILINE)
    users = [path.name for path in SOURCES.rglob("*.py") if pattern.search(path.read_text("utf-8"))]
    assert users == []


@pytest.mark.parametrize(
    "command",
    [
        ["scripts/shape.py"],
        *(
            [f"scripts/{page}_page.py", "--check"]
            for page in ("options", "ecs", "summaries", "integrity")
        ),
    ],
    ids=lambda c: c[0],
)
def test_the_scripts_of_the_house_are_content(command: list[str]) -> None:
    done = subprocess.run(  # noqa: PLW1510 - the output tells more than the exception
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
