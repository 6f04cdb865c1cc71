from __future__ import annotations

from gamekeeper.analytics.baselines.base import HERE, HOST, part
from gamekeeper.analytics.baselines.process_looks import of_accounts, on_hosts


def test_both_logs_of_processes_are_looked_at() -> None:
    for looks in (on_hosts((part("Image"),), (part("NewProcessName"),)), of_accounts(HERE)):
        assert [(look.dataset, look.codes) for look in looks] == [
            ("windows.sysmon", (1,)),
            ("windows.security", (4688,)),
        ]


def test_a_habit_of_an_account_is_the_accounts() -> None:
    assert all(look.who.columns != (HOST,) for look in of_accounts())
