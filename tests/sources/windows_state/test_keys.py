from __future__ import annotations

import pytest

from gamekeeper import content
from gamekeeper.sources.windows_state.keys import NOWHERE, place_of


@pytest.mark.parametrize(
    "path",
    [
        r"HKLM\SYSTEM\CurrentControlSet\Services\PortProxy",
        r"HKLM\System\ControlSet001\Services\PortProxy\v6tov6\tcp",
        r"hklm\system\controlset002\services\anything",
        r"HKLM\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\Run",
        r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WINEVT\Channels\Security",
        r"HKCU\Software\SimonTatham\PuTTY\Sessions\plc%2001",
        r"HKU\S-1-5-21-1-2-3-1001\Software\SimonTatham\PuTTY\Sessions\plc%2001",
        r"HKU\.DEFAULT\Software\SimonTatham\PuTTY",
        r"HKLM\System\CurrentControlSet\Control\MiniNt",
        r"HKLM\System\Select",
    ],
)
def test_declared_keys_are_taken(path: str) -> None:
    assert place_of(path).is_taken


@pytest.mark.parametrize(
    "path",
    [
        "",
        "HKLM",
        r"HKLM\SYSTEM",
        r"HKLM\SYSTEM\CurrentControlSet\Services",
        r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters\Interfaces",
        r"HKLM\SYSTEM\ControlSet1\Services\PortProxy",
        r"HKLM\SOFTWARE\Classes\CLSID",
        r"HKU\S-1-5-21-1-2-3-1001_Classes",
        r"HKLM\SAM\SAM",
    ],
)
def test_other_keys_are_not(path: str) -> None:
    assert not place_of(path).is_taken


def test_a_key_above_a_declared_one_leads_on_and_others_do_not() -> None:
    assert place_of(r"HKLM\SYSTEM\ControlSet001").leads_on
    assert place_of(r"HKLM\SYSTEM\Setup") is NOWHERE
    assert place_of(r"HKCU\Software\OpenSSH\Agent\Keys\x").leads_on


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (r"HKLM\SOFTWARE\RealVNC\vncserver", "Password"),
        (r"HKLM\SOFTWARE\TightVNC\Server", "PasswordViewOnly"),
        (r"HKCU\Software\SimonTatham\PuTTY\Sessions\x", "ProxyPASSWORD"),
        (r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon", "DefaultPassword"),
        (r"HKCU\Software\OpenSSH\Agent\Keys\SHA256:x", ""),
        (r"HKCU\Software\OpenSSH\Agent\Keys\SHA256:x", "comment"),
    ],
)
def test_secrets_are_known_by_their_names(key: str, value: str) -> None:
    assert place_of(key).hides(value)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (r"HKCU\Software\SimonTatham\PuTTY\Sessions\x", "HostName"),
        (r"HKCU\Software\SimonTatham\PuTTY\Sessions\x", ""),
        (r"HKLM\SYSTEM\ControlSet001\Control\SecurityProviders\WDigest", "UseLogonCredential"),
    ],
)
def test_other_values_are_shown(key: str, value: str) -> None:
    assert not place_of(key).hides(value)


def test_every_pattern_can_be_reached_and_says_why() -> None:
    for row in content.load_yaml("registry_keys.yml")["keys"]:
        path = row["key"].replace(r"\**", r"\a\b\c").replace("*", "x")
        assert place_of(path).is_taken, row
        assert len(row["why"]) > 10
