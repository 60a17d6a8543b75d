"""What a lesson asks of its learner, as data: predictions before a result, recall questions about what was learned.

Also how an answer is read, whatever way a person writes it: ``answer=1``, ``answer="1"``, ``answer="c"`` for the third choice,
``answer=float("nan")`` for the choice "nan". An answer that cannot be read raises `Unreadable`, whose message is a calm sentence for the
learner; nothing of it is recorded.
"""

import math
import re
from dataclasses import dataclass
from numbers import Real
from typing import Literal

from learnkit.study.notes import LETTERS


class Unreadable(ValueError):
    """An answer that is of the wrong kind; the message says what is asked for."""


@dataclass(frozen=True)
class Reply:
    """What is said to one likely answer.

    Parameters
    ----------
    to : the answer: a choice, or a number as people write it, "0.9"
    text : one to three sentences that speak to whoever gave it
    within : the numbers that count as this answer, ends included; by default 2 % around `to`
    """

    to: str
    text: str
    within: tuple[float, float] | None = None

    def fits(self, answer: float | str) -> bool:
        if isinstance(answer, str):
            return answer == self.to
        low, high = self.within or sorted((0.98 * float(self.to), 1.02 * float(self.to)))
        return low <= answer <= high


@dataclass(frozen=True)
class Prediction:
    """A question that is answered before the result is seen.

    Parameters
    ----------
    id : "04.untrained-loss"
    question : one or two sentences
    kind : "number" or "choice"
    default : what machines answer; a common answer, so that a reader of the built page meets a reply worth reading
    right : the right choice, or the range of right numbers
    replies : to each likely answer, the right one among them
    otherwise : the reply to any other number; it says what comes out and why
    choices : for kind "choice"
    then : where the result is, for the confirmation
    """

    id: str
    question: str
    kind: Literal["number", "choice"]
    default: float | str
    right: tuple[float, float] | str
    replies: tuple[Reply, ...]
    otherwise: str = ""
    choices: tuple[str, ...] = ()
    then: str = "The result is shown below when it is computed."

    def read(self, answer: object) -> float | str:
        """Return the answer as it is compared and recorded; raise `Unreadable` if it is of the wrong kind."""
        return read_choice(answer, self.choices) if self.kind == "choice" else read_number(answer)

    def is_right(self, answer: float | str) -> bool:
        if isinstance(answer, str) or isinstance(self.right, str):
            return answer == self.right
        return self.right[0] <= answer <= self.right[1]

    def reply(self, answer: float | str) -> str:
        return next((reply.text for reply in self.replies if reply.fits(answer)), self.otherwise)


@dataclass(frozen=True)
class Recall:
    """A question about something learned earlier.

    Parameters
    ----------
    id : "04.r1"; asked by lesson 04
    question : one or two sentences
    kind : "choice", "number" or "text"
    right : the right answer, as it is shown
    explanation : one to three sentences, read after any answer
    from_lesson : the lesson it is about, "01"
    choices : for kind "choice"
    within : for kind "number", the range of right numbers
    also : for kind "text", other right ways to write it; blanks, capitals and outer brackets never matter
    """

    id: str
    question: str
    kind: Literal["choice", "number", "text"]
    right: str
    explanation: str
    from_lesson: str
    choices: tuple[str, ...] = ()
    within: tuple[float, float] = (math.nan, math.nan)
    also: tuple[str, ...] = ()

    def read(self, answer: object) -> float | str:
        """Return the answer as it is compared and recorded; raise `Unreadable` if it is of the wrong kind."""
        if self.kind == "choice":
            return read_choice(answer, self.choices)
        return read_number(answer) if self.kind == "number" else read_text(answer)

    def is_right(self, answer: float | str) -> bool:
        if not isinstance(answer, str):
            return self.within[0] <= answer <= self.within[1]
        if self.kind == "choice":
            return answer == self.right
        return plain(answer) in {plain(text) for text in (self.right, *self.also)}


@dataclass(frozen=True)
class LessonQuestions:
    """All that one lesson asks: `lesson` "04", its title, its predictions and its recall questions, in the order of the lesson."""

    lesson: str
    title: str
    predictions: tuple[Prediction, ...]
    recalls: tuple[Recall, ...]


Question = Prediction | Recall


