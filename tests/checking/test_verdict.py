"""A verdict on answers of every sort: what is said, that it is safe, and that nothing of the learner's is changed."""

import json
import signal
import sys
import warnings
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from learnkit.checking import Verdict, verdict
from learnkit.checking.matching import fitting
from learnkit.checking.observing import Raised
from learnkit.checking.slips import explained, told
from learnkit.checking.verdicts import WIDTH


def defined(source: str, name: str = "softmax", **names: Any) -> Any:
    """Define a function as a learner does, in a namespace of its own."""
    space: dict[str, Any] = {"np": np, **names}
    exec(compile(source, "<cell 1>", "exec"), space)
    return space[name]


RIGHT = """
def softmax(logits):
    e = np.exp(logits - logits.max(1, keepdims=True))
    {more}
    return {value}
"""


def answer(value: str = "e / e.sum(1, keepdims=True)", more: str = "pass", **names: Any) -> Any:
    return defined(RIGHT.format(value=value, more=more), **names)


# Form


@pytest.mark.parametrize(
    ("source", "kind", "words"),
    [
        ("def softmax(logits): ...", "not attempted", "still does nothing"),
        ("def softmax(logits):\n    '''My own words.'''\n    pass", "not attempted", "still does nothing"),
        ("def softmax(logits):\n    raise NotImplementedError('later')", "not attempted", "still does nothing"),
        ("def softmax(logits):\n    p = logits * 2", "nothing", "returns nothing"),
        ("def softmax(logits):\n    print(logits)", "printed", "prints its result and returns nothing"),
        ("def softmax(logits): return logits", "input returned", "returns its input logits as it came"),
        ("def softmax(logits): return np.zeros_like(logits)", "constant", "Whatever comes in, it returns 0"),
        ("def softmax(logits): return np.full(logits.shape, 0.25)", "constant", "Whatever comes in, it returns 0.25"),
        ("def softmax(logits): return 7", "constant", "Whatever comes in, it returns 7"),
        ("def softmax(logits): return (row for row in logits)", "type", "an object of type generator"),
        ("def softmax(logits):\n    yield logits", "type", "return gives all of them at once"),
        ("def softmax(logits): return logits.tolist()", "type", "a list of"),
        ("def softmax(logits): return 'p'", "type", "returned text, where an array"),
        ("def softmax(logits): return np.exp(logits)[0]", "shape", "An axis is gone"),
        ("def softmax(logits): return undefined_name", "raised", "The name undefined_name is not known here"),
        ("def softmax(logits, targets): return logits", "raised", "The parameters are not those that the exercise states"),
        ("def softmax(logits): return softmax(logits)", "raised", "It calls itself without end"),
        ("def softmax(logits): raise SystemExit", "raised", "An answer gives its value back with return"),
        ("def softmax(logits): return logits[99]", "raised", "index 99 along axis 0"),
        ("def softmax(logits): return logits.unsqueeze(1)", "raised", "has no .unsqueeze"),
        ("softmax = 3", "type", "softmax is a int, and a function is asked"),
        ("softmax = None", "type", "softmax is None"),
    ],
)
def test_a_form_that_is_wrong_is_said_in_words(source: str, kind: str, words: str) -> None:
    found = verdict("04.softmax", defined(source))
    assert (found.kind, found.passed, found.points) == (kind, False, 0)
    assert words in found.message


def test_an_exception_is_told_with_the_learners_line_and_no_traceback_of_ours() -> None:
    import linecache

    source = "def softmax(logits):\n    e = np.exp(logits)\n    return e / e.sum(1) + np.ones(99)\n"
    linecache.cache["<cell 7>"] = (len(source), None, source.splitlines(True), "<cell 7>")
    space: dict[str, Any] = {"np": np}
    exec(compile(source, "<cell 7>", "exec"), space)
    message = verdict("04.softmax", space["softmax"]).message
    assert "in line 3:  return e / e.sum(1) + np.ones(99)" in message
    assert "learnkit" not in message
    assert "Traceback" not in message


def test_a_transposed_result_and_an_extra_axis_are_told_from_a_wrong_shape() -> None:
    assert "the transpose" in verdict("04.softmax", answer("(e / e.sum(1, keepdims=True)).T")).message
    assert "an axis of length 1" in verdict("04.softmax", answer("(e / e.sum(1, keepdims=True))[None]")).message


def test_printing_and_another_dtype_are_notes_on_a_right_answer() -> None:
    found = verdict("04.softmax", answer(more="print('sums', e.sum())"))
    assert found.passed
    assert found.notes == ("Note: it also prints. That does no harm here.",)
    as_float = defined("def predict(z): return (z > 0) * 1.0 if z.ndim == 1 else z.argmax(1) * 1.0", "predict")
    assert verdict("04.predict", as_float).notes == ("Note: it returns float64, where int64 is usual.",)


def test_a_changed_input_is_named_with_its_parameter() -> None:
    source = (
        "def cross_entropy(z, t):\n    z -= z.max(1, keepdims=True)\n    return -(z[range(len(t)), t] - np.log(np.exp(z).sum(1))).mean()"
    )
    found = verdict("04.cross_entropy", defined(source, "cross_entropy"))
    assert found.kind == "input changed"
    assert "it changes its input logits" in found.message


