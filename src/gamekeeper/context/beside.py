"""What the user knows, beside the rows of an answer: columns for hosts, accounts and addresses.

A column is added behind those of the answer for each file that was given and each column that it speaks of.
Distinct values are looked up, once a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

import pyarrow as pa

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gamekeeper.context.given import Context
    from gamekeeper.model.answers import Answer

#: Looks distinct texts up and gives a value for each.
Lookup = Callable[[Sequence[str]], Sequence[object]]

HOSTS: Final = ("host.name", "source.domain", "destination.domain")
ACCOUNTS: Final = ("user.name", "user.target.name", "winlog.subject.name")
ADDRESSES: Final = ("source.ip", "destination.ip", "client.ip")
#: How the names of added columns end.
ENDINGS: Final = (
    ".role",
    ".criticality",
    ".site",
    ".kind",
    ".geo.country_iso_code",
    ".as.number",
    ".as.organization.name",
)
_DOMAINS: Final = {name: name.replace(".name", ".domain") for name in ACCOUNTS}


def with_context(answer: Answer, context: Context) -> Answer:
    """Return the answer with the columns that the context has something to say about."""
    added = [*_of_hosts(context), *_of_addresses(context)]
    added = [one for one in added if one[0] in answer.schema.names]
    accounts = [name for name in ACCOUNTS if len(context.accounts) and name in answer.schema.names]
    if not added and not accounts:
        return answer
    fields = [pa.field(name, kind) for _, name, kind, _ in added]
    fields += [pa.field(f"{name.removesuffix('.name')}.kind", pa.utf8()) for name in accounts]
    schema = pa.schema([*answer.schema, *fields])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in answer.batches:
            columns = [_looked_up(batch.column(of), kind, find) for of, _, kind, find in added]
            columns += [_kinds(batch, name, context) for name in accounts]
            yield pa.RecordBatch.from_arrays([*batch.columns, *columns], schema=schema)

    return replace(answer, schema=schema, batches=batches())


def _of_hosts(context: Context) -> Iterator[tuple[str, str, pa.DataType, Lookup]]:
    if not len(context.assets):
        return
    for name in HOSTS:
        base = name.removesuffix(".name").removesuffix(".domain")
        yield name, f"{base}.role", pa.utf8(), _asset(context, "role")
        yield name, f"{base}.criticality", pa.int32(), _asset(context, "criticality")
        yield name, f"{base}.site", pa.utf8(), _asset(context, "site")


def _asset(context: Context, attribute: str) -> Lookup:
    def find(names: Sequence[str]) -> list[object]:
        found = context.assets.lookup(names)
        return [None if one is None else getattr(one, attribute) or None for one in found]

    return find


def _of_addresses(context: Context) -> Iterator[tuple[str, str, pa.DataType, Lookup]]:
    if not context.places.files:
        return
    for name in ADDRESSES:
        base = name.removesuffix(".ip")
        yield name, f"{base}.geo.country_iso_code", pa.utf8(), _place(context, "country")
        yield name, f"{base}.as.number", pa.int64(), _place(context, "asn")
        yield name, f"{base}.as.organization.name", pa.utf8(), _place(context, "organisation")


def _place(context: Context, attribute: str) -> Lookup:
    def find(addresses: Sequence[str]) -> list[object]:
        found = context.places.lookup(addresses)
        return [getattr(found[a], attribute) or None if a in found else None for a in addresses]

    return find


def _looked_up(column: pa.Array, kind: pa.DataType, find: Lookup) -> pa.Array:
    codes, texts = _coded(column)
    return pa.array(find(texts), kind).take(codes)


def _kinds(batch: pa.RecordBatch, name: str, context: Context) -> pa.Array:
    """Return what accounts are for; the domain counts where the answer has it."""
    users = batch.column(name).cast(pa.utf8()).to_pylist()
    domain = _DOMAINS[name]
    domains = (
        batch.column(domain).cast(pa.utf8()).to_pylist()
        if domain in batch.schema.names
        else [None] * len(users)
    )
    spelt = [
        None if user is None else f"{realm}\\{user}" if realm else user
        for user, realm in zip(users, domains, strict=True)
    ]
    codes, texts = _coded(pa.array(spelt, pa.utf8()))
    found = context.accounts.lookup(texts)
    return pa.array([None if one is None else one.kind for one in found], pa.utf8()).take(codes)


def _coded(column: pa.Array) -> tuple[pa.Array, list[str]]:
    coded = column.cast(pa.utf8()).dictionary_encode()
    return coded.indices, coded.dictionary.to_pylist()