def is_open(answer: object) -> bool:
    """Return whether no answer was given: three dots, None, or an empty text."""
    return answer is ... or answer is None or (isinstance(answer, str) and not answer.strip())


def shown(answer: object) -> str:
    """Return an answer as text, short enough for a sentence; anything may be passed, and nothing is raised.

    Examples
    --------
    >>> shown(1.0), shown("nan"), shown(2.302585092994046)
    ('1', 'nan', '2.30259')
    """
    if isinstance(answer, float):
        return f"{answer:g}"
    try:
        text = " ".join((answer if isinstance(answer, str) else repr(answer)).split())
    except Exception:  # whatever a learner's object does when it is written out
        text = f"an object of type {type(answer).__name__}"
    return text if len(text) <= 60 else text[:57] + "..."


def quoted(answer: float | str) -> str:
    """Return an answer as it stands in a sentence: in quotes where it is several words.

    Examples
    --------
    >>> quoted(0.9), quoted("nan"), quoted("about equal")
    ('0.9', 'nan', '"about equal"')
    """
    text = shown(answer)
    return f'"{text}"' if " " in text and not text.startswith(("(", "[")) else text


def called(answer: object) -> str:
    """Return an answer that could not be read as a sentence may hold it: texts in quotes."""
    return f'"{shown(answer)}"' if isinstance(answer, str) else shown(answer)


def as_scalar(answer: object) -> object:
    """Return the number that a NumPy or PyTorch scalar holds, as Python's own; anything else as it is."""
    if getattr(answer, "ndim", None) == 0 and hasattr(answer, "item"):
        return answer.item()
    return answer


def read_number(answer: object) -> float:
    """Return the number that an answer stands for.

    Examples
    --------
    >>> read_number(1), read_number(" 2.3 "), read_number("inf")
    (1.0, 2.3, inf)
    """
    answer = as_scalar(answer)
    value = math.nan
    if isinstance(answer, Real) and not isinstance(answer, bool):
        value = _float(answer)
    elif isinstance(answer, str):
        value = _float(answer)
        if math.isnan(value) and not math.isnan(_float(answer.replace(",", "."))):
            raise Unreadable(f"{called(answer)} has a comma. Write the number with a point: {shown(answer.replace(',', '.'))}.")
    if math.isnan(value):
        raise Unreadable(f"This question asks for a number, such as 3 or 0.25; it got {called(answer)}.")
    return value


def _float(value: Real | str) -> float:
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def read_choice(answer: object, choices: tuple[str, ...]) -> str:
    """Return the choice that an answer stands for: its letter, its text, or the number that its text is.

    Examples
    --------
    >>> choices = ("1", "inf", "nan", "0")
    >>> read_choice("c", choices), read_choice(float("nan"), choices), read_choice(1, choices), read_choice(" Inf ", choices)
    ('nan', 'nan', '1', 'inf')
    """
    answer = as_scalar(answer)
    if isinstance(answer, Real) and not isinstance(answer, bool):
        text = f"{_float(answer) + 0.0:g}"  # + 0.0: minus zero is zero
    elif isinstance(answer, str):
        text = " ".join(answer.split())
    else:
        text = ""
    for letter, choice in zip(LETTERS, choices, strict=False):
        if text.casefold() in (letter, choice.replace("`", "").casefold()):
            return choice
    letters = [f'"{letter}"' for letter in LETTERS[: len(choices)]]
    raise Unreadable(
        f"{called(answer)} is not among the choices. Answer with a letter in quotes: {', '.join(letters[:-1])} or {letters[-1]}."
    )


def read_text(answer: object) -> str:
    answer = as_scalar(answer)
    if isinstance(answer, tuple | list):
        return shown(tuple(as_scalar(part) for part in answer))
    if isinstance(answer, str | float | int) and not isinstance(answer, bool):
        return shown(answer)
    raise Unreadable(f"This question asks for a short text in quotes; it got {called(answer)}.")


def plain(text: str) -> str:
    """Return a short answer without what does not matter in it.

    Examples
    --------
    >>> plain("(32, 10)"), plain("32 x 10"), plain("[32,10]")
    ('32,10', '32,10', '32,10')
    """
    bare = re.sub(r"[\s()\[\]{}`]", "", text).casefold().strip(",.")
    return re.sub(r"(?<=\d)[x×*](?=\d)", ",", bare)
