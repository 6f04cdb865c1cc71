"""One line a person can read for every event: who did what, from the fields of the record.

The sentences are data (``content/mappings/summaries``, one file a dataset), compiled once to operations on
columns: what a value means is asked once for each distinct value, and Arrow joins the pieces. An event
without a sentence of its own, or with none of the fields that its sentence needs, gets its provider, its
number and its first fields.

Log text in a summary is inert on a screen: white space is one blank, controls are escaped, long values cut.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from gamekeeper import content
from gamekeeper.model.events import TEXT
from gamekeeper.model.folding import fold
from gamekeeper.questions.summaries.record_fields import LARGE, RecordFields
from gamekeeper.questions.summaries.spoken import form, line
from gamekeeper.questions.summaries.templates import (
    Choice,
    Gap,
    Maybe,
    Part,
    Reading,
    parse,
    readings,
)
from gamekeeper.questions.timeline.whole_records import first_fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gamekeeper.model.events import EventBatch

_FOLDER: Final = "mappings/summaries"
#: Fields that a general summary shows.
_FIRST_FIELDS: Final = 6
_NUMBERS: Final = 1 << 32


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said of one kind of event."""

    provider: str
    event_id: int
    title: str
    text: str
    parts: tuple[Part, ...]


@cache
def sentences(dataset: str) -> dict[tuple[str, int], Sentence]:
    """Return the sentences of a dataset by folded provider and event id.

    Under the provider "" stand those of events whose export names no provider, where only one can be meant.
    """
    if f"{dataset}.yml" not in _file_names():
        return {}
    document = content.load_yaml(f"{_FOLDER}/{dataset}.yml")
    short = document.get("short", {})
    found: dict[tuple[str, int], Sentence] = {}
    for provider, events in document["providers"].items():
        for event_id, (title, text) in events.items():
            found[fold(provider), event_id] = Sentence(
                provider, event_id, title, text, _compiled(text, short)
            )
    ids = [event_id for _, event_id in found]
    lone = {("", s.event_id): s for s in found.values() if ids.count(s.event_id) == 1}
    return found | lone


@cache
def _file_names() -> frozenset[str]:
    folder = files("gamekeeper.content").joinpath(_FOLDER)
    return frozenset(entry.name for entry in folder.iterdir())


def datasets_with_sentences() -> tuple[str, ...]:
    """Return the names of the datasets that have sentences, in order."""
    return tuple(sorted(name.removesuffix(".yml") for name in _file_names()))


def _compiled(text: str, short: dict[str, str]) -> tuple[Part, ...]:
    parts = parse(text, short)
    for reading in readings(parts):
        form(reading.form, reading.argument)  # a form that does not exist is found here
    return parts


def title(dataset: str, provider: str | None, event_id: int | None) -> str | None:
    """Return what an event of this kind is called, or None where nobody has named it."""
    found = _sentence(dataset, provider, event_id)
    return found.title if found else None


@lru_cache(4_096)  # names come from logs
def title_anywhere(provider: str, event_id: int) -> str | None:
    """Return what an event of this provider is called, whatever its channel."""
    found = (title(dataset, provider, event_id) for dataset in datasets_with_sentences())
    return next((name for name in found if name), None)


def _sentence(dataset: str, provider: str | None, event_id: int | None) -> Sentence | None:
    """Return the sentence of a kind of event; of those without a number one may stand for every provider."""
    known = sentences(dataset)
    found = known.get(_kind(provider, event_id))
    return known.get(_kind(None, None)) if found is None and event_id is None else found


def _kind(provider: str | None, event_id: int | None) -> tuple[str, int]:
    """Return the key of a kind of event; -1 stands for no number, as state has none."""
    return fold(provider or ""), -1 if event_id is None else event_id


def fields_read(dataset: str) -> tuple[str, ...]:
    """Return the names of all fields that the sentences of a dataset read, in order."""
    found = sentences(dataset).values()
    return tuple(sorted({r.name for sentence in found for r in readings(sentence.parts)}))


def summaries(batch: EventBatch) -> pa.DictionaryArray:
    """Return the summary of each event as ``dictionary<int32, utf8>``.

    The columns that a sentence reads may be missing from the batch: their fields then say nothing.
    """
    return told(batch, RecordFields(batch.table))


def told(batch: EventBatch, fields: RecordFields) -> pa.DictionaryArray:
    """Return the summaries of a batch whose fields have been looked at already."""
    rows: list[NDArray[np.int64]] = []
    texts: list[pa.Array] = []
    for provider, event_id, chosen in _kinds(batch, fields):
        rows.append(chosen)
        texts.append(_group(batch.dataset, provider, event_id, _Group(fields, chosen)))
    if not rows:
        return pa.array([], TEXT)
    order = np.argsort(np.concatenate(rows), kind="stable")
    return pa.concat_arrays(texts).take(pa.array(order)).cast(pa.utf8()).dictionary_encode()


