"""Exercises whose answer is no code: a number, a choice, an order of steps, a broken run and its cause.

The learner assigns the answer to a name, ``floor = 1.4612``, and checks it like a function: ``check(floor, "04.floor")``. As for code,
a wrong answer that people give is known, with the misconception behind it, and the right one is never said before the last hint.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Slip:
    """A wrong answer that people give, and the misconception behind it.

    Parameters
    ----------
    answer : the number, the letter of a choice, or for an order the items concerned: "DC" where D was put before C
    says : the misconception in at most two sentences; never the solution
    section : the heading of the lesson to read again, or ""
    """

    answer: float | str
    says: str
    section: str = ""


@dataclass(frozen=True, eq=False, kw_only=True)
class Question(ABC):
    """What all questions share; a kind of question says what it asks for and lists its options.

    Parameters
    ----------
    id : "04.floor"; what follows the dot is the name that the learner assigns to
    title : one line
    text : the question, as the exercise notebook shows it
    slips : at least three wrong answers, each with its misconception
    hints : nudge, concept, the steps
    solution : the right answer as it is assigned, and why, in two or three lines; the last hint
    read_in : the notebook of the sections, "00_calculus", where it is not the lesson's own
    points, level, minutes, is_core, version : as for a problem
    """

    id: str
    title: str
    text: str
    slips: Sequence[Slip]
    hints: tuple[str, str, str]
    solution: str
    read_in: str = ""
    points: int = 1
    level: Literal[1, 2, 3] = 1
    minutes: int = 3
    is_core: bool = False
    version: int = 1

    @property
    def lesson(self) -> str:
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        return self.id.split(".", 1)[1]

    @property
    def stub(self) -> str:
        """The source that the exercise cell starts from."""
        return f"{self.name} = ...  # {self.asks_for}"

    @property
    @abstractmethod
    def asks_for(self) -> str:
        """What kind of answer is asked, in words."""

    @property
    @abstractmethod
    def options(self) -> tuple[str, ...]:
        """What the text is followed by, one line each."""

    @property
    @abstractmethod
    def right_answer(self) -> float | str:
        """A right answer; for the tests of the checker."""

    @abstractmethod
    def answer_with(self, slip: Slip) -> float | str:
        """Return an answer that shows a slip; for the tests of the checker."""

    def as_markdown(self) -> str:
        """Return the question as the exercise notebook shows it."""
        return "\n".join([self.text, *([""] if self.options else []), *(f"- {option}" for option in self.options)])


@dataclass(frozen=True, eq=False, kw_only=True)
class NumberQuestion(Question):
    """A number is asked, within a tolerance: |answer - right| <= atol + rtol |right|."""

    right: float
    rtol: float = 5e-3
    atol: float = 0.0
    unit: str = ""

    @property
    def asks_for(self) -> str:
        return f"a number{' in ' + self.unit if self.unit else ''}"

    @property
    def options(self) -> tuple[str, ...]:
        return ()

    @property
    def right_answer(self) -> float:
        return self.right

    def answer_with(self, slip: Slip) -> float:
        return float(slip.answer)


@dataclass(frozen=True, eq=False, kw_only=True)
class ChoiceQuestion(Question):
    """One of several choices, or each that holds: "b", or "a c". Every wrong choice has its slip."""

    choices: tuple[str, ...]
    right: str

    @property
    def letters(self) -> str:
        return LETTERS[: len(self.choices)]

    @property
    def asks_for(self) -> str:
        several = " or more, such as " + f'"{self.letters[0]} {self.letters[1]}"' if len(self.right) > 1 else ""
        return f"a letter from {self.letters[0]} to {self.letters[-1]}{several}"

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(f"**{letter}** {choice}" for letter, choice in zip(self.letters, self.choices, strict=True))

    @property
    def right_answer(self) -> str:
        return self.right

    def answer_with(self, slip: Slip) -> str:
        return str(slip.answer)


@dataclass(frozen=True, eq=False, kw_only=True)
class BrokenRunQuestion(Question):
    """Which of several runs is broken, and why: two letters, "b 3". A slip is a run, "a", or a cause, "2"."""

    runs: tuple[str, ...]
    causes: tuple[str, ...]
    right: str

    @property
    def asks_for(self) -> str:
        return f'the letter of the run and the number of the cause, such as "{LETTERS[0]} 1"'

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(f"**{number}** {cause}" for number, cause in enumerate(self.causes, 1))

    @property
    def right_answer(self) -> str:
        return self.right

    def answer_with(self, slip: Slip) -> str:
        run, cause = self.right.split()
        return f"{run} {slip.answer}" if str(slip.answer).isdigit() else f"{slip.answer} {cause}"


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderQuestion(Question):
    """Steps to put in order, some of which do not belong: "C A D". What must come before what decides, not one fixed order.

    Parameters
    ----------
    items : the steps, in the order in which they are shown
    needed : the letters of those that belong
    before : pairs, "CA": C must come before A
    slips : a pair that stands the wrong way round, "AC"; or an item that does not belong, "B"; or one that is missing, "-D"
    """

    items: tuple[str, ...]
    needed: str
    before: tuple[str, ...]

    @property
    def asks_for(self) -> str:
        return 'the letters in order, such as "B A"'

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(f"**{letter.upper()}** {item}" for letter, item in zip(LETTERS, self.items, strict=False))

    @property
    def right_answer(self) -> str:
        return self.needed.upper()

    def answer_with(self, slip: Slip) -> str:
        answer = str(slip.answer).lower()
        if answer.startswith("-"):
            return self.needed.replace(answer[1:], "")
        if len(answer) == 2:  # the one that comes too early goes right before the other
            return self.needed.replace(answer[0], "").replace(answer[1], answer)
        return self.needed + answer


LETTERS = "abcdefghijklmnop"
