"""What a lesson promises and what it leaves behind, as data: objectives, terms, symbols, and the symptoms that it teaches to read.

From these come `learnkit coverage`, `learnkit report`, and the pages of notation, of terms and of symptoms.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Objective:
    """One thing that a learner can do after a lesson, and what serves it.

    Parameters
    ----------
    text : as the lesson's first cell has it, without the mark and the end of the line
    predictions : ids of predictions of the lesson, "04.untrained-loss"
    sections : numbers of sections whose cells show it and assert what they show, ("5", "8")
    exercises : ids of exercises, each with the mistakes whose misconception contradicts the objective: {"04.softmax": ("no-shift",)};
        of a question, the answers of its slips: {"04.what_holds": ("c",)}
    """

    text: str
    predictions: tuple[str, ...]
    sections: tuple[str, ...]
    exercises: dict[str, tuple[str | float, ...]]


@dataclass(frozen=True)
class Term:
    """A word that the lesson defines, where it stands in italics: the word, what it means in one sentence, and the section."""

    name: str
    meaning: str
    section: str


@dataclass(frozen=True)
class Symbol:
    """A sign that the lesson's formulas use: as TeX, its name in code, its shape ("" for a number), and what it stands for."""

    sign: str
    code: str
    shape: str
    meaning: str


@dataclass(frozen=True)
class Symptom:
    """Something that goes wrong in practice: what one sees, the first number to print, the cause, and the section that shows it."""

    sees: str
    print_first: str
    cause: str
    section: str


@dataclass(frozen=True)
class Outline:
    """All of that for one lesson, "04"."""

    lesson: str
    objectives: tuple[Objective, ...]
    terms: tuple[Term, ...]
    symbols: tuple[Symbol, ...] = ()
    symptoms: tuple[Symptom, ...] = ()