# Mistakes


def test_a_mistake_and_something_else_are_both_said() -> None:
    both = answer("e / e.sum(1, keepdims=True)", more="logits *= 1.0; logits += 1")
    assert verdict("04.softmax", both).mistake_id == "changes-input"
    source = (
        "def cross_entropy(z, t):\n    z -= z.max(1, keepdims=True)\n    return -(z[range(len(t)), t] - np.log(np.exp(z).sum(1))).sum()"
    )
    found = verdict("04.cross_entropy", defined(source, "cross_entropy"))
    assert (found.kind, found.mistake_id) == ("mistake", "sum-not-mean")
    assert "And something else: it changes its input logits." in found.message


def test_two_mistakes_that_both_fit_are_both_named() -> None:
    from dataclasses import replace

    from learnkit.problems import get_problem

    problem = get_problem("04.cross_entropy")
    one = problem.mistakes[0]
    twin = replace(one, id="twin", says="Another reading of the same numbers.")
    found = verdict(replace(problem, mistakes=(one, twin)), one.other)
    assert (found.mistake_id, found.also) == (one.id, ("twin",))
    assert "Or: Another reading of the same numbers." in found.message


def test_raising_on_one_probe_and_agreeing_on_another_is_matched() -> None:
    found = verdict("04.softmax", answer("e / e.sum(1)"))
    assert (found.kind, found.mistake_id) == ("mistake", "no-keepdims")
    assert found.message.splitlines()[1] == 'It raised ValueError on "two rows of three scores".'


def test_an_answer_that_raises_everywhere_matches_no_mistake() -> None:
    found = verdict("04.cross_entropy", defined("def cross_entropy(z, t): raise ValueError('operands')", "cross_entropy"))
    assert found.kind == "raised"


def test_the_message_of_a_sum_is_that_of_the_design() -> None:
    source = (
        "def cross_entropy(z, t):\n    z = z - z.max(1, keepdims=True)\n    return -(z[range(len(t)), t] - np.log(np.exp(z).sum(1))).sum()"
    )
    text = verdict("04.cross_entropy", defined(source, "cross_entropy")).message
    assert text.splitlines() == [
        "04.cross_entropy · not yet (2 of 10 probes agree)",
        "Your value is 2 times the expected one on a batch of 2, and 3 times on a batch of 3: it grows with the batch.",
        "It looks like a sum over the batch where the mean is asked: a batch twice as large would give a loss twice as",
        'large. Read "6 · Cross-entropy: the loss that the labels ask for" in lesson 04.',
        "  smallest case   logits [[0, 0, 0], [0, 0, 0]]   targets [2, 1]",
        "  expected 1.0986   received 2.1972",
        'hint("04.cross_entropy") opens the next hint (1 of 4).',
    ]


# The library


def test_calls_of_other_libraries_are_noticed_where_they_are_loaded() -> None:
    special = pytest.importorskip("scipy.special")
    import torch

    assert verdict("04.softmax", lambda z: special.softmax(z, axis=1)).kind == "library"
    assert verdict("04.softmax", lambda z: torch.softmax(torch.tensor(z), 1).numpy()).kind == "library"
    assert verdict("04.softmax", lambda z: z.softmax(1), backend="torch").kind == "library"
    assert special.softmax.__module__.startswith("scipy")


def test_the_library_is_as_before_after_a_check() -> None:
    from learnkit import reference as lk
    from learnkit.reference import softmaxes

    before = lk.softmax, softmaxes.softmax
    verdict("04.softmax", lambda z: lk.softmax(z))
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)  # a test run in the background would ignore it
    with pytest.raises(KeyboardInterrupt):
        verdict("04.softmax", lambda z: signal.raise_signal(signal.SIGINT))  # as Ctrl-C does
    signal.signal(signal.SIGINT, handler)
    assert (lk.softmax, softmaxes.softmax) == before


def test_what_a_problem_allows_to_use_is_no_call_of_the_library() -> None:
    from learnkit import reference as lk

    source = "def cross_entropy(z, t): return (lk.logsumexp(z, dim=1) - z[range(len(t)), t]).mean()"
    assert verdict("04.cross_entropy", defined(source, "cross_entropy", lk=lk)).passed


# Safety


def test_a_check_changes_nothing_of_the_learners() -> None:
    function = answer(more="np.exp(1000.0); print('x'); state['calls'] += 1", state={"calls": 0})
    space = function.__globals__
    names, filters, errors = set(space), list(warnings.filters), np.geterr()
    streams = sys.stdout, sys.stderr
    assert verdict("04.softmax", function).passed
    assert set(space) == names
    assert (list(warnings.filters), np.geterr(), (sys.stdout, sys.stderr)) == (filters, errors, streams)


