"""Rules to put under examination: one that nothing is wrong with, changed line by line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOOD = """\
title: Hive saved
id: 4f6b8a3e-1f8e-4f0a-9a55-0d3a4f6f2a10
status: test
description: Somebody saves a hive.
author: nobody
date: 2026-01-31
tags:
    - attack.credential-access
    - attack.t1003.002
logsource:
    category: process_creation
    product: windows
detection:
    selection:
        Image|endswith: '\\reg.exe'
        CommandLine|contains: ' save '
    filter:
        ParentImage|endswith: '\\backup.exe'
    condition: selection and not filter
falsepositives:
    - Backups
level: high
"""


@pytest.fixture
def written(tmp_path: Path) -> Callable[..., Path]:
    """Write the good rule with some of its text replaced; return the folder that it is in."""

    def write(*changes: tuple[str, str], name: str = "rule.yml") -> Path:
        text = GOOD
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        (tmp_path / name).write_text(text, encoding="utf-8")
        return tmp_path

    return write
