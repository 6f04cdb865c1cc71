"""Events matched per second and core, at two shares of distinct command lines.

``python -m bench.match_rate --rules DIR --events N --json`` ends with one JSON line. Events are made up,
the same for the same numbers: Sysmon process, network, image, file and registry events, and Security
process, logon and privilege events, in batches of 32,768. What is distinct decides the speed, so the
share of distinct values is given for every field that has any. Only matching is timed, by processor time
of this one process, after a first batch of each log has compiled the rules.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa

from gamekeeper import settings
from gamekeeper.engine.columnar import ColumnarEngine
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.plan import Plan
from gamekeeper.rules.routing import build_plan

ROWS = 32_768
START = FILETIME_EPOCH + 1_767_225_600 * 10_000_000  # 2026-01-01

PROGRAMS = (
    r"C:\Windows\System32\svchost.exe",
    r"C:\Windows\System32\cmd.exe",
    r"C:\Windows\explorer.exe",
    r"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe",
    r"C:\Windows\System32\conhost.exe",
    r"C:\Windows\System32\wbem\WmiPrvSE.exe",
    r"C:\Windows\System32\taskhostw.exe",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Windows\System32\rundll32.exe",
    r"C:\Windows\System32\msiexec.exe",
    r"C:\Windows\System32\net.exe",
    r"C:\Windows\System32\sc.exe",
    r"C:\Program Files\Contoso\Agent\agent.exe",
    r"C:\Windows\System32\SearchIndexer.exe",
    r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\csc.exe",
    r"C:\Windows\System32\schtasks.exe",
)
SHAPES = (
    '"{p}" -k netsvcs -p -s Schedule{n}',
    '"{p}" --type=renderer --lang=en-US --client-id={n} --enable-features=X',
    '"{p}" /c "C:\\Scripts\\inventory.bat {n} > C:\\Temp\\out{n}.log"',
    '"{p}" -NoProfile -File C:\\Jobs\\job-{n}.ps1',
    '"{p}" /Embedding -{n}',
    '"{p}" -collect https://agent.contoso.local/v2/jobs/{n}?token={n:032x}',
    '"{p}" C:\\Windows\\system32\\shell32.dll,Control_RunDLL {n}',
    '"{p}" query state= all id={n}',
    "{p} 0xffffffff -ForceV1 {n}",
    '"{p}" /i C:\\Packages\\update-{n}.msi /qn /l*v C:\\Windows\\Temp\\{n}.log',
)


def processes(rng: np.random.Generator, count: int) -> dict[str, list[str]]:
    """Return ``count`` kinds of process start, each with its own command line."""
    programs = [PROGRAMS[n] for n in rng.integers(len(PROGRAMS), size=count)]
    parents = [PROGRAMS[n] for n in rng.integers(8, size=count)]
    starts = rng.integers(1 << 30, size=(2, count)).tolist()
    shapes = rng.integers(len(SHAPES), size=(2, count)).tolist()
    lines, parent_lines = (
        [SHAPES[shape].format(p=p, n=n) for shape, p, n in zip(*parts, strict=True)]
        for parts in (
            (shapes[0], programs, starts[0]),
            (shapes[1], parents, [n % 5000 for n in starts[1]]),
        )
    )
    return {
        "Image": programs,
        "CommandLine": lines,
        "ParentImage": parents,
        "ParentCommandLine": parent_lines,
        "OriginalFileName": [p.rpartition("\\")[2] for p in programs],
        "Hashes": [f"SHA256={hash_of(p):064X},IMPHASH={hash_of(p) + 1:032X}" for p in programs],
        "IntegrityLevel": [("System", "Medium", "High")[n % 3] for n in starts[0]],
        "User": [f"CONTOSO\\user{n % 60}" if n % 3 else "NT AUTHORITY\\SYSTEM" for n in starts[0]],
    }


def hash_of(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=15).digest())


class Maker:
    """Fills one batch, column by column."""

    def __init__(self, dataset: str, rng: np.random.Generator, events: dict[int, float]) -> None:
        self.dataset = dataset
        self.rng = rng
        self.ids = rng.choice(list(events), ROWS, p=list(events.values())).astype(np.int32)
        self.columns: dict[str, pa.Array] = {}

    def put(self, name: str, values: Sequence[str], ids: tuple[int, ...] = ()) -> None:
        """Give rows of some event ids values drawn at random."""
        here = np.isin(self.ids, ids) if ids else np.ones(ROWS, np.bool_)
        codes = self.rng.integers(len(values), size=ROWS).astype(np.int32)
        used, inverse = np.unique(codes[here], return_inverse=True)
        codes[here] = inverse
        texts = pa.array(values, pa.utf8()).take(pa.array(used))
        self.columns[name] = pa.DictionaryArray.from_arrays(
            pa.array(codes, pa.int32(), mask=~here), texts
        )

    def put_together(
        self,
        table: dict[str, Sequence[str]],
        ids: tuple[int, ...],
        everywhere: tuple[str, ...] = (),
    ) -> None:
        """Give rows values that belong together, rows of a table drawn at random: those of some event
        ids all of them, the others the columns that are everywhere."""
        size = len(next(iter(table.values())))
        # Every row of the table is used before any is used again.
        asked = np.isin(self.ids, ids)
        picks = self.rng.integers(size, size=ROWS)
        picks[asked] = self.rng.permutation(np.resize(np.arange(size), asked.sum()))
        for name, values in table.items():
            here = asked | (name in everywhere)
            distinct, code_of = np.unique(np.array(values, np.object_), return_inverse=True)
            used, inverse = np.unique(code_of[picks[here]], return_inverse=True)
            codes = np.zeros(ROWS, np.int32)
            codes[here] = inverse
            self.columns[name] = pa.DictionaryArray.from_arrays(
                pa.array(codes, pa.int32(), mask=~here), pa.array(distinct[used], pa.utf8())
            )

    def fresh(self, name: str, form: str, ids: tuple[int, ...] = ()) -> None:
        """Give every row of some event ids a value of its own."""
        here = np.isin(self.ids, ids) if ids else np.ones(ROWS, np.bool_)
        numbers = self.rng.permutation(1 << 20)[: here.sum()].tolist()
        codes = np.zeros(ROWS, np.int32)
        codes[here] = np.arange(len(numbers))
        texts = pa.array([form.format(n=number) for number in numbers], pa.utf8())
        indices = pa.array(codes, pa.int32(), mask=~here)
        self.columns[name] = pa.DictionaryArray.from_arrays(indices, texts)

    def batch(self, first: int) -> EventBatch:
        schema = datasets()[self.dataset].schema
        offsets = np.arange(first, first + ROWS)
        times = START + offsets * 10_000
        meta = {
            "event.source": np.zeros(ROWS, np.int32),
            "event.offset": offsets,
            "event.record_id": offsets,
            "event.state": np.zeros(ROWS, np.int8),
            "event.filetime": times,
            "@timestamp": (times - FILETIME_EPOCH) // 10,
            "event.time_assumed": np.zeros(ROWS, np.bool_),
            "EventID": self.ids,
            "EventRecordID": offsets,
        }
        arrays = []
        for field in schema:
            if field.name in meta:
                arrays.append(pa.array(meta[field.name]).cast(field.type))
            elif field.name == "event.rest":
                arrays.append(pa.array([[]] * ROWS, field.type))
            else:
                arrays.append(self.columns.get(field.name, pa.nulls(ROWS, field.type)))
        return EventBatch(self.dataset, pa.RecordBatch.from_arrays(arrays, schema=schema))


def sysmon(rng: np.random.Generator, share: float, first: int) -> EventBatch:
    make = Maker("windows.sysmon", rng, {1: 0.4, 3: 0.15, 7: 0.2, 11: 0.1, 13: 0.15})
    kinds = processes(rng, max(1, int((make.ids == 1).sum() * share)))
    make.put("Channel", ["Microsoft-Windows-Sysmon/Operational"])
    make.put("Provider_Name", ["Microsoft-Windows-Sysmon"])
    make.put("Computer", [f"ws{n:03}.contoso.local" for n in range(40)])
    make.fresh("UtcTime", "2026-01-01 10:00:{n:09}")
    make.fresh("ProcessGuid", "{{7A1B5C3D-0000-65A1-{n:012X}}}")
    make.put("ProcessId", [str(n * 4) for n in range(1, 4000)])
    make.put_together(kinds, (1,), everywhere=("Image", "User"))
    make.put("ImageLoaded", [f"C:\\Windows\\System32\\lib{n}.dll" for n in range(900)], (7,))
    make.put("Signed", ["true", "true", "false"], (7,))
    make.put("DestinationIp", [f"10.1.{n % 200}.{n // 200}" for n in range(3000)], (3,))
    make.put("DestinationPort", ["443", "445", "80", "53", "389", "8443"], (3,))
    make.put("Initiated", ["true", "false"], (3,))
    make.put(
        "TargetFilename",
        [f"C:\\Users\\u\\AppData\\Local\\Temp\\{n:x}.tmp" for n in range(2500)],
        (11,),
    )
    make.put(
        "TargetObject", [f"HKLM\\SOFTWARE\\Contoso\\Agent\\Value{n}" for n in range(4000)], (13,)
    )
    make.put("Details", ["DWORD (0x00000001)", "Binary Data", *map(str, range(400))], (13,))
    return make.batch(first)


def security(rng: np.random.Generator, share: float, first: int) -> EventBatch:
    make = Maker("windows.security", rng, {4688: 0.4, 4624: 0.25, 4672: 0.15, 4634: 0.2})
    kinds = processes(rng, max(1, int((make.ids == 4688).sum() * share)))
    accounts = [f"user{n}" for n in range(80)] + ["SYSTEM", "DC01$"]
    make.put("Channel", ["Security"])
    make.put("Provider_Name", ["Microsoft-Windows-Security-Auditing"])
    make.put("Computer", [f"ws{n:03}.contoso.local" for n in range(40)])
    make.put("SubjectUserName", accounts, (4688, 4624, 4672))
    make.put("TargetUserName", accounts, (4624, 4634))
    make.put("TargetDomainName", ["CONTOSO", "NT AUTHORITY"], (4624, 4634))
    make.fresh("TargetLogonId", "0x{n:x}", (4624, 4634))
    make.put("LogonType", ["3", "3", "5", "2", "10"], (4624, 4634))
    make.put("IpAddress", ["-", *(f"10.1.0.{n}" for n in range(200))], (4624,))
    make.put("LogonProcessName", ["Advapi  ", "Kerberos", "NtLmSsp "], (4624,))
    make.put("AuthenticationPackageName", ["Negotiate", "Kerberos", "NTLM"], (4624,))
    make.put("WorkstationName", ["-", *(f"WS{n:03}" for n in range(40))], (4624,))
    make.put("PrivilegeList", ["SeSecurityPrivilege\n\t\t\tSeBackupPrivilege"], (4672,))
    names = {
        "NewProcessName": "Image",
        "ParentProcessName": "ParentImage",
        "CommandLine": "CommandLine",
    }
    make.put_together({name: kinds[column] for name, column in names.items()}, (4688,))
    make.fresh("NewProcessId", "0x{n:x}", (4688,))
    make.put("TokenElevationType", ["%%1936", "%%1938"], (4688,))
    return make.batch(first)


def batches(events: int, share: float) -> Iterator[EventBatch]:
    rng = np.random.default_rng(20260101)
    for number in range(max(2, events // ROWS)):
        yield (sysmon, security)[number % 2](rng, share, number * ROWS)


def distinct_shares(made: list[EventBatch]) -> dict[str, float]:
    """Return the share of distinct values by field, over batches: what the engine meets."""
    distinct: Counter[str] = Counter()
    present: Counter[str] = Counter()
    for batch in made:
        for field in batch.table.schema:
            column = batch.table.column(field.name)
            if isinstance(column, pa.DictionaryArray) and column.null_count < len(column):
                distinct[field.name] += len(column.dictionary)
                present[field.name] += len(column) - column.null_count
    return {name: round(distinct[name] / present[name], 4) for name in sorted(present)}


def measure(plan: Plan, events: int, share: float) -> dict[str, object]:
    made = list(batches(events, share))
    engine = ColumnarEngine(plan)
    for batch in made[:2]:
        engine.match(EventBatch(batch.dataset, batch.table.slice(0, 64)))
    matches = 0
    start = time.process_time()
    for batch in made:
        matches += len(engine.match(batch))
    seconds = time.process_time() - start
    total = sum(map(len, made))
    return {
        "events": total,
        "events_per_second_per_core": round(total / seconds),
        "matches": matches,
        "distinct_share": distinct_shares(made),
    }


def peak_rss_mb() -> float:
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Events matched per second and core.")
    parser.add_argument("--rules", type=Path, required=True, help="folder of Sigma rules")
    parser.add_argument("--events", type=int, default=262_144)
    parser.add_argument("--json", action="store_true", help="print only the JSON line")
    return parser.parse_args()


def main() -> None:
    options = arguments()
    rules = load_rules([options.rules], cache_dir=settings.cache_folder() / "rules")
    plan = build_plan(rules)
    few = measure(plan, options.events, 0.01)
    half = measure(plan, options.events, 0.5)
    result = {
        "benchmark": "match_rate",
        "rules": len(rules.rules) - len(plan.unroutable),
        "conditions": len(plan.bound),
        "events": few["events"],
        "events_per_second_per_core": few["events_per_second_per_core"],
        "at_50_percent": half["events_per_second_per_core"],
        "distinct_share": few["distinct_share"],
        "distinct_share_at_50_percent": half["distinct_share"],
        "matches": few["matches"],
        "matches_at_50_percent": half["matches"],
        "peak_rss_mb": peak_rss_mb(),
    }
    if not options.json:
        for name, row in (("1 % distinct", few), ("50 % distinct", half)):
            rate, matches = row["events_per_second_per_core"], row["matches"]
            print(f"{name:15} {rate:>12,} events/s/core, {matches:,} matches")
    print(json.dumps(result))


if __name__ == "__main__":
    main()
