"""Base64 decoded, layer by layer, with the chance that it was no Base64.

Nearly every word decodes to something. What is weighed is how unlikely the outcome is for signs that were
never encoded: in bits, where an outcome of 20 bits is met by chance once in a million runs. A byte is
printable by chance in 97 of 256 cases (1.4 bits), a character of UTF-16 with an empty upper half once in
700 (9.4 bits); checksums of compressed data count 32 bits, and what points at the run counts, too. Text of
few different characters weighs less.
"""

from __future__ import annotations

import base64
import binascii
import math
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice
from typing import Final

from gamekeeper.questions.encoded.runs import Mark, Run, runs

#: Base64 in Base64 that is followed.
DEEPEST: Final = 8
#: Bytes that one run may decompress to, and all layers of it together.
MOST_BYTES: Final = 8 << 20
#: Layers of one run that are kept.
MOST_LAYERS: Final = 64

_PRINTABLE: Final = math.log2(256 / 97)  # with tab and both ends of lines
_UTF16: Final = 8 + _PRINTABLE
_OTHER_SIGN: Final = 3.0
_CONTROL: Final = -12.0
_CHECKED: Final = 32.0
_SHARE: Final = 0.8  # of a text's characters are printable
_ENTROPY: Final = 2.5  # bits a character, from which on a text has its full weight
_SCALE: Final = 4_096  # characters that are weighed
_PLAIN: Final = bytes([*range(32, 127), 9, 10, 13])
_MOST_BLOCKS: Final = 4  # of 256 signs, in one text
_MARK_BITS: Final = {
    Mark.NONE: 0.0,
    Mark.COMMAND: 4.0,
    Mark.CALL: 24.0,
    Mark.HEADER: 24.0,
    Mark.DATA: 24.0,
}
_COMMAND_BITS: Final = 20.0  # where -enc is followed by UTF-16, as it must be
_PLAIN_BITS: Final = 12.0  # of text that has more than signs of faraway scripts
_MAGIC: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"PK\x03\x04", "zip"),
    (b"%PDF-", "pdf"),
    (b"\x7fELF", "elf"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"),
)
_URL: Final = re.compile(r"\b(?:https?|ftp)://[^\s\"'<>|^`)\]};,]{3,500}", re.IGNORECASE)
_SCRIPT: Final = re.compile(
    r"\b(?:iex|invoke-\w+|new-object|get-\w+|set-\w+|start-process|out-file|write-\w+|foreach|param"
    r"|function|powershell|cmd(?:\.exe)?\s*/c|wscript|createobject|activexobject|rundll32|regsvr32"
    r"|net\s+user|whoami|echo\s+off|import-module|add-type|frombase64string)\b|\$\w+\s*=|\]::",
    re.IGNORECASE,
)


class Confidence(StrEnum):
    """How sure it is that somebody encoded this."""

    POSSIBLE = "possible"
    LIKELY = "likely"
    CERTAIN = "certain"


#: Least bits of each. A million runs are expected to give one outcome of 20 bits by chance.
LEAST_BITS: Final = {Confidence.CERTAIN: 48.0, Confidence.LIKELY: 28.0, Confidence.POSSIBLE: 20.0}


@dataclass(frozen=True, slots=True)
class Layer:
    """What one run of Base64 holds. ``layers`` tells the way to it, from the outside in."""

    run: Run
    layers: tuple[str, ...]
    depth: int
    data: bytes
    kind: str
    text: str | None
    bits: float
    is_cut: bool = False  # there was more than is kept

    @property
    def confidence(self) -> Confidence | None:
        """The word for the bits, None where it is no find."""
        return next((name for name, least in LEAST_BITS.items() if self.bits >= least), None)

    @property
    def urls(self) -> tuple[str, ...]:
        """Addresses in the text."""
        return tuple(dict.fromkeys(_URL.findall(self.text or "")))


@dataclass(frozen=True, slots=True)
class Reading:
    """Bytes as something."""

    kind: str
    bits: float
    text: str | None = None
    encoding: str = ""


def layers(text: str) -> Iterator[Layer]:
    """Yield everything that is found in a text, each layer before what is inside it.

    >>> [(layer.text, layer.layers) for layer in layers("x -enc ZABpAHIAIAAvAHMA")]
    [('dir /s', ('base64', 'utf-16le'))]
    """
    raw = mentions_deflate(text)
    for run in runs(text):
        yield from layers_of(run, raw=raw)


def mentions_deflate(text: str) -> bool:
    """Say whether a text speaks of compression without a head: only then it is looked for."""
    return "deflate" in text or "deflate" in text.lower()


def layers_of(run: Run, *, raw: bool) -> Iterator[Layer]:
    """Yield what one run holds, each layer before what is inside it, some dozen at most.

    ``raw`` says whether it may be compressed data without a head.
    """
    yield from islice(_layers(run, (), 1, [MOST_BYTES], raw=raw), MOST_LAYERS)


def _layers(
    run: Run, outer: tuple[str, ...], depth: int, left: list[int], *, raw: bool
) -> Iterator[Layer]:
    found = _of_run(run, outer, depth, raw=raw) if left[0] > 0 else None
    if found is None:
        return
    left[0] -= len(found.data)
    yield found
    if found.text is not None and depth < DEEPEST:
        raw = mentions_deflate(found.text)
        for inner in runs(found.text):
            yield from _layers(inner, found.layers, depth + 1, left, raw=raw)


