from __future__ import annotations

import io
from csv import DictReader
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.evaluation.alert_labels import Labels, labels_of
from gamekeeper.evaluation.outcome import read_outcome

from .told import LABELLED, alert, write


def labels(text: str = LABELLED) -> Labels:
    return labels_of(DictReader(io.StringIO(text)))


def test_an_alert_is_of_a_phase_by_its_line_though_others_share_its_second(tmp_path: Path) -> None:
    matches = (alert(3, "10:00:30", "mill"), alert(4, "10:00:30", "mill"))
    outcome = read_outcome(write(tmp_path, [], matches))
    assert labels().key(outcome) == {("0:3", "knock")}


def test_in_another_copy_host_and_second_decide_where_all_alerts_agree(tmp_path: Path) -> None:
    matches = (alert(90, "10:00:30", "mill"), alert(91, "10:10:00", "mill"))
    outcome = read_outcome(write(tmp_path, [], matches))
    assert labels().key(outcome) == {("0:91", "enter")}


def test_what_the_attack_caused_is_told_from_what_came_meanwhile(tmp_path: Path) -> None:
    matches = (alert(2, "10:00:00", "gate"), alert(3, "10:00:30", "mill"))
    outcome = read_outcome(write(tmp_path, [], matches))
    assert labels().key(outcome, caused_only=True) == {("0:2", "knock")}
    assert labels().caused() == {"knock"}


def test_a_time_that_is_none_is_refused_with_its_line() -> None:
    with pytest.raises(UsageError, match="line 3"):
        labels(LABELLED.replace("1772445630,A: scan", "soon,A: scan"))
