from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from fakes.sources import write_words
from gamekeeper.errors import NothingReadable, ParanoiaError, UsageError
from gamekeeper.hunt import reading
from gamekeeper.hunt.api import Hunt, start
from gamekeeper.hunt.request import Request

pytestmark = pytest.mark.usefixtures("words")


def search(tmp_path: Path, rules: str, **options: object) -> Hunt:
    logs = str(tmp_path / "logs")
    return start(Request((logs,), rules=(rules,), **{"temp_dir": str(tmp_path), **options}))  # type: ignore[arg-type]


def logs(tmp_path: Path, **files: tuple[str, ...]) -> None:
    for name, words in files.items():
        write_words(tmp_path / "logs" / name, *words)


@pytest.mark.parametrize("workers", [1, 2])
def test_everything_is_found_and_accounted_for(tmp_path: Path, rules: str, workers: int) -> None:
    logs(tmp_path, a=("x", "evil", "bad"), b=("evil", "evil", "y"), c=())
    (tmp_path / "logs" / "notes.md").write_text("no log")
    with search(tmp_path, rules, workers=workers) as found:
        result = found.result
        assert [(m["source"], m["offset"]) for m in found.matches_table().to_pylist()] == [
            (1, 6),
            (0, 8),
            (1, 11),
        ]
        assert [(f.title, f.level, f.count) for f in found.findings] == [
            ("Word seen", "high", 2),
            ("Word seen", "high", 1),
        ]
        assert [(s.records_present, s.events, s.rejects, s.format) for s in found.sources] == [
            (3, 2, 1, "words"),
            (3, 3, 0, "words"),
            (0, 0, 0, "words"),
            (0, 0, 0, ""),
        ]
        assert [len(s.sha256) for s in found.sources] == [64] * 4
        assert [(r.source, r.reason) for r in found.rejects] == [(0, "bad_word")]
        assert [(r.status, r.matches, r.events_evaluated) for r in found.rules] == [
            ("matched", 3, 5)
        ]
        assert dict(result.hosts) == {"pc0.example.org": 2, "pc1.example.org": 3}
        assert result.first_event is not None
        assert result.last_event is not None
        assert result.versions["gamekeeper"]
    assert {path.name for path in tmp_path.iterdir()} <= {"logs", "rules", "home"}


def test_the_number_of_processes_does_not_change_what_is_written(
    tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gamekeeper.hunt.units.UNIT_FILES", 2)
    logs(tmp_path, **{f"f{n}": ("x", "evil", "bad", "evil") for n in range(7)})
    written = []
    for workers in (1, 2):
        with search(tmp_path, rules, workers=workers) as found:
            out = tmp_path / f"out{workers}"
            found.write(out)
            summary = json.loads((out / "summary.json").read_text())
            for own in ("timings_s", "settings"):
                del summary[own]
            names = ("matches.jsonl", "matches.csv", "rejects.jsonl", "findings.json")
            written.append([summary, *((out / name).read_bytes() for name in names)])
    assert written[0] == written[1]


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("word", ["segfault", "raise"])
def test_a_deadly_record_costs_itself_and_nothing_else(
    tmp_path: Path, rules: str, word: str
) -> None:
    logs(tmp_path, a=("x", "evil"), b=("evil", word, "y"), c=("evil",))
    with search(tmp_path, rules, workers=2) as found:
        assert [(s.records_present, s.events, s.rejects) for s in found.sources] == [
            (2, 2, 0),
            (3, 2, 1),
            (1, 1, 0),
        ]
        (reject,) = found.rejects
        assert (reject.source, reject.offset, reject.count) == (1, 11, 1)
        assert reject.reason == "reader_crashed"
        assert reject.raw == f"{word}\n".encode()
        assert len(found.matches) == 3


def test_without_a_way_to_divide_the_whole_range_is_lost_with_its_count(
    tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("fakes.sources.WordSource.divide", lambda _, part: [part])
    logs(tmp_path, a=("evil", "raise", "y"), b=("evil",))
    with search(tmp_path, rules, workers=1) as found:
        (reject,) = found.rejects
        assert (reject.source, reject.count) == (0, 3)
        assert "ValueError: a surprise" in reject.detail
        assert [(s.records_present, s.events, s.rejects) for s in found.sources] == [
            (3, 0, 3),
            (1, 1, 0),
        ]


def test_records_that_a_reader_forgets_are_not_forgotten(tmp_path: Path, rules: str) -> None:
    logs(tmp_path, a=("x", "lost", "lost"))
    with search(tmp_path, rules) as found:
        (reject,) = found.rejects
        assert (reject.reason, reject.count) == ("unaccounted", 2)
        assert found.sources[0].rejects == 2


def test_what_is_filtered_out_is_counted(tmp_path: Path, rules: str) -> None:
    logs(tmp_path, a=("evil", "x"), b=("evil",))
    with search(tmp_path, rules, exclude=("host:pc0",)) as found:
        assert found.result.filtered_events == 2
        assert found.result.events == 3
        assert len(found.matches) == 1
        assert dict(found.result.hosts) == {"pc1.example.org": 1}


def test_rules_below_the_level_are_accounted_for_but_not_run(tmp_path: Path, rules: str) -> None:
    logs(tmp_path, a=("evil",))
    with search(tmp_path, rules, min_level="critical") as found:
        assert len(found.matches) == 0
        assert [r.status for r in found.rules] == ["unsupported"]
        assert "--min-level critical" in found.rules[0].reason


def test_paranoia_agrees_and_is_loud_where_it_does_not(
    tmp_path: Path, rules: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs(tmp_path, a=("evil", "x"))
    with search(tmp_path, rules, paranoid=True) as found:
        assert len(found.matches) == 1
    honest = reading.engine

    def blind(name: str, plan: object) -> object:
        made = honest(name, plan)  # type: ignore[arg-type]
        if name == "reference":
            seen = made.match
            monkeypatch.setattr(
                made,
                "match",
                lambda batch: type(seen(batch))(seen(batch).rule[:0], seen(batch).row[:0]),
            )
        return made

    monkeypatch.setattr(reading, "engine", blind)
    with pytest.raises(ParanoiaError, match="invented a match: rule 11111111"):
        search(tmp_path, rules, paranoid=True)
    assert {path.name for path in tmp_path.iterdir()} <= {"logs", "rules", "home"}


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({}, "no files"),
        ({"notes.md": b"no log"}, "the file is not in a format that is known"),
        ({"a.md": b"no log", "b.md": b"nor this"}, "none of the 2 files is in a format"),
    ],
)
def test_nothing_to_read_says_why(
    tmp_path: Path, rules: str, files: dict[str, bytes], complaint: str
) -> None:
    for name, data in files.items():
        (tmp_path / "logs" / name).write_bytes(data)
    with pytest.raises(NothingReadable, match=complaint):
        search(tmp_path, rules)


def test_a_path_that_is_not_there_is_named(tmp_path: Path, rules: str) -> None:
    (tmp_path / "logs").rmdir()
    with pytest.raises((NothingReadable, UsageError), match="logs"):
        search(tmp_path, rules)
