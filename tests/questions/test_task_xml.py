from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.questions.task_xml import TaskDefinition, task_definition

TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task version="1.2" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Author>CORP\\ann</Author></RegistrationInfo>
  <Triggers>
    <LogonTrigger><UserId>CORP\\ann</UserId><Delay>PT5M</Delay></LogonTrigger>
    <BootTrigger/>
  </Triggers>
  <Principals><Principal id="A"><GroupId>S-1-5-32-545</GroupId></Principal></Principals>
  <Settings><Enabled>false</Enabled><Hidden>1</Hidden></Settings>
  <Actions>
    <!-- <Exec><Command>harmless.exe</Command></Exec> -->
    <Exec><Command> cmd.exe </Command><Arguments>/c x &gt; y</Arguments></Exec>
    <ComHandler><ClassId>{A}</ClassId><Data>timer</Data></ComHandler>
    <SendEmail/>
  </Actions>
</Task>"""


def test_a_definition_is_read_whole() -> None:
    assert task_definition(TASK) == TaskDefinition(
        commands=("cmd.exe", "{A}", "SendEmail"),
        arguments=("/c x > y", "timer"),
        triggers=("LogonTrigger UserId=CORP\\ann Delay=PT5M", "BootTrigger"),
        author="CORP\\ann",
        runs_as="S-1-5-32-545",
        run_level=None,
        is_hidden=True,
        is_enabled=False,
    )


def test_xml_that_was_escaped_once_more_is_the_same() -> None:
    assert task_definition(html.escape(TASK)) == task_definition(TASK)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("", "bad_xml"),
        ("no xml", "bad_xml"),
        ("<Task><Actions>", "bad_xml"),
        ('<!DOCTYPE a [<!ENTITY b "c">]><Task/>', "doctype"),
        ("<a>" * 300, "too_large"),
    ],
)
def test_what_cannot_be_read_says_why(content: str, fault: str) -> None:
    assert task_definition(content).fault == fault


def test_an_empty_task_does_nothing() -> None:
    assert task_definition("<Task/>") == TaskDefinition()


@given(st.text(alphabet="<>/&; aTCx\"'", max_size=60))
def test_no_text_is_too_much(content: str) -> None:
    assert isinstance(task_definition(content), TaskDefinition)
