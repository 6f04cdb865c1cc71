"""The bytes of a package from the web or the disk, within limits of size and time."""

from __future__ import annotations

from http.client import HTTPException
from pathlib import Path
from urllib import request
from urllib.error import URLError
from urllib.parse import urlsplit

from gamekeeper.errors import UsageError

SIZE_LIMIT_BYTES = 256 << 20
TIMEOUT_S = 60
_CHUNK_BYTES = 1 << 20


def is_url(source: str) -> bool:
    """Say whether a source is an address rather than a path; ``C:\\rules`` is a path."""
    return len(urlsplit(source).scheme) > 1


def fetch(url: str) -> bytes:
    """Return what is at an http, https or file address; raise UsageError where that fails."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        return read_limited(Path(request.url2pathname(parts.path)))
    if parts.scheme not in {"http", "https"}:
        raise UsageError(f"it can be fetched by https, http or file, not by {parts.scheme!r}")
    try:
        with _opener().open(url, timeout=TIMEOUT_S) as answer:
            data = bytearray()
            while chunk := answer.read(_CHUNK_BYTES):
                data += chunk
                if len(data) > SIZE_LIMIT_BYTES:
                    raise UsageError(_too_large(url))
            _check_length(url, answer.headers.get("Content-Length"), len(data))
    except (URLError, OSError, HTTPException, ValueError) as error:
        raise UsageError(f"{url} cannot be fetched: {error}") from error
    return bytes(data)


def read_limited(path: Path) -> bytes:
    """Return a file's bytes; raise UsageError where it is too large or cannot be read."""
    try:
        with path.open("rb") as stream:
            data = stream.read(SIZE_LIMIT_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    if len(data) > SIZE_LIMIT_BYTES:
        raise UsageError(_too_large(str(path)))
    return data


def _check_length(url: str, promised: str | None, received: int) -> None:
    if promised and promised.isdecimal() and int(promised) != received:
        raise UsageError(
            f"{url} broke off after {received:,} of {int(promised):,} bytes; try again"
        )


def _too_large(source: str) -> str:
    return f"{source} is larger than {SIZE_LIMIT_BYTES >> 20} MiB: no package is that large"


def _opener() -> request.OpenerDirector:
    """An opener that can do http and https only: a redirect must not lead to a local file."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler,
        request.HTTPHandler,
        request.HTTPSHandler,
        request.HTTPDefaultErrorHandler,
        request.HTTPRedirectHandler,
        request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "gamekeeper")]
    return opener
