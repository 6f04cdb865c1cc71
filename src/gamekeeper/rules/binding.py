"""A rule's condition in the words of one log: fields renamed, values as the event writes them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from gamekeeper.errors import RuleError
from gamekeeper.model.folding import fold
from gamekeeper.rules.conditions import all_of, one_of
from gamekeeper.rules.ir import REFERENCES, And, Node, Not, Op, Or, Predicate, predicates
from gamekeeper.rules.mappings import Chosen, FieldMap, Joined, Known, Listed, Renamed
from gamekeeper.rules.truth import holds

if TYPE_CHECKING:
    from collections.abc import Mapping

_PRESENCE = frozenset({Op.NULL, Op.EXISTS})
_LITERAL = frozenset({Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH})
_SYSMON_NUMBER = re.compile(
    r"(?:DWORD \(0x([0-9a-f]{8})\)|QWORD \(0x([0-9a-f]{8})-0x([0-9a-f]{8})\))", re.IGNORECASE
)
_NEVER = Or(())


class UnbindableError(RuleError):
    """A condition cannot be said in the words of this log."""


def bind(node: Node, fields: Mapping[str, FieldMap]) -> Node:
    """Return the condition for events whose fields read as ``fields`` says; raise UnbindableError."""
    if not any(_touched(predicate, fields) for predicate in predicates(node)):
        return node
    return _bind(node, fields)


def _touched(predicate: Predicate, fields: Mapping[str, FieldMap]) -> bool:
    return fold(predicate.name) in fields or (
        predicate.op in REFERENCES and fold(predicate.value) in fields
    )


def _bind(node: Node, fields: Mapping[str, FieldMap]) -> Node:
    if isinstance(node, And):
        return And(tuple(_bind(child, fields) for child in node.children))
    if isinstance(node, Or):
        return Or(tuple(_bind(child, fields) for child in node.children))
    if isinstance(node, Not):
        return Not(_bind(node.child, fields))
    if node.op in REFERENCES:
        return _reference(node, fields)
    mapped = fields.get(fold(node.name))
    return node if mapped is None else _mapped(node, mapped)


def _mapped(predicate: Predicate, mapped: FieldMap) -> Node:
    if isinstance(mapped, Renamed):
        return _renamed(predicate, mapped)
    if isinstance(mapped, Joined):
        return _joined(predicate, mapped)
    if isinstance(mapped, Listed):
        return _listed(predicate, mapped)
    return _chosen(predicate, mapped)


def _reference(predicate: Predicate, fields: Mapping[str, FieldMap]) -> Node:
    name, value = predicate.name, predicate.value
    mine = fields.get(fold(name), Renamed((name,)))
    other = fields.get(fold(value), Renamed((value,)))
    return _referred(predicate, mine, other)


def _referred(predicate: Predicate, mine: FieldMap, other: FieldMap) -> Node:
    """Compare plain names, or joined ones part by part."""
    if isinstance(mine, Chosen):
        then, otherwise = (_referred(predicate, m, other) for m in (mine.then, mine.otherwise))
        return _either(mine, then, otherwise)
    if isinstance(other, Chosen):
        then, otherwise = (_referred(predicate, mine, o) for o in (other.then, other.otherwise))
        return _either(other, then, otherwise)
    if isinstance(mine, Joined) and isinstance(other, Joined) and predicate.op is Op.FIELD_EQUALS:
        pairs = ((mine.left, other.left), (mine.right, other.right))
        return And(tuple(replace(predicate, name=name, value=value) for name, value in pairs))
    for name, mapped in ((predicate.name, mine), (predicate.value, other)):
        if not isinstance(mapped, Renamed) or len(mapped.names) > 1 or mapped.form:
            raise UnbindableError(f"field {name} has no single counterpart")
    assert isinstance(mine, Renamed)
    assert isinstance(other, Renamed)
    return replace(predicate, name=mine.names[0], value=other.names[0])


def _renamed(predicate: Predicate, mapped: Renamed) -> Node:
    asked = [
        replace(predicate, name=name, value=value)
        for name in mapped.names
        for value in _forms(predicate, mapped.form)
    ]
    if predicate.op in _PRESENCE:
        absent = predicate.op is Op.NULL or predicate.value == "false"
        return (all_of if absent else one_of)([*asked])
    return one_of([*asked, *_known(predicate, mapped.names[0], mapped.known)])


def _known(predicate: Predicate, name: str, known: Known) -> list[Node]:
    """Ask for the event's own values whose name in rules satisfies the predicate."""
    return [
        Predicate(name, Op.EQUALS, value)
        for value, shown in known
        if any(holds(predicate, text) for text in shown)
    ]


