"""Starts of processes as baselines look at them: the same of Sysmon 1 and of Security 4688."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.baselines.base import HERE, Look, maybe, part

if TYPE_CHECKING:
    from gamekeeper.analytics.baselines.base import Part

_SYSMON: Final = "windows.sysmon"
_SECURITY: Final = "windows.security"
#: Who runs it. 4688 names the creator as subject and, where it differs, whom the process runs as.
SYSMON_USER: Final = maybe("User", "account")
SECURITY_USER: Final = maybe("TargetUserName", "account", "SubjectUserName")


def on_hosts(sysmon: tuple[Part, ...], security: tuple[Part, ...]) -> tuple[Look, ...]:
    """Return looks at the starts of processes on a host."""
    return (
        Look(_SYSMON, (1,), HERE, sysmon, account=SYSMON_USER),
        Look(_SECURITY, (4688,), HERE, security, account=SECURITY_USER),
    )


def of_accounts(*more: Part) -> tuple[Look, ...]:
    """Return looks at the programs that an account starts."""
    return (
        Look(_SYSMON, (1,), part("User", "account"), (part("Image", "program"), *more)),
        Look(
            _SECURITY,
            (4688,),
            part("TargetUserName", "account", "SubjectUserName"),
            (part("NewProcessName", "program"), *more),
        ),
    )
