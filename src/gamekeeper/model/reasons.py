"""Why rules cannot be run, told apart by how their reasons begin.

A reason is one sentence for people, and stands with its rule. Reports also count rules by it: those that only
lack what a person can give are another matter than those for logs that nobody reads here.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

#: How reasons begin. What makes a reason takes its beginning from here.
NO_VALUES: Final = "placeholder %"
UNREAD_LOG: Final = "this version does not read "
NO_EVENT_LOG: Final = "no event log holds "
LEFT_OUT: Final = "left out"

#: What one rule, and what several rules of a beginning are said to do.
_TOLD: Final = {
    NO_VALUES: (
        "lacks values for placeholders (give them with --placeholders)",
        "lack values for placeholders (give them with --placeholders)",
    ),
    UNREAD_LOG: (
        "is for logs that this version does not read",
        "are for logs that this version does not read",
    ),
    NO_EVENT_LOG: ("asks for what no event log holds", "ask for what no event log holds"),
    LEFT_OUT: ("was left out, as this run asked", "were left out, as this run asked"),
}
_OTHER: Final = ("has a reason of its own", "have reasons of their own")


def counted_reasons(reasons: Iterable[str]) -> str:
    """Return what the rules of these reasons lack, with numbers, or "" where there are none.

    >>> counted_reasons([f"{UNREAD_LOG}Linux logs", f"{UNREAD_LOG}AWS logs", "the file holds no rule"])
    '2 are for logs that this version does not read, 1 has a reason of its own'
    """
    counts = Counter(map(_beginning, reasons))
    told = {**_TOLD, "": _OTHER}
    return ", ".join(
        f"{counts[start]:,} {one if counts[start] == 1 else many}"
        for start, (one, many) in told.items()
        if counts[start]
    )


def _beginning(reason: str) -> str:
    return next((start for start in _TOLD if reason.startswith(start)), "")
