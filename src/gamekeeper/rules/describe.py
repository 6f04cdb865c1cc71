"""The log source table as a page for people: ``docs/reference/logsources.md``.

A test holds the page to the data. Written anew by
``python -c "from gamekeeper.rules.describe import logsources_page as p; print(p(), end='')"``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from gamekeeper.model.datasets import dataset_of_channel
from gamekeeper.rules.mappings import (
    Chosen,
    FieldMap,
    Joined,
    Listed,
    Renamed,
    Selection,
    alerts,
    unread,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = """\
# Log sources

Where Gamekeeper looks for the events of a Sigma rule. Generated from `content/mappings`; a test fails when
this page and the data differ.

A rule that names a category and a service looks where both meet. A rule for Windows that names neither looks
everywhere. Channels are compared without regard to case.
"""


def logsources_page() -> str:
    """Return the whole page."""
    return "\n".join([_HEAD, *_categories(), *_services(), *_alerts(), *_fields(), *_unread()])


def _categories() -> Iterator[str]:
    mapping = windows()
    yield "## Categories (product `windows`)\n"
    yield "| category | channels | event ids | only where |\n|---|---|---|---|"
    for name, selections in mapping.categories.items():
        for selection in selections:
            ids = ", ".join(map(str, selection.event_ids))
            yield f"| `{name}` | {_channels(selection)} | {ids} | {_where(selection)} |"
    for name, reason in mapping.without_log.items():
        yield f"| `{name}` | none: {reason} | | |"
    yield ""


def _channels(selection: Selection) -> str:
    return "<br>".join(selection.channels)


def _where(selection: Selection) -> str:
    return "; ".join(f"`{name}` is {' or '.join(values)}" for name, values in selection.where)


def _services() -> Iterator[str]:
    yield "## Services (product `windows`)\n"
    yield "| service | channels | dataset |\n|---|---|---|"
    for name, selection in windows().services.items():
        found = sorted({dataset_of_channel(channel) for channel in selection.channels})
        yield f"| `{name}` | {_channels(selection)} | {', '.join(found)} |"
    yield ""


def _alerts() -> Iterator[str]:
    product, selection = alerts()
    yield f"## Alerts of other tools (product `{product}`)\n"
    yield "A rule names the product alone: each tool has categories of its own.\n"
    found = sorted({dataset_of_channel(channel) for channel in selection.channels})
    yield f"| channels | dataset |\n|---|---|\n| {_channels(selection)} | {', '.join(found)} |\n"


def _fields() -> Iterator[str]:
    mapping = windows()
    shared = dict(mapping.fields)
    yield "## Fields that read differently\n"
    yield "The events of a category also read as those of their service do.\n"
    yield "Everywhere:\n"
    yield from _field_rows(mapping.fields)
    for name, selection in mapping.services.items():
        own = [item for item in selection.fields if item[0] not in shared]
        if own:
            yield f"Service `{name}`:\n"
            yield from _field_rows(own)
    known = {item for selection in mapping.services.values() for item in selection.fields}
    for name, selections in mapping.categories.items():
        for selection in selections:
            own = [item for item in selection.fields if item not in known]
            if own:
                yield f"Category `{name}` in {_channels(selection)}:\n"
                yield from _field_rows(own)


def _field_rows(rows: Iterable[tuple[str, FieldMap]]) -> Iterator[str]:
    yield "| rule's field | in the event |\n|---|---|"
    for name, mapped in rows:
        yield f"| `{name}` | {in_words(mapped)} |"
    yield ""


def in_words(mapped: FieldMap) -> str:
    """Return what a field reads as, in Markdown."""
    if isinstance(mapped, Renamed):
        names = " or ".join(f"`{name}`" for name in mapped.names)
        form = {"hex": ", in hexadecimal", "sysmon_number": ", numbers in decimal"}
        values = "".join(f"; `{value}` for {' or '.join(shown)}" for value, shown in mapped.known)
        return names + form.get(mapped.form, "") + values
    if isinstance(mapped, Joined):
        extra = f", or `{mapped.sid}` of well-known accounts" if mapped.sid else ""
        return rf"`{mapped.left}`, a backslash, `{mapped.right}`{extra}"
    if isinstance(mapped, Listed):
        return f"what `{mapped.name}` has behind `{mapped.key}=`, up to a comma"
    assert isinstance(mapped, Chosen)
    then, otherwise = in_words(mapped.then), in_words(mapped.otherwise)
    return f"where `{mapped.given}` says something: {then}; otherwise {otherwise}"


def _unread() -> Iterator[str]:
    table = unread()
    yield "## Not read by this version\n"
    yield "Rules for these are loaded, counted and reported as unroutable.\n"
    for title, names in (
        ("products", table.products),
        ("categories", table.categories),
        ("services", table.services),
    ):
        yield f"- {title}: {', '.join(f'`{name}`' for name in names)}"
    yield ""
