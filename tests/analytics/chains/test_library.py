"""Where chains come from, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gamekeeper.analytics.chains.ir import Chain, Step
from gamekeeper.analytics.chains.library import builtin_chains, load_chains, ordered
from gamekeeper.errors import RuleError, UsageError


def taking(chain: Chain, identity: str, name: str) -> Chain:
    step = Step("other", "another chain", chain=name)
    body = replace(chain.body, steps=(*chain.body.steps, step))
    return replace(chain, id=identity, body=body)


def test_the_chains_of_the_package_are_found() -> None:
    found = {chain.id for chain in builtin_chains()}
    assert {"SC-1", "SC-2", "SC-5", "SC-7"} <= found


def test_every_chain_of_the_package_says_what_it_does_not_see_and_what_looks_like_it() -> None:
    for chain in builtin_chains():
        assert chain.blind_spots, chain.id
        assert chain.look_alikes, chain.id
        assert chain.attack, chain.id


def test_a_chain_comes_behind_those_that_it_names() -> None:
    first = builtin_chains()[0]
    above = taking(first, "T-1", first.id)
    assert [chain.id for chain in ordered([above, first])] == [first.id, "T-1"]


def test_a_circle_of_chains_is_refused() -> None:
    chain = builtin_chains()[0]
    with pytest.raises(RuleError, match="a circle"):
        ordered([taking(chain, "T-1", "T-2"), taking(chain, "T-2", "T-1")])


def test_a_chain_that_names_nothing_that_is_there_is_refused() -> None:
    with pytest.raises(RuleError, match="no chain of that id"):
        ordered([taking(builtin_chains()[0], "T-1", "T-9")])


def test_two_chains_of_one_id_are_refused() -> None:
    chain = builtin_chains()[0]
    with pytest.raises(RuleError, match="has the id"):
        ordered([chain, chain])


def test_files_of_a_user_are_read(tmp_path: Path) -> None:
    (tmp_path / "mine.yml").write_text(
        "id: M-1\nname: n\ndescription: d\nlevel: low\njoin: [host]\nwithin: 1m\n"
        "steps: {a: {text: t, events: [{logsource: {service: system}, "
        "detection: {s: {EventID: 1}, condition: s}}]}}\n"
    )
    (tmp_path / "mine.cases.yml").write_text("- name: no chain\n")
    assert [chain.id for chain in load_chains([tmp_path])] == ["M-1"]


def test_a_path_that_is_not_there_is_told() -> None:
    with pytest.raises(UsageError, match="no file or folder"):
        load_chains(["nowhere.yml"])


def test_a_bad_file_of_a_user_is_bad_use(tmp_path: Path) -> None:
    (tmp_path / "bad.yml").write_text("id: 1")
    with pytest.raises(UsageError, match=r"bad\.yml"):
        load_chains([tmp_path])
