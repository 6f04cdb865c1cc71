"""Bytes come from the web or the disk within limits."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.rules import fetch as module
from gamekeeper.rules.fetch import fetch, is_url, read_limited


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        length = "5"
        if self.path == "/short":
            length = "50"
        elif self.path in {"/to-file", "/to-ok", "/loop"}:
            self.send_response(302)
            target = {"/to-file": "file:///etc/hostname", "/to-ok": "/ok", "/loop": "/loop"}
            self.send_header("Location", target[self.path])
            self.end_headers()
            return
        elif self.path == "/missing":
            self.send_error(404)
            return
        self.send_response(200)
        self.send_header("Content-Length", length)
        self.end_headers()
        self.wfile.write(b"rules")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def server() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Answers) as listener:
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listener.server_port}"
        listener.shutdown()
        thread.join()


def test_http_and_file_addresses_are_read(server: str, tmp_path: Path) -> None:
    path = tmp_path / "with blank.zip"
    path.write_bytes(b"on disk")
    assert fetch(f"{server}/ok") == b"rules"
    assert fetch(f"{server}/to-ok") == b"rules"
    assert fetch(path.as_uri()) == b"on disk"


@pytest.mark.parametrize("page", ["missing", "to-file", "loop", "short"])
def test_what_fails_says_so(server: str, page: str) -> None:
    with pytest.raises(UsageError, match=r"cannot be fetched|broke off"):
        fetch(f"{server}/{page}")


def test_what_is_too_large_is_refused(
    server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SIZE_LIMIT_BYTES", 4)
    (tmp_path / "x").write_bytes(b"12345")
    for source in (f"{server}/ok", (tmp_path / "x").as_uri()):
        with pytest.raises(UsageError, match="larger than"):
            fetch(source)


def test_other_ways_are_refused() -> None:
    with pytest.raises(UsageError, match="not by 'ftp'"):
        fetch("ftp://example.org/x.zip")
    with pytest.raises(UsageError, match="cannot be fetched"):
        fetch("http://127.0.0.1:1/x.zip")
    with pytest.raises(UsageError, match="cannot be read"):
        read_limited(Path("/nonexistent/x.zip"))


def test_a_drive_letter_is_no_scheme() -> None:
    assert not is_url("C:\\rules")
    assert not is_url("rules/sigma.zip")
    assert is_url("https://example.org/x.zip")
