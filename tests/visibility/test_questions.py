"""Questions as terms."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from gamekeeper.analytics.chains.ir import Chain
from gamekeeper.analytics.chains.library import builtin_chains
from gamekeeper.analytics.chains.placeholders import filled
from gamekeeper.visibility.ground import MEMORY, Atoms, Key
from gamekeeper.visibility.questions import (
    Question,
    behaviour_questions,
    chain_questions,
    technique_questions,
)
from gamekeeper.visibility.terms import Sights

ATOMS = Atoms()
BEHAVIOURS = behaviour_questions(ATOMS)
ALL = {
    one.id: one for one in [*BEHAVIOURS, *chain_questions(ATOMS), *technique_questions(BEHAVIOURS)]
}


def seen_with(one: Question, *channels: str) -> bool:
    rows = [2 if key.channel in channels else 0 for key in ATOMS.keys]
    assert one.term is not None
    return bool(Sights(np.array(rows, np.int8)[:, None]).of(one.term)[0] == 2)


def test_a_command_line_is_seen_in_either_of_two_logs() -> None:
    for channel in ("security", "microsoft-windows-sysmon/operational"):
        assert seen_with(ALL["VT-CA-08"], channel)


def test_a_copy_of_the_directory_needs_two_default_logs() -> None:
    assert seen_with(ALL["SC-1"], "application", "system")
    assert not seen_with(ALL["SC-1"], "application")
    assert not seen_with(ALL["SC-1"], "security")


def test_what_no_log_of_windows_shows_has_no_term() -> None:
    assert ALL["VT-C2-09"].term is None
    assert ALL["SC-13"].term is None


def test_a_technique_has_the_behaviours_that_show_it() -> None:
    assert ALL["T1003.002"].parts == ("VT-CA-08",)


def test_a_means_of_ordinary_work_is_marked() -> None:
    assert ALL["T1059.001"].ordinary
    assert not ALL["T1003.002"].ordinary


def test_a_chain_of_months_says_how_long_logs_must_be() -> None:
    assert ALL["SC-10"].span_s >= 7 * 86_400


def test_an_id_that_needs_a_setting_is_asked_for_its_proof() -> None:
    assert any(key == Key("record", "security", (4688,)) for key in ATOMS.keys)


def sight(name: str, chains: Sequence[Chain] | None = None, *short: Key) -> int:
    """The sight of a question where all logs are there; those of ``short`` do not go back far."""
    atoms = Atoms()
    (one,) = [one for one in chain_questions(atoms, chains) if one.id == name]
    rows = [0 if key in short else 1 if key.kind == "partly" else 2 for key in atoms.keys]
    assert one.term is not None
    return int(Sights(np.array(rows, np.int8)[:, None]).of(one.term)[0])


def early(name: str, chains: Sequence[Chain] | None = None) -> int:
    """The same where no log goes back far."""
    atoms = Atoms()
    chain_questions(atoms, chains)
    return sight(name, chains, *(key for key in atoms.keys if key.kind == MEMORY))


def test_what_was_never_seen_before_cannot_be_told_of_the_first_days() -> None:
    assert early("off-role-rdp") == 0
    assert early("service-account-by-person") == 0


def test_a_chain_with_another_way_that_needs_no_memory_is_seen_in_part() -> None:
    named = filled(builtin_chains(), (("appliance_accounts", ("kestrel",)),))
    assert early("SC-4", named) == 1


def test_a_way_that_waits_for_a_list_is_not_asked_about() -> None:
    assert (early("SC-4"), sight("SC-4")) == (0, 2)


def test_the_log_of_the_step_since_which_something_is_known_has_to_reach_back() -> None:
    assert sight("SC-4", None, Key(MEMORY, "security", (10,), "of any host")) == 0


def test_a_chain_that_asks_for_nothing_new_needs_no_memory() -> None:
    assert (early("SC-3"), early("SC-9")) == (2, 2)


def test_memory_is_of_the_host_where_the_host_is_what_is_known() -> None:
    kept = {(key.ids, key.word) for key in ATOMS.keys if key.kind == MEMORY}
    assert kept == {
        ((30,), "of this host"), ((30,), "of any host"), ((14,), "of any host"), ((10,), "of any host"),
    }  # fmt: skip
