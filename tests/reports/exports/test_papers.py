from __future__ import annotations

from gamekeeper.reports.exports.papers import Chapter, Grid, Paper, Section, markdown


def test_a_paper_is_chapters_sections_points_and_tables() -> None:
    sections = (
        Section("Points", ("A sentence",), ("first", "second"), is_ordered=True),
        Section("Empty"),
        Section("Table", grid=Grid(("a", "b"), (("1", "2"),), more="and more")),
    )
    text = markdown(Paper("T", "TLP:RED", ("lead",), (Chapter("One", "high", sections),)))
    assert text.splitlines()[:5] == ["**TLP\\:RED**", "", "lead", "", "# One"]
    assert "1. first\n2. second" in text
    assert "| a | b |\n|---|---|\n| 1 | 2 |" in text
    assert "Empty" not in text


def test_log_text_cannot_become_markup() -> None:
    hostile = "<img src=x> | [a](http://x)\n# no"
    grid = Grid((hostile,), ((hostile,),))
    section = Section(hostile, (hostile,), (hostile,), grid)
    text = markdown(Paper("T", "TLP:RED", (hostile,), (Chapter(hostile, "low", (section,)),)))
    assert "<img" not in text
    assert "[a](" not in text
    assert "\n# no" not in text
