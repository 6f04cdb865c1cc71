"""Fields of process events as numbers: process ids, ProcessGuids, times, names of programs.

Text columns come as dictionaries: each distinct text is read once, and rows take their number by code.
"""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from gamekeeper.model.events import FILETIME_EPOCH
from gamekeeper.model.folding import fold

_PID: Final = re.compile(r"0[xX][0-9a-fA-F]{1,16}|[0-9]{1,10}", re.ASCII)
_GUID: Final = "^[0-9a-f]{32}$"
_UTC_TIME: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{3}$"
#: Sysmon stamps what it saw, and writes it as late as this where the system starts. More is another clock.
_DELAY: Final = 15 * 60 * 10_000_000  # 100 ns
_NO_DIGIT: Final = 255
_HEX: Final = np.full(256, _NO_DIGIT, np.uint8)
_HEX[list(b"0123456789abcdef")] = range(16)
_HEX[list(b"ABCDEF")] = range(10, 16)
#: How nearly all ProcessGuids are written, and where their digits are then.
_USUAL: Final = "{01234567-0123-0123-0123-0123456789ab}"
_DIGITS: Final = tuple(slice(*found.span()) for found in re.finditer("[0-9a-f]+", _USUAL))
#: What events say where they do not know a program.
_NO_IMAGE: Final = frozenset({"", "-", "?", "<unknown process>"})


def pid_of(text: str | None) -> int:
    """Return a process id, written as a decimal or as 0x and hexadecimals; -1 where it is none.

    >>> pid_of("0x1850"), pid_of("6224"), pid_of("-"), pid_of("0xffffffffffffffff")
    (6224, 6224, -1, -1)
    """
    if text is None or not _PID.fullmatch(text):
        return -1
    number = int(text, 16 if text[1:2] in {"x", "X"} else 10)
    return number if number < 1 << 31 else -1


def pids(column: pa.DictionaryArray) -> NDArray[np.int32]:
    """Return the process id of each row, -1 where there is none."""
    return _taken(column, [pid_of(text) for text in column.dictionary.to_pylist()], np.int32)


def program_of(path: str | None) -> str:
    r"""Return the folded name of a program without its folder; empty where it is not known.

    >>> program_of("C:\\Windows\\System32\\CMD.exe"), program_of("-")
    ('cmd.exe', '')
    """
    if path is None or path in _NO_IMAGE:
        return ""
    return fold(path.rpartition("\\")[2].rpartition("/")[2])


class Codes:
    """Numbers for texts, given out in the order in which they are met."""

    def __init__(self) -> None:
        self.known: dict[str, int] = {}

    def of(self, text: str) -> int:
        """Return the number of a text; -1 for the empty one."""
        return self.known.setdefault(text, len(self.known)) if text else -1

    def names(self) -> list[str]:
        """Return the texts by number."""
        return list(self.known)


def programs(column: pa.DictionaryArray, codes: Codes) -> NDArray[np.int32]:
    """Return the code of each row's program."""
    found = [codes.of(program_of(path)) for path in column.dictionary.to_pylist()]
    return _taken(column, found, np.int32)


def named(column: pa.DictionaryArray, codes: Codes) -> NDArray[np.int32]:
    """Return the code of each row's text."""
    return _taken(column, [codes.of(text) for text in column.dictionary.to_pylist()], np.int32)


def _taken(
    column: pa.DictionaryArray, values: list[int], kind: type[np.int32]
) -> NDArray[np.int32]:
    table = np.array([*values, -1], kind)
    taken: NDArray[np.int32] = table[pc.fill_null(column.indices, len(values)).to_numpy()]
    return taken


def hosts(column: pa.DictionaryArray, codes: Codes) -> NDArray[np.int32]:
    """Return the code of each row's host; events that name none share one, whose name is empty."""
    names = [text or "" for text in column.dictionary.to_pylist()]
    found = [codes.known.setdefault(name, len(codes.known)) for name in (*names, "")]
    table = np.array(found, np.int32)
    taken: NDArray[np.int32] = table[pc.fill_null(column.indices, len(names)).to_numpy()]
    return taken


def folded(column: pa.DictionaryArray, codes: Codes) -> NDArray[np.int32]:
    """Return the code of each row's text, whatever its case."""
    found = [codes.of(fold(text or "")) for text in column.dictionary.to_pylist()]
    return _taken(column, found, np.int32)


