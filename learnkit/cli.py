"""The ``learnkit`` command: open the course, check exercises, see how far one is, check an installation, build the notebooks.

Each command loads what it needs when it runs, so ``learnkit --help`` answers at once; only checking loads NumPy.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

import learnkit
from learnkit.course import START, CourseError, course_root, find_lesson
from learnkit.datasets.commands import data
from learnkit.study.commands import coverage, report, review, status

app = typer.Typer(
    no_args_is_help=False,
    add_completion=False,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

Lessons = Annotated[
    list[str] | None, typer.Argument(metavar="[NN]...", help="Lesson numbers, such as 04; none means all.", show_default=False)
]
Folder = Annotated[Path | None, typer.Option(help="Where your copies are; my-course in the clone by default.", show_default=False)]


def say(text: str) -> None:
    """Print plainly: whole lines that can be copied, and brackets that are only brackets."""
    out.print(escape(text), soft_wrap=True)


def refuse(error: CourseError) -> NoReturn:
    err.print(f"[bold]learnkit:[/bold] {escape(str(error))}", soft_wrap=True)
    raise typer.Exit(1)


def print_version(wanted: bool) -> None:
    if wanted:
        say(f"learnkit {learnkit.__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def main(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", callback=print_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Learn how deep-learning models are trained.

    The course is a set of JupyterLab notebooks; this command opens them.

    [bold]Begin[/bold]

      learnkit lab            opens the start page in your browser

      learnkit lab 04         opens lesson 04

      learnkit status         shows how far you are

      learnkit doctor         says what is missing, and how to get it
    """
    if context.invoked_subcommand is None:
        say(context.get_help())


@app.command()
def lab(
    lesson: Annotated[str, typer.Argument(metavar="[NN]", help="The lesson to open, such as 04; 00 is the start page.")] = START,
    port: Annotated[int | None, typer.Option(help="Port; without it, the next free one from 8888.", show_default=False)] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    folder: Folder = None,
    fresh: Annotated[
        list[str] | None,
        typer.Option(metavar="NN", help="Put the course's present lesson NN beside your copy, and stop.", show_default=False),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Start, ask the page and a kernel, stop, and say what was seen.")] = False,
) -> None:
    """Open the course in JupyterLab, on your own copies of the notebooks.

    The copies live in my-course/, which git ignores. What you write there
    is never overwritten: when a lesson changes in the course, you are told,
    and --fresh puts the new one beside yours as 'NN_topic (new).ipynb'.
    JupyterLab runs on this machine only. Ctrl+C in the terminal stops it.

    [bold]Examples[/bold]

      learnkit lab                   the start page

      learnkit lab 04 --no-browser   lesson 04; only prints the address

      learnkit lab --fresh 04        the present lesson 04 beside yours

      learnkit lab --check           does everything work on this machine?
    """
    from learnkit.course.workspace import update

    try:
        course = course_root()
        stem = find_lesson(course, lesson)
        if check:
            raise typer.Exit(check_lab(course, stem))
        place = (folder.expanduser() if folder else course / "my-course").resolve()
        report = update(course, place, [find_lesson(course, name) for name in fresh or []])
        for number, what in ((len(report.copied), "copied to"), (len(report.updated), "updated in")):
            if number:
                say(f"{number} {'notebook' if number == 1 else 'notebooks'} {what} {place}")
        for name in report.fresh:
            say(f"The course's present version is now {place / name}")
        for message in report.messages:
            say(message)
        if not fresh:
            serve(course, place, f"notebooks/{stem}.ipynb", port, browser)
    except CourseError as error:
        refuse(error)


def serve(course: Path, place: Path, page: str, port: int | None, browser: bool) -> None:
    """Run JupyterLab until Ctrl+C, or until it is shut down from its own menu."""
    from learnkit.course.server import chosen_port, ended_by_signals, running

    try:
        with ended_by_signals(), running(course, place, page, chosen_port(port), open_browser=browser) as server:
            say(f"\nJupyterLab shows {place}\n\n    {server.url}\n")
            say("It opens in your browser; if it does not, open the address above." if browser else "Open the address above in a browser.")
            say("Save in JupyterLab (Ctrl+S), then stop it with Ctrl+C here.")
            server.process.wait()
    except KeyboardInterrupt:
        say("\nStopped. Your notebooks are in " + str(place))


def check_lab(course: Path, stem: str) -> int:
    """Start a server on fresh copies in a temporary folder, ask it what a browser would ask, stop it, and say what was seen."""
    from learnkit.course.connections import answers
    from learnkit.course.server import any_free_port, ended_by_signals, running
    from learnkit.course.workspace import update

    begin = time.perf_counter()
    page = f"notebooks/{stem}.ipynb"
    with tempfile.TemporaryDirectory(prefix="learnkit-check-", ignore_cleanup_errors=True) as name:
        scratch = Path(name)
        private = {"JUPYTER_RUNTIME_DIR": "runtime", "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces"}
        more = {variable: str(scratch / part) for variable, part in private.items()} | {"IPYTHONDIR": str(scratch / "ipython")}
        try:
            copied = len(update(course, scratch / "my-course").copied)
            say(f"copies    {copied} made")
            with ended_by_signals(), running(course, scratch / "my-course", page, any_free_port(), more=more) as server:
                say(f"server    {server.address}  {time.perf_counter() - begin:.1f} s")
                for line in answers(server, page):
                    say(line)
        except CourseError as error:
            err.print(f"[bold]learnkit:[/bold] {escape(str(error))}", soft_wrap=True)
            say("The course does not work here yet. learnkit doctor says more.")
            return 1
        except KeyboardInterrupt:
            say("Stopped.")
            return 130
    say(f"All answered, and all is stopped again: {time.perf_counter() - begin:.1f} s. Begin with: learnkit lab")
    return 0


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A notebook, or a Python file.", show_default=False)],
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdicts as JSON, one object an exercise.")] = False,
) -> None:
    """Check the exercises in a notebook, and say what is wrong with each.

    Save the notebook first; it need not have been run. The functions in
    it are run, each with what it needs and for at most 20 seconds, and
    nothing goes into your record. Ends with status 0 if every exercise of
    the lesson passes, 1 if one does not, 2 if the file cannot be checked.

    [bold]Examples[/bold]

      learnkit check my-course/exercises/04_classification.ipynb

      learnkit check my_copy.ipynb --json > verdicts.json
    """
    from learnkit.checking.files import FileProblem, check_file
    from learnkit.checking.files import as_json as written

    try:
        verdicts = check_file(file.expanduser())
    except FileProblem as problem:
        err.print(f"[bold]learnkit:[/bold] {escape(str(problem))}", soft_wrap=True)
        raise typer.Exit(2) from None
    passed = [verdict.passed for verdict in verdicts]
    if as_json:
        print(written(verdicts))
    else:
        for verdict in verdicts:  # of a function that is not there, one line says all
            say(f"{verdict.title}: {verdict.lines[0]}\n" if verdict.kind == "missing" else f"{verdict}\n")
        points, total = sum(verdict.points for verdict in verdicts), sum(verdict.points_total for verdict in verdicts)
        say(f"{sum(passed)} of {len(passed)} passed, {points} of {total} {'point' if total == 1 else 'points'}.")
    raise typer.Exit(0 if all(passed) else 1)


