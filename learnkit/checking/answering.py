"""The verdict on an answer that is no code: a number, a choice, an order of steps, a broken run and its cause."""

import math
import re
from typing import Any

from learnkit.checking.verdicts import Kind, Verdict
from learnkit.checking.writing import number
from learnkit.problems.questions import LETTERS, BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Question, Slip

_RATIOS = (
    (-1.0, "It has the right size and the wrong sign."),
    (100.0, "It is 100 times too large: a percentage where a fraction is asked?"),
    (0.01, "It is 100 times too small: a fraction where a percentage is asked?"),
    (2.0, "It is twice the right number: a factor 2 too many."),
    (0.5, "It is half the right number: a factor 2 is missing."),
    (1 / math.log(2), "It is the right number in another base: log2 stands where the natural logarithm is asked."),
    (1 / math.log(10), "It is the right number in another base: log10 stands where the natural logarithm is asked."),
)


def question_verdict(question: Question, answer: Any) -> Verdict:
    """Say whether the answer to a question is right, and if not, which misconception it shows."""
    if answer is ... or answer is None:
        return _made(question, "not attempted", [f"Assign your answer to {question.name}: {question.asks_for}."])
    if isinstance(question, NumberQuestion):
        return _number(question, answer)
    if not isinstance(answer, str):
        return _made(question, "type", [f"The answer is text, {question.asks_for}; got {_called(answer)}. Write it in quotes."])
    if isinstance(question, ChoiceQuestion):
        return _choice(question, answer)
    if isinstance(question, BrokenRunQuestion):
        return _broken_run(question, answer)
    if isinstance(question, OrderQuestion):
        return _order(question, answer)
    raise TypeError(f"{question.id} is a {type(question).__name__}, which has no checker.")


def _number(question: NumberQuestion, answer: Any) -> Verdict:
    value = _float(answer)
    if value is None:
        return _made(question, "type", [f"The answer is {question.asks_for}; got {_called(answer)}."])
    if _near(value, question.right, question):
        return _made(question, "passed", [])
    for slip in question.slips:
        if _near(value, float(slip.answer), question):
            return _slipped(question, slip)
    for ratio, text in _RATIOS:
        if question.right and _near(value, ratio * question.right, question):
            return _made(question, "numbers", [text])
    if question.right and value and _near(1 / value, question.right, question):
        return _made(question, "numbers", ["It is 1 over the right number: turned upside down."])
    if question.right and abs(value - question.right) <= 10 * (question.atol + question.rtol * abs(question.right)):
        return _made(question, "numbers", ["It is near the right number and not near enough: keep more digits on the way."])
    return _made(question, "numbers", [f"{number(value)} is not the number."])


def _near(value: float, other: float, question: NumberQuestion) -> bool:
    return value == other or abs(value - other) <= question.atol + question.rtol * abs(other)


def _float(answer: Any) -> float | None:
    """Return an answer as a number: Python's, NumPy's or PyTorch's scalars; nothing that is an array, text or a truth value."""
    if isinstance(answer, (bool, str)):
        return None
    try:
        if getattr(answer, "shape", ()) != ():
            return None
        return float(answer)
    except Exception:
        return None


def _choice(question: ChoiceQuestion, answer: str) -> Verdict:
    letters = _letters(answer, question.letters)
    if letters is None:
        return _made(question, "type", [f'The answer is {question.asks_for}; got "{answer[:40]}".'])
    wrong = sorted(letters - set(question.right))
    if wrong:
        first = [f"Choice {wrong[0]} does not hold."] if len(question.right) > 1 else []
        return _slipped(question, _slip_of(question, wrong[0]), first)
    if letters < set(question.right):
        return _made(question, "numbers", ["What you chose holds, and something else holds too."])
    return _made(question, "passed", [])


def _broken_run(question: BrokenRunQuestion, answer: str) -> Verdict:
    found = re.fullmatch(r"\W*([a-z])\W*(\d+)\W*", answer.strip().lower())
    runs, causes = LETTERS[: len(question.runs)], range(1, len(question.causes) + 1)
    if not found or found[1] not in runs or int(found[2]) not in causes:
        return _made(question, "type", [f'The answer is {question.asks_for}; got "{answer[:40]}".'])
    run, cause = question.right.split()
    if found[1] != run:
        return _slipped(question, _slip_of(question, found[1]))
    if found[2] != cause:
        return _slipped(question, _slip_of(question, found[2]), ["That is the run. Its cause is another one."])
    return _made(question, "passed", [])


def _order(question: OrderQuestion, answer: str) -> Verdict:
    letters = re.sub(r"[^a-z]", "", answer.lower())
    known = LETTERS[: len(question.items)]
    if not letters or set(letters) - set(known) or len(set(letters)) < len(letters):
        text = f'The answer is {question.asks_for}, each from {known[0].upper()} to {known[-1].upper()} once at most; got "{answer[:40]}".'
        return _made(question, "type", [text])
    needed = question.needed.lower()
    slips = {str(slip.answer).lower(): slip for slip in question.slips}
    for letter in letters:
        if letter not in needed:
            return _slipped(question, slips.get(letter) or Slip(letter, f"Step {letter.upper()} does not belong.", ""))
    for pair in question.before:
        first, second = pair[0].lower(), pair[1].lower()
        if first in letters and second in letters and letters.index(first) > letters.index(second):
            text = f"Step {second.upper()} comes before step {first.upper()}: what does {second.upper()} need?"
            return _slipped(question, slips.get(second + first) or Slip(pair, text, ""))
    for letter in needed:
        if letter not in letters:
            return _slipped(question, slips.get("-" + letter) or Slip(letter, "The order holds, and a step is missing.", ""))
    return _made(question, "passed", [])


def _letters(answer: str, known: str) -> set[str] | None:
    """Return the letters of an answer such as "a, c", or None if it is something else."""
    letters = re.sub(r"[\W_]+|and", "", answer.lower())
    return set(letters) if letters and set(letters) <= set(known) and len(set(letters)) == len(letters) else None


def _slip_of(question: Question, answer: str) -> Slip:
    return next((slip for slip in question.slips if str(slip.answer).lower() == answer), Slip(answer, "That is not it."))


def _slipped(question: Question, slip: Slip, first: list[str] | None = None) -> Verdict:
    where = f"the notebook {question.read_in}" if question.read_in else f"lesson {question.lesson}"
    again = f' Read "{slip.section.replace("$", "")}" in {where}.' if slip.section else ""
    return _made(question, "mistake", [*(first or []), slip.says + again], f"{slip.answer}")


def _made(question: Question, kind: Kind, lines: list[str], mistake: str | None = None) -> Verdict:
    passed = kind == "passed"
    return Verdict(
        question.id, passed, question.points if passed else 0, kind, tuple(lines), mistake_id=mistake, points_total=question.points
    )


def _called(answer: Any) -> str:
    if isinstance(answer, (bool, int, float)):
        return str(answer)
    return f'the text "{answer[:40]}"' if isinstance(answer, str) else f"a {type(answer).__name__}"
