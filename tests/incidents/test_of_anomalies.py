"""Anomalies as light observations."""

from __future__ import annotations

from pathlib import Path

from tests.fakes.habits import office, told_of

from gamekeeper.incidents.of_anomalies import LEAST_BITS, MOST_BITS, of_anomalies
from gamekeeper.model.anomalies import Anomaly
from gamekeeper.model.incidents import SignalKind

HOSTS = tuple(f"ws{number:02}" for number in range(8))


def busy(folder: Path, hosts: tuple[str, ...]) -> tuple[Anomaly, ...]:
    """A day of new commands on some hosts after two quiet months."""
    diary = office(60, HOSTS)
    for host in hosts:
        for at in range(6):
            diary.start(59 + at / 100, host, f"{host}x{chr(97 + at)} go")
    return told_of(diary.events, folder).anomalies


def test_an_anomaly_cites_its_event_and_says_with_whom_it_was_compared(tmp_path: Path) -> None:
    anomalies = busy(tmp_path, ("ws03",))
    one = next(iter(of_anomalies(anomalies)))
    assert (one.kind, one.host, one.account) == (SignalKind.ANOMALY, "ws03", "anna")
    assert "0 of 7 other" in one.because
    cited = {(event.source, event.offset, event.fingerprint) for event in one.events}
    assert cited <= {(a.source, a.offset, a.fingerprint) for a in anomalies}
    assert one.text.startswith("new here: a ")


def test_one_day_of_one_account_on_one_host_is_one_surprise(tmp_path: Path) -> None:
    bits = sorted((one.bits for one in of_anomalies(busy(tmp_path, ("ws03",)))), reverse=True)
    assert bits[0] <= MOST_BITS
    assert sum(bits) <= 2 * bits[0]
    assert min(bits) >= LEAST_BITS


def test_two_hosts_are_two_surprises(tmp_path: Path) -> None:
    found = list(of_anomalies(busy(tmp_path, ("ws03", "ws05"))))
    best = {host: max(one.bits for one in found if one.host == host) for host in ("ws03", "ws05")}
    assert min(best.values()) > MOST_BITS / 2


def test_what_does_not_speak_is_no_observation(tmp_path: Path) -> None:
    diary = office(10)
    diary.start(9, "ws03", "whoami")
    assert list(of_anomalies(told_of(diary.events, tmp_path).anomalies)) == []
