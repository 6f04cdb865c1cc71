"""A rule about shells, and processes that start them: Ann's backup does it daily, an intruder once."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from gamekeeper.context.accounts import Accounts
from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import EventBatch
from gamekeeper.rules.ir import Rule, RuleSet
from gamekeeper.rules.parse import parse_rules
from gamekeeper.tuning.proposing import Terms

RULE = """
title: Shell started
id: 11111111-1111-4111-8111-111111111111
status: test
level: medium
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '\\cmd.exe'}
    condition: selection
---
title: Anything started
id: 22222222-2222-4222-8222-222222222222
status: test
level: low
logsource: {product: windows, category: process_creation}
detection:
    selection: {Image|endswith: '.exe'}
    condition: selection
"""
CMD = "C:\\Windows\\System32\\cmd.exe"
BACKUP = "C:\\Program Files\\Backup\\agent.exe"
SYSTEM = "NT AUTHORITY\\SYSTEM"

Process = tuple[str, str, str, str]  # image, command line, parent, user


def backup(number: int) -> Process:
    return (CMD, f"cmd /c copy job{number}000.log", BACKUP, SYSTEM)


def batch(processes: Iterable[Process], *, source: int = 0) -> EventBatch:
    """Process creations as Sysmon tells them."""
    builder = BatchBuilder()
    for at, (image, command, parent, user) in enumerate(processes):
        data = [
            ("Image", image),
            ("CommandLine", command),
            ("ParentImage", parent),
            ("User", user),
        ]
        system = {
            "Channel": "Microsoft-Windows-Sysmon/Operational",
            "Provider_Name": "Microsoft-Windows-Sysmon",
            "Computer": "pc.example.org",
        }
        time = 132_000_000_000_000_000 + at
        event = Event(
            source,
            at,
            record_id=at,
            filetime=time,
            event_id=1,
            event_record_id=at,
            system=system,
            data=data,
        )
        assert list(builder.add(event)) == []
    [only] = builder.flush()
    return only


@pytest.fixture
def rules() -> RuleSet:
    found = parse_rules(RULE.encode(), "shell.yml")
    return RuleSet(tuple(rule for rule in found if isinstance(rule, Rule)))


@pytest.fixture
def terms() -> Terms:
    return Terms(3, Accounts())
