"""All result files of a hunt, written one after the other, each whole or not at all."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final, Protocol

from gamekeeper.errors import UsageError
from gamekeeper.reports import (
    anomalies_jsonl,
    chains_jsonl,
    coverage_layer,
    findings_json,
    html,
    incidents_json,
    integrity_jsonl,
    matches_csv,
    matches_jsonl,
    rejects_jsonl,
    summary_json,
    suppressed_jsonl,
    verdict_json,
    visibility_json,
)
from gamekeeper.reports.atomic import atomic_file

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from gamekeeper.model.results import HuntResult


class Report(Protocol):
    """One result file: a module with its name and how it is written."""

    NAME: str

    def write(self, result: HuntResult, stream: IO[bytes]) -> None:
        """Write the whole file."""


#: In the order in which they are written; the summary last, so that it stands for a complete set.
REPORTS: Final[tuple[Report, ...]] = (
    matches_jsonl,
    matches_csv,
    suppressed_jsonl,
    rejects_jsonl,
    findings_json,
    chains_jsonl,
    anomalies_jsonl,
    incidents_json,
    integrity_jsonl,
    visibility_json,
    verdict_json,
    coverage_layer,
    html,
    summary_json,
)
NAMES: Final = tuple(report.NAME for report in REPORTS)


def write_all(result: HuntResult, out: Path, *, only: Collection[str] | None = None) -> list[Path]:
    """Write the reports (or those named in ``only``) into a folder and return their paths."""
    unknown = sorted(set(only or ()) - set(NAMES))
    if unknown:
        message = f"no report is called {', '.join(unknown)}; there are {', '.join(NAMES)}"
        raise UsageError(message)
    out.mkdir(parents=True, exist_ok=True)
    written = []
    for report in REPORTS:
        if only is None or report.NAME in only:
            with atomic_file(out / report.NAME) as stream:
                report.write(result, stream)
            written.append(out / report.NAME)
    return written