def _of_run(run: Run, outer: tuple[str, ...], depth: int, *, raw: bool) -> Layer | None:
    data = decoded(run.text)
    if not data:
        return None
    names: tuple[str, ...] = (*outer, "base64")
    bits, is_cut = _MARK_BITS[run.mark], False
    if opened := _decompressed(data, raw=raw):
        name, data, more, is_cut = opened
        names, bits = (*names, name), bits + more
    reading = read(data)
    if reading.encoding:
        names = (*names, reading.encoding)
    if run.mark is Mark.COMMAND and reading.encoding == "utf-16le" and reading.bits >= _PLAIN_BITS:
        bits += _COMMAND_BITS
    layer = Layer(
        run, names, depth, data, reading.kind, reading.text, bits + reading.bits, is_cut=is_cut
    )
    return None if layer.confidence is None else layer


def decoded(run: bytes) -> bytes:
    """Return the bytes of a run; what does not fill a byte at a cut end is left out.

    >>> decoded(b"aGVsbG8"), decoded(b"aGVsb"), decoded(b"_w")
    (b'hello', b'hel', b'\\xff')
    """
    signs = run.replace(b"-", b"+").replace(b"_", b"/")
    if len(signs) % 4 == 1:
        signs = signs[:-1]
    try:
        return base64.b64decode(signs + b"=" * (-len(signs) % 4), validate=True)
    except binascii.Error:
        return b""


def _decompressed(data: bytes, *, raw: bool) -> tuple[str, bytes, float, bool] | None:
    """Return the name of a compression, what was in it, bits, and whether it was cut; None for none."""
    if data[:3] == b"\x1f\x8b\x08":
        return _inflated("gzip", data, 31, 24.0)
    if data[:1] == b"\x78" and len(data) > 2 and (data[0] << 8 | data[1]) % 31 == 0:
        return _inflated("zlib", data, 15, 13.0)
    if raw:
        return _inflated("deflate", data, -15, 0.0)
    return None


def _inflated(
    name: str, data: bytes, window: int, bits: float
) -> tuple[str, bytes, float, bool] | None:
    engine = zlib.decompressobj(window)
    try:
        opened = engine.decompress(data, MOST_BYTES)
    except zlib.error:
        return None
    if not opened:
        return None
    # At the end of the data its checksum was right; raw data has none, and must end where the run ends.
    if engine.eof:
        bits += 8.0 if window < 0 and not engine.unused_data else _CHECKED if window > 0 else 0.0
    return name, opened, bits, not engine.eof


def read(data: bytes) -> Reading:
    """Return what bytes are, with the bits that speak for it."""
    if data[:2] == b"MZ":
        at = int.from_bytes(data[60:64], "little")
        is_whole = data[at : at + 4] == b"PE\0\0" or b"This program" in data[:512]
        return Reading("pe", 48.0 if is_whole else 16.0)
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            return Reading(kind, 8.0 * len(magic))
    texts = [reading for reading in (_utf16(data), _utf8(data)) if reading is not None]
    best = max(texts, key=lambda reading: reading.bits, default=None)
    is_plain = best is not None and (best.bits >= _PLAIN_BITS or (best.text or "").isascii())
    if best is None or not is_plain:
        return Reading("binary", 0.0)
    return replace(best, kind=kind_of(best.text or ""))


def kind_of(text: str) -> str:
    """Return what a text is.

    >>> kind_of("IEX (New-Object Net.WebClient)"), kind_of("see https://example.org/a"), kind_of("hello")
    ('script', 'url', 'text')
    """
    if _SCRIPT.search(text):
        return "script"
    return "url" if _URL.search(text) else "text"


def _utf16(data: bytes) -> Reading | None:
    # Signs of many scripts side by side are no text; most runs end here.
    if len(set(data[1 : 2 * _SCALE : 2])) > _MOST_BLOCKS:
        return None
    try:
        text = data[: len(data) & ~1].decode("utf-16-le")
    except UnicodeDecodeError:
        return None
    has_mark = text.startswith("\ufeff")
    text = text.removeprefix("\ufeff")
    bits = _weight(text, _UTF16, 1.0)
    return None if bits is None else Reading("text", bits + 16 * has_mark, text, "utf-16le")


def _utf8(data: bytes) -> Reading | None:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        if error.end < len(data) or error.reason != "unexpected end of data":
            return None
        text = data[: error.start].decode()
    if not text.isascii() and len({ord(sign) >> 8 for sign in text[:_SCALE]}) > _MOST_BLOCKS:
        return None
    bits = _weight(text, _PRINTABLE, _OTHER_SIGN)
    return None if bits is None else Reading("text", bits, text, "utf-8")


def _weight(text: str, each: float, other: float) -> float | None:
    """Return the bits of a text; None where too much of it is not printable, or nothing is there."""
    sample = text[:_SCALE].rstrip("\0")
    plain_rest = (
        sample.encode("utf-8", "replace").translate(None, _PLAIN).decode("utf-8", "replace")
    )
    further = sum(not sign.isascii() and sign.isprintable() for sign in plain_rest)
    plain, wrong = len(sample) - len(plain_rest), len(plain_rest) - further
    if not sample or wrong > (1 - _SHARE) * len(sample):
        return None
    bits = each * plain + other * further + _CONTROL * wrong
    return bits * min(1.0, _entropy(sample) / _ENTROPY)


def _entropy(text: str) -> float:
    """Return the bits a character of a text."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
