"""Conditions keep their meaning while constants, repeats and nesting go."""

from __future__ import annotations

from gamekeeper.engine.columnar import kernels
from gamekeeper.engine.columnar.compile import (
    Branch,
    Compiled,
    Constant,
    Predicates,
    Slow,
    covers,
    emit,
    joined,
    leaves,
    negation,
)
from gamekeeper.rules.ir import And, Node, Not, Op, Or, Predicate


def contains(text: str, name: str = "CommandLine") -> Predicate:
    return Predicate(name, Op.CONTAINS, text)


def compiled(node: Node) -> tuple[Compiled, Predicates]:
    predicates = Predicates()
    return predicates.compile(node), predicates


def texts(node: Node) -> list[set[str]]:
    tree, predicates = compiled(node)
    by_number = {x.predicate: x.text.decode() for x in predicates.literals}
    return [{by_number[n] for n in numbers} for _, numbers in covers(tree, predicates.costs)]


def test_equal_predicates_have_one_number_whatever_their_case() -> None:
    tree, predicates = compiled(Or((contains("ABC"), contains("abc", "commandline"))))
    assert tree == 0
    assert predicates.count == 1


def test_constants_disappear() -> None:
    assert compiled(And(()))[0] is Constant.ALWAYS
    assert compiled(Not(And(())))[0] is Constant.NEVER
    assert compiled(And((Or(()), contains("a"))))[0] is Constant.NEVER
    assert compiled(Or((Or(()), contains("abc"))))[0] == 0
    assert compiled(contains("\ud800"))[0] is Constant.NEVER


def test_two_negations_cancel_out() -> None:
    assert negation(negation(5)) == 5
    assert negation(negation(Slow(3))) == Slow(3)


def test_trees_of_one_kind_are_flat_and_slow_parts_come_last() -> None:
    inner = joined(kernels.AND, [2, Slow(7)])
    assert joined(kernels.AND, [Slow(9), 1, inner]) == Branch(
        kernels.AND, (1, 2), (), (Slow(9), Slow(7))
    )


def test_every_part_of_a_conjunction_is_a_cover_and_the_rarest_comes_first() -> None:
    rare, common = contains("-dumpcreds"), contains(".exe")
    assert texts(And((common, rare))) == [{"-dumpcreds"}, {".exe"}]
    assert texts(Or((common, rare))) == [{".exe", "-dumpcreds"}]
    either = Or((rare, contains("sekurlsa")))
    assert texts(And((common, either))) == [{"-dumpcreds", "sekurlsa"}, {".exe"}]


def test_what_may_hold_without_any_text_has_no_cover() -> None:
    assert texts(Not(contains("abc"))) == []
    assert texts(Or((contains("abc"), Not(contains("def"))))) == []
    assert texts(Predicate("EventID", Op.EQUALS, "4688")) == []  # settled by the kind of row
    assert texts(Predicate("Image", Op.EXISTS, "true")) == []


def test_slow_predicates_stand_behind_literals_that_they_imply() -> None:
    tree, predicates = compiled(Predicate("Image", Op.REGEX, r"net\s+user", flags="i"))
    assert isinstance(tree, Branch)
    assert {x.text for x in predicates.literals} == {b"net", b"user"}
    assert len(predicates.wide) == 2
    cased, predicates = compiled(Predicate("Image", Op.ENDSWITH, "\\Cmd", cased=True))
    assert isinstance(cased, Branch)
    assert [x.text for x in predicates.literals] == [b"\\cmd"]
    known: set[int] = set()
    slow: set[int] = set()
    leaves(cased, known, slow)
    assert (len(known), len(slow)) == (1, 1)


def test_a_program_tells_how_deep_its_stack_gets() -> None:
    tree, _ = compiled(
        And(
            (
                contains("a"),
                Or((contains("b"), And((contains("c"), Not(Or((contains("d"), contains("e")))))))),
            )
        )
    )
    code: list[int] = []
    assert emit(tree, code, 0) == 4