app.command()(status)
app.command()(review)
app.command()(report)
app.command()(coverage)
app.add_typer(data, name="data")


@app.command()
def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
    folder: Folder = None,
) -> None:
    """Check this installation, and say what exactly puts each thing right.

    Looks at Python, the packages, PyTorch and its device, the Jupyter
    kernel, space, the course's files and your copies. Changes nothing.
    Ends with status 1 if there is a problem; a warning is none.

    [bold]Examples[/bold]

      learnkit doctor                       a table to read

      learnkit doctor --json > doctor.json  to attach to a question
    """
    from learnkit.course import doctor as checks

    findings = checks.examine(folder.expanduser() if folder else None)
    problems = sum(finding.status == "problem" for finding in findings)
    warnings = sum(finding.status == "warning" for finding in findings)
    if as_json:
        print(checks.as_json(findings))
        raise typer.Exit(1 if problems else 0)
    table = Table(box=None, pad_edge=False)
    for title in ("check", "status", "found"):
        table.add_column(title, no_wrap=title != "found", overflow="fold")
    color = {"ok": "green", "warning": "yellow", "problem": "bold red"}
    for finding in findings:
        table.add_row(finding.name, f"[{color[finding.status]}]{finding.status}[/]", escape(finding.found))
    out.print(table)
    for finding in findings:
        if finding.fix:
            say(f"\n{finding.name}: {finding.fix}")
    words = "No problems." if not problems else "1 problem." if problems == 1 else f"{problems} problems."
    say(f"\n{words}{f' Warnings: {warnings}.' if warnings else ''}{'' if problems else ' Begin with: learnkit lab'}")
    raise typer.Exit(1 if problems else 0)


@app.command()
def matrix(
    lesson: Annotated[str | None, typer.Argument(metavar="[NN]", help="A lesson, such as 04; none means all.", show_default=False)] = None,
    mutants: Annotated[bool, typer.Option("--mutants", help="Change the solutions a little, and list the changes that pass.")] = False,
) -> None:
    """Print the kill matrix, for those who write exercises.

    One line a mistake: on which probes it is caught, in how many of 20
    draws of the inputs it is rejected, and how often a second way to
    write it is called by its name. Takes about 10 seconds a lesson. Ends
    with status 1 if a mistake escapes or a right answer is refused.

    [bold]Examples[/bold]

      learnkit matrix 04   the mistakes of lesson 04

      learnkit matrix      those of all lessons

      learnkit matrix 04 --mutants   small changes of its solutions
    """
    from learnkit.checking.matrix import run_matrix
    from learnkit.checking.mutants import run_mutants

    run = run_mutants if mutants else run_matrix
    try:
        report = run(None if lesson is None else lesson.zfill(2))
    except LookupError as error:
        err.print(f"[bold]learnkit:[/bold] {escape(str(error.args[0]))}", soft_wrap=True)
        raise typer.Exit(2) from None
    say(str(report))
    raise typer.Exit(0 if report.ok else 1)


@app.command()
def build(
    lessons: Lessons = None,
    check: Annotated[bool, typer.Option("--check", help="Run nothing; list the notebooks that differ from their sources.")] = False,
    jobs: Annotated[int, typer.Option(help="Build so many notebooks at a time.")] = 1,
) -> None:
    """Build the notebooks from their sources, for those who write lessons.

    Runs every cell in a fresh kernel and writes the notebooks with their
    outputs, and the exercises that the solutions give. A cell that raises
    stops its notebook, which stays as it was.

    [bold]Examples[/bold]

      learnkit build 04        lesson 04 only

      learnkit build --check   what has changed and was not built?
    """
    try:
        course = course_root()
        tool = course / "tools" / "build_notebooks.py"
        if not tool.exists():
            raise CourseError(f"there is no {tool}: notebooks are built in a clone of the repository.")
    except CourseError as error:
        refuse(error)
    command = [sys.executable, str(tool), *(lessons or []), *(["--check"] if check else []), f"--jobs={jobs}"]
    path = os.pathsep.join(part for part in (str(course), os.environ.get("PYTHONPATH", "")) if part)
    raise typer.Exit(subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, check=False).returncode)
