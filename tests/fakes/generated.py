"""Rules and events made up by Hypothesis, small and nasty: few letters, so that things meet."""

from __future__ import annotations

from hypothesis import strategies as st

from gamekeeper.model.build import BatchBuilder, Event
from gamekeeper.model.events import FILETIME_EPOCH, EventBatch
from gamekeeper.rules.ir import (
    REFERENCES,
    And,
    LogSource,
    Node,
    Not,
    Op,
    Or,
    Predicate,
    Rule,
    RuleSet,
)
from gamekeeper.rules.plan import BoundRule, Plan, Route

CHANNEL = "Microsoft-Windows-Sysmon/Operational"
#: Letters that fold alike, fold by their neighbours, grow when folded, or are not what they seem.
LETTERS = "aAbBkKsSiI\\. -*5\x00éÉ\u03c3\u03a3\u03c2ß\u0130\u0131\u017f\u212a\U0001f600"
WORDS = (
    "abab",
    "ABAB.",
    "\\cmd.exe",
    "c:\\AB\\k",
    "powershell",
    "0x10",
    "16",
    "-",
    "10.1.2.3",
    "ab\nab",
)
NAMES = (
    "Image",
    "CommandLine",
    "commandline",
    "User",
    "EventID",
    "EventRecordID",
    "Channel",
    "Computer",
)
REST_NAMES = ("Odd", "odd", "Image", "EventID", "channel", "@timestamp", "commandLine")

texts = st.one_of(
    st.lists(st.one_of(st.sampled_from(WORDS), st.sampled_from(LETTERS)), max_size=4).map("".join),
    st.text(LETTERS, max_size=4),
)
names = st.sampled_from((*NAMES, *REST_NAMES, "", "nowhere"))
TEXT_OPS = (Op.EQUALS, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH)
REGEXES = (
    "ab+",
    "(?i)KAB",
    "k|s",
    "[Aa]b",
    "^ab",
    "b$",
    "(ab){2}",
    "i.s",
    "(?i:s)i",
    "a{2,3}b",
    r"\\cmd\.(exe|com)",
    "(?!x)ab",
    "(?<=a)b",
    "a?b",
    "ab(?:c|)",
    "(?i)\u017f",
    "(?i)k",
    r"\w+\.",
    "",
    "[^a]",
    "(?i)is|ki|ab",
)


def _glob(parts: list[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((kind, text if kind == "lit" else "") for kind, text in parts)


plain = st.builds(
    Predicate, name=names, op=st.sampled_from(TEXT_OPS), value=texts, cased=st.booleans()
)
globs = st.builds(
    Predicate,
    name=names,
    op=st.just(Op.GLOB),
    cased=st.booleans(),
    parts=st.lists(
        st.tuples(st.sampled_from(("lit", "any", "one")), texts.filter(bool)), max_size=4
    ).map(_glob),
)
regexes = st.builds(
    Predicate,
    name=names,
    op=st.just(Op.REGEX),
    value=st.sampled_from(REGEXES),
    flags=st.sampled_from(("", "i", "ims")),
)
numbers = st.builds(
    Predicate,
    name=names,
    op=st.sampled_from((Op.LT, Op.LTE, Op.GT, Op.GTE)),
    value=st.sampled_from(("16", "0", "-1", "1.5")),
)
others = st.one_of(
    st.builds(Predicate, name=names, op=st.just(Op.NULL)),
    st.builds(
        Predicate, name=names, op=st.just(Op.EXISTS), value=st.sampled_from(("true", "false"))
    ),
    st.builds(
        Predicate, name=names, op=st.just(Op.CIDR), value=st.sampled_from(("10.0.0.0/8", "::/0"))
    ),
    st.builds(
        Predicate,
        name=names,
        op=st.sampled_from(sorted(REFERENCES)),
        value=names.filter(bool),
        cased=st.booleans(),
    ),
    st.builds(
        Predicate,
        name=st.sampled_from(("@timestamp", "Odd")),
        op=st.sampled_from((Op.TIME_PART, Op.LT, Op.GTE)),
        value=st.sampled_from(("0", "1", "2020")),
        part=st.sampled_from(("minute", "hour", "day", "week", "month", "year")),
    ),
)
predicates = st.one_of(plain, plain, plain, globs, regexes, numbers, others)


def _nested(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    many = st.lists(children, max_size=3).map(tuple)
    return st.one_of(st.builds(And, many), st.builds(Or, many), st.builds(Not, children))


nodes: st.SearchStrategy[Node] = st.recursive(predicates, _nested, max_leaves=8)
routes = st.builds(
    Route,
    dataset=st.just("windows.sysmon"),
    channels=st.sampled_from(((), (CHANNEL.lower(),), ("elsewhere",))),
    event_ids=st.sampled_from(((), (1,), (1, 16), (4624,))),
)


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    bound = []
    rules = []
    for position in range(draw(st.integers(1, 5))):
        condition = draw(nodes)
        rules.append(Rule(str(position), "", "low", "", LogSource(), condition))
        chosen = draw(st.lists(routes, min_size=1, max_size=2))
        bound += [BoundRule(position, route, condition) for route in chosen]
    return Plan(RuleSet(tuple(rules)), tuple(bound))


events = st.builds(
    Event,
    source=st.just(0),
    offset=st.just(0),
    filetime=st.one_of(st.none(), st.integers(FILETIME_EPOCH, FILETIME_EPOCH * 2)),
    event_id=st.sampled_from((None, 1, 16, 4624, -1)),
    event_record_id=st.sampled_from((None, 1, 16)),
    system=st.fixed_dictionaries(
        {"Channel": st.sampled_from((CHANNEL, CHANNEL.upper()))},
        optional={"Computer": texts, "Level": st.sampled_from(("0", "16"))},
    ),
    data=st.lists(st.tuples(st.sampled_from((*NAMES, *REST_NAMES)), texts), max_size=6),
)


def batch_of(made: list[Event]) -> EventBatch:
    builder = BatchBuilder(1 << 20)
    batches = [batch for event in made for batch in builder.add(event)]
    (batch,) = [*batches, *builder.flush()]
    return batch


batches = st.lists(events, min_size=1, max_size=8).map(batch_of)
