"""Write docs/reference/summaries.md from the sentences, or say with --check that it is out of date."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

from gamekeeper.questions.summaries import Sentence, datasets_with_sentences, sentences

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "summaries.md"
UNTRIED = ROOT / "tests" / "golden" / "summaries" / "untried.yml"
HEAD = """# What is said of events

This page is written from `content/mappings/summaries` by `make fix`.

Every event has a summary, one line for people: {count} kinds of event have a sentence of their own, any other
is told by its provider, its number and its first fields. {tried} of the sentences were tried on real or
simulated events; those with a ° were not, since no log at hand has such an event: there a field may be
called otherwise, and is then a question mark. A sentence never replaces the record: the profile `full` of
`gamekeeper timeline` has all fields, and its rows name the bytes that they come from.

## How a sentence is written

| in the sentence | in the summary |
|---|---|
| `{{Name}}` | the value on one line: white space as one blank, controls escaped, cut to 300 characters |
| `{{Name:form}}` | what the value means: see below |
| `{{A\\|B}}` | the first that says something; empty, `-` and `%%1793` (not set) say nothing |
| `{{A\\B}}` | both with a backslash between them, `B` alone where `A` says nothing |
| `{{Name#2}}` | the second of several fields of one name, such as the unnamed `Data` of classic events |
| `{{@short}}` | one of the texts under `short` at the head of the file |
| `[ from {{Name}}]` | vanishes where one of its own fields says nothing |

A field outside of brackets that says nothing is a `?`. Where all of them say nothing, the event is told like
one that has no sentence.

Forms: `words` writes out `%%1234`; `sid`, `sids` name well-known SIDs; `hex`, `number`, `size`, `time`,
`address`, `file` (last part of a path), `line` (first line), `cut(N)`, `nonzero` (nothing where zero),
`refused` (from the keywords of an audit), `key(X)` (what stands behind `X=` or `X:`), `xml(X)` (text of the
element `X`), `code(T)`, `failure(T)` (nothing where zero) and `rights(T)` (bit by bit) with a table `T`; a
table's own name is a form, too. The tables are in `content/mappings/values.yml`.
"""


def cell(text: str) -> str:
    """Return text that is safe inside a table."""
    return text.replace("|", "\\|")


def listed(dataset: str) -> list[Sentence]:
    """Return the sentences of a dataset in order."""
    found = [sentence for (provider, _), sentence in sentences(dataset).items() if provider]
    return sorted(found, key=lambda s: (s.provider.lower(), s.event_id))


def untried() -> set[tuple[str, str]]:
    """Return dataset and kind of every sentence that was tried on no event."""
    document = yaml.safe_load(UNTRIED.read_text(encoding="utf-8"))
    return {
        (dataset, kind)
        for dataset, kinds in document.items()
        for kind, names in kinds.items()
        if not names
    }


def rows(dataset: str, rest: set[tuple[str, str]]) -> Iterator[str]:
    """Yield the table of a dataset."""
    yield f"\n## {dataset}\n"
    yield "| provider | id | what | sentence |\n|---|---|---|---|"
    for one in listed(dataset):
        mark = " °" if (dataset, f"{one.provider} {one.event_id}") in rest else ""
        number = one.event_id if one.event_id >= 0 else ""
        yield f"| {one.provider} | {number}{mark} | {cell(one.title)} | `{cell(one.text)}` |"


def page() -> str:
    """Return the whole page."""
    rest = untried()
    count = sum(len(listed(dataset)) for dataset in datasets_with_sentences())
    tables = [line for dataset in datasets_with_sentences() for line in rows(dataset, rest)]
    return HEAD.format(count=count, tried=count - len(rest)) + "\n".join(tables) + "\n"


def main() -> None:
    """Write the page, or compare it."""
    if "--check" in sys.argv[1:]:
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != page():
            sys.exit(f"{PAGE.name} is out of date: run 'make fix'")
        return
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
