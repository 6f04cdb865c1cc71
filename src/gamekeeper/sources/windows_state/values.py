"""Registry values as text, in the words that Sysmon uses for them where it has some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

#: Bytes of a value that become text. Longer ones are cut, and the event says by how much.
TEXT_LIMIT_BYTES: Final = 64 << 10
#: What stands where a secret was.
HIDDEN: Final = "(a secret, not shown)"

REG_SZ: Final = 1
REG_EXPAND_SZ: Final = 2
REG_BINARY: Final = 3
REG_DWORD: Final = 4
REG_LINK: Final = 6
REG_MULTI_SZ: Final = 7
REG_QWORD: Final = 11
_NAMES: Final = (
    "REG_NONE",
    "REG_SZ",
    "REG_EXPAND_SZ",
    "REG_BINARY",
    "REG_DWORD",
    "REG_DWORD_BIG_ENDIAN",
    "REG_LINK",
    "REG_MULTI_SZ",
    "REG_RESOURCE_LIST",
    "REG_FULL_RESOURCE_DESCRIPTOR",
    "REG_RESOURCE_REQUIREMENTS_LIST",
    "REG_QWORD",
)
_TEXTS: Final = frozenset({REG_SZ, REG_EXPAND_SZ, REG_LINK})


@dataclass(frozen=True, slots=True)
class Value:
    """One value: the beginning of its data, and how long the data are. UTF-16 where they are text."""

    name: str
    kind: int
    data: bytes
    size_bytes: int

    @property
    def kind_name(self) -> str:
        """The type as Windows calls it; a number where it has no name."""
        return _NAMES[self.kind] if self.kind < len(_NAMES) else f"0x{self.kind:x}"

    @property
    def is_number(self) -> bool:
        """Whether the value is a number of its type's size."""
        return (self.kind, self.size_bytes) in {(REG_DWORD, 4), (REG_QWORD, 8)}

    def texts(self) -> list[str]:
        r"""Return the value as text, a list of strings as one text each.

        >>> Value("Start", REG_DWORD, b"\2\0\0\0", 4).texts()
        ['DWORD (0x00000002)']
        """
        if self.is_number:
            number = int.from_bytes(self.data, "little")
            if self.kind == REG_DWORD:
                return [f"DWORD (0x{number:08x})"]
            return [f"QWORD (0x{number >> 32:08x}-0x{number & 0xFFFFFFFF:08x})"]
        kept = self.data[:TEXT_LIMIT_BYTES]
        if self.kind in _TEXTS:
            return [_text(kept).rstrip("\0")]
        if self.kind == REG_MULTI_SZ:
            return _text(kept).rstrip("\0").split("\0")
        return [kept.hex().upper()]

    @property
    def left_out_bytes(self) -> int:
        """Bytes that the text leaves out."""
        return max(self.size_bytes - min(len(self.data), TEXT_LIMIT_BYTES), 0)


def _text(data: bytes) -> str:
    return data.decode("utf-16-le", "replace")
