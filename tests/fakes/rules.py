"""A rule that nothing is wrong with, for tests to change."""

from __future__ import annotations

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
