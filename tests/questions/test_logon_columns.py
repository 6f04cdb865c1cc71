from __future__ import annotations

from gamekeeper.questions.logon_columns import (
    COLUMNS,
    listing,
    meanings,
    nt_reason,
    rows,
    time_of,
    type_name,
)


def test_every_row_has_every_column_in_one_order() -> None:
    sql = rows({"moment": "7", "user.name": "'ann'"}, "somewhere")
    assert sql.startswith("SELECT 7 AS moment, CAST(NULL AS TIMESTAMPTZ)")
    assert "CAST('ann' AS VARCHAR) AS \"user.name\"" in sql
    assert sql.count(' AS "') == len(COLUMNS)
    assert [sql.index(f'"{name}"') for name in COLUMNS] == sorted(
        sql.index(f'"{name}"') for name in COLUMNS
    )
    assert rows({"moment": "7"}, "x", {"more": "8"}).startswith("SELECT 7 AS moment, 8 AS more, ")


def test_codes_are_spelled_as_they_are_looked_up() -> None:
    for table in ("statuses", "kerberos"):
        assert all(code == f"0x{int(code, 16):x}" for code in meanings(table))
    assert set(listing("interactive")) < set(meanings("types"))
    assert {int(code, 16) for code in listing("lasting")} >= {999, 996, 997}


def test_reasons_are_asked_from_fine_to_coarse() -> None:
    sql = nt_reason("status", "sub_status", "said")
    assert sql.index("sub_status") < sql.index("(status") < sql.index("said")
    assert "RemoteInteractive" in type_name("x")
    assert time_of("x") == "make_timestamptz((x - 116444736000000000) // 10)"
