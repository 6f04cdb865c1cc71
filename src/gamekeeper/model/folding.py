"""The one rule for comparing text without regard to case.

Two texts are equal when their :func:`fold` is equal. The fast engine folds distinct values before it
scans them and the slow truth calls this very function, so that they cannot drift apart.
"""

from __future__ import annotations


def fold(text: str) -> str:
    """Return ``text`` in the form in which it is compared: Python's Unicode lower case.

    >>> fold("C:\\\\WINDOWS\\\\Ünïcode")
    'c:\\\\windows\\\\ünïcode'
    """
    return text.lower()
