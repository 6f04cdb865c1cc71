from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.errors import NothingReadable, UsageError
from gamekeeper.hunt.ingest import ingest
from gamekeeper.hunt.rehunt import rehunt
from gamekeeper.hunt.request import Request
from gamekeeper.hunt.run import run
from gamekeeper.hunt.workfolder import WorkFolder
from gamekeeper.model.results import HuntResult
from gamekeeper.store.case import Case
from gamekeeper.store.incidents import decide
from gamekeeper.store.runs import findings, runs

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture
def work(tmp_path: Path) -> Iterator[WorkFolder]:
    folder = WorkFolder(str(tmp_path))
    yield folder
    folder.close()


def taken(tmp_path: Path, work: WorkFolder, **files: tuple[str, ...]) -> Case:
    for name, words in files.items():
        write_words(tmp_path / "logs" / name, *words)
    case = Case.open_or_create(tmp_path / "case")
    ingest(Request((str(tmp_path / "logs"),), workers=1), case, work)
    return case


def again(
    case: Case, rules: str, work: WorkFolder, since: str | None = None, **options: object
) -> HuntResult:
    request = Request((str(case.layout.root),), rules=(rules,), **{"workers": 1, **options})  # type: ignore[arg-type]
    return rehunt(request, case, work, since=since)


def matched(result: HuntResult) -> list[tuple[int, int]]:
    return [
        (row["source"], row["offset"])
        for batch in result.matches.batches()
        for row in batch.to_pylist()
    ]


def test_a_case_gives_what_its_logs_give(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = taken(tmp_path, work, a=("x", "evil", "bad"), b=("evil", "evil", "y"))
    stored = again(case, rules, work)
    direct = run(Request((str(tmp_path / "logs"),), rules=(rules,), workers=1), work)
    assert matched(stored) == matched(direct)
    assert stored.findings == direct.findings
    assert stored.rules == direct.rules
    assert (stored.events, stored.hosts, stored.channels) == (
        direct.events,
        direct.hosts,
        direct.channels,
    )
    assert [(r.source, r.reason) for r in stored.rejects] == [(0, "bad_word")]


def test_a_run_is_kept(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = taken(tmp_path, work, a=("evil",))
    result = again(case, rules, work)
    manifest = case.manifest()
    (kept,) = runs(manifest)
    assert kept.rules == result.versions["rules"]
    assert [one["id"] for one in findings(manifest, kept.number)] == [
        one.id for one in result.findings
    ]
    manifest.close()
    with case.snapshot() as snapshot:
        assert sum(batch.num_rows for batch in snapshot.matches()) == 1


def test_only_what_is_new_is_searched(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = taken(tmp_path, work, a=("evil", "x"))
    with pytest.raises(UsageError, match="no rules have been run"):
        again(case, rules, work, since="last")
    assert again(case, rules, work).events == 2
    with pytest.raises(NothingReadable, match="no events came into the case since then"):
        again(case, rules, work, since="last")
    taken(tmp_path, work, b=("evil", "y", "z"))
    later = again(case, rules, work, since="last")
    assert (later.events, len(matched(later))) == (3, 1)
    with case.snapshot() as snapshot:  # both runs' matches are there
        assert sum(batch.num_rows for batch in snapshot.matches()) == 2
    assert again(case, rules, work, since="2020-01-01").events == 5
    with pytest.raises(UsageError, match="is no time"):
        again(case, rules, work, since="yesterday")


def test_what_is_known_as_clean_stays_so(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = taken(tmp_path, work, one=("evil", "good"))
    assert again(case, rules, work).settings["learn_until"] is None
    again(case, rules, work, learn_until="2026-03-01")
    assert again(case, rules, work).settings["learn_until"] == "2026-03-01"
    later = again(case, rules, work, learn_until="2026-04-01")
    assert later.baselines.learn_until is not None
    assert again(case, rules, work).baselines.learn_until == later.baselines.learn_until


def test_an_empty_case_is_told(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = Case.create(tmp_path / "case")
    with pytest.raises(NothingReadable, match="the case has no events"):
        again(case, rules, work)


def test_the_slow_truth_agrees(tmp_path: Path, rules: str, work: WorkFolder) -> None:
    case = taken(tmp_path, work, a=("evil", "x"))
    assert len(matched(again(case, rules, work, paranoid=True))) == 1


def test_what_was_decided_goes_into_a_later_run(
    tmp_path: Path, rules: str, work: WorkFolder
) -> None:
    case = taken(tmp_path, work, a=("evil",))
    assert again(case, rules, work).dispositions == {}
    manifest = case.manifest()
    decide(manifest, "0123", status="benign", note="ticket 7")
    manifest.close()
    assert again(case, rules, work).dispositions["0123"].note == "ticket 7"