def _plain_guids(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Return texts without dashes and brackets, and which of them are GUIDs."""
    plain = pc.replace_substring_regex(pc.utf8_lower(texts), "[{}-]", "")
    return plain, pc.fill_null(pc.match_substring_regex(plain, _GUID), False)


def are_guids(texts: pa.Array) -> list[bool]:
    """Say which texts are GUIDs, with brackets and dashes or without."""
    answers: list[bool] = _plain_guids(texts)[1].to_pylist()
    return answers


def guid_of(text: str | None) -> str | None:
    """Return a ProcessGuid as it is written, None where it is none, or Sysmon's for an unknown one: zeros.

    >>> guid_of("{00000000-0000-0000-0000-000000000000}"), guid_of("-")
    (None, None)
    """
    plain = re.sub("[{}-]", "", text or "").lower()
    return text if re.fullmatch(_GUID, plain, re.ASCII) and plain.strip("0") else None


def guids(column: pa.DictionaryArray) -> NDArray[np.uint64]:
    """Return the two halves of each row's ProcessGuid, in an array (rows, 2); zeros where there is none."""
    texts = column.dictionary
    table = np.zeros((len(texts) + 1, 2), np.uint64)
    is_usual = pc.equal(pc.binary_length(texts), len(_USUAL)).fill_null(False)
    rows = np.flatnonzero(is_usual.to_numpy(zero_copy_only=False))
    digits = _usual_digits(texts.filter(is_usual))
    is_guid = (digits != _NO_DIGIT).all(axis=1)
    table[rows[is_guid]] = _halves(digits[is_guid])
    others = np.setdiff1d(np.arange(len(texts)), rows[is_guid], assume_unique=True)
    table[others] = _unusual(texts.take(pa.array(others)))
    taken: NDArray[np.uint64] = table[pc.fill_null(column.indices, len(texts)).to_numpy()]
    return taken


def _usual_digits(texts: pa.StringArray) -> NDArray[np.uint8]:
    """Return the digits of GUIDs as they are usually written; none at all where signs between them differ."""
    signs = np.frombuffer(texts.buffers()[2] or b"", np.uint8)[: len(texts) * len(_USUAL)]
    signs = signs.reshape(-1, len(_USUAL))
    digits: NDArray[np.uint8] = _HEX[np.concatenate([signs[:, at] for at in _DIGITS], axis=1)]
    between = [at for at, sign in enumerate(_USUAL) if sign in "{}-"]
    digits[~np.isin(signs[:, between], list(b"{}-")).all(axis=1)] = _NO_DIGIT
    return digits


def _halves(digits: NDArray[np.uint8]) -> NDArray[np.uint64]:
    pairs = (digits[:, ::2] << np.uint8(4) | digits[:, 1::2]).astype(np.uint8)
    halves: NDArray[np.uint64] = pairs.view(">u8").astype(np.uint64)
    return halves


def _unusual(texts: pa.StringArray) -> NDArray[np.uint64]:
    """Return the halves of ProcessGuids however they are written; zeros for what is none."""
    plain, is_guid = _plain_guids(texts)
    halves = np.zeros((len(texts), 2), np.uint64)
    spelt = "".join(plain.filter(is_guid).to_pylist()).encode()
    digits = _HEX[np.frombuffer(spelt, np.uint8)].reshape(-1, 32)
    halves[is_guid.to_numpy(zero_copy_only=False)] = _halves(digits)
    return halves


def filetimes(times: pa.Array) -> NDArray[np.int64]:
    """Return the FILETIME of each row; -1 where there is none, or none that is after 1601."""
    filled: NDArray[np.int64] = pc.fill_null(times, -1).to_numpy()
    return np.maximum(filled, -1)


def utc_times(column: pa.DictionaryArray) -> NDArray[np.int64]:
    """Return Sysmon's ``UtcTime`` as FILETIMEs; -1 where it is no time."""
    texts = column.dictionary
    is_time = pc.fill_null(pc.match_substring_regex(texts, _UTC_TIME), False)
    texts = pc.if_else(is_time, texts, pa.scalar(None, pa.utf8()))
    seconds = pc.strptime(
        pc.utf8_slice_codeunits(texts, 0, 19),
        format="%Y-%m-%d %H:%M:%S",
        unit="s",
        error_is_null=True,
    )
    millis = pc.utf8_slice_codeunits(texts, 20, 23).cast(pa.int64())
    ticks = pc.add(pc.multiply(seconds.cast(pa.int64()), 10_000_000), pc.multiply(millis, 10_000))
    table = np.append(pc.fill_null(pc.add(ticks, FILETIME_EPOCH), -1).to_numpy(), -1)
    taken: NDArray[np.int64] = table[pc.fill_null(column.indices, len(texts)).to_numpy()]
    return np.maximum(taken, -1)


def settled(written: NDArray[np.int64], utc: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the moment that each event is about: Sysmon's own where it fits the time of the record.

    A record whose ``UtcTime`` is hours away was written under another clock, or changed on its way: the links
    to other logs need the record's.
    """
    fits = (utc >= 0) & ((written < 0) | (np.abs(written - utc) <= _DELAY))
    return np.where(fits, utc, written)