def _forms(predicate: Predicate, form: str) -> list[str]:
    value = predicate.value
    if predicate.op is Op.EQUALS and form == "hex" and value.isascii() and value.isdecimal():
        return [hex(int(value))]
    if predicate.op is Op.EQUALS and form == "sysmon_number":
        match = _SYSMON_NUMBER.fullmatch(value)
        if match:
            return [str(int("".join(digits for digits in match.groups() if digits), 16))]
        if value == "(Empty)":
            return [""]
    return [value]


def _chosen(predicate: Predicate, mapped: Chosen) -> Node:
    return _either(mapped, _mapped(predicate, mapped.then), _mapped(predicate, mapped.otherwise))


def _either(mapped: Chosen, then: Node, otherwise: Node) -> Node:
    given = mapped.given
    silent = Or((Predicate(given, Op.NULL), *(Predicate(given, Op.EQUALS, v) for v in ("", "-"))))
    return Or((And((Not(silent), then)), And((silent, otherwise))))


def _listed(predicate: Predicate, mapped: Listed) -> Node:
    """Ask for the entry, and for a field of its own, which some exports make of it."""
    pattern = rf"(?:^|,){re.escape(mapped.key)}={_entry(predicate)}(?:,|\Z)"
    entry = Predicate(mapped.name, Op.REGEX, pattern, flags="" if predicate.cased else "i")
    if predicate.op is Op.NULL or (predicate.op is Op.EXISTS and predicate.value == "false"):
        return And((predicate, Not(entry)))
    return Or((predicate, entry))


def _entry(predicate: Predicate) -> str:
    """Return the pattern of an entry that satisfies a predicate; a comma ends an entry."""
    text, some = re.escape(predicate.value), "[^,]*"
    match predicate.op:
        case Op.EQUALS:
            return text
        case Op.CONTAINS:
            return some + text + some
        case Op.STARTSWITH:
            return text + some
        case Op.ENDSWITH:
            return some + text
        case Op.GLOB:
            signs = {"any": some, "one": "[^,]"}
            return "".join(signs.get(kind) or re.escape(part) for kind, part in predicate.parts)
        case Op.NULL | Op.EXISTS:
            return some
    raise UnbindableError(f"{predicate.text} asks for a part of another field")


def _joined(predicate: Predicate, mapped: Joined) -> Node:
    if predicate.op in _PRESENCE or (predicate.op is Op.EQUALS and predicate.value in {"", "-"}):
        return replace(predicate, name=mapped.right)
    if predicate.op not in _LITERAL:
        raise UnbindableError(f"{predicate.text} spans two fields")
    choices: list[Node] = []
    for text in _variants(predicate, mapped):
        choices += _splits(replace(predicate, value=text), mapped)
    if mapped.sid:
        choices += _known(predicate, mapped.sid, mapped.sids)
    return one_of(choices) if choices else _NEVER


def _variants(predicate: Predicate, mapped: Joined) -> list[str]:
    """The literal as the event would write it: other names of its start, other names inside."""
    texts = [predicate.value]
    for prefix, others in mapped.prefixes:
        if fold(predicate.value).startswith(fold(prefix)):
            texts = [other + predicate.value[len(prefix) :] for other in others]
    for inner, others in mapped.inner:
        pattern = re.compile(re.escape(inner), re.IGNORECASE)
        texts = [
            other.join(pattern.split(text)) if pattern.search(text) else text
            for text in texts
            for other in others
        ]
    return list(dict.fromkeys(texts))


def _splits(predicate: Predicate, mapped: Joined) -> list[Node]:
    """Every way in which a literal can lie over the two fields and the backslash between them."""
    op, text = predicate.op, predicate.value
    # What the part left of the border must do with the left field, and the right part with the right one.
    left_op = Op.ENDSWITH if op in {Op.CONTAINS, Op.ENDSWITH} else Op.EQUALS
    right_op = Op.STARTSWITH if op in {Op.CONTAINS, Op.STARTSWITH} else Op.EQUALS
    found: list[Node] = []
    if op in {Op.CONTAINS, Op.STARTSWITH}:
        found.append(replace(predicate, name=mapped.left))
    if op in {Op.CONTAINS, Op.ENDSWITH}:
        found.append(replace(predicate, name=mapped.right))
    for border in (at for at, character in enumerate(text) if character == "\\"):
        left = replace(predicate, name=mapped.left, op=left_op, value=text[:border])
        right = replace(predicate, name=mapped.right, op=right_op, value=text[border + 1 :])
        found.append(And((left, right)))
    return found
