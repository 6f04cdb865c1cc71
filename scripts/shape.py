"""Measure the shape of the code against the limits of the house; exit 1 where one is passed.

The shape of functions separates good code from bad. The limits hold for the centre, too; only tables are
left out.
"""

from __future__ import annotations

import ast
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "gamekeeper"
TABLES = ("_table_", "_generated_")

MODULE_LINES = 500
FUNCTION_LINES = 50
NESTING = 4
PARAMETERS = 6
CLASS_LINES = 300
CLASS_METHODS = 15
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Breach:
    """One limit that one piece of code passes."""

    place: str
    what: str


def lines_of(node: ast.AST) -> int:
    """Return the lines of a node, decorators apart."""
    return int(node.end_lineno - node.lineno + 1)  # type: ignore[attr-defined]


def nesting(node: ast.AST) -> int:
    """Return how deep blocks stand inside each other; ``elif`` is no level of its own."""
    deepest = 0
    for field, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or isinstance(child, Function | ast.ClassDef):
                continue
            is_elif = field == "orelse" and isinstance(child, ast.If) and len(value) == 1
            step = isinstance(child, BLOCKS) and not (isinstance(node, ast.If) and is_elif)
            deepest = max(deepest, step + nesting(child))
    return deepest


def parameters(function: Function) -> int:
    """Return the parameters that a caller gives."""
    spec = function.args
    names = [arg.arg for arg in (*spec.posonlyargs, *spec.args, *spec.kwonlyargs)]
    return len([name for name in names if name not in {"self", "cls"}])


def of_function(node: Function) -> Iterator[str]:
    """Yield the limits that a function passes."""
    if lines_of(node) > FUNCTION_LINES:
        yield f"{lines_of(node)} lines, limit {FUNCTION_LINES}"
    if nesting(node) > NESTING:
        yield f"nested {nesting(node)} deep, limit {NESTING}"
    if parameters(node) > PARAMETERS:
        yield f"{parameters(node)} parameters, limit {PARAMETERS}"


def of_class(node: ast.ClassDef) -> Iterator[str]:
    """Yield the limits that a class passes."""
    public = [n for n in node.body if isinstance(n, Function) and not n.name.startswith("_")]
    if lines_of(node) > CLASS_LINES:
        yield f"{lines_of(node)} lines, limit {CLASS_LINES}"
    if len(public) > CLASS_METHODS:
        yield f"{len(public)} public methods, limit {CLASS_METHODS}"


def breaches(path: Path, tree: ast.Module, lines: int) -> Iterator[Breach]:
    """Yield every limit that a module passes."""
    name = path.relative_to(SOURCES).as_posix()
    if lines > MODULE_LINES:
        yield Breach(name, f"{lines} lines, limit {MODULE_LINES}")
    for node in ast.walk(tree):
        found: Iterator[str] = iter(())
        if isinstance(node, Function):
            found = of_function(node)
        elif isinstance(node, ast.ClassDef):
            found = of_class(node)
        for what in found:
            yield Breach(f"{name}:{node.lineno} {node.name}", what)  # type: ignore[attr-defined]


def measured() -> list[Path]:
    """Return the modules that the limits hold for."""
    return [path for path in sorted(SOURCES.rglob("*.py")) if not path.name.startswith(TABLES)]


def main() -> None:
    """Print the figures and the breaches."""
    modules: list[int] = []
    functions: list[int] = []
    found: list[Breach] = []
    for path in measured():
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        modules.append(text.count("\n"))
        functions += [lines_of(node) for node in ast.walk(tree) if isinstance(node, Function)]
        found += breaches(path, tree, text.count("\n"))
    for name, sizes in (("module", modules), ("function", functions)):
        half, most = statistics.median(sizes), max(sizes)
        print(f"{len(sizes)} {name}s: median {half:.0f} lines, longest {most}")
    for breach in found:
        print(f"{breach.place}: {breach.what}")
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
