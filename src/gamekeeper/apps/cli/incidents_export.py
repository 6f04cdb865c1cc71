"""``gamekeeper incidents export``: incidents of a case, for others to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gamekeeper.apps.cli.exits import Exit
from gamekeeper.apps.cli.incidents_list import chosen, incidents_of
from gamekeeper.apps.cli.values import Values
from gamekeeper.errors import UsageError
from gamekeeper.reports.exports.base import Asked
from gamekeeper.reports.exports.documents import kept
from gamekeeper.reports.exports.registry import exported
from gamekeeper.store.case import Case
from gamekeeper.store.runs import runs

if TYPE_CHECKING:
    from gamekeeper.settings import Value


def run(typed: dict[str, Value]) -> Exit:
    """Run the command."""
    values = Values(typed)
    case = Case.open(values.word("case"))
    found = incidents_of(case)
    if not found and not _was_hunted(case):
        raise UsageError(
            "no rules have been run over this case, so nothing can be said: 'gamekeeper rehunt' runs them"
        )
    names = values.texts("only")
    if names:
        wanted = {id(chosen(found, name)) for name in names}
        found = [one for one in found if id(one) in wanted]
    asked = Asked(values.word("reader"), values.text("tlp") or "", case.organisation)
    text = exported(values.word("incident_format"), kept(found), asked)
    sys.stdout.buffer.write(text)
    sys.stdout.flush()
    return Exit.OK


def _was_hunted(case: Case) -> bool:
    manifest = case.manifest()
    try:
        return bool(runs(manifest))
    finally:
        manifest.close()
