"""Where chains come from: those of this package, and files of a user. Told apart by their ids."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.chains.parse import parse_chain
from gamekeeper.analytics.chains.selections import digest_of, keep, recall
from gamekeeper.errors import ContentError, RuleError, UsageError
from gamekeeper.settings import cache_folder

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gamekeeper.analytics.chains.ir import Chain

#: Test cases lie beside chains under the same stem.
CASES: Final = ".cases.yml"
#: A chain that takes another one must not be longer in coming than this.
BUILTIN: Final = "builtin"


@cache
def builtin_chains() -> tuple[Chain, ...]:
    """Return the chains of this package, sorted so that each comes behind those that it names."""
    folder = files("gamekeeper.content").joinpath("chains")
    found = sorted(
        (item.name, item.read_bytes())
        for item in folder.iterdir()
        if item.name.endswith(".yml") and not item.name.endswith(CASES)
    )
    memory, digest = cache_folder() / "chains", digest_of(found)
    is_known = recall(memory, digest)
    try:
        chains = ordered([parse_chain(data, f"chains/{name}") for name, data in found])
    except RuleError as error:
        raise ContentError(str(error)) from error
    if not is_known:
        keep(memory, digest)
    return chains


def load_chains(paths: Sequence[str | Path]) -> tuple[Chain, ...]:
    """Return the chains of files, folders and ``"builtin"``; raise UsageError for what is no chain."""
    found: list[Chain] = []
    for path in paths:
        if str(path) == BUILTIN:
            found += builtin_chains()
        else:
            found += _of_path(Path(path))
    return ordered(found)


def _of_path(path: Path) -> list[Chain]:
    if not path.exists():
        raise UsageError(f"there is no file or folder {str(path)!r}")
    names = sorted(path.rglob("*.yml")) if path.is_dir() else [path]
    try:
        return [parse_chain(p.read_bytes(), str(p)) for p in names if not p.name.endswith(CASES)]
    except RuleError as error:
        raise UsageError(str(error)) from error
    except OSError as error:
        raise UsageError(f"{error.filename} cannot be read: {error.strerror}") from error


def ordered(chains: Iterable[Chain]) -> tuple[Chain, ...]:
    """Return chains so that each comes behind those that it names; raise RuleError where that fails."""
    waiting: dict[str, Chain] = {}
    for chain in chains:
        if chain.id in waiting:
            raise RuleError(f"{chain.path}: {waiting[chain.id].path} has the id {chain.id}, too")
        waiting[chain.id] = chain
    done: dict[str, Chain] = {}
    while waiting:
        ready = [one for one in waiting.values() if all(name in done for name in _named(one))]
        if not ready:
            chain = next(iter(waiting.values()))
            missing = [name for name in _named(chain) if name not in done]
            why = "a circle" if missing[0] in waiting else "no chain of that id"
            raise RuleError(f"{chain.path}: it names chain {missing[0]}: {why}")
        for chain in ready:
            done[chain.id] = waiting.pop(chain.id)
    return tuple(done.values())


def _named(chain: Chain) -> list[str]:
    return [step.chain for _, body in chain.bodies() for step in body.steps if step.chain]
