"""Commit, then see: a question before a result, and a result that waits for the answer.

``predict("04.untrained-loss", answer=...)`` stands in a cell of its own; the learner puts an answer in place of the three dots.
``show_after("04.untrained-loss", figure)`` shows a result, and the reply to the answer, once there is one; the computation runs in any
case. The first answer is the one that counts; later ones are recorded too. A slip in an answer or an id is said in a sentence, and
never stops a notebook.
"""

import math
from typing import Any

from learnkit.study import records
from learnkit.study.lessons import find, nearest
from learnkit.study.notes import Note, hidden, show
from learnkit.study.questions import Prediction, Recall, Unreadable, called, is_open, quoted, shown


def predict(question_id: str, answer: object = ...) -> None:
    """Ask for a prediction, or note the one that was given.

    Parameters
    ----------
    question_id : "04.untrained-loss"
    answer : a number, or a choice: its letter or its text. Three dots mean: not answered yet.
    """
    prediction = _find(question_id)
    if prediction is None:
        return
    title = f"Prediction {prediction.id}"
    if is_open(answer):
        _ask(prediction, title)
        return
    try:
        value = prediction.read(answer)
    except Unreadable as slip:
        show(Note(title, (str(slip), "Nothing was noted. Change `answer=` and run the cell again.")))
        return
    first = _note(prediction, value)
    changed = () if first == value else (f"Your first answer, {quoted(first)}, is the one that counts.",)
    show(Note(title, (f"Noted: {quoted(value)}. {prediction.then}", *changed)))


def show_after(question_id: str, thing: object, *args: Any, **options: Any) -> None:
    """Show a result once the prediction stands, with the reply to the answer; until then, say what to do.

    Parameters
    ----------
    question_id : "04.untrained-loss"
    thing : a figure, a text, or any other result; or a function that makes or shows one, called with `args` and `options`
        The function is called in any case: what it computes is there for later cells, and what it shows is withheld.

    Notes
    -----
    Figures of ``learnkit.visual`` are withheld; one that pyplot holds is shown by pyplot itself at the end of the cell.
    """
    prediction = _find(question_id)
    answer = _standing(prediction) if prediction else None
    waits = prediction is not None and answer is None
    result = thing
    if callable(thing):
        if waits:
            with hidden():
                result = thing(*args, **options)
        else:
            result = thing(*args, **options)
    if prediction is not None and answer is None:
        show(_waiting(prediction))
        return
    if result is not None:
        show(result)
    if prediction is not None and answer is not None:
        show(_reply(prediction, answer))


def reveal(question_id: str) -> None:
    """Show the reply to the answer that was given, where the result is in words only; without an answer, say what to do."""
    show_after(question_id, None)


def _find(question_id: object) -> Prediction | None:
    question = find(question_id)
    if isinstance(question, Prediction):
        return question
    if isinstance(question, Recall):
        what = f'Use `recall("{question.id}", answer=...)`: it is a recall question.'
    else:
        what = nearest(question_id, Prediction)
    show(Note("Prediction", (f"There is no prediction {called(question_id)}. {what}",)))
    return None


def _note(prediction: Prediction, value: float | str) -> float | str:
    """Record an answer; return the first one."""
    at = records.now()
    entry: dict[str, Any] = {"answer": written(value), "at": records.stamp(at)}

    def change(record: records.Record) -> str | float:
        records.open_lesson(record, prediction.id, at)
        known = record["predictions"].setdefault(prediction.id, {"first": entry, "latest": entry, "changes": 0})
        if known["latest"]["answer"] != entry["answer"]:
            known.update(latest=entry, changes=known["changes"] + 1)
        first: str | float = known["first"]["answer"]
        return first

    return stored(prediction, records.update(change), value)


def written(value: float | str) -> float | str:
    """Return an answer as JSON can hold it: infinity is no number there."""
    return shown(value) if isinstance(value, float) and math.isinf(value) else value


def stored(prediction: Prediction, answer: object, otherwise: float | str) -> float | str:
    """Return a recorded answer; `otherwise` if the question has changed so that it no longer fits."""
    try:
        return prediction.read(answer)
    except Unreadable:
        return otherwise


def _standing(prediction: Prediction) -> float | str | None:
    """Return the answer that stands: the latest of the learner, for machines the default; None if there is none."""
    entry = records.read()["predictions"].get(prediction.id)
    if entry is not None:
        try:
            return prediction.read(entry["latest"]["answer"])
        except Unreadable:  # the question has changed since
            return None
    return prediction.read(prediction.default) if records.machine_mode() else None


def _ask(prediction: Prediction, title: str) -> None:
    at = records.now()
    records.update(lambda record: records.open_lesson(record, prediction.id, at))
    answer = _standing(prediction)
    if answer is None:
        how = "a number" if prediction.kind == "number" else "the letter of your choice in quotes"
        line = f"Put {how} in place of the three dots in `answer=...`, and run the cell again."
    elif records.machine_mode():
        line = f"Nobody was asked when this page was made; it goes on with a common answer: {quoted(answer)}."
    else:
        line = f"Your answer so far: {quoted(answer)}. To change it, put another in place of the three dots, and run the cell again."
    show(Note(title, (prediction.question, line), prediction.choices))


def _waiting(prediction: Prediction) -> Note:
    call = f'`predict("{prediction.id}", answer=...)`'
    how = f"Answer the question above first: {call}, with your answer in place of the three dots. Then run this cell again."
    return Note(f"Prediction {prediction.id}", (f"The result is computed, and waits for your prediction: {prediction.question}", how))


def _reply(prediction: Prediction, answer: float | str) -> Note:
    said = f"Suppose you said {quoted(answer)}." if records.machine_mode() else f"You said {quoted(answer)}."
    return Note(f"Prediction {prediction.id}", (f"{said} {prediction.reply(answer)}",), folded=_others(prediction, answer))


def _others(prediction: Prediction, answer: float | str) -> tuple[str, ...]:
    given = prediction.reply(answer)
    others = [f"{reply.to}: {reply.text}" for reply in prediction.replies if reply.text != given]
    return ("To other answers", *others) if others else ()
