"""What is known of actors, what is claimed of them, and how an attribution came about: as lines and as JSON.

Lines are for a terminal and are made inert where they are printed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from gamekeeper.intel.wording import cited, claimed, disputed, told
from gamekeeper.model.attribution import Basis, Candidate

if TYPE_CHECKING:
    from gamekeeper.intel.ledger import Ledger, Name
    from gamekeeper.intel.sheet import Sheet
    from gamekeeper.model.attribution import Attribution, Reason

#: Reasons of one candidate that are shown.
REASONS: Final = 12


def sheet_lines(sheet: Sheet) -> Iterator[str]:
    """Yield what is known of a group."""
    yield f"{sheet.group.name} ({sheet.group.id}), ATT&CK {sheet.attack or 'of unknown version'}"
    yield f"known here by {sheet.basis.value}"
    if sheet.group.aliases:
        yield f"also called, as ATT&CK has it: {', '.join(sheet.group.aliases)}"
    yield from ledger_lines(sheet.book)
    if sheet.procedures:
        yield f"procedures of our own table ({len(sheet.procedures)}); how many other intruders do so:"
        yield from (f"  {one.id}  {one.shared:<5} {one.says}" for one in sheet.procedures)
    yield f"techniques ({len(sheet.techniques)}), those that the fewest groups are known for first:"
    yield from (
        f"  {one.id:<10} {one.groups:>4} groups  {one.bits:+.2f} bits  {one.text}"
        for one in sheet.techniques
    )
    if sheet.software:
        yield f"software: {', '.join(f'{one.name} ({one.id})' for one in sheet.software)}"
    for one in sheet.campaigns:
        yield f"campaign {one.id}, {one.first_seen or '?'} to {one.last_seen or '?'}: {one.name}"


def sheet_json(sheet: Sheet) -> dict[str, Any]:
    """Return the same for a script."""
    return {
        "id": sheet.group.id,
        "name": sheet.group.name,
        "aliases": sheet.group.aliases,
        "attack": sheet.attack,
        "basis": sheet.basis.value,
        "techniques": [_reason(one) for one in sheet.techniques],
        "procedures": [asdict(one) for one in sheet.procedures],
        "software": [asdict(one) for one in sheet.software],
        "campaigns": [asdict(one) for one in sheet.campaigns],
        **ledger_json(sheet.book),
    }


def ledger_lines(book: Ledger) -> Iterator[str]:
    """Yield names, claims and disputes."""
    if not book:
        yield "The ledger of claims holds nothing of it."
        return
    yield "names:"
    yield from (f"  {_name(one)}" for one in book.names)
    yield "kept apart:"
    yield from (f"  {one.name}: {one.says} {cited(one.sources)}" for one in book.apart)
    yield "claims:"
    yield from (f"  {claimed(one)}" for one in book.claims)
    yield "disputed by:"
    yield from (f"  {disputed(one)}" for one in book.disputes)
    yield "on record against the disputes:"
    yield from (f"  {disputed(one)}" for one in book.answers)
    yield "open:"
    yield from (f"  {one.says}" for one in book.open)


def ledger_json(book: Ledger) -> dict[str, Any]:
    """Return the same for a script."""
    parts = ("names", "apart", "claims", "disputes", "answers", "open")
    return {part: [asdict(one) for one in getattr(book, part)] for part in parts}


def explained_lines(answer: Attribution, top: int) -> Iterator[str]:
    """Yield the verdict, and what speaks for and against the likeliest candidates."""
    yield f"{answer.verdict.value}: {answer.why}"
    yield from (f"  {one.text}" for one in answer.claims)
    if answer.unknown:
        yield f"not in the tables, and of no weight: {', '.join(answer.unknown)}"
    yield f"facts: {answer.origin}"
    yield "Bits are against an intruder unknown; a resemblance in techniques is no attribution."
    for one in answer.candidates[:top]:
        yield _headline(one)
        yield from (f"    {_weighed(reason)}" for reason in one.reasons[:REASONS])
        if len(one.reasons) > REASONS:
            yield f"    and {len(one.reasons) - REASONS} more"


def explained_json(answer: Attribution, top: int) -> dict[str, Any]:
    """Return the same for a script."""
    return {
        "verdict": answer.verdict.value,
        "why": answer.why,
        "claims": [asdict(one) for one in answer.claims],
        "techniques": answer.techniques,
        "unknown": answer.unknown,
        "facts": answer.origin,
        "events": dict(answer.events),
        "candidates": [_candidate(one) for one in answer.candidates[:top]],
    }


def _name(one: Name) -> str:
    note = f" ({one.note})" if one.note else ""
    return f"{one.name}, {one.relation}: {one.by}{note} {cited(one.sources)}"


def _headline(one: Candidate) -> str:
    basis = "" if one.basis is Basis.RIVAL else f", {one.id}, known by {one.basis.value}"
    return f"{one.probability:6.1%}  {one.bits:+.2f} bits  {one.name}{basis}"


def _weighed(reason: Reason) -> str:
    mark = " *" if reason.distinctive and reason.bits > 0 else ""
    return f"{reason.bits:+.2f}  {told(reason)}{mark}"


def _candidate(one: Candidate) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.name,
        "basis": one.basis.value,
        "prior": round(one.prior, 6),
        "bits": round(one.bits, 4),
        "probability": round(one.probability, 6),
        "copies": one.copies,
        "reasons": [_reason(reason) for reason in one.reasons],
    }


def _reason(reason: Reason) -> Mapping[str, Any]:
    return {**asdict(reason), "bits": round(reason.bits, 4)}


__all__: Sequence[str] = (
    "explained_json",
    "explained_lines",
    "ledger_json",
    "ledger_lines",
    "sheet_json",
    "sheet_lines",
)
