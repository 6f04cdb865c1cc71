"""The formats in which incidents can be had, by name."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gamekeeper.errors import UsageError
from gamekeeper.incidents.json_text import dumps
from gamekeeper.reports.exports import attack_flow, navigator, page, papers, stix, timesketch
from gamekeeper.reports.exports.base import checked
from gamekeeper.reports.exports.readers import paper

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.reports.exports.base import Asked, Export, Kept

#: For one reader only: the others are told less than these formats hold.
_WHOLE: Final = "responder"


def _json(kept: Sequence[Kept], _: Asked) -> bytes:
    return dumps([one.document for one in kept], pretty=True) + b"\n"


def _markdown(kept: Sequence[Kept], asked: Asked) -> bytes:
    return papers.markdown(paper(kept, asked)).encode("utf-8", "backslashreplace")


FORMATS: Final[dict[str, Export]] = {
    "markdown": _markdown,
    "html": page.export,
    "json": _json,
    "stix": stix.export,
    "navigator": navigator.export,
    "attack-flow": attack_flow.export,
    "timesketch": timesketch.export_lines,
    "timesketch-csv": timesketch.export_csv,
}
#: Those that are written for one of several readers.
FOR_PEOPLE: Final = ("markdown", "html")


def exported(form: str, kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return incidents in a format; what cannot be had is refused."""
    if form not in FORMATS:
        names = ", ".join(FORMATS)
        raise UsageError(f"incidents cannot be written as {form!r}: there are {names}")
    if asked.reader != _WHOLE and form not in FOR_PEOPLE:
        raise UsageError(f"{form} is the same for all readers: --for goes with markdown and html")
    return FORMATS[form](kept, checked(asked))
