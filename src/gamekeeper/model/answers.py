"""Answers: the rows that a question about events gives, whoever prints or keeps them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows that answer one question, in their final order.

    Columns have ECS names where ECS has one. ``batches`` may be a stream that is used up once. ``notes``
    are sentences for people: what the logs could not answer.
    """

    name: str
    schema: pa.Schema
    batches: Iterable[pa.RecordBatch]
    notes: tuple[str, ...] = ()
