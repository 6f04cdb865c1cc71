"""Whose file it is, by where it lay: profiles name their user in the path."""

from __future__ import annotations

import re
from typing import Final

_BETWEEN: Final = r"[\\/]+"
_PROFILE: Final = rf"(?:Users|Documents and Settings|ServiceProfiles|config){_BETWEEN}([^\\/!]+)"
#: The whole way is asked for: an analyst's own folder is below a Users folder, too.
_OWNED: Final = re.compile(
    rf"(?:^|[\\/!]){_PROFILE}{_BETWEEN}"
    rf"(?:NTUSER\.(?:DAT|MAN)|AppData{_BETWEEN}.{{0,200}}{_BETWEEN}PSReadLine{_BETWEEN}[^\\/]+"
    rf"|AppData{_BETWEEN}Local{_BETWEEN}Microsoft{_BETWEEN}Windows{_BETWEEN}UsrClass\.dat)\Z",
    re.IGNORECASE,
)


def owner(path: str) -> str:
    r"""Return the user in whose profile a file lay; empty where the path does not say.

    >>> owner(r"case.zip!C\Users\ann\NTUSER.DAT")
    'ann'
    """
    found = _OWNED.search(path)
    return found[1] if found else ""
