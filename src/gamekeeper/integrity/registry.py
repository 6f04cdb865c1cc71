"""The lists of gatherers, checks and causes. A new one is one line here and one file."""

from __future__ import annotations

from typing import Final

from gamekeeper.integrity.base import Cause, Check, Gatherer
from gamekeeper.integrity.causes.agent_outage import AgentOutage
from gamekeeper.integrity.causes.clock_sync import ClockSync
from gamekeeper.integrity.causes.collection_window import CollectionWindow
from gamekeeper.integrity.causes.crash import Crash
from gamekeeper.integrity.causes.damage import Damage
from gamekeeper.integrity.causes.export import Export
from gamekeeper.integrity.causes.live_copy import LiveCopy
from gamekeeper.integrity.causes.log_full import LogFull as FullLog
from gamekeeper.integrity.causes.overload import Overload
from gamekeeper.integrity.causes.policy_change import PolicyChange
from gamekeeper.integrity.causes.reboot import Reboot
from gamekeeper.integrity.causes.reimage import Reimage
from gamekeeper.integrity.causes.rotation import Rotation
from gamekeeper.integrity.causes.sleep import Sleep
from gamekeeper.integrity.causes.update import Update
from gamekeeper.integrity.checks.audit_policy import AuditPolicy
from gamekeeper.integrity.checks.beginnings import Beginnings
from gamekeeper.integrity.checks.between_copies import BetweenCopies
from gamekeeper.integrity.checks.blanked_records import BlankedRecords
from gamekeeper.integrity.checks.broken_bursts import BrokenBursts
from gamekeeper.integrity.checks.checksums import Checksums
from gamekeeper.integrity.checks.chunk_headers import ChunkHeaders
from gamekeeper.integrity.checks.clears import Clears
from gamekeeper.integrity.checks.clocks import Clocks
from gamekeeper.integrity.checks.collapsing_rates import CollapsingRates
from gamekeeper.integrity.checks.defender_off import DefenderOff
from gamekeeper.integrity.checks.diverging_copies import DivergingCopies
from gamekeeper.integrity.checks.events_dropped import EventsDropped
from gamekeeper.integrity.checks.file_headers import FileHeaders
from gamekeeper.integrity.checks.file_times import FileTimes
from gamekeeper.integrity.checks.forwarding_stops import ForwardingStops
from gamekeeper.integrity.checks.given_twice import GivenTwice
from gamekeeper.integrity.checks.hidden_records import HiddenRecords
from gamekeeper.integrity.checks.holes import Holes
from gamekeeper.integrity.checks.ids import Ids
from gamekeeper.integrity.checks.left_out import LeftOut
from gamekeeper.integrity.checks.log_full import LogFull
from gamekeeper.integrity.checks.log_settings import LogSettings
from gamekeeper.integrity.checks.logging_stops import LoggingStops
from gamekeeper.integrity.checks.orphans import Orphans
from gamekeeper.integrity.checks.powershell_downgrade import PowerShellDowngrade
from gamekeeper.integrity.checks.renamed_files import RenamedFiles
from gamekeeper.integrity.checks.restarts import Restarts
from gamekeeper.integrity.checks.script_blocks_missing import ScriptBlocksMissing
from gamekeeper.integrity.checks.silent_channels import SilentChannels
from gamekeeper.integrity.checks.silent_hosts import SilentHosts
from gamekeeper.integrity.checks.stale_records import StaleRecords
from gamekeeper.integrity.checks.sysmon_switches import SysmonSwitches
from gamekeeper.integrity.checks.torn_files import TornFiles
from gamekeeper.integrity.checks.unanswered import Unanswered
from gamekeeper.integrity.checks.untold_processes import UntoldProcesses
from gamekeeper.integrity.gathering.anchors import Anchors
from gamekeeper.integrity.gathering.hours import Hours
from gamekeeper.integrity.gathering.meetings import Meetings
from gamekeeper.integrity.gathering.namings import Namings
from gamekeeper.integrity.gathering.powershell import PowerShell
from gamekeeper.integrity.gathering.presence import Presence
from gamekeeper.integrity.gathering.rendered import Rendered
from gamekeeper.integrity.gathering.settings import Settings
from gamekeeper.integrity.gathering.sightings import Sightings
from gamekeeper.integrity.gathering.spans import Spans
from gamekeeper.integrity.gathering.starts import Starts
from gamekeeper.integrity.gathering.successions import Successions
from gamekeeper.integrity.gathering.telling import Telling

GATHERERS: Final[tuple[Gatherer, ...]] = (
    Spans(),
    Hours(),
    Telling(),
    Anchors(),
    Rendered(),
    Settings(),
    PowerShell(),
    Sightings(),
    Presence(),
    Meetings(),
    Starts(),
    Namings(),
    Successions(),
)

#: In the order in which their breaks are listed where all else is equal.
CHECKS: Final[tuple[Check, ...]] = (
    Clears(),
    Holes(),
    Ids(),
    GivenTwice(),
    Restarts(),
    LoggingStops(),
    EventsDropped(),
    LogFull(),
    AuditPolicy(),
    LogSettings(),
    SysmonSwitches(),
    DefenderOff(),
    PowerShellDowngrade(),
    ScriptBlocksMissing(),
    HiddenRecords(),
    BlankedRecords(),
    ChunkHeaders(),
    StaleRecords(),
    Checksums(),
    FileHeaders(),
    TornFiles(),
    RenamedFiles(),
    FileTimes(),
    DivergingCopies(),
    Beginnings(),
    BetweenCopies(),
    LeftOut(),
    BrokenBursts(),
    Clocks(),
    SilentChannels(),
    SilentHosts(),
    CollapsingRates(),
    ForwardingStops(),
    Orphans(),
    Unanswered(),
    UntoldProcesses(),
)

CAUSES: Final[tuple[Cause, ...]] = (
    Reboot(),
    Crash(),
    Sleep(),
    Reimage(),
    Overload(),
    PolicyChange(),
    Update(),
    LiveCopy(),
    Export(),
    Damage(),
    AgentOutage(),
    CollectionWindow(),
    Rotation(),
    FullLog(),
    ClockSync(),
)
