"""The lists of gatherers, checks and causes. A new one is one line here and one file."""

from __future__ import annotations

from typing import Final

from gamekeeper.integrity.base import Cause, Check, Gatherer
from gamekeeper.integrity.causes.agent_outage import AgentOutage
from gamekeeper.integrity.causes.collection_window import CollectionWindow
from gamekeeper.integrity.causes.copied_in_use import CopiedInUse
from gamekeeper.integrity.causes.damaged_records import DamagedRecords
from gamekeeper.integrity.causes.reimage import Reimage
from gamekeeper.integrity.causes.rotation import Rotation
from gamekeeper.integrity.checks.beginnings import Beginnings
from gamekeeper.integrity.checks.between_copies import BetweenCopies
from gamekeeper.integrity.checks.clears import Clears
from gamekeeper.integrity.checks.diverging_copies import DivergingCopies
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.checks.ids import Ids
from gamekeeper.integrity.checks.left_out import LeftOut
from gamekeeper.integrity.checks.restarts import Restarts
from gamekeeper.integrity.gathering.anchors import Anchors
from gamekeeper.integrity.gathering.hours import Hours
from gamekeeper.integrity.gathering.rendered import Rendered
from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.integrity.gathering.telling import Telling

GATHERERS: Final[tuple[Gatherer, ...]] = (
    Spans(),
    Hours(),
    Telling(),
    Anchors(),
    Rendered(),
)

#: In the order in which their breaks are listed where all else is equal.
CHECKS: Final[tuple[Check, ...]] = (
    Clears(),
    Holes(),
    DivergingCopies(),
    Beginnings(),
    BetweenCopies(),
    LeftOut(),
    Ids(),
    Restarts(),
)

CAUSES: Final[tuple[Cause, ...]] = (
    AgentOutage(),
    CollectionWindow(),
    CopiedInUse(),
    DamagedRecords(),
    Reimage(),
    Rotation(),
)
