"""Questions that come back: recall in lessons and in ``learnkit review``, spaced by Leitner's boxes.

A question is in one of five boxes. The right answer moves it one box up, a wrong one back to the first; in box k it comes back after
1, 3, 7, 21 or 60 days. An answer counts when the question is new or due: running a notebook again, or correcting an answer after the
explanation was read, moves nothing.

References: S. Leitner, So lernt man lernen, 1972; N. J. Cepeda et al., Distributed practice in verbal recall tasks, 2006.
"""

from datetime import datetime, timedelta
from typing import Any

from learnkit.study import records
from learnkit.study.lessons import find, nearest, questions_of
from learnkit.study.notes import Note, show
from learnkit.study.predictions import written
from learnkit.study.questions import Prediction, Recall, Unreadable, called, is_open, quoted

BOX_DAYS = (1, 3, 7, 21, 60)
KEPT = 20  # answers of one question that the record keeps


def recall(question_id: str, answer: object = ...) -> None:
    """Ask a question about an earlier lesson, or say whether the answer given is right, and why.

    Parameters
    ----------
    question_id : "04.r1"
    answer : a number, a short text, or a choice: its letter or its text. Three dots mean: not answered yet.
    """
    question = find(question_id)
    if not isinstance(question, Recall):
        if isinstance(question, Prediction):
            what = f'Use `predict("{question.id}", answer=...)`: it is a prediction.'
        else:
            what = nearest(question_id, Recall)
        show(Note("Recall", (f"There is no recall question {called(question_id)}. {what}",)))
        return
    title = f"Recall {question.id}"
    if is_open(answer):
        show(_asked(question, title))
        return
    try:
        value = question.read(answer)
    except Unreadable as slip:
        show(Note(title, (str(slip), "Nothing was noted. Change `answer=` and run the cell again.")))
        return
    record_answer(question, value, again=False)
    show(Note(title, (question.question, feedback(question, value))))


def feedback(question: Recall, value: float | str) -> str:
    """Return what is said to an answer: whether it is right, and why."""
    given = quoted(value)
    verdict = f"Right: {given}." if question.is_right(value) else f"Not yet: you said {given}, the answer is {quoted(question.right)}."
    return f"{verdict} {question.explanation}"


def record_answer(question: Recall, value: float | str, *, again: bool, now: datetime | None = None) -> bool:
    """Record an answer where it counts, and return whether it did.

    Parameters
    ----------
    question : Recall
    value : as `question.read` returned it
    again : True if the person was asked now; False if the answer stands in a notebook, where the same text as before is the same answer
    now : the present moment by default
    """
    at = now or records.now()
    right, answer = question.is_right(value), written(value)

    def change(record: records.Record) -> bool:
        records.open_lesson(record, question.id, at)
        entry: dict[str, Any] | None = record["recall"].get(question.id)
        if entry and entry["answers"] and (records.moment(entry["due"]) > at or (not again and entry["answers"][-1]["answer"] == answer)):
            return False
        box = next_box(entry["box"] if entry else 1, right)
        answers = [*(entry["answers"] if entry else []), {"answer": answer, "right": right, "at": records.stamp(at)}][-KEPT:]
        due_at = records.stamp(at + timedelta(days=BOX_DAYS[box - 1]))
        record["recall"][question.id] = {"box": box, "due": due_at, "answers": answers}
        return True

    return records.update(change)


def next_box(box: int, right: bool) -> int:
    """Return the box, 1 to 5, that a question moves to; a new question starts from box 1.

    Examples
    --------
    >>> next_box(1, True), next_box(5, True), next_box(4, False)
    (2, 5, 1)
    """
    return min(max(box, 1) + 1, len(BOX_DAYS)) if right else 1


def due(n: int | None = 5, now: datetime | None = None) -> list[Recall]:
    """Return the questions to be asked: those whose time has come, longest waiting first, then new ones of lessons opened a day ago.

    Parameters
    ----------
    n : at most so many; None for all
    now : the present moment by default
    """
    at, record = now or records.now(), records.read()
    scheduled = sorted((entry["due"], name) for name, entry in record["recall"].items() if records.moment(entry["due"]) <= at)
    waiting = [question for _, name in scheduled if isinstance(question := find(name), Recall)]
    for lesson, entry in sorted(record["lessons"].items()):
        asked = questions_of(lesson)
        if asked and at - records.moment(entry["opened"]) >= timedelta(days=BOX_DAYS[0]):
            waiting += [question for question in asked.recalls if question.id not in record["recall"]]
    return waiting[:n]


def _asked(question: Recall, title: str) -> Note:
    """Return the question; with the answer where nobody is asked, and with the earlier answer until it is due again."""
    at = records.now()
    records.update(lambda record: records.open_lesson(record, question.id, at))
    how = {"number": "a number", "choice": "the letter of your choice in quotes", "text": "a short text in quotes"}[question.kind]
    line = f"Put {how} in place of the three dots in `answer=...`, and run the cell again."
    if records.machine_mode():
        return Note(title, (question.question,), question.choices, ("Answer", f"{question.right}. {question.explanation}"))
    entry = records.read()["recall"].get(question.id)
    if entry and entry["answers"] and records.moment(entry["due"]) > at:
        try:
            before = feedback(question, question.read(entry["answers"][-1]["answer"]))
        except Unreadable:  # the question has changed since
            return Note(title, (question.question, line), question.choices)
        return Note(title, (question.question, f"You have answered this. {before}"), question.choices)
    return Note(title, (question.question, line), question.choices)
