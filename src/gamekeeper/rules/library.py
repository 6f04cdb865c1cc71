"""Rule sets that a person has fetched: one folder each, exchanged as a whole or not at all.

::

    HOME/rules/sigma.json             which folder counts, and where it came from
    HOME/rules/sigma-0123456789ab/    the files
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from gamekeeper.errors import ContainerError, UsageError
from gamekeeper.rules.fetch import fetch, is_url, read_limited
from gamekeeper.rules.load import load_rules
from gamekeeper.rules.unpack import Files, read_folder, unpack_zip

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_RELEASE = re.compile(r"r20[0-9]{2}-[0-9]{2}-[0-9]{2}|v?[0-9]+\.[0-9]+(?:\.[0-9]+)*")
_LICENCE = re.compile(
    r"Detection Rule License(?: \(DRL\))?(?: [0-9.]+[0-9])?|Apache License|MIT License"
)
_COMMIT = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Installed:
    """One rule set on this machine. As text it is its folder, which ``--rules`` takes."""

    name: str
    folder: Path
    source: str
    sha256: str  # of the package; of the files, where a folder was given
    version: str
    licence: str
    installed_at: str  # UTC
    usable: int
    skipped: int

    def __str__(self) -> str:
        return str(self.folder)


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Return the folder for what is fetched and kept: ``GAMEKEEPER_HOME`` or the platform's."""
    chosen = environment.get("GAMEKEEPER_HOME")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return Path(environment.get("LOCALAPPDATA") or "~").expanduser() / "gamekeeper"
    if sys.platform == "darwin":
        return Path("~/Library/Application Support/gamekeeper").expanduser()
    return Path(environment.get("XDG_DATA_HOME") or "~/.local/share").expanduser() / "gamekeeper"


def installed(home: Path | None = None) -> list[Installed]:
    """Return the rule sets on this machine by name; one whose account is damaged does not count."""
    found = []
    for path in sorted(_rules_folder(home).glob("*.json")):
        try:
            row = json.loads(path.read_text(encoding="utf-8"))
            rule_set = Installed(**{**row, "folder": path.parent / row["folder"]})
        except (OSError, ValueError, TypeError, KeyError):
            continue
        if rule_set.folder.is_dir():
            found.append(rule_set)
    return found


def update(
    from_: str, home: Path | None = None, *, name: str = "sigma", sha256: str = ""
) -> Installed:
    """Fetch a rule package and put it in place of the set of that name.

    ``from_`` is an address of a zip, or a zip or folder on this machine. Raises UsageError or
    ContainerError, and leaves what was there, if the package cannot be had, is not the one that
    ``sha256`` names, plays tricks or holds no usable rule.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(f"{name!r} is no name for a rule set: lower-case letters, digits, hyphens")
    files, digest, comment = _package(from_, sha256.strip().lower())
    if not files:
        raise ContainerError(f"{from_} holds no rule files")
    folder = _rules_folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".incoming-") as incoming:
        fresh = Path(incoming) / "rules"
        try:
            _write(files, fresh)
        except OSError as error:
            raise UsageError(f"{folder} cannot take the rules: {error.strerror}") from error
        rules = load_rules([fresh])
        if not rules.rules:
            raise ContainerError(f"{from_} holds no usable rule ({len(rules.skipped)} skipped)")
        rule_set = Installed(
            name=name,
            folder=folder / f"{name}-{digest[:12]}",
            source=from_,
            sha256=digest,
            version=_version(from_, files, comment),
            licence=_licence(files),
            installed_at=datetime.now(UTC).isoformat(timespec="seconds"),
            usable=len(rules.rules) + len(rules.correlations),
            skipped=len(rules.skipped),
        )
        _publish(rule_set, fresh)
    return rule_set


def _rules_folder(home: Path | None) -> Path:
    return (home if home is not None else data_folder()) / "rules"


def _package(source: str, wanted: str) -> tuple[Files, str, str]:
    """Return files, digest and comment of a package."""
    path = Path(source)
    if not is_url(source) and path.is_dir():
        files, comment = read_folder(path), ""
        digest = _digest(files)
        data = None
    else:
        data = fetch(source) if is_url(source) else read_limited(path)
        digest = hashlib.sha256(data).hexdigest()
    if wanted and digest != wanted:
        raise UsageError(f"{source} is not the package wanted: its SHA-256 is {digest}")
    if data is not None:
        files, comment = unpack_zip(data)
    return files, digest, comment


def _digest(files: Files) -> str:
    total = hashlib.sha256()
    for name in sorted(files):
        total.update(name.encode("utf-8", "surrogateescape") + b"\0")
        total.update(hashlib.sha256(files[name]).digest())
    return total.hexdigest()


def _write(files: Files, folder: Path) -> None:
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def _publish(rule_set: Installed, fresh: Path) -> None:
    """Move the files to their place, point to them, then drop what they replace."""
    folder = rule_set.folder
    if folder.exists():  # the same package once more: its files may have suffered since
        folder.replace(fresh.with_name("old"))
    fresh.replace(folder)
    row = {**asdict(rule_set), "folder": folder.name}
    pointer = folder.parent / f"{rule_set.name}.json"
    partial = pointer.with_suffix(".part")
    partial.write_text(json.dumps(row, indent=2) + "\n", encoding="utf-8")
    partial.replace(pointer)
    for old in folder.parent.glob(f"{rule_set.name}-*"):
        if old != folder and re.fullmatch(r"[0-9a-f]{12}", old.name[len(rule_set.name) + 1 :]):
            shutil.rmtree(old, ignore_errors=True)


def _version(source: str, files: Files, comment: str) -> str:
    """Say which release this is: as the package itself says, else as its address does."""
    for name, data in files.items():
        if name.rpartition("/")[2].lower().startswith("version"):
            line = data.decode("utf-8", "replace").strip().partition("\n")[0].strip()
            if line:
                return line[:100]
    match = _COMMIT.fullmatch(comment.strip()) or _RELEASE.search(source)
    return match[0] if match else ""


def _licence(files: Files) -> str:
    """Return the title of the licence beside the rules."""
    for name in sorted(files, key=lambda name: (name.count("/"), name)):
        if name.rpartition("/")[2].lower().startswith(("license", "licence", "copying")):
            text = files[name].decode("utf-8", "replace").strip()
            named = _LICENCE.search(text)
            return named[0] if named else text.partition("\n")[0].strip("# \r")[:100]
    return ""
