from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.reports.exports.base import Asked, checked


def test_readers_and_markings_that_nobody_knows_are_refused() -> None:
    with pytest.raises(UsageError, match="responder, executive and partner"):
        checked(Asked("boss"))
    with pytest.raises(UsageError, match="TLP knows no"):
        checked(Asked(tlp="white"))


def test_what_names_hosts_stays_in_the_organisation_unless_somebody_says_otherwise() -> None:
    assert Asked().marking == Asked("executive").marking == "amber+strict"
    assert Asked("partner").marking == "amber"
    assert checked(Asked(tlp="red")).marking == "red"
