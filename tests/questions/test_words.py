from __future__ import annotations

import pyarrow as pa

from gamekeeper.questions.record_fields import RecordFields
from gamekeeper.questions.words import having

from .conftest import Made


def test_every_word_has_to_be_somewhere_whatever_its_case(made: Made) -> None:
    batch = made(
        {"Channel": "Security", "CommandLine": "ntdsutil IFM"},
        {"Channel": "Security", "Odd": "NTDSUTIL"},
        {"Channel": "Security"},
    )
    told = pa.array(["starts", "an ifm", "ntdsutil.IFM"]).dictionary_encode()
    fields = RecordFields(batch.table)
    assert having(fields, told, ["ntdsutil"]).tolist() == [True, True, True]
    assert having(fields, told, ["NtdsUtil", "ifm"]).tolist() == [True, True, True]
    assert having(fields, told, ["ntdsutil ifm"]).tolist() == [True, False, False]
    assert having(fields, told, ["ntdsutil.ifm"]).tolist() == [False, False, True]
    assert having(fields, told, ["security"]).tolist() == [True, True, True]
    assert having(fields, told, []).tolist() == [True, True, True]
