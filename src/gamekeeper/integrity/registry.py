"""The lists of gatherers, checks and causes. A new one is one line here and one file."""

from __future__ import annotations

from typing import Final

from gamekeeper.integrity.base import Cause, Check, Gatherer
from gamekeeper.integrity.checks.clears import Clears
from gamekeeper.integrity.gathering.hours import Hours
from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.integrity.gathering.telling import Telling

GATHERERS: Final[tuple[Gatherer, ...]] = (Spans(), Hours(), Telling())

#: In the order in which their breaks are listed where all else is equal.
CHECKS: Final[tuple[Check, ...]] = (Clears(),)

CAUSES: Final[tuple[Cause, ...]] = ()
