"""Fields by name, as people type them: a log's own names, or those of ECS, in any case."""

from __future__ import annotations

from functools import cache

from gamekeeper.errors import UsageError
from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs import ecs_sql
from gamekeeper.model.ecs.mapping import names
from gamekeeper.model.folding import fold
from gamekeeper.settings import near
from gamekeeper.store.schemas import stored
from gamekeeper.store.sql import quoted


@cache
def _native(dataset: str) -> dict[str, str]:
    return {fold(name): name for name in stored(dataset).names if name != "event.rest"}


@cache
def _ecs() -> dict[str, str]:
    return {fold(name): name for name in names()}


def expression(dataset: str, name: str) -> str | None:
    """Return the SQL for a field in the view of a dataset, or None where the dataset has no such field."""
    if fold(name) == "event.dataset":
        return f"'{dataset}'"
    native = _native(dataset).get(fold(name))
    if native is not None:
        return quoted(native)
    ecs = _ecs().get(fold(name))
    return None if ecs is None else ecs_sql(dataset, ecs)


def check(name: str) -> str:
    """Return the name of a field that some dataset has; raise UsageError for any other."""
    if any(expression(dataset, name) for dataset in datasets()):
        return name
    known = sorted(
        {one for dataset in datasets() for one in _native(dataset).values()} | {*names()}
    )
    raise UsageError(
        f"no log here has a field {name!r} of its own{near(name, known)}; fields that no dataset declares "
        "are found by 'gamekeeper search' only"
    )
