from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from gamekeeper.hunt.api import read_events
from gamekeeper.model.datasets import datasets
from gamekeeper.model.events import EventBatch
from gamekeeper.model.folding import fold
from gamekeeper.questions.record_fields import RecordFields
from gamekeeper.questions.summaries import (
    Sentence,
    datasets_with_sentences,
    fields_read,
    sentences,
    summaries,
    title,
)
from gamekeeper.questions.templates import readings

from .conftest import Made, batch_of

AUDITING = "Microsoft-Windows-Security-Auditing"
GOLDEN = Path(__file__).parents[1] / "golden" / "summaries"
CASES = yaml.safe_load((GOLDEN / "cases.yml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_what_is_said_of_an_event(case: dict[str, object], made: Made) -> None:
    assert summaries(made(case["event"])).to_pylist() == [case["says"]]


def test_summaries_are_a_dictionary_in_the_order_of_the_rows(made: Made) -> None:
    rows = [
        {
            "Channel": "Security",
            "Provider_Name": AUDITING,
            "EventID": event_id,
            "TargetUserName": name,
        }
        for event_id, name in [(4647, "a"), (4634, "a"), (4647, "b"), (4647, "a"), (9999, "a")]
    ]
    told = summaries(made(*rows))
    assert told.type == pa.dictionary(pa.int32(), pa.utf8())
    assert len(told.dictionary) == 4
    assert told.to_pylist() == [
        "a logged off by choice",
        "a logged off",
        "b logged off by choice",
        "a logged off by choice",
        f"{AUDITING} 9999: TargetUserName=a",
    ]


def test_batches_are_told_alike_however_they_are_cut(world: Path) -> None:
    for batch in read_events(world):
        whole = summaries(batch).to_pylist()
        parts = [
            EventBatch(batch.dataset, batch.table.slice(at, 7)) for at in range(0, len(batch), 7)
        ]
        assert [text for part in parts for text in summaries(part).to_pylist()] == whole
        break


def test_no_event_no_summary(made: Made) -> None:
    batch = made({"Channel": "Security"})
    assert len(summaries(EventBatch(batch.dataset, batch.table.slice(0, 0)))) == 0


def test_columns_that_were_not_read_only_say_nothing(made: Made) -> None:
    batch = made({"Channel": "Security", "Provider_Name": AUDITING, "EventID": 4608, "Odd": "1"})
    few = EventBatch(batch.dataset, batch.table.select(["EventID", "Provider_Name"]))
    assert summaries(few).to_pylist() == ["Windows is starting up"]


@given(
    st.sampled_from([4624, 4625, 4688, 4663, 4698, 4719, 5145, 4769, 1102, 1]),
    st.dictionaries(
        st.sampled_from(fields_read("windows.security")),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
        max_size=12,
    ),
)
def test_no_text_of_a_log_is_obeyed(event_id: int, fields: dict[str, str]) -> None:
    row = {"Channel": "Security", "Provider_Name": AUDITING, "EventID": event_id, **fields}
    text = summaries(batch_of([row])).to_pylist()[0]
    assert text
    assert not any(c < " " or c in "\x7f\x9b\u202e\u2028\ufeff" for c in text)


def test_titles_name_kinds_of_events() -> None:
    assert title("windows.security", AUDITING.upper(), 4624) == "Logon"
    assert title("windows.security", None, 4624) == "Logon"
    assert title("windows.security", AUDITING, None) is None
    assert title("windows.security", "Other", 4624) is None
    assert title("windows.absent", None, 1) is None


def test_sentences_belong_to_datasets_and_are_many() -> None:
    assert set(datasets_with_sentences()) <= set(datasets())
    count = sum(len(listed(dataset)) for dataset in datasets_with_sentences())
    assert count >= 850


@pytest.mark.parametrize("dataset", datasets_with_sentences())
def test_sentences_are_in_house_style(dataset: str) -> None:
    for sentence in listed(dataset):
        assert sentence.title == sentence.title.strip(), sentence
        assert 4 <= len(sentence.title) <= 48, sentence
        assert not sentence.text.endswith("."), sentence
        assert "  " not in sentence.text, sentence
        assert sentence.text[0].isupper() or sentence.text[0] in "{[.", sentence


def listed(dataset: str) -> list[Sentence]:
    return [sentence for (provider, _), sentence in sentences(dataset).items() if provider]


class Tried:
    """Which fields events of each kind had, and which kinds there were."""

    def __init__(self) -> None:
        self.kinds: dict[tuple[str, str, int], set[str]] = {}

    def see(self, batch: EventBatch) -> None:
        fields = RecordFields(batch.table)
        for (provider, event_id), sentence in sentences(batch.dataset).items():
            rows = self._rows(batch, provider, event_id)
            if not rows.true_count:
                continue
            seen = self.kinds.setdefault((batch.dataset, sentence.provider, event_id), set())
            chosen = rows.to_numpy(zero_copy_only=False).nonzero()[0]
            for reading in readings(sentence.parts):
                coded = fields.field(reading.name, reading.place)
                if (coded.codes[chosen] >= 0).any():
                    seen.add(f"{reading.name}#{reading.place}")

    @staticmethod
    def _rows(batch: EventBatch, provider: str, event_id: int) -> pa.BooleanArray:
        import pyarrow.compute as pc  # noqa: PLC0415

        ids = pc.equal(batch.table["EventID"], event_id).fill_null(False)
        names = batch.table["Provider_Name"]
        wanted = [fold(name) == provider for name in names.dictionary.to_pylist()]
        named = pa.array([*wanted, provider == ""]).take(
            names.indices.fill_null(len(wanted)).cast(pa.int64())
        )
        return pc.and_(ids, named)

    def untried(self) -> dict[str, dict[str, list[str]]]:
        """Return, by dataset, kinds that no event is of and fields that no event has."""
        found: dict[str, dict[str, list[str]]] = {}
        for dataset in datasets_with_sentences():
            for sentence in listed(dataset):
                kind = (dataset, sentence.provider, sentence.event_id)
                name = f"{sentence.provider} {sentence.event_id}"
                if kind not in self.kinds:
                    found.setdefault(dataset, {})[name] = []
                    continue
                read = {f"{r.name}#{r.place}" for r in readings(sentence.parts)}
                if missing := sorted(read - self.kinds[kind]):
                    found.setdefault(dataset, {})[name] = missing
        return found


@pytest.mark.corpus
@pytest.mark.slow
def test_every_field_of_a_sentence_is_in_an_event_or_listed_as_untried(
    corpus: Path, world: Path
) -> None:
    """``untried.yml`` is what this finds; a kind with an empty list has never been met at all."""
    tried = Tried()
    names = ("campaigns", "evtx", "otrf", "sigma-regression", "windows-background")
    for batch in read_events([world, *(corpus / name for name in names)]):
        assert len(summaries(batch)) == len(batch)
        tried.see(batch)
    written = yaml.safe_load((GOLDEN / "untried.yml").read_text("utf-8"))
    assert tried.untried() == written