def test_the_seed_of_a_verdict_changes_its_inputs() -> None:
    seen: list[Any] = []
    function = answer(more="seen.append(logits.copy())", seen=seen)
    assert verdict("04.softmax", function, seed=1).passed
    assert verdict("04.softmax", function, seed=2).passed
    assert not np.array_equal(seen[0], seen[9])


def test_hard_coded_answers_fail_on_another_seed() -> None:
    from learnkit.problems import get_problem

    problem = get_problem("04.softmax")
    known = [(step.args[0], problem.reference(step.args[0])) for probe in problem.probes for step in probe.steps(0)]  # type: ignore[union-attr]

    def lookup(logits: Any) -> Any:
        for given, result in known:
            if np.array_equal(given, logits):
                return result.copy()
        return np.full(logits.shape, 0.5)

    assert verdict(problem, lookup, seed=0).passed
    assert not verdict(problem, lookup, seed=1).passed


@pytest.mark.parametrize(
    "value", ["e * 1j", "np.ma.masked_array(e)", "np.array([None, e], dtype=object)", "{'p': e}", "(e, e)", "e > 0", "e[:, :0]"]
)
def test_no_return_value_breaks_the_checker(value: str) -> None:
    assert not verdict("04.softmax", answer(value)).passed


def test_an_answer_may_be_a_class_a_partial_or_a_bound_method() -> None:
    import functools

    class Model:
        def softmax(self, logits: Any) -> Any:
            e = np.exp(logits - logits.max(1, keepdims=True))
            return e / e.sum(1, keepdims=True)

        __call__ = softmax

    assert verdict("04.softmax", Model().softmax).passed
    assert verdict("04.softmax", Model()).passed
    assert verdict("04.softmax", functools.partial(Model.softmax, None)).passed
    assert verdict("04.softmax", type("Empty", (), {})).kind == "raised"


# How a verdict is shown


def test_html_escapes_what_the_learner_wrote() -> None:
    found = verdict("04.softmax", defined("def softmax(logits): raise ValueError('<script>alert(1)</script> & more')"))
    page = found._repr_html_()
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "04.softmax · not yet" in page
    assert "color:" in page
    assert "background:transparent" in page


def test_text_and_html_say_the_same_words() -> None:
    from html import unescape
    from re import sub

    found = verdict("04.softmax", answer("e / e.sum(1)"))
    page = "".join(unescape(sub(r"<[^>]+>", "", found._repr_html_())).split())
    for line in (found.title, *found.lines, *found.detail, found.last_line):
        assert "".join(line.split()) in page
    assert repr(found) == str(found) == found.message
    assert all(len(line) <= WIDTH for line in found.finding)


def test_json_is_flat_and_has_what_reports_need() -> None:
    record = json.loads(json.dumps(verdict("04.softmax", answer("e / e.sum(1)")).to_json()))
    assert {key: record[key] for key in ("id", "passed", "points", "kind", "mistake")} == {
        "id": "04.softmax",
        "passed": False,
        "points": 0,
        "kind": "mistake",
        "mistake": "no-keepdims",
    }
    assert record["message"].startswith("04.softmax · not yet")


def test_titles_count_the_probes() -> None:
    assert verdict("04.softmax", answer()).message == "04.softmax · passed (9 of 9 probes)"
    assert Verdict("04.softmax", False, 0, "numbers", next_hint=5).last_line.startswith("All hints are open")
    assert Verdict("04.softmax", False, 0, "numbers", next_hint=3).last_line == 'hint("04.softmax") opens the next hint (3 of 4).'


# Exceptions in words


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("ValueError", "operands could not be broadcast together with shapes (4,7) (4,) ", "Shapes (4, 7) and (4,) do not line up"),
        ("RuntimeError", "The size of tensor a (7) must match the size of tensor b (4) at non-singleton dimension 1", "Along dimension 1"),
        ("NameError", "name 'np' is not defined", "import numpy as np"),
        ("UnboundLocalError", "cannot access local variable 'p' where it is not associated with a value", "The variable p is used before"),
        ("IndexError", "arrays used as indices must be of integer (or boolean) type", "An index must be whole numbers"),
        ("IndexError", "shape mismatch: indexing arrays could not be broadcast together with shapes (2,) (3,)", "the same length"),
        ("AxisError", "axis 1 is out of bounds for array of dimension 1", "an axis that this input does not have"),
        ("AttributeError", "'Tensor' object has no attribute 'astype'", "A tensor has no .astype"),
        ("TypeError", "f() takes 1 positional argument but 2 were given", "The parameters are not those"),
        ("TypeError", "'NoneType' object is not subscriptable", "A value is None there"),
        ("ValueError", "something new", ""),
    ],
)
def test_a_common_slip_gets_a_sentence(name: str, text: str, words: str) -> None:
    assert words in explained(Raised(name, text))


def test_long_texts_and_lines_are_cut() -> None:
    lines = told(Raised("ValueError", "x" * 500, 3, "y" * 500))
    assert len(lines) == 2
    assert all(len(line) < 180 for line in lines)


def test_matching_without_mistakes_finds_none() -> None:
    expectation: Any = SimpleNamespace(mistakes=(), reference=())
    assert fitting(expectation, ()) == []
