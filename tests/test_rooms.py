"""The order of the rooms, and which of them may use which package: read from the imports themselves."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCES = Path(__file__).parents[1] / "src" / "gamekeeper"

#: From first to last: a room may import itself, what stands before it, and nothing after it.
ROOMS = (
    "content",
    "model",
    "context",
    "sources",
    "store",
    "entities",
    "questions",
    "rules",
    "engine",
    "authoring",
    "analytics",
    "integrity",
    "visibility",
    "intel",
    "incidents",
    "tuning",
    "reports",
    "sharing",
    "evaluation",
    "simulate",
    "hunt",
    "apps",
)
#: Modules outside of rooms that every room may import.
GROUND = (
    "errors",
    "settings",
    "_setting",
    "_table_settings",
    "_table_case_settings",
    "_table_tuning_settings",
    "_table_question_settings",
    "_table_incident_settings",
    "_table_care_settings",
    "_table_intel_settings",
    "_table_evaluation_settings",
    "native",
)
#: Modules outside of rooms, and the room whose rights they have.
OUTSIDE = {"__init__": "apps", "__main__": "apps"}
#: The compiled part is for the two hot paths only.
COMPILED = ("sources/evtx/", "engine/columnar/")
#: What a simulated world must not know, so that it cannot be built to please what it tests.
DETECTORS = set(ROOMS) - {"content", "model", "simulate", "apps"}

#: Package -> where it may be imported. A package that is missing here may be imported nowhere.
FENCES = {
    "numpy": ("",),
    "pyarrow": ("",),
    "yaml": ("content/", "context/", "rules/", "tuning/"),
    "orjson": ("",),
    "duckdb": ("store/sql.py", "store/sorting.py"),
    "deltalake": ("store/export_delta.py",),
    "pyiceberg": ("store/export_iceberg.py",),
    "sigma": ("rules/",),
    "rich": ("reports/", "apps/"),
    "jinja2": ("reports/", "apps/"),
    "markupsafe": ("reports/", "apps/"),
    "dissect": ("sources/windows_state/access_tables",),
    "py7zr": ("sources/containers/",),
    "pyzipper": ("sources/containers/",),
    "maxminddb": ("context/",),
}


def modules() -> list[Path]:
    return sorted(SOURCES.rglob("*.py"))


def name_of(path: Path) -> str:
    return path.relative_to(SOURCES).as_posix()


def room_of(name: str) -> str:
    """The room of a module, given as a path below the package or as what follows ``gamekeeper.``."""
    first = name.replace("/", ".").removesuffix(".py").split(".")[0]
    return OUTSIDE.get(first, first)


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, anywhere in it, as a full name with its line."""
    package = ("gamekeeper", *path.relative_to(SOURCES).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join((*base, *filter(None, [node.module])))
            for alias in node.names:
                yield (f"{module}.{alias.name}" if module == "gamekeeper" else module), node.lineno
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Lazy registries name modules in text: "gamekeeper.sources.xml:XmlSource".
            module = node.value.partition(":")[0]
            if exists(module):
                yield module, node.lineno


def exists(module: str) -> bool:
    package, _, rest = module.partition(".")
    if package != "gamekeeper" or not rest.replace(".", "").replace("_", "").isalnum():
        return False
    place = SOURCES.joinpath(*rest.split("."))
    return place.is_dir() or place.with_suffix(".py").is_file()


def own(path: Path) -> Iterator[tuple[str, int]]:
    for module, line in imports(path):
        if module.startswith("gamekeeper."):
            yield module.removeprefix("gamekeeper."), line


def foreign(path: Path) -> Iterator[tuple[str, int]]:
    stdlib = __import__("sys").stdlib_module_names
    for module, line in imports(path):
        first = module.split(".")[0]
        if first not in stdlib and first not in {"gamekeeper", "__future__"}:
            yield first, line


def may_import(room: str, other: str) -> bool:
    if room in GROUND or other in GROUND:
        return other in GROUND
    return ROOMS.index(other) <= ROOMS.index(room)


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_a_room_imports_only_rooms_before_it(path: Path) -> None:
    room = room_of(name_of(path))
    wrong = [
        f"line {line} imports {module}"
        for module, line in own(path)
        if not may_import(room, room_of(module))
    ]
    assert wrong == []


@pytest.mark.parametrize("path", modules(), ids=name_of)
def test_packages_stay_behind_their_fences(path: Path) -> None:
    name = name_of(path)
    wrong = [
        f"line {line} imports {package}"
        for package, line in foreign(path)
        if not name.startswith(FENCES.get(package, ("nowhere",)))
    ]
    assert wrong == []


def test_the_compiled_part_is_used_in_two_places_only() -> None:
    users = {name_of(p) for p in modules() for module, _ in own(p) if module == "native"}
    assert {user for user in users if not user.startswith(COMPILED)} == set()


def test_the_simulator_and_the_detector_do_not_know_each_other() -> None:
    for path in modules():
        room = room_of(name_of(path))
        known = {room_of(module) for module, _ in own(path)}
        if room == "simulate":
            assert known & DETECTORS == set(), path
        elif room in DETECTORS:
            assert "simulate" not in known, path


def test_every_module_is_in_a_room() -> None:
    known = {*ROOMS, *GROUND}
    assert {name_of(p) for p in modules() if room_of(name_of(p)) not in known} == set()


def test_rooms_have_no_attic() -> None:
    attics = {"utils", "util", "helpers", "common", "misc"}
    assert {name_of(p) for p in modules() if attics & {*p.parts, p.stem}} == set()
