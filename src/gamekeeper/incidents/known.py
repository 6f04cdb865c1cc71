"""Findings with what is known of their host, account and addresses, and the severity that follows."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gamekeeper.context.geoip import public
from gamekeeper.incidents.severity import severity_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gamekeeper.context.given import Context
    from gamekeeper.model.context import AddressPlace
    from gamekeeper.model.findings import Finding

#: Places that are kept with a finding.
PLACES_LIMIT: Final = 10
_ADDRESS: Final = re.compile(r"[0-9a-f:.]{3,45}", re.IGNORECASE)
#: An IPv4 address within a command line or a URL. What stands around it tells it from a version number.
_WITHIN: Final = re.compile(
    r"""(?<!ersion=)(?:(?<=[\s/\\@"'=,;([])|^)(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?=[\s/\\:"',;)\]]|$)"""
)


def with_context(findings: Sequence[Finding], context: Context) -> list[Finding]:
    """Return the findings, in their order, with what the context says of them."""
    hosts = list({finding.host: None for finding in findings})
    accounts = list({finding.account: None for finding in findings})
    assets = dict(zip(hosts, context.assets.lookup(hosts), strict=True))
    known = dict(zip(accounts, context.accounts.lookup(accounts), strict=True))
    places = _places(findings, context)
    return [
        replace(
            finding,
            severity=severity_of(finding.level, assets[finding.host]),
            asset=assets[finding.host],
            known_account=known[finding.account],
            places=_places_of(finding, places),
        )
        for finding in findings
    ]


def _places(findings: Sequence[Finding], context: Context) -> dict[str, AddressPlace]:
    if not context.places.files:
        return {}
    addresses = {text: None for finding in findings for text in _addresses(finding)}
    return context.places.lookup(addresses)


def _places_of(finding: Finding, places: dict[str, AddressPlace]) -> tuple[AddressPlace, ...]:
    if not places:
        return ()
    named = dict.fromkeys(text for text in _addresses(finding) if text in places)
    return tuple(places[text] for text in list(named)[:PLACES_LIMIT])


def _addresses(finding: Finding) -> Iterator[str]:
    """Yield the public addresses in the values of a finding's samples, and its host."""
    for text in (finding.host, *_values(finding)):
        found = [text] if _ADDRESS.fullmatch(text) else _WITHIN.findall(text)
        yield from (address for address in found if public(address) is not None)


def _values(finding: Finding) -> Iterator[str]:
    for sample in finding.samples:
        fields = sample.get("fields")
        for value in fields.values() if isinstance(fields, dict) else ():
            yield from (item for item in _listed(value) if isinstance(item, str))


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
