"""A paper as one HTML file that opens anywhere, asks no network and runs nothing.

There is no script in it at all, and the Content-Security-Policy forbids any; log text is escaped by the
template.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from jinja2 import DictLoader, Environment, StrictUndefined

from gamekeeper.incidents.json_text import utf8
from gamekeeper.model.findings import LEVELS
from gamekeeper.reports import inert
from gamekeeper.reports.exports.readers import paper
from gamekeeper.reports.html import Trusted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gamekeeper.reports.exports.base import Asked, Kept


#: The page and its parts; ``report.html`` tells incidents by the same ones.
TEMPLATES: Final = ("paper.html", "chapter.html", "drawing.html", "host_graph.html")


def export(kept: Sequence[Kept], asked: Asked) -> bytes:
    """Return the page of some incidents."""
    text = (
        _environment()
        .get_template("paper.html")
        .render(paper=paper(kept, asked), style=Trusted(_asset("style.css")), policy=_policy())
    )
    return text.encode("utf-8", "backslashreplace")


@cache
def _asset(name: str) -> str:
    return files("gamekeeper.content").joinpath("report", name).read_text("utf-8")


@cache
def _policy() -> str:
    digest = base64.b64encode(hashlib.sha256(_asset("style.css").encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


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
        "known_level": lambda level: level if level in LEVELS else "informational",
    }
    return environment
