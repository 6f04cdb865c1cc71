"""Write docs/reference/ecs.md from the mapping to ECS, or say with --check that it is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from gamekeeper.model.datasets import datasets
from gamekeeper.model.ecs.mapping import (
    AnyOf,
    Choice,
    First,
    Fixed,
    Given,
    Joined,
    Known,
    Reading,
    Says,
    choices,
    names,
)

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "ecs.md"
HEAD = """# ECS names

This page is written from `content/mappings/ecs.yml` by `make fix`.

Events keep the names of their log (`NewProcessName`, `TargetUserName`). Questions that look across logs use
the names of the [Elastic Common Schema](https://www.elastic.co/guide/en/ecs/current/index.html): a view,
computed when it is asked; no value is stored twice. In SQL it is the view `ecs`, from Python
`gamekeeper.model.ecs.ecs_columns`. Both say the same of every event.

An empty text and `-` say nothing, and then the name is absent. `user.*` is who acted: who logged on, whom a
process runs as; `user.target.*` is the account that something was done to. Events of providers and ids that
are not listed still have the names under "all events".

## Names

| name | type | what it is |
|---|---|---|
"""
OURS = (
    "\nNames in *italics* are not in ECS itself. `winlog.*` and `powershell.*` are those of Winlogbeat, "
    "`Target.process.*` those of Elastic's endpoint agent.\n"
)
READINGS = """
## Readings

`Field (form)` is what a field says, in a form: `number` reads decimal and hexadecimal, `logon_id` and
`guid` have one spelling each, `sid` refuses what is none, `account_name` and `account_domain` split
`DOMAIN\\user` and `user@realm`, `address` undoes `::ffff:` and cuts a port off, `computer` cuts leading
backslashes off, `file_name` is what follows the last backslash, `hash_md5` ... take one of Sysmon's list,
`registry_path` writes hives as Sysmon does, `line_...` takes the line of that label. `A or B` is the
first that says something; `A + B` joins with a backslash.
"""


def cell(text: str) -> str:
    """Return text that is safe inside a table."""
    return text.replace("|", "\\|")


def words(reading: Reading) -> str:
    """Return a reading in words."""
    match reading:
        case Says(field, forms) | AnyOf(field, forms):
            shown = f"`{field}`" + (f" ({', '.join(forms)})" if forms else "")
            return f"any {shown}" if isinstance(reading, AnyOf) else shown
        case Known(field, table):
            return f"`{field}`: " + ", ".join(f"{value} = {word}" for value, word in table)
        case Fixed(text):
            return f"“{text}”"
        case First(readings):
            return " or ".join(map(words, readings))
        case Joined(left, right, forms):
            return f"{words(left)} + {words(right)} ({', '.join(forms)})"
        case Given(field, values, then, otherwise):
            test = f"`{field}` is {' or '.join(values)}" if values else f"`{field}` says something"
            other = "" if otherwise is None else f", else {words(otherwise)}"
            return f"if {test}: {words(then)}{other}"


def rows_of(name: str, choice: Choice) -> Iterator[str]:
    """Yield the rows of one name in a dataset's table."""
    if choice.default is not None:
        yield f"| `{name}` | all events | {cell(words(choice.default))} |"
    for case in choice.cases:
        ids = ", ".join(map(str, case.ids))
        where = f"{ids} of {case.provider}" if case.provider else ids
        shown = "absent" if case.reading is None else cell(words(case.reading))
        yield f"| `{name}` | {where} | {shown} |"


def actions(dataset: str) -> str:
    """Return the table of what the event ids of a dataset mean."""
    found: dict[tuple[int, str], dict[str, str]] = {}
    for name in ("event.action", "event.category"):
        for case in choices(dataset).get(name, Choice((), None)).cases:
            assert isinstance(case.reading, Fixed)
            for event_id in case.ids:
                found.setdefault((event_id, case.provider), {})[name] = case.reading.words
    gathered: dict[tuple[str, str, str], list[str]] = {}
    for (event_id, provider), said in sorted(found.items()):
        key = (provider, said.get("event.action", ""), said.get("event.category", ""))
        gathered.setdefault(key, []).append(str(event_id))
    rows = "\n".join(
        f"| {', '.join(ids)}{f' of {provider}' if provider else ''} | {action} | {category} |"
        for (provider, action, category), ids in gathered.items()
    )
    head = "\n| events | `event.action` | `event.category` |\n|---|---|---|\n"
    return f"{head}{rows}\n" if rows else ""


def section(dataset: str) -> str:
    """Return the part of the page on one dataset."""
    shown = [
        row
        for name, choice in choices(dataset).items()
        if name not in {"event.action", "event.category"}
        for row in rows_of(name, choice)
    ]
    table = "\n| name | events | reading |\n|---|---|---|\n" + "\n".join(shown) + "\n"
    return f"\n## {dataset}\n{actions(dataset)}{table}"


def page() -> str:
    """Return the whole page."""
    listed = "\n".join(
        f"| {'*' if one.ours else ''}`{one.name}`{'*' if one.ours else ''} | {one.type} | "
        f"{cell(one.means)} |"
        for one in names().values()
    )
    return HEAD + listed + "\n" + OURS + READINGS + "".join(map(section, datasets()))


def main() -> None:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit(f"{PAGE.name} is out of date: run 'make fix'")
        return
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
