"""Hunt results made up for the reports: small and exact, hostile, or large and plausible."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from gamekeeper.incidents.findings import group
from gamekeeper.model.anomalies import Anomaly, BaselineAccount, Baselines, Standing
from gamekeeper.model.context import Account, AddressPlace, Asset, GivenFile
from gamekeeper.model.findings import (
    MATCH_SCHEMA,
    SUPPRESSED_SCHEMA,
    Allowance,
    FieldMissing,
    RuleAccount,
    SourceAccount,
)
from gamekeeper.model.rejects import Reject
from gamekeeper.model.results import HuntResult, Refusal

#: 2026-02-01T00:00:00Z as FILETIME.
BASE = 134_143_776_000_000_000
SECOND = 10_000_000
DAY = 86_400 * SECOND


@dataclass(frozen=True)
class Batches:
    """A match store in memory."""

    parts: Sequence[pa.RecordBatch]

    def __len__(self) -> int:
        return sum(part.num_rows for part in self.parts)

    def batches(self) -> Iterator[pa.RecordBatch]:
        yield from self.parts


def match(time: float | None, event: str, **given: Any) -> dict[str, Any]:
    """One match, ``time`` in seconds after :data:`BASE`; equal ``event`` means copies."""
    fields = given.pop("fields", {"Image": "C:\\Windows\\System32\\cmd.exe"})
    why = given.pop("why", ["Image|endswith: '\\\\cmd.exe'"])
    return {
        "rule": 0,
        "source": 0,
        "offset": 4096,
        "record_id": 7,
        "state": 0,
        "filetime": None if time is None else BASE + int(time * SECOND),
        "time_assumed": False,
        "host": "DC01.corp.example",
        "user": "CORP\\ann",
        "channel": "Security",
        "event_code": 4688,
        "event_record_id": 70,
        "fingerprint": hashlib.md5(event.encode()).digest(),
        "fields": json.dumps(fields, separators=(",", ":"), ensure_ascii=False),
        "why": json.dumps(why, separators=(",", ":"), ensure_ascii=False),
        **given,
    }


def source(number: int, path: str, **given: Any) -> SourceAccount:
    """One file read."""
    sha256 = hashlib.sha256(path.encode("utf-8", "replace")).hexdigest()
    account: dict[str, Any] = {
        "size_bytes": 69_632,
        "format": "evtx",
        "shape": "",
        "fidelity": "lossless",
        "records_present": 100,
        "events": 100,
        "rejects": 0,
    }
    return SourceAccount(number, path, sha256, **(account | given))


def result(
    matches: Sequence[dict[str, Any]],
    rules: Sequence[RuleAccount],
    sources: Sequence[SourceAccount],
    **given: Any,
) -> HuntResult:
    """A whole result, with the findings that its matches make."""
    parts = [pa.RecordBatch.from_pylist(list(matches), schema=MATCH_SCHEMA)] if matches else []
    found = group(parts, rules, sources)
    return HuntResult(
        Batches(parts), found, tuple(rules), tuple(sources), **({"rejects": []} | given)
    )


RULES = (
    RuleAccount(
        "0a1b2c3d-0000-4000-8000-000000000001",
        "Shell from a service",
        "high",
        "matched",
        "matched 3 events",
        matches=3,
        events_evaluated=120,
        hosts_evaluated=2,
        hosts_total=2,
        tags=("attack.execution", "attack.t1059.003"),
        path="shell.yml",
    ),
    RuleAccount(
        "0a1b2c3d-0000-4000-8000-000000000002",
        "Dump of LSASS",
        "critical",
        "partial",
        "ran on 1 of 2 hosts",
        matches=1,
        events_evaluated=60,
        hosts_evaluated=1,
        hosts_total=2,
        fields_missing=(FieldMissing("ParentImage", 0.5, kills_rule=False),),
        tags=("attack.credential-access", "attack.t1003.001"),
        path="lsass.yml",
    ),
    RuleAccount("r-3", "Tunnel", "medium", "no_such_log", "no Sysmon 3 here", path="tunnel.yml"),
    RuleAccount(
        "r-4",
        "Odd hash",
        "low",
        "field_absent",
        "Hashes is never there",
        events_evaluated=120,
        fields_missing=(FieldMissing("Hashes", 1.0, kills_rule=True),),
    ),
    RuleAccount("r-5", "Quiet", "informational", "no_match", "ran", events_evaluated=120),
    RuleAccount("r-6", "Strange", "low", "unsupported", "near is not supported"),
)


def small() -> HuntResult:
    """Four matches, one of them a copy, and an account of everything else."""
    dump = {"CommandLine": "rundll32 comsvcs.dll, MiniDump 612 C:\\Users\\ann\\o.dmp full"}
    return result(
        [
            match(0, "a"),
            match(0, "a", source=1, offset=8192),
            match(60, "b", host="ws01", user=None, record_id=8, time_assumed=True),
            match(
                90.5, "c", rule=1, fields=dump, why=["CommandLine|contains: 'minidump'"], state=1
            ),
        ],
        RULES,
        [
            source(0, "logs/Security.evtx"),
            source(
                1,
                "copy.zip!Security.csv",
                format="csv",
                shape="viewer",
                fidelity="lossy",
                records_present=21,
                events=20,
                rejects=1,
                fields_lacking=("Keywords",),
                notes=("made by a viewer",),
            ),
        ],
        rejects=[Reject(1, 77, "bad_row", "7 cells, 9 expected", None, 1, b"\x00a,b")],
        refusals=(Refusal("bomb.zip", "bomb", "it unpacks to 4 PiB; unpack a part of it"),),
        hosts=(("DC01.corp.example", 100), ("WS01", 20)),
        channels=(("Security", 120),),
        first_event=BASE - DAY,
        last_event=BASE + DAY,
        timings_s={"read": 0.5, "match": 0.25},
        versions={"gamekeeper": "0.1.0"},
        settings={"source_tz": "UTC", "only_levels": ["high"]},
    )


def given(text: str = "") -> HuntResult:
    """The small world with context and an allow-list; ``text`` stands wherever lists can bring some."""
    base = small()
    asset = Asset("DC01", f"domain controller{text}", 5, "4", f"energy{text}", "north", "identity")
    account = Account("CORP\\ann", "admin", f"on call{text}")
    place = AddressPlace("8.8.8.8", "US", 15169, f"Example{text}")
    first, *rest = base.findings
    lab = replace(rest[-1], severity="medium", asset=Asset("ws01", criticality=1))
    known = replace(first, asset=asset, known_account=account, places=(place,))
    taken = [match(70, "d", rule=0, host="build7") | {"allowance": 0}]
    return replace(
        base,
        findings=(known, *rest[:-1], lab),
        context=(
            GivenFile(f"assets{text}.csv", "assets", "ab" * 32, 2, (f"line 3: odd{text}",)),
            GivenFile("country.mmdb", "geoip", "cd" * 32, 0, ("Test-Country, built 2026-01-01",)),
        ),
        suppressed=Batches([pa.RecordBatch.from_pylist(taken, schema=SUPPRESSED_SCHEMA)]),
        allowances=(
            Allowance(
                f"allow.yml{text}, line 1",
                ("Shell from a service", f"other{text}"),
                f"host: 'build7'{text}",
                f"packaging{text}",
                f"platform{text}",
                "2026-12-31",
                "applied",
                1,
                ((RULES[0].id, 1),),
            ),
            Allowance(
                "allow.yml, line 8",
                ("gone",),
                "user: 'x'",
                "it was",
                "nobody",
                "2026-01-31",
                "expired",
                remark=f"it has ended and did not apply{text}",
            ),
        ),
    )


def nothing_found() -> HuntResult:
    """Events were read and no rule matched."""
    rules = [rule for rule in RULES if rule.matches == 0]
    return result([], rules, [source(0, "logs/Security.evtx")], hosts=(("DC01", 100),))


def nothing_read() -> HuntResult:
    """One file of no known format."""
    return result([], [], [source(0, "x.bin", format="", events=0, records_present=0)])


HOSTILE = (
    "</script><script>window.hacked=1;alert(1)</script>"
    "<img src=x onerror='window.hacked=1'><!--\x1b[2J\x9b31m\u202egpj.exe\u2028{{7*7}}\n=cmd|' /C calc'!A1"
)


def hostile() -> HuntResult:
    """The same attack wherever a log, a path or a rule can bring text."""
    bad = HOSTILE
    rule = RuleAccount(
        f"id {bad}",
        f"title {bad}",
        f"high{bad}",
        "matched",
        bad,
        matches=2,
        fields_missing=(FieldMissing(bad, 0.5, kills_rule=True),),
        tags=("attack.execution", f"attack.{bad}"),
        path=bad,
        description=bad,
        author=bad,
        false_positives=(bad,),
        references=("javascript:window.hacked=1", bad),
    )
    plain = replace(RULES[0], tags=("attack.execution",))
    row = {
        "host": bad,
        "user": f"={bad}",
        "channel": bad,
        "fields": {bad: bad, "Image": [bad, "b"], "n": 7},
        "why": [f"Image|contains: {bad!r}", bad],
    }
    return result(
        [match(0, "a", **row), match(5, "b", rule=1, **row), match(None, "c", rule=1)],
        [rule, plain],
        [source(0, f"caf\udce9 {bad}", notes=(bad,), fields_lacking=(bad,), shape=bad)],
        rejects=[Reject(0, 1, bad, bad, None, 1, bad.encode())],
        refusals=(Refusal(bad, bad, bad),),
        hosts=((bad, 3),),
        channels=((bad, 3),),
        versions={bad: bad},
        settings={bad: [bad, {"x": bad}]},
        baselines=_hostile_habits(bad),
    )


def _hostile_habits(bad: str) -> Baselines:
    new = Anomaly(
        id=bad,
        baseline=bad,
        standing=Standing.NEW,
        title=bad,
        host=bad,
        account=bad,
        time=BASE,
        parts=((bad, bad),),
        bits=6.0,
        comparison=bad,
        source=0,
        offset=1,
        fingerprint=b"",
        days_known=9,
        days_seen=1,
        role=bad,
        is_tier0=True,
        techniques=(bad,),
    )
    waiting = replace(new, standing=Standing.UNCONFIRMED, offset=2)
    account = BaselineAccount(bad, "host", 2, 1, 1, 1, None, None, 9)
    return Baselines((account,), (new, waiting), 7, is_on=True)


_STORIES: tuple[tuple[str, str, str, str, str], ...] = (
    ("critical", "Memory of LSASS written to a file by comsvcs.dll", "credential-access", "T1003.001",
     ("rundll32.exe C:\\windows\\System32\\comsvcs.dll, MiniDump {n} "
      "C:\\Users\\{u}\\AppData\\Local\\Temp\\{x}.dmp full")),
    ("critical", "Active Directory database copied with ntdsutil", "credential-access", "T1003.003",
     'ntdsutil "ac i ntds" ifm "create full C:\\Windows\\Temp\\{x}" q q'),
    ("high", "Port proxy set up with netsh", "command-and-control", "T1090.001",
     ("netsh interface portproxy add v4tov4 listenaddress=0.0.0.0 listenport={n} "
      "connectaddress=10.20.0.{d} connectport=8443")),
    ("high", "Remote process created through WMI", "lateral-movement", "T1047",
     'wmic /node:"SRV{d:02}" process call create "cmd.exe /c whoami > C:\\Windows\\Temp\\{x}.txt"'),
    ("high", "Security log cleared", "defense-impairment", "T1685.005", "wevtutil cl Security"),
    ("medium", "Account and group discovery in quick succession", "discovery", "T1087.002",
     'net group "Domain Admins" /domain'),
    ("medium", "Scheduled task created from an unusual folder", "persistence", "T1053.005",
     'schtasks /create /tn "Updater{d}" /tr C:\\Users\\Public\\{x}.exe /sc daily'),
    ("medium", "Archive made with a password on the command line", "collection", "T1560.001",
     "7z.exe a -p{x} C:\\Windows\\Temp\\{x}.7z C:\\Shares\\Finance\\*"),
    ("low", "Network settings listed", "discovery", "T1016", "ipconfig /all"),
    ("low", "PowerShell started with an encoded command", "execution", "T1059.001",
     "powershell.exe -NoP -W Hidden -enc {x}{x}{x}"),
    ("low", "Processes of other users listed", "discovery", "T1057", "tasklist /v /s SRV{d:02}"),
    ("informational", "User asked who he is", "discovery", "T1033", "whoami /all"),
)  # fmt: skip


def plausible(count: int, *, seed: int = 1, silent_rules: int = 300) -> HuntResult:
    """``count`` matches over two months on forty hosts, bursts and quiet days, with all accounts."""
    rng = np.random.default_rng(seed)
    rules = [
        RuleAccount(
            f"7c1d{n:04}-5b1e-4c55-9d7a-0f1e2d3c4b5a", title, level, "matched", "", 0, 41_230, 38, 40,
            tags=(f"attack.{tactic}", f"attack.{technique.lower()}"),
            path=f"windows/process_creation/{technique.lower()}_{n}.yml",
            description="Administrators rarely need this. Intruders who live off the land do, "
            "since the tool is on every host and signed by its maker.",
            author="Gamekeeper",
            false_positives=("Backup software", "Administrators, in a change window"),
            references=("https://attack.mitre.org/techniques/" + technique.replace(".", "/"),),
        )
        for n, (level, title, tactic, technique, _) in enumerate(_STORIES)
    ]  # fmt: skip
    weights = np.array([2, 1, 8, 10, 2, 60, 25, 6, 300, 90, 120, 380], float)
    sources = [
        source(n, f"triage/WS{n:02}.zip!Windows/System32/winevt/Logs/Security.evtx",
               size_bytes=20_971_520, records_present=31_000 + n, events=31_000 + n)
        for n in range(40)
    ]  # fmt: skip
    story = np.sort(rng.choice(len(_STORIES), count, p=weights / weights.sum()))
    burst = rng.choice([4, 11, 12, 13, 27, 41, 42, 55], count) + rng.normal(0.55, 0.12, count)
    days = np.where(rng.random(count) < 0.6, burst, rng.random(count) * 60)
    order = np.argsort(days, kind="stable")
    matches = [
        _told(int(story[k]), float(days[k]), int(number), rng.integers(0, 2**31, 4).tolist())
        for number, k in enumerate(order.tolist())
    ]
    sizes = np.bincount(story, minlength=len(rules)).tolist()
    accounts = [replace(rule, matches=size) for rule, size in zip(rules, sizes, strict=True)]
    accounts += [_silent(n) for n in range(silent_rules)]
    rejects = [
        Reject(3, 65_536 * n, "bad_chunk" if n % 3 else "truncated", "checksum differs", None, 4)
        for n in range(40)
    ]
    sources[3] = replace(sources[3], records_present=31_163, events=31_003, rejects=160,
                         notes=("copied while in use: dirty flag set",))  # fmt: skip
    sources[7] = replace(sources[7], format="csv", shape="event-viewer", fidelity="lossy",
                         path="exports/DC01 Security.csv", fields_lacking=("Keywords", "Opcode"))  # fmt: skip
    return result(
        matches, accounts, sources,
        rejects=rejects,
        refusals=(Refusal("triage/WS99.zip", "wrong_password", "give the right one with --password"),),
        hosts=tuple((f"WS{n:02}.corp.example", 31_000 - 321 * n) for n in range(40)),
        channels=(("Security", 810_233), ("Microsoft-Windows-Sysmon/Operational", 402_118),
                  ("Microsoft-Windows-PowerShell/Operational", 30_221), ("System", 9_120)),
        first_event=BASE - 2 * DAY, last_event=BASE + 61 * DAY,
        timings_s={"read": 12.81, "match": 6.02, "report": 1.4},
        versions={"gamekeeper": "0.1.0", "python": "3.13.1", "rules": "2026-08-05"},
        settings={"source_tz": "UTC", "recover": False, "paths": ["triage", "exports"]},
    )  # fmt: skip


def _told(story: int, day: float, number: int, dice: list[int]) -> dict[str, Any]:
    host, user = (
        dice[0] % 40 if story > 4 else dice[0] % 3,
        ("ann", "bob", "svc-backup")[dice[1] % 3],
    )
    x, n, d = f"{dice[2]:x}"[:6].rjust(6, "k"), 400 + dice[3] % 9000, dice[3] % 12
    command = _STORIES[story][4].format(n=n, u=user, x=x, d=d)
    image = "C:\\Windows\\System32\\" + command.split(" ", 1)[0].removesuffix(".exe") + ".exe"
    word = max(command.split(" ")[1:] or [command], key=len).split("{")[0][:12].strip('"')
    return match(
        day * 86_400,
        str(number),
        rule=story,
        source=host,
        offset=4096 + 512 * number,
        record_id=number,
        host=f"WS{host:02}.corp.example",
        user=f"CORP\\{user}",
        fields={
            "CommandLine": command,
            "NewProcessName": image,
            "ParentProcessName": "C:\\Windows\\System32\\cmd.exe",
        },
        why=[
            f"CommandLine|contains: {word!r}",
            "NewProcessName|endswith: '\\\\" + image.rsplit("\\", 1)[1] + "'",
        ],
    )


def _silent(n: int) -> RuleAccount:
    status = ("no_match", "no_match", "no_such_log", "field_absent", "partial", "unsupported")[
        n % 6
    ]
    missing = (
        (FieldMissing("ParentImage", 1.0, kills_rule=True),) if status == "field_absent" else ()
    )
    reason = {
        "no_match": "none of its events fits",
        "no_such_log": "no windows.sysmon events, which category network_connection needs",
        "field_absent": "ParentImage is never filled",
        "partial": "ran on 31 of 40 hosts",
        "unsupported": "the condition uses 'near', which is not supported",
    }[status]
    level = ("low", "medium", "high", "informational", "critical")[n % 5]
    ran = 0 if status in ("no_such_log", "unsupported") else 41_230
    return RuleAccount(f"quiet-{n:04}", f"Quiet rule number {n}", level, status, reason, 0, ran,
                       31 if ran else 0, 40, missing, path=f"windows/quiet_{n}.yml")  # fmt: skip
