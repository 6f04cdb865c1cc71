"""What tells roles apart: events that only some hosts and accounts have. No habit, so nobody is judged by
it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.analytics.baselines.base import HERE, Baseline, Look, Whose, part

if TYPE_CHECKING:
    from collections.abc import Iterable

CONTROLLER: Final = "domain controller"
SERVER: Final = "server"
WORKSTATION: Final = "workstation"
#: Nothing in its logs tells what it is.
HOST: Final = "host"
SERVICE: Final = "service account"
ADMINISTRATOR: Final = "administrator"
PERSON: Final = "user"

_SECURITY: Final = "windows.security"
_TARGET: Final = part("TargetUserName", "account")

HOST_MARKS: Final = Baseline(
    name="host-marks",
    title="what a host is",
    whose=Whose.HOST,
    key=("mark",),
    looks=(
        Look(_SECURITY, (4768, 4769), HERE, (), word="tickets"),
        Look("windows.other", (), HERE, (), only=(part("Channel", "directory"),), word="directory"),
        Look(_SECURITY, (4624,), HERE, (), only=(part("LogonType", "desk"), _TARGET), word="desk"),
        Look(_SECURITY, (4624,), HERE, (), only=(part("LogonType", "far"), _TARGET), word="far"),
    ),
    attack=(),
)
ACCOUNT_MARKS: Final = Baseline(
    name="account-marks",
    title="what an account is",
    whose=Whose.ACCOUNT,
    key=("mark",),
    looks=(
        Look(_SECURITY, (4624,), _TARGET, (), only=(part("LogonType", "service"),), word="service"),
        Look(_SECURITY, (4672,), part("SubjectUserName", "account"), (), word="privileged"),
        Look(_SECURITY, (4624,), _TARGET, (), only=(part("LogonType", "logon"),), word="person"),
    ),
    attack=(),
)


def host_role(marks: Iterable[str]) -> str:
    """Return the role of a host with these marks."""
    found = set(marks)
    if found & {"tickets", "directory"}:
        return CONTROLLER
    if "desk" in found:
        return WORKSTATION
    return SERVER if "far" in found else HOST


def account_role(marks: Iterable[str]) -> str:
    """Return the role of an account."""
    found = set(marks)
    if "service" in found:
        return SERVICE
    return ADMINISTRATOR if "privileged" in found else PERSON
