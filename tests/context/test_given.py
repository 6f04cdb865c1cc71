from __future__ import annotations

from pathlib import Path

from fakes.mmdb import mmdb
from gamekeeper.context.given import Context


def test_nothing_given_knows_nothing() -> None:
    with Context() as context:
        assert context.files == ()
        assert context.assets.lookup(["a"]) == [None]
        assert context.accounts.lookup(["a"]) == [None]
        assert context.places.lookup(["8.8.8.8"]) == {}


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("host\na\n")
    (tmp_path / "b.csv").write_text("account,kind\na,user\n")
    (tmp_path / "c.mmdb").write_bytes(mmdb({"8.8.8.0/24": {"asn": 1}}))
    paths = [[str(tmp_path / name)] for name in ("a.csv", "b.csv", "c.mmdb")]
    with Context(*paths) as context:
        assert [(file.kind, file.entries) for file in context.files] == [
            ("assets", 1),
            ("accounts", 1),
            ("geoip", 0),
        ]
