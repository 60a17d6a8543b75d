"""What ``learnkit data`` does: list the data sets, download some, verify what is here, say where it is.

Loads no NumPy. Words say everything; color only repeats them.
"""

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from learnkit.datasets.contents import DataError, problem_of
from learnkit.datasets.descriptions import DESCRIPTIONS, DOWNLOADED, Description
from learnkit.datasets.downloads import obtain, present
from learnkit.datasets.partial_files import PartialFile
from learnkit.datasets.remote_files import REMOTE_FILES, data_folder

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)

data = typer.Typer(no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]})


def say(text: str) -> None:
    out.print(escape(text), soft_wrap=True)


def refuse(text: str, status: int) -> NoReturn:
    err.print(f"[bold]learnkit:[/bold] {escape(text)}", soft_wrap=True)
    raise typer.Exit(status)


@data.callback(invoke_without_command=True)
def main(context: typer.Context) -> None:
    """List, download and verify the data sets of the lessons.

    Some come with scikit-learn. The others are downloaded once from
    their publishers, into a folder of this machine; LEARNKIT_DATA names
    another. Each file is known by the sha256 of its content.

    [bold]Examples[/bold]

      learnkit data list        what there is, and what is here

      learnkit data get names   download one before it is needed
    """
    if context.invoked_subcommand is None:
        say(context.get_help())


@data.command("list")
def list_sets() -> None:
    """Show all data sets: what they are, their license, and whether they are here.

    Sees which files are there and does not read them; verify does.

    [bold]Examples[/bold]

      learnkit data list          a table to read

      learnkit data list | cat    the same, without color
    """
    folder = data_folder()
    table = Table(box=None, pad_edge=False)
    for title in ("name", "what", "license", "state"):
        table.add_column(title, no_wrap=title != "what", overflow="fold")
    for description in DESCRIPTIONS:
        table.add_row(description.name, description.title, description.license, state_of(description, folder))
    out.print(table)
    say(f"\nDownloaded data are in {folder}. To get what is not here yet: learnkit data get NAME")


def state_of(description: Description, folder: Path) -> str:
    """Return in a few words whether a data set can be used now."""
    if description.origin != DOWNLOADED:
        return "with scikit-learn"
    files = REMOTE_FILES[description.name]
    here = [file for file in files if present(file, folder)]
    if len(here) == len(files):
        return "here"
    arrived = sum(PartialFile(folder / file.path).size for file in files)
    parts = [f"{len(here)} of {len(files)} files"] if here else []
    parts += [f"{_megabytes(arrived)} of a file"] if arrived else []
    return f"in part: {', '.join(parts)}" if parts else f"not yet, {_megabytes(sum(file.download for file in files))}"


@data.command()
def get(
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Which, as list names them.", show_default=False)] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that can be downloaded.")] = False,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Put them in this folder, and not where lessons look.", show_default=False)
    ] = None,
) -> None:
    """Download data sets, or go on with what was interrupted.

    What is here already and right is not downloaded again. Ctrl+C keeps
    what has arrived. Ends with status 1 if a file cannot be had.

    [bold]Examples[/bold]

      learnkit data get fashion_mnist names

      learnkit data get --all --to /media/stick/data   for machines without a network
    """
    wanted = _wanted(names or [], everything)
    folder = to.expanduser().absolute() if to else data_folder()
    failed = False
    for name in wanted:
        try:
            for file in REMOTE_FILES[name]:
                before = bool(present(file, folder))
                path = obtain(file, folder)
                say(f"{'was here' if before else 'got     '}  {path}")
        except DataError as error:
            err.print(f"[bold]learnkit:[/bold] {escape(str(error))}", soft_wrap=True)
            failed = True
        except KeyboardInterrupt:
            say("\nStopped. What has arrived is kept, and the same command goes on from there.")
            raise typer.Exit(130) from None
    if to and not failed:
        say(f"To use it there: set LEARNKIT_DATA to {folder}")
    raise typer.Exit(1 if failed else 0)


def _wanted(names: list[str], everything: bool) -> list[str]:
    """Return the data sets that are meant, each once; what cannot be downloaded is refused."""
    if everything and names:
        refuse("--all gets everything, so give no names with it.", 2)
    if not names and not everything:
        refuse(f"say which: {', '.join(REMOTE_FILES)}, or --all.", 2)
    known = {_plain(description.name): description for description in DESCRIPTIONS}
    wanted = list(REMOTE_FILES) if everything else []
    for name in names:
        found = known.get(_plain(name))
        if found is None:
            refuse(f"there is no data set {name!r}. To be downloaded there are {', '.join(REMOTE_FILES)}.", 2)
        if found.origin != DOWNLOADED:
            say(f"{found.name} comes with scikit-learn: there is nothing to download.")
        elif found.name not in wanted:
            wanted.append(found.name)
    return wanted


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


@data.command()
def verify() -> None:
    """Read what is downloaded, and compare every file with its digest.

    Changes nothing. Ends with status 1 if a file is wrong; one that is
    not here is no error.

    [bold]Examples[/bold]

      learnkit data verify

      LEARNKIT_DATA=/media/stick/data learnkit data verify
    """
    folder = data_folder()
    wrong = counted = 0
    try:
        for file in (file for files in REMOTE_FILES.values() for file in files):
            for path in present(file, folder):
                problem = problem_of(path, file)
                counted += 1
                wrong += bool(problem)
                say(f"wrong  {path} {problem}" if problem else f"right  {path}")
    except KeyboardInterrupt:
        say("\nStopped.")
        raise typer.Exit(130) from None
    if not counted:
        say(f"Nothing is downloaded to {folder} yet. learnkit data list shows what there is.")
    elif wrong:
        say(
            f"\n{wrong} of {counted} {'is' if wrong == 1 else 'are'} wrong and not used. Delete what is wrong, then: learnkit data get NAME"
        )
    raise typer.Exit(1 if wrong else 0)


@data.command()
def where() -> None:
    """Print the folder of the downloaded data.

    [bold]Examples[/bold]

      learnkit data where

      ls $(learnkit data where)
    """
    typer.echo(data_folder())


def _megabytes(size: int) -> str:
    """Return a size in words."""
    return f"{size / 1e6:.1f} MB" if size >= 50_000 else f"{size / 1e3:.0f} kB"
