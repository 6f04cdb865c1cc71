"""The options of commands about actors, claims and attribution."""

from __future__ import annotations

from typing import Final

from gamekeeper._setting import Kind, Setting

#: Every command of the family.
INTEL: Final = ("intel update", "intel show", "intel claims", "intel explain")

INTEL_SETTINGS: Final = (
    Setting(
        "intel_from",
        Kind.TEXT,
        "Where the facts come from: an ATT&CK bundle (STIX, JSON) on this machine, or its https address.",
        ("intel update",),
        flag="--from",
        metavar="URL|PATH",
        required=True,
        in_file=False,
    ),
    Setting(
        "attack_version",
        Kind.TEXT,
        "Version of ATT&CK, for bundles that do not say it (those of STIX 2.0).",
        ("intel update",),
        flag="--attack-version",
        metavar="VERSION",
        default="",
        in_file=False,
    ),
    Setting(
        "intel_group",
        Kind.TEXT,
        "A group: its number in ATT&CK, or any of its names.",
        ("intel show",),
        flag="",
        metavar="GROUP",
        required=True,
        in_file=False,
    ),
    Setting(
        "claims_group",
        Kind.TEXT,
        "Only claims about this group: its number in ATT&CK, or any of its names.",
        ("intel claims",),
        flag="--group",
        metavar="GROUP",
        in_file=False,
    ),
    Setting(
        "intel_techniques",
        Kind.TEXT,
        "Techniques of ATT&CK (v18 or v19) and procedures of our own table (VT-CA-01) that were seen.",
        ("intel explain",),
        flag="",
        metavar="ID",
        repeats=True,
        required=True,
        in_file=False,
    ),
    Setting(
        "intel_tool",
        Kind.TEXT,
        "Name of a program or malware that was seen.",
        ("intel explain",),
        flag="--tool",
        metavar="NAME",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "intel_text",
        Kind.TEXT,
        "Command line or path that was seen.",
        ("intel explain",),
        flag="--text",
        metavar="TEXT",
        repeats=True,
        in_file=False,
    ),
    Setting(
        "intel_top",
        Kind.COUNT,
        "How many candidates to show.",
        ("intel explain",),
        flag="--top",
        metavar="N",
        default=8,
        in_file=False,
    ),
)
