from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.hunt.request import Request, filetime
from gamekeeper.model.events import FILETIME_EPOCH


@pytest.mark.parametrize(
    ("text", "since_1970"),
    [
        ("1970-01-01", 0),
        ("1970-01-01T01:00+01:00", 0),
        ("1970-01-01T00:00:00.000001", 10),
        ("1969-12-31T23:59:59", -10_000_000),
    ],
)
def test_moments_are_exact(text: str, since_1970: int) -> None:
    assert filetime(text) - FILETIME_EPOCH == since_1970


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"paths": ()}, "nothing to search"),
        ({"min_level": "sever"}, "no level"),
        ({"time_from": "2026-01-02", "time_to": "2026-01-01"}, "is not before"),
        ({"include": ("hots:a",)}, "did you mean 'host'"),
        ({"source_tz": "Europe/Berln"}, "did you mean 'Europe/Berlin'"),
    ],
)
def test_a_senseless_request_is_refused(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(UsageError, match=complaint):
        Request(**{"paths": ("logs",), **options})  # type: ignore[arg-type]


def test_what_is_shown_holds_no_password() -> None:
    shown = Request(("logs",), passwords=("secret",)).shown()
    assert shown["passwords"] == 1
    assert "secret" not in str(shown)
