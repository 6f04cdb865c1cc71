"""``gamekeeper base64``: what was hidden in Base64."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.apps.cli.asking import ask, table_of
from gamekeeper.errors import UsageError
from gamekeeper.questions.encoded.base64 import base64
from gamekeeper.questions.encoded.layers import Confidence
from gamekeeper.settings import near

if TYPE_CHECKING:
    from gamekeeper.apps.cli.exits import Exit
    from gamekeeper.apps.cli.values import Values
    from gamekeeper.model.answers import Answer
    from gamekeeper.settings import Value
    from gamekeeper.store.selection import Selection
    from gamekeeper.store.snapshot import Snapshot

_TABLE = table_of(
    "@timestamp",
    "host.name",
    "events",
    "decoded.confidence",
    "decoded.kind",
    "decoded.layers",
    "event.field",
    "decoded.size",
    "decoded.head",
    "decoded.text",
)


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    return ask(typed, _question, _TABLE)


def _question(snapshot: Snapshot, selection: Selection, values: Values) -> Answer:
    everywhere = values.is_on("base64_everywhere")
    return base64(snapshot, selection, everywhere=everywhere, least=_confidence(values))


def _confidence(values: Values) -> Confidence:
    word = values.word("base64_confidence").strip().lower()
    try:
        return Confidence(word)
    except ValueError:
        known = [str(name) for name in Confidence]
        message = f"--confidence {word!r} is none of {', '.join(known)}{near(word, known)}"
        raise UsageError(message) from None
