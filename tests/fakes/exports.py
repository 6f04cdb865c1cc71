"""Incidents as a case keeps them, for tests of exports: a chain, a hop, hostile text, and names to hide."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from fakes.incident_worlds import BASE, DUMP, NTDS, RELAY, WHO, World
from gamekeeper.incidents.json_text import dumps
from gamekeeper.model.incidents import Incident, SignalKind
from gamekeeper.model.traces import Role
from gamekeeper.reports import incidents_json
from gamekeeper.reports.exports.base import Kept
from gamekeeper.reports.exports.documents import kept

HOSTILE = (
    "=cmd|'x' <script>alert(1)</script> | [a](http://x) \u202e 10.1.2.3 \\\\ws1\\c$\\users\\ann"
)


def intrusion() -> tuple[Incident, ...]:
    """One grave incident over two hosts and a small one."""
    world = World()
    world.process(0, "cmd.exe", pid=10, parent_image="C:\\Windows\\explorer.exe", domain="CORP")
    world.process(5, "whoami.exe", WHO, pid=11, parent=10, domain="CORP")
    first = world.process(
        60,
        "procdump.exe",
        DUMP,
        RELAY,
        pid=12,
        parent=10,
        command_line=HOSTILE,
        domain="CORP",
        why=["CommandLine|contains: 'alert(1)'"],
    )
    world.event(
        100,
        "dc1",
        role=Role.LOGON,
        user="ann",
        domain="CORP",
        logon_id="0x77",
        logon_type="Network",
        source_host="WS1",
        source_ip="10.0.0.1",
    )
    second = world.process(
        120,
        "ntdsutil.exe",
        NTDS,
        host="dc1",
        pid=21,
        domain="CORP",
        logon_id="0x77",
        parent_image="C:\\x\\wmiprvse.exe",
    )
    world.observe(
        SignalKind.CHAIN,
        13,
        world.cited(first),
        world.cited(second, "a copy was made"),
        by="SC-1",
        title="Copy of the directory",
    )
    world.observe(SignalKind.BREAK, 9, host="far", first=BASE + 900_000_000_000_000)
    return world.incidents(hosts=("ws1", "dc1", "far"))


def documents(found: Sequence[Incident] | None = None) -> list[dict[str, object]]:
    """Return entries of ``incidents.json`` as they are read back."""
    return [
        orjson.loads(dumps(incidents_json.as_json(one)))
        for one in (intrusion() if found is None else found)
    ]


def kept_ones(found: Sequence[Incident] | None = None) -> tuple[Kept, ...]:
    """Return what exports take."""
    return kept(documents(found))
