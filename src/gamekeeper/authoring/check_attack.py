"""Checks of the tags that say which ATT&CK techniques a rule is about."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from gamekeeper.authoring.remarks import note, warning
from gamekeeper.rules.attack import attack_of, in_v19
from gamekeeper.rules.techniques import TACTICS, techniques
from gamekeeper.settings import near

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.authoring.remarks import Say, Subject

_TECHNIQUE = re.compile(r"t[0-9]+(?:\.[0-9]+)?")
_OTHER_NUMBER = re.compile(r"(?:ta|g|s|ds|m|a|c|dc|det|an)[0-9]{4}")


def missing_attack_tags(subject: Subject) -> Iterator[Say]:
    """A rule without a technique is in no map of what can be seen."""
    if not subject.is_plain:
        return
    stated = subject.document.get("tags")
    attack = attack_of(tag for tag in _texts(stated) if tag)
    if not attack.techniques and not attack.tactics:
        # An informational rule may speak of what nobody did.
        say = note if subject.document.get("level") == "informational" else warning
        yield say("no tag names an ATT&CK technique or tactic", "tags")
    elif not attack.techniques:
        yield note("no tag names an ATT&CK technique", "tags")


def unknown_attack_tags(subject: Subject) -> Iterator[Say]:
    """A number or a tactic that ATT&CK does not have is misspelt."""
    for number, tag in enumerate(_texts(subject.document.get("tags"))):
        namespace, _, name = tag.lower().partition(".")
        if namespace != "attack" or _OTHER_NUMBER.fullmatch(name):
            continue
        at = ("tags", str(number))
        if _TECHNIQUE.fullmatch(name):
            yield from _technique(name.upper(), at)
        elif name.replace("_", "-") not in TACTICS:
            yield warning(f"ATT&CK has no tactic {name!r}{near(name, TACTICS)}", *at)


def _technique(name: str, at: tuple[str, ...]) -> Iterator[Say]:
    if name not in techniques():
        base = name.partition(".")[0]
        below = sorted(known for known in techniques() if known.startswith(f"{base}."))
        hint = f"; {base} ends with {below[-1]}" if below else near(name, techniques())
        yield warning(f"ATT&CK has no technique {name}, neither v18 nor v19{hint}", *at)
    elif in_v19(name) != name:
        yield note(f"{name} is {in_v19(name)} since ATT&CK v19", *at)


def _texts(value: object) -> list[str]:
    items = value if isinstance(value, list) else []
    return [item if isinstance(item, str) else "" for item in items]
