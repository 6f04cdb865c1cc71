"""Worlds with known truth, written as real log files.

:func:`simulate` lets a small utility live for some days, with or without an intruder, and writes what its
hosts would have logged. It shares no code with the readers and detectors that are tested on it.
"""

from __future__ import annotations

from gamekeeper.simulate.account_list import account_list
from gamekeeper.simulate.intrusion import intrusions
from gamekeeper.simulate.places import Setting, sectors
from gamekeeper.simulate.run import Summary, simulate

__all__ = ["Setting", "Summary", "account_list", "intrusions", "sectors", "simulate"]