def _kinds(
    batch: EventBatch, fields: RecordFields
) -> Iterator[tuple[str | None, int | None, NDArray[np.int64]]]:
    """Yield the rows of each provider and event id."""
    providers = fields.field("Provider_Name")
    ids = batch.table["EventID"]
    numbers = ids.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    key = (providers.codes + 1) * _NUMBERS + (numbers + 1)
    order = np.argsort(key, kind="stable")
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    for chosen in np.split(order, starts[1:]) if len(order) else []:
        code, number = int(providers.codes[chosen[0]]), int(numbers[chosen[0]])
        provider = providers.values[code].as_py() if code >= 0 else None
        yield provider, number if number >= 0 else None, chosen


def _group(dataset: str, provider: str | None, event_id: int | None, group: _Group) -> pa.Array:
    sentence = _sentence(dataset, provider, event_id)
    if sentence is None:
        return _general(provider, event_id, None, group)
    text, is_said = group.sentence(sentence.parts)
    if is_said is None or pc.all(is_said).as_py():
        return text
    unsaid = np.flatnonzero(~is_said.to_numpy(zero_copy_only=False))
    rest = _Group(group.fields, group.rows[unsaid])
    return pc.replace_with_mask(
        text, pc.invert(is_said), _general(provider, event_id, sentence.title, rest)
    )


def _general(
    provider: str | None, event_id: int | None, known: str | None, group: _Group
) -> pa.Array:
    """Return provider, number and first fields, or the first line of the message where there are none."""
    name = line(provider or "", 60) or "event"
    head = f"{name} {'without a number' if event_id is None else event_id}"
    head = f"{head} ({known})" if known else head
    shown = first_fields(group.fields, group.rows, _FIRST_FIELDS)
    message = group.read(Reading("Message", form="line")).fill_null("")
    shown = pc.if_else(pc.equal(shown, pa.scalar("", LARGE)), message, shown)
    whole = pc.binary_join_element_wise(pa.scalar(head, LARGE), shown, pa.scalar(": ", LARGE))
    return pc.if_else(pc.equal(shown, pa.scalar("", LARGE)), pa.scalar(head, LARGE), whole)


class _Group:
    """Rows of one kind of event, and the parts of sentences as columns over them."""

    def __init__(self, fields: RecordFields, rows: NDArray[np.int64]) -> None:
        self.fields = fields
        self.rows = rows
        self._known: dict[Reading, pa.Array] = {}

    def read(self, reading: Reading) -> pa.Array:
        """Return what a field says in each row, null where it says nothing."""
        if reading not in self._known:
            coded = self.fields.field(reading.name, reading.place)
            meaning = form(reading.form, reading.argument)
            self._known[reading] = coded.said(self.rows, meaning)
        return self._known[reading]

    def sentence(self, parts: tuple[Part, ...]) -> tuple[pa.Array, pa.Array | None]:
        """Return the sentence of each row, and which rows say any of what it must say; None: all."""
        pieces: list[pa.Array | pa.Scalar] = []
        is_said: pa.Array | None = None
        for part in parts:
            piece = self._piece(part)
            if isinstance(part, Gap):
                here = pc.is_valid(piece)
                is_said = here if is_said is None else pc.or_(is_said, here)
                piece = piece.fill_null("?")
            pieces.append(piece)
        return self._join(pieces), is_said

    def _piece(self, part: Part) -> pa.Array | pa.Scalar:
        if isinstance(part, str):
            return pa.scalar(part, LARGE)
        if isinstance(part, Maybe):
            return self._join([self._piece(inner) for inner in part.parts]).fill_null("")
        found = [self._choice(choice) for choice in part.choices]
        return pc.coalesce(*found) if len(found) > 1 else found[0]

    def _choice(self, choice: Choice) -> pa.Array:
        right = self.read(choice.right)
        if choice.left is None:
            return right
        both = pc.binary_join_element_wise(self.read(choice.left), right, pa.scalar("\\", LARGE))
        return pc.coalesce(both, right)

    def _join(self, pieces: list[pa.Array | pa.Scalar]) -> pa.Array:
        """Return the pieces of each row joined; null where one of them is."""
        if all(isinstance(piece, pa.Scalar) for piece in pieces):
            text = "".join(piece.as_py() for piece in pieces)
            return pa.repeat(pa.scalar(text, LARGE), len(self.rows))
        return pc.binary_join_element_wise(*pieces, pa.scalar("", LARGE))
