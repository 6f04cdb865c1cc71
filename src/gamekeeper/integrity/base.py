"""The plug points of integrity: gatherers, checks and causes. Each is one file and one line in a registry.

A *gatherer* runs in the workers: it keeps a few columns of some events as rows of a table. A *check* looks
at those tables once all events are read and says what is odd. A *cause* is held against what a check has
said, and explains it or not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from gamekeeper.integrity.facts import Facts
    from gamekeeper.model.breaks import Anomaly, Explanation
    from gamekeeper.model.events import EventBatch


class Gatherer(Protocol):
    """Rows of one table from batches of events; columns only, since every event passes through it.

    ``host`` in every table is ``short_host`` of the name, ``channel`` is folded.
    """

    @property
    def name(self) -> str:
        """The name of its table."""

    @property
    def schema(self) -> pa.Schema:
        """Plain types: no dictionaries."""

    @property
    def key(self) -> tuple[str, ...]:
        """A total order of its rows."""

    @property
    def is_apart(self) -> bool:
        """Whether rows belong together only where they have the same value in the key's first column."""

    def gather(self, batch: EventBatch) -> pa.RecordBatch | None:
        """Return the rows that a batch gives, in any order."""

    def whole(self, rows: pa.Table) -> pa.Table:
        """Return rows, given in order of the key, with those joined that belong together.

        Given are all rows, or, where they are apart, all of some values of the key's first column.
        """


class Check(Protocol):
    """One way to see that a log does not say what it should.

    The module's docstring says what the check sees, what else explains it, and its blind spots.
    """

    @property
    def name(self) -> str:
        """The check as results call it."""

    def look(self, facts: Facts) -> Iterator[Anomaly]:
        """Yield what is odd, in any order."""


class Cause(Protocol):
    """One innocent cause of breaks."""

    @property
    def name(self) -> str:
        """The cause as anomalies and results call it."""

    def weigh(self, anomaly: Anomaly, facts: Facts) -> Explanation | None:
        """Say how well the cause explains an anomaly; None where nothing speaks for or against it."""
