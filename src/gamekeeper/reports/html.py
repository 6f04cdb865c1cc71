"""``report.html``: one file that opens anywhere, asks no network and runs nothing but its own script.

The page is ``content/report/template.html``; its style and scripts are inlined and named in the
Content-Security-Policy by their digests, so that no text of a log can become either, even where every
other guard failed. Headline, blind spots and the first findings are plain HTML and need no script.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import IO, TYPE_CHECKING, Final

from jinja2 import DictLoader, Environment, StrictUndefined

from gamekeeper.incidents.columns import iso_time
from gamekeeper.incidents.json_text import utf8
from gamekeeper.model.findings import LEVELS
from gamekeeper.model.incidents import Standing
from gamekeeper.reports import (
    answer,
    chain_texts,
    html_data,
    html_visibility,
    inert,
    new_here,
    trust,
    trust_picture,
)
from gamekeeper.reports.decided import standing_of
from gamekeeper.reports.embedding import embed
from gamekeeper.reports.exports import responder
from gamekeeper.reports.exports.base import Kept

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.model.results import HuntResult

NAME = "report.html"

#: Concatenated into one function, in this order; each part uses only parts before it.
SCRIPTS: Final = (
    "dom.js",
    "data.js",
    "filters.js",
    "tables.js",
    "chart.js",
    "heat.js",
    "evidence.js",
    "findings.js",
    "accounts.js",
    "given.js",
    "app.js",
)
#: The page and its parts.
TEMPLATES: Final = (
    "template.html",
    "verdict.html",
    "integrity.html",
    "visibility.html",
    "chains.html",
    "new_here.html",
    "incidents.html",
    "chapter.html",
    "drawing.html",
    "host_graph.html",
)
#: Findings that the page shows without a script.
STATIC_FINDINGS: Final = 50
#: Breaks that it lists, those of them that are open to the eye, and statements of evidence for each.
BREAKS_SHOWN: Final = 200
BREAKS_FIRST: Final = 8
EVIDENCE_SHOWN: Final = 8
#: Incidents that the page tells.
INCIDENTS: Final = 25
_PIECE: Final = 1 << 16


def write(result: HuntResult, stream: IO[bytes]) -> None:
    """Write the report; what it shows of a log is inert."""
    embedded = embed(result)
    context = {
        "answer": answer.answer(result),
        "levels": answer.by_severity(result.findings),
        "statuses": answer.by_status(result.rules),
        "meanings": answer.STATUSES,
        "result": result,
        "findings": result.findings[:STATIC_FINDINGS],
        "incidents": [
            (one, responder.chapter(Kept(one, standing_of(one, result.dispositions) or Standing())))
            for one in result.incidents[:INCIDENTS]
        ],
        "style": Trusted(_asset("style.css")),
        "script": Trusted(_script()),
        "policy": _policy(),
        "page_json": _pieces(html_data.page_json(result, embedded)),
        "matches_json": _pieces(html_data.matches_json(embedded)),
        "chains": chain_texts.page(result.chains),
        "new_here": new_here.page(result.baselines),
        "event_paths": {source.number: source.path for source in result.sources},
        **_integrity(result),
        **html_visibility.context(result),
    }
    for piece in _environment().get_template("template.html").generate(context):
        stream.write(piece.encode("utf-8", "backslashreplace"))


def _integrity(result: HuntResult) -> dict[str, object]:
    """Return what the part on covered tracks shows; nothing where nobody looked."""
    found = result.integrity
    if found is None:
        return {}
    open_ones = [one for one in found.breaks if one.lowers_trust]
    return {
        "trust_sentence": trust.sentence(found),
        "picture": trust_picture.picture(found),
        "legend": trust_picture.LEGEND,
        "breaks": open_ones[:BREAKS_SHOWN],
        "breaks_first": BREAKS_FIRST,
        "breaks_left": len(found.breaks) - len(open_ones[:BREAKS_SHOWN]),
        "hosts": found.hosts,
        "channels": found.channels,
        "paths": {source.number: source.path for source in result.sources},
        "evidence_shown": EVIDENCE_SHOWN,
    }


@dataclass(frozen=True, slots=True)
class Trusted:
    """Text that needs no escaping: our own files, and JSON that ``script_safe`` has made."""

    text: str

    def __html__(self) -> str:
        return self.text


def _pieces(text: str) -> Iterator[Trusted]:
    """Yield inert JSON in parts, so that the page never stands in memory as a whole."""
    for start in range(0, len(text), _PIECE):
        yield Trusted(text[start : start + _PIECE])


@cache
def _asset(name: str) -> str:
    return files("gamekeeper.content").joinpath("report", name).read_text("utf-8")


@cache
def _script() -> str:
    parts = "\n".join(_asset(name) for name in SCRIPTS)
    return f'(() => {{\n"use strict";\n{parts}\n}})();'


@cache
def _policy() -> str:
    return (
        f"default-src 'none'; script-src '{_digest(_script())}'; style-src '{_digest(_asset('style.css'))}'; "
        "base-uri 'none'; form-action 'none'; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader({name: _asset(name) for name in TEMPLATES}),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "visible": lambda text: inert.terminal_safe(utf8(text)),
        "time": lambda filetime: (iso_time(filetime) or "unknown")[:19].replace("T", " "),
        "moment": lambda filetime: (iso_time(filetime) or "")[:19].replace("T", " "),
        "day": lambda filetime: answer.day(filetime) or "unknown",
        "known_level": lambda level: level if level in LEVELS else "informational",
        "number": "{:,}".format,
        "counted": answer.number,
        "happened": chain_texts.seen,
        "news": new_here.what,
        "lacking": lambda steps: [step for step in steps if not step.count],
    }
    return environment
