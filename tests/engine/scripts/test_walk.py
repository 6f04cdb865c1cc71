"""Scripts come together from any number of units, and long ones are cut where they can be."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from fakes.script_parts import Part, walk
from gamekeeper.engine.scripts.walk import Limits, Piece, Seen, Walk
from gamekeeper.model.scripts import GAP
from gamekeeper.rules.ir import RuleSet
from gamekeeper.rules.plan import Plan

NO_RULES = Plan(RuleSet(()), ())


def walked(
    folder: Path, *units: list[Part], limits: Limits | None = None
) -> tuple[list[Piece], Walk]:
    found = walk(units, NO_RULES, folder, limits)
    return list(found.pieces()), found


def test_parts_of_several_units_are_one_script(tmp_path: Path) -> None:
    one = [Part(1, "2", "3", "-Mi")]
    two = [Part(2, "3", "3", "mikatz", source=1), Part(3, "1", "3", "Invoke", source=1)]
    (piece,), found = walked(tmp_path, one, two)
    assert piece.text == "Invoke-Mimikatz"
    assert piece.records == ("1:3", "0:1", "1:2")
    assert (piece.missing, piece.is_whole) == ((), True)
    assert found.seen == Seen(scripts=1, parts=3)


def test_what_is_missing_is_said_and_a_lone_part_is_only_counted(tmp_path: Path) -> None:
    parts = [Part(1, "2", "1000000000", "b"), Part(2, "4", "1000000000", "d")]
    parts += [Part(3, "1", "2", "x", identity="lone")]
    (piece,), found = walked(tmp_path, parts)
    assert piece.text == f"{GAP}b{GAP}d{GAP}"
    assert piece.missing == ((1, 1), (3, 3), (5, 1_000_000_000))
    assert found.seen == Seen(scripts=2, incomplete=2, parts=3)


def test_copies_are_named_and_rivals_are_left_out(tmp_path: Path) -> None:
    first = [Part(1, "1", "2", "a"), Part(2, "2", "2", "b")]
    second = [Part(1, "1", "2", "a", source=1), Part(3, "2", "2", "forged", source=1)]
    (piece,), found = walked(tmp_path, first, second)
    assert piece.text == "ab"
    assert piece.records == ("0:1", "1:1", "0:2")
    assert found.seen == Seen(scripts=1, parts=2, copies=1, rivals=1)


def test_a_long_script_is_cut_into_pieces_that_overlap(tmp_path: Path) -> None:
    parts = [Part(n, str(n), "9", letter * 10) for n, letter in enumerate("abcdefghi", 1)]
    limits = Limits(characters=40, overlap=10)
    pieces, found = walked(tmp_path, parts, limits=limits)
    letters = ["".join(letter for letter, _ in groupby(piece.text)) for piece in pieces]
    assert letters == [f"abcd{GAP}", f"{GAP}defg{GAP}", f"{GAP}ghi"]
    assert all(not piece.missing and not piece.is_whole for piece in pieces)
    assert [piece.parts for piece in pieces] == [4, 4, 3]
    assert found.seen == Seen(scripts=1, parts=9, cut=1)


def test_gaps_at_a_cut_are_missing_once(tmp_path: Path) -> None:
    parts = [Part(n, str(n), "12", "x" * 10) for n in (2, 3, 6, 7, 9)]
    pieces, _ = walked(tmp_path, parts, limits=Limits(characters=20, overlap=0))
    assert [piece.missing for piece in pieces] == [((1, 1),), ((4, 5),), (), ((8, 8), (10, 12))]


def test_pieces_are_cut_by_their_number_of_parts_too(tmp_path: Path) -> None:
    parts = [Part(n, str(n), "20", "x") for n in range(1, 21)]
    pieces, _ = walked(tmp_path, parts, limits=Limits(parts=8))
    assert [piece.parts for piece in pieces] == [8, 8, 8, 8]
    assert {record for piece in pieces for record in piece.records} == {
        f"0:{n}" for n in range(1, 21)
    }


def test_records_are_kept_up_to_a_number_and_each_part_is_named(tmp_path: Path) -> None:
    parts = [Part(n, "1", "2", "a") for n in range(1, 9)] + [Part(9, "2", "2", "b")]
    (piece,), found = walked(tmp_path, parts, limits=Limits(records=3))
    assert piece.records == ("0:1", "0:2", "0:3", "0:9")
    assert piece.more == 5
    assert found.seen.copies == 7
