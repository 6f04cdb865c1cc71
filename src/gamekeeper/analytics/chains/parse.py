"""Chain files to chains: one document a file, and errors that name the file and the place in it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.analytics.chains.checks import check_body, check_chain, check_readings
from gamekeeper.analytics.chains.condition import every, parse_condition
from gamekeeper.analytics.chains.ir import (
    HOUR,
    Body,
    Chain,
    Count,
    FirstEver,
    Order,
    Reading,
    Readings,
    Selection,
    Step,
)
from gamekeeper.analytics.chains.placeholders import stated
from gamekeeper.analytics.chains.stating import (
    a_map,
    entries,
    flag,
    seconds,
    some_text,
    texts,
    whole,
)
from gamekeeper.errors import RuleError
from gamekeeper.model.ecs.forms import FORMS
from gamekeeper.model.findings import LEVELS
from gamekeeper.rules.documents import read_documents

if TYPE_CHECKING:
    from gamekeeper.analytics.chains.stating import Map

_BODY: Final = {"join", "entities", "within", "order", "condition", "steps"}
_TOLD: Final = {
    "references",
    "attack",
    "behaviours",
    "blind_spots",
    "look_alikes",
}
_CHAIN: Final = _BODY | _TOLD | {"id", "name", "description", "level", "parts"}
_STEP: Final = {
    "text",
    "events",
    "entities",
    "part",
    "chain",
    "optional",
    "absent",
    "habit",
    "count",
    "first_ever",
}
_SELECTION: Final = {"logsource", "detection", "entities"}
_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9\-]{1,60}", re.ASCII)


def parse_chain(data: bytes, path: str) -> Chain:
    """Return the chain of a file; raise RuleError, which carries the path, where it is none."""
    try:
        return replace(_chain(a_map(_only(data), "the chain", _CHAIN)), path=path)
    except RuleError as error:
        raise RuleError(f"{path}: {error}", path=path, line=error.line) from error


def _only(data: bytes) -> object:
    documents = [one for one in read_documents(data) if one is not None]
    if len(documents) != 1:
        raise RuleError("a chain file holds one document")
    return documents[0]


def _chain(row: Map) -> Chain:
    identity = some_text(row.get("id"), "id")
    if not _ID.fullmatch(identity):
        raise RuleError(f"id: {identity!r} is no id: letters, digits and hyphens")
    level = some_text(row.get("level"), "level")
    if level not in LEVELS:
        raise RuleError(f"level: {level!r} is none of {', '.join(LEVELS)}")
    shared = _entities(row.get("entities"), "entities")
    parts = tuple(
        (name, _body(a_map(part, f"parts.{name}", _BODY), shared, f"parts.{name}."))
        for name, part in (entries(row["parts"], "parts") if "parts" in row else ())
    )
    body = {key: value for key, value in row.items() if key in _BODY}
    chain = Chain(
        id=identity,
        name=some_text(row.get("name"), "name"),
        description=some_text(row.get("description"), "description"),
        level=level,
        body=_body(body, shared, ""),
        parts=parts,
        references=texts(row.get("references"), "references"),
        attack=texts(row.get("attack"), "attack"),
        behaviours=texts(row.get("behaviours"), "behaviours"),
        blind_spots=texts(row.get("blind_spots"), "blind_spots"),
        look_alikes=texts(row.get("look_alikes"), "look_alikes"),
    )
    check_chain(chain)
    return chain


def _body(row: Map, above: Readings, where: str) -> Body:
    shared = _laid_over(above, _entities(row.get("entities"), f"{where}entities"))
    steps = tuple(
        _step(name, a_map(step, f"{where}steps.{name}", _STEP), shared, f"{where}steps.{name}")
        for name, step in entries(row.get("steps"), f"{where}steps")
    )
    wanted = [step.name for step in steps if not step.is_optional and not step.is_absent]
    if not wanted:
        raise RuleError(f"{where}steps: at least one has to be neither optional nor absent")
    order = row.get("order", "any")
    if order not in tuple(Order):
        raise RuleError(f"{where}order: {order!r} is neither any nor listed")
    text = row.get("condition")
    try:
        condition = every(wanted) if text is None else parse_condition(str(text), wanted)
    except RuleError as error:
        raise RuleError(f"{where}{error}") from error
    body = Body(
        steps=steps,
        join=texts(row.get("join"), f"{where}join"),
        within_s=seconds(row.get("within"), f"{where}within"),
        condition=condition,
        order=Order(order),
    )
    check_body(body, where)
    return body


def _step(name: str, row: Map, above: Readings, where: str) -> Step:
    ways = [way for way in ("events", "part", "chain") if way in row]
    if len(ways) != 1:
        raise RuleError(f"{where}: one of events, part and chain is expected")
    shared = _laid_over(above, _entities(row.get("entities"), f"{where}.entities"))
    return Step(
        name=name,
        text=some_text(row.get("text"), f"{where}.text"),
        selections=_selections(row.get("events"), shared, where) if "events" in row else (),
        part=some_text(row["part"], f"{where}.part") if "part" in row else "",
        chain=some_text(row["chain"], f"{where}.chain") if "chain" in row else "",
        is_optional=flag(row.get("optional", False), f"{where}.optional"),
        is_absent=flag(row.get("absent", False), f"{where}.absent"),
        is_habit=flag(row.get("habit", False), f"{where}.habit"),
        count=_count(row["count"], f"{where}.count") if "count" in row else Count(),
        first_ever=_first(row["first_ever"], f"{where}.first_ever")
        if "first_ever" in row
        else None,
    )


def _selections(rows: object, shared: Readings, where: str) -> tuple[Selection, ...]:
    if not isinstance(rows, list) or not rows:
        raise RuleError(f"{where}.events: a list of selections is expected")
    return tuple(_selection(row, shared, f"{where}.events[{n}]") for n, row in enumerate(rows, 1))


def _selection(given: object, shared: Readings, where: str) -> Selection:
    row = a_map(given, where, _SELECTION)
    entities = _laid_over(shared, _entities(row.get("entities"), f"{where}.entities"))
    try:
        return stated(row.get("logsource"), row.get("detection"), entities)
    except RuleError as error:
        raise RuleError(f"{where}: {error}") from error


def _entities(value: object, where: str) -> Readings:
    if value is None:
        return ()
    found = tuple((name, _reading(row, f"{where}.{name}")) for name, row in entries(value, where))
    if HOUR in dict(found):
        raise RuleError(f"{where}.{HOUR}: this is no entity: it says what a step counts")
    check_readings(found, where)
    return found


def _reading(value: object, where: str) -> Reading:
    if isinstance(value, str):
        return Reading(some_text(value, where))
    row = a_map(value, where, {"from", "match", "as"})
    match, form = (str(row.get(key, "")) for key in ("match", "as"))
    try:
        re.compile(match)
    except re.error as error:
        raise RuleError(f"{where}.match: {error}") from error
    if form and form not in FORMS:
        raise RuleError(f"{where}.as: there is no form {form!r}")
    return Reading(some_text(row.get("from"), f"{where}.from"), match, form)


def _laid_over(below: Readings, above: Readings) -> Readings:
    return tuple({**dict(below), **dict(above)}.items())


def _count(value: object, where: str) -> Count:
    row = a_map(value, where, {"at_least", "of", "apart"})
    return Count(
        at_least=whole(row.get("at_least"), f"{where}.at_least", 1),
        of=some_text(row["of"], f"{where}.of") if "of" in row else "",
        apart_s=seconds(row["apart"], f"{where}.apart") if "apart" in row else 0,
    )


def _first(value: Any, where: str) -> FirstEver:  # noqa: ANN401 - YAML may hold anything
    row = a_map(value, where, {"new", "known", "history", "since"})
    new = texts(row.get("new"), f"{where}.new")
    if not new:
        raise RuleError(f"{where}.new: the entities whose values have to be new are missing")
    return FirstEver(
        new=new,
        known=texts(row.get("known"), f"{where}.known"),
        history_s=seconds(row["history"], f"{where}.history") if "history" in row else 0,
        since=some_text(row["since"], f"{where}.since") if "since" in row else "",
    )
