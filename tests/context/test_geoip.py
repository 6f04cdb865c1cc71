from __future__ import annotations

from pathlib import Path

import pytest

from fakes.mmdb import mmdb
from gamekeeper.context.geoip import GeoIp, public
from gamekeeper.errors import UsageError
from gamekeeper.model.context import AddressPlace

COUNTRIES = {
    "8.8.8.0/24": {"country": {"iso_code": "US", "names": {"en": "United States"}}},
    "1.0.0.0/8": {"registered_country": {"iso_code": "AU"}},
    "2001:4860::/32": {"country": {"iso_code": "US"}},
    "10.0.0.0/8": {"country": {"iso_code": "XX"}},
    "9.0.0.0/8": {"country": "no map", "asn": "none"},
}
NETWORKS = {
    "8.8.8.0/24": {
        "autonomous_system_number": 15169,
        "autonomous_system_organization": "Example Search",
    },
    "5.5.5.5/32": {"asn": "AS64500", "as_name": "Other maker"},
}


def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / "country.mmdb", tmp_path / "asn.mmdb"]
    paths[0].write_bytes(mmdb(COUNTRIES, kind="Test-Country"))
    paths[1].write_bytes(mmdb(NETWORKS, ip_version=4, kind="Test-ASN"))
    return paths


def test_files_complete_each_other(tmp_path: Path) -> None:
    addresses = ["8.8.8.8", "1.2.3.4", "5.5.5.5", "2001:4860::1", "::ffff:8.8.8.8", "7.7.7.7"]
    with GeoIp(files(tmp_path)) as places:
        found = places.lookup(addresses)
    assert found == {
        "8.8.8.8": AddressPlace("8.8.8.8", "US", 15169, "Example Search"),
        "1.2.3.4": AddressPlace("1.2.3.4", "AU"),
        "5.5.5.5": AddressPlace("5.5.5.5", "", 64500, "Other maker"),
        "2001:4860::1": AddressPlace("2001:4860::1", "US"),
        "::ffff:8.8.8.8": AddressPlace("::ffff:8.8.8.8", "US", 15169, "Example Search"),
    }


@pytest.mark.parametrize(
    "text",
    ["10.1.2.3", "127.0.0.1", "169.254.1.1", "fe80::1%eth0", "100.64.0.1", "224.0.0.1", "-", "a"],
)
def test_what_is_not_public_is_not_looked_up(tmp_path: Path, text: str) -> None:
    assert public(text) is None
    with GeoIp(files(tmp_path)) as places:
        assert places.lookup([text]) == {}


def test_records_of_another_form_say_nothing(tmp_path: Path) -> None:
    with GeoIp(files(tmp_path)) as places:
        assert places.lookup(["9.9.9.9"]) == {}


def test_files_are_described(tmp_path: Path) -> None:
    with GeoIp(files(tmp_path)) as places:
        kinds = [file.remarks for file in places.files]
    assert kinds == [
        ("Test-Country, built 2026-01-01",),
        ("Test-ASN, built 2026-01-01",),
    ]


@pytest.mark.parametrize("content", [b"", b"no database", b"\xab\xcd\xefMaxMind.com\xe0"])
def test_a_file_of_another_kind_is_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bad.mmdb"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="is no database in MaxMind's format"):
        GeoIp([path])


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no file; give a database"):
        GeoIp([tmp_path / "absent.mmdb"])


def test_damage_behind_the_first_look_is_counted(tmp_path: Path) -> None:
    whole = mmdb({"8.8.8.0/24": {"country": {"iso_code": "US"}}})
    at = whole.index(b"country") - 2
    path = tmp_path / "hurt.mmdb"
    path.write_bytes(whole[:at] + b"\xff\xff\xff" + whole[at + 3 :])
    with GeoIp([path]) as places:
        assert places.lookup(["8.8.8.8"]) == {}
        [file] = places.files
    assert "1 lookups failed" in file.remarks[1]
