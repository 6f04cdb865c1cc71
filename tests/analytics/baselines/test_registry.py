"""Every baseline says what it is."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from gamekeeper.analytics.baselines.base import HOST, HOURS, REST, WORDS
from gamekeeper.analytics.baselines.forms import FORMS
from gamekeeper.analytics.baselines.registry import BASELINES, GATHERED, MODULES
from gamekeeper.model.datasets import datasets


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.BASELINE.name)
def test_a_file_says_what_it_finds_why_and_what_it_mistakes(module: ModuleType) -> None:
    for word in ("Finds: ", "Why: ", "False positives: ", "ATT&CK: T"):
        assert word in (module.__doc__ or "")
    assert set(module.BASELINE.attack) <= set(
        re.findall(r"T\d{4}(?:\.\d{3})?", module.__doc__ or "")
    )


def test_names_are_those_of_the_files_and_none_twice() -> None:
    names = [one.name for one in BASELINES]
    assert names == [module.__name__.rpartition(".")[2].replace("_", "-") for module in MODULES]
    assert len({one.name for one in GATHERED}) == len(GATHERED)


def test_columns_and_forms_exist() -> None:
    for baseline in GATHERED:
        for look in baseline.looks:
            columns = {*datasets()[look.dataset].declared, "Channel", HOST, HOURS}
            parts = [look.who, *look.key, *look.only, *([look.account] if look.account else [])]
            for part in parts:
                assert part.form in FORMS
                assert all(
                    name in columns or name.startswith((REST, WORDS)) for name in part.columns
                )


def test_every_part_of_a_key_has_a_name() -> None:
    for baseline in BASELINES:
        for look in baseline.looks:
            assert len(look.key) == len(baseline.key)
