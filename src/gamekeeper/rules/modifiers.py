"""Modifiers that pySigma reads more narrowly than the specification does, and the table of all of them."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import TYPE_CHECKING, Any, ClassVar, Final

from sigma.exceptions import SigmaValueError
from sigma.modifiers import (
    SigmaBase64OffsetModifier,
    SigmaModifier,
    SigmaValueModifier,
    modifier_mapping,
)
from sigma.types import Placeholder, SigmaExpansion, SigmaString

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Hyphen, slash, en dash, em dash, horizontal bar.
DASHES: Final = "-/\u2013\u2014\u2015"
_DASH: Final = re.compile(rf"\B[{DASHES}]\b")
_DASH_LIMIT: Final = 3


class Encoding(SigmaValueModifier[SigmaString, SigmaString]):
    """Text to the bytes of an encoding, each of which becomes the character of its number.

    pySigma wants bytes that are text in UTF-8, which leaves out most letters beyond ASCII.
    """

    codec: ClassVar[str]
    mark: ClassVar[bytes] = b""

    def modify(self, val: SigmaString) -> SigmaString:
        """Encode what stands between wildcards."""
        encoded = SigmaString()
        encoded.s = [
            part.encode(self.codec).decode("latin-1") if isinstance(part, str) else part
            for part in val.s
        ]
        return self.mark.decode("latin-1") + encoded if self.mark else encoded


class Utf16Le(Encoding):
    """``utf16le`` and ``wide``."""

    codec = "utf-16-le"


class Utf16Be(Encoding):
    """``utf16be``."""

    codec = "utf-16-be"


class Utf16(Utf16Le):
    """``utf16``: with the mark of its order of bytes in front."""

    mark = b"\xff\xfe"


def _data(modifier: SigmaModifier[Any, Any], value: SigmaString) -> bytes:
    if value.contains_special():
        raise SigmaValueError("Base64 encoding of strings with wildcards is not allowed")
    text = "".join(part for part in value.s if isinstance(part, str))
    is_bytes = any(issubclass(applied, Encoding) for applied in modifier.applied_modifiers)
    return text.encode("latin-1" if is_bytes else "utf-8")


class Base64(SigmaValueModifier[SigmaString, SigmaString]):
    """``base64``."""

    def modify(self, val: SigmaString) -> SigmaString:
        """Encode the whole value."""
        return SigmaString.from_str(b64encode(_data(self, val)).decode())


class Base64Offset(SigmaValueModifier[SigmaString, SigmaExpansion]):
    """``base64offset``: what is the same wherever the value stands, for each of three places."""

    def modify(self, val: SigmaString) -> SigmaExpansion:
        """Encode the value behind none, one and two bytes and cut what these have a part in."""
        data, ends = _data(self, val), SigmaBase64OffsetModifier.end_offsets
        return SigmaExpansion(
            [
                SigmaString.from_str(
                    b64encode(b" " * place + data)[start : ends[(len(data) + place) % 3]].decode()
                )
                for place, start in enumerate(SigmaBase64OffsetModifier.start_offsets)
            ]
        )


class Windash(SigmaValueModifier[SigmaString, SigmaExpansion]):
    """``windash``: pySigma leaves alone the three long dashes of a rule."""

    def modify(self, val: SigmaString) -> SigmaExpansion:
        """Write every dash that opens a word in all five ways."""
        marked = val.replace_with_placeholder(_DASH, "dash")
        if sum(isinstance(part, Placeholder) for part in marked.s) > _DASH_LIMIT:
            raise SigmaValueError("windash stands for three dashes in one value at most")
        return SigmaExpansion([*marked.replace_placeholders(_dashes)])


def _dashes(_: Placeholder) -> Iterator[str]:
    yield from DASHES


#: Modifiers by the names that rules give them.
MODIFIERS: Final[dict[str, type[SigmaModifier[Any, Any]]]] = {
    **modifier_mapping,
    "utf16le": Utf16Le,
    "wide": Utf16Le,
    "utf16be": Utf16Be,
    "utf16": Utf16,
    "base64": Base64,
    "base64offset": Base64Offset,
    "windash": Windash,
}
