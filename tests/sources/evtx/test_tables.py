"""The kernels' tables: declared names are found, and a batch leaves nothing behind."""

from __future__ import annotations

import numpy as np

from gamekeeper.model.datasets import datasets
from gamekeeper.sources.evtx import kernels as k
from gamekeeper.sources.evtx.tables import Tables, make_tables, reset, start


def name_number(tables: Tables, text: str) -> int:
    units = np.frombuffer(text.encode("utf-16-le"), np.uint16)
    tables.m[k.SCRATCH : k.SCRATCH + len(units)] = units
    return int(k.intern_name(*tables.at, len(units)))


def column_of(tables: Tables, dataset: str, text: str) -> int:
    number = list(datasets()).index(dataset)
    return int(tables.m[k.N_COL + name_number(tables, text) * k.STRIDE + number])


def test_declared_names_have_columns_in_any_case_and_others_have_none() -> None:
    tables = make_tables(chunks=1)
    for name, dataset in datasets().items():
        for field in dataset.declared:
            assert column_of(tables, name, field) == column_of(tables, name, field.upper()) >= 0
    assert column_of(tables, "windows.sysmon", "NoSuchField") == -1
    assert column_of(tables, "windows.powershell_classic", "Image") == -1


def test_a_name_keeps_its_number_until_all_is_forgotten() -> None:
    tables = make_tables(chunks=1)
    first = name_number(tables, "Unheard")
    assert name_number(tables, "Unheard") == first != name_number(tables, "unheard")
    reset(tables)
    assert name_number(tables, "Unheard") == first
    known = int(tables.m[k.NAMES])
    start(tables)
    assert int(tables.m[k.NAMES]) < known
