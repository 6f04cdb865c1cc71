from __future__ import annotations

import pytest

from gamekeeper.errors import UsageError
from gamekeeper.model.ecs import ecs_sql
from gamekeeper.questions.columns import check, expression


def test_a_field_has_its_own_spelling() -> None:
    assert expression("windows.security", "targetusername") == '"TargetUserName"'
    assert expression("windows.security", "host.name") == '"host.name"'
    assert expression("windows.security", "event.dataset") == "'windows.security'"
    assert expression("windows.system", "TargetUserName") is None
    assert expression("windows.system", "event.rest") is None


def test_a_field_answers_to_its_ecs_name() -> None:
    assert expression("windows.sysmon", "Process.Executable") == ecs_sql(
        "windows.sysmon", "process.executable"
    )
    assert expression("windows.powershell", "process.parent.pid") is None
    assert check("process.executable") == "process.executable"


def test_a_field_is_checked() -> None:
    assert check("image") == "image"
    with pytest.raises(UsageError, match="did you mean"):
        check("Imge")
