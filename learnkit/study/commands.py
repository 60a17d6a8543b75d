"""What ``learnkit status``, ``review``, ``report`` and ``coverage`` do; the command line registers the functions.

Words say everything; color only repeats them. Where nobody can type, both say so and end.
"""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from learnkit.course import CourseError, course_root
from learnkit.course.files import write_atomically
from learnkit.study import records
from learnkit.study.notes import LETTERS
from learnkit.study.progress import summary
from learnkit.study.questions import Recall, Unreadable
from learnkit.study.recalls import due, feedback, record_answer

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


def say(text: str) -> None:
    out.print(escape(text), soft_wrap=True)


def can_ask() -> bool:
    """Return whether a person can type an answer."""
    return sys.stdin is not None and sys.stdin.isatty()


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    Examples
    --------
    >>> counted(1, "hint"), counted(3, "hint")
    ('1 hint', '3 hints')
    """
    return f"{number} {noun}{'' if number == 1 else 's'}"


def status(
    reset: Annotated[bool, typer.Option("--reset", help="Begin anew: asks first, and keeps a copy of the record.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the counts as JSON.")] = False,
) -> None:
    """Show how far you are: lessons, predictions, exercises, and what is due for review.

    All of it comes from one file on this machine. Nothing sends it anywhere.

    [bold]Examples[/bold]

      learnkit status           a table to read

      learnkit status --reset   begin anew
    """
    if reset:
        begin_anew()
        return
    found = summary()
    if as_json:
        print(json.dumps(found, indent=1, sort_keys=True))
        return
    if records.machine_mode():
        say("LEARNKIT_ANSWERS=default is set: your record is neither read nor written.")
    if found["lessons"]:
        table = Table(box=None, pad_edge=False)
        for title in ("lesson", "opened", "predictions", "exercises", "recall"):
            table.add_column(title, overflow="fold")
        for lesson in found["lessons"]:
            predictions, problems, recalls = lesson["predictions"], lesson["problems"], lesson["recall"]
            table.add_row(
                escape(f"{lesson['lesson']} {lesson['title']}".strip()),
                lesson["opened"][:10],
                f"{predictions['answered']} of {predictions['asked']} answered, {predictions['right_first']} right at first",
                f"{problems['passed']} passed of {problems['tried']} tried, {counted(problems['hints'], 'hint')}",
                f"{recalls['answered']} of {recalls['asked']} answered, {recalls['right_last']} right",
            )
        out.print(table)
    else:
        say("Nothing is recorded yet. Begin with: learnkit lab")
    waiting = found["recall_due"]
    say(f"\nDue for review: {counted(waiting, 'question')}.{' Ask for them with: learnkit review' if waiting else ''}")
    say(f"Your record is {records.record_path()} and stays on this machine.")


def begin_anew() -> None:
    """Ask, then put the record away under a dated name."""
    path = records.record_path()
    if not path.exists():
        say("There is no record yet, so there is nothing to delete.")
        return
    say(f"This forgets your predictions, recall schedule, hints and attempts. Your notebooks stay as they are. The record is {path}.")
    if not can_ask():
        err.print("--reset asks before it deletes, and here nobody can type an answer. Nothing was deleted.", soft_wrap=True)
        raise typer.Exit(1)
    if not typer.confirm("Delete it?", default=False):
        say("Nothing was deleted.")
        return
    try:
        backup = records.RecordFile(path).move_away("backup")
    except OSError as error:
        err.print(escape(f"The record could not be moved ({error.strerror or error}). Nothing was deleted."), soft_wrap=True)
        raise typer.Exit(1) from None
    say(f"Done. A copy is kept as {backup}; delete that file too if you want no trace of it." if backup else "It was already gone.")


def review(
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="Ask at most so many.")] = 5,
) -> None:
    """Answer the recall questions that are due, five at a time.

    A right answer comes back after 3, 7, 21 and 60 days; a wrong one
    tomorrow. Enter skips a question, q stops.

    [bold]Examples[/bold]

      learnkit review             five questions, if so many are due

      learnkit review --count 1   one question
    """
    waiting = due(count)
    if not waiting:
        say("Nothing is due. Questions come back a day after a lesson is opened, and then at growing distances.")
        return
    if not can_ask():
        for number, question in enumerate(waiting, start=1):
            say(f"{number}. {question_text(question)}\n")
        say("Here nobody can type an answer, so nothing was asked. Run learnkit review in a terminal.")
        return
    say(f"{counted(len(waiting), 'question')}. Enter skips one, q stops.\n")
    results: list[bool] = []
    for number, question in enumerate(waiting, start=1):
        say(f"{number}. {question_text(question)}")
        try:
            result = ask(question)
        except (EOFError, KeyboardInterrupt):
            say("")
            break
        if result is not None:
            results.append(result)
    say(f"{sum(results)} right of {counted(len(results), 'answer')}. Still due: {counted(len(due(None)), 'question')}.")


def question_text(question: Recall) -> str:
    listed = [f"\n     {letter}  {choice}" for letter, choice in zip(LETTERS, question.choices, strict=False)]
    return f"{question.question} (from lesson {question.from_lesson})" + "".join(listed)


def ask(question: Recall) -> bool | None:
    """Read an answer, record it, explain, and return whether it was right; None if the question is skipped.

    Raises
    ------
    EOFError
        If the person wants to stop.
    """
    while True:
        answer = input("> ").strip()
        if not answer:
            say("Skipped; it stays due.\n")
            return None
        if answer.casefold() in ("q", "quit"):
            raise EOFError
        try:
            value = question.read(answer)
        except Unreadable as slip:
            say(str(slip).replace(" in quotes", "").replace('"', ""))
            continue
        record_answer(question, value, again=True)
        say(feedback(question, value) + "\n")
        return question.is_right(value)


def report(
    output: Annotated[Path, typer.Option("--output", "-o", help="Where it is written.")] = Path("what-i-can-show.md"),
) -> None:
    """Write what you can show: objectives, exercises passed, hints used.

    A page of Markdown from the record on this machine, to keep or to hand
    in. It claims only what is recorded: an objective stands with the
    exercises that show it.

    [bold]Examples[/bold]

      learnkit report                   writes what-i-can-show.md

      learnkit report -o to-hand-in.md
    """
    from learnkit.study.showings import TITLE, report_of

    path = output.expanduser()
    try:
        if path.exists() and not path.read_text(encoding="utf-8", errors="replace").startswith(TITLE):
            err.print(
                escape(f"{path} is there and is no report of learnkit. Nothing was written; name another file with -o."), soft_wrap=True
            )
            raise typer.Exit(1)
        write_atomically(path, report_of(records.read(), records.now()))
    except OSError as error:
        err.print(escape(f"{path} cannot be written ({error.strerror or error}). Name another place with -o."), soft_wrap=True)
        raise typer.Exit(1) from None
    say(f"Written: {path.resolve()}")


def coverage(
    lesson: Annotated[str | None, typer.Argument(metavar="[NN]", help="A lesson, such as 04; none means all.", show_default=False)] = None,
) -> None:
    """Print what serves each objective of a lesson, for those who write lessons.

    For every objective the predictions, the sections whose cells show it,
    and the exercises with the mistakes that contradict it. Ends with status
    1 if something is missing.

    [bold]Examples[/bold]

      learnkit coverage 04   the objectives of lesson 04

      learnkit coverage      those of all lessons
    """
    from learnkit.study.coverage import as_text, coverage_of, lesson_sources

    try:
        sources = lesson_sources(course_root())
    except CourseError as error:
        err.print(escape(str(error)), soft_wrap=True)
        raise typer.Exit(1) from None
    if lesson is not None and lesson.zfill(2) not in sources:
        err.print(f"There is no lesson {escape(lesson)} with objectives. There are: {', '.join(sources)}.")
        raise typer.Exit(2)
    found = [row for number, text in sources.items() if lesson in (None, number, number.lstrip("0")) for row in coverage_of(number, text)]
    say(as_text(found))
    raise typer.Exit(0 if found and not any(row.missing for row in found) else 1)
