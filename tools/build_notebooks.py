"""Build the notebooks: read ``src/NN_topic.py``, run every cell in a fresh kernel, write ``NN_topic.ipynb`` with its outputs.

The percent-format sources are the only files people edit; the way is one way. A notebook is written whole or not at all, and building an
unchanged source again writes the same bytes: cell ids come from the cells, and nothing that depends on the clock or the machine is kept.
A notebook with solutions gives an exercise notebook too, which nobody edits (see `tools/build_exercises.py`).

    python tools/build_notebooks.py             all notebooks, solutions and exercises
    python tools/build_notebooks.py 00 04       these lessons
    python tools/build_notebooks.py --check     run nothing; list what differs from its source
"""

import argparse
import asyncio
import copy
import hashlib
import importlib.util
import json
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from ipykernel.kernelspec import get_kernel_dict
from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

ROOT = Path(__file__).resolve().parents[1]
if str(ROOT) not in sys.path:  # run as a script, this file sees the clone it stands in
    sys.path.insert(0, str(ROOT))

from learnkit.course.files import write_atomically  # noqa: E402
from tools.build_exercises import Unfit, exercise_of  # noqa: E402

FOLDERS = ("notebooks", "solutions")

METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {
        "codemirror_mode": {"name": "ipython", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
    },
}
NOISE = ("execution", "lines_to_next_cell", "lines_to_end_of_cell_marker", "collapsed", "scrolled")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"

ANSI = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
LOCAL_PATH = re.compile(
    r"(?<![\w.:/~-])(?:/(?:home|Users|root|tmp|var|private|mnt|usr|opt|srv|media)/[\w.+-]+|~/[\w.+-]+/[\w.+/-]+|[A-Za-z]:\\[\w.+-]+\\)"
)
ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]{6,}")


class BuildError(Exception):
    """A notebook cannot be built; the message is for the person who edits it."""


class ThisEnvironment(KernelSpecManager):
    """Finds the kernel of the Python that runs this tool, whatever kernels the user has registered."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(resource_dir="", **get_kernel_dict())


class Kernel(AsyncKernelManager):
    """Starts kernels of this environment; the client that makes one also ends it."""

    def _kernel_spec_manager_default(self) -> KernelSpecManager:
        return ThisEnvironment()


def find_sources(root: Path, wanted: Sequence[str] = ()) -> list[Path]:
    """Return the sources of all lessons, or of those named by number (``4``, ``04``) or by stem (``04_classification``)."""
    sources = [path for folder in FOLDERS for path in sorted((root / folder / "src").glob("[0-9][0-9]*_*.py"))]
    if not wanted:
        return sources
    chosen = []
    for name in wanted:
        found = [path for path in sources if path.stem == name or path.stem[:2] == name.zfill(2)]
        if not found:
            known = ", ".join(path.stem for path in sources) or "none"
            raise BuildError(f"there is no source for {name!r}; the sources are: {known}")
        chosen += [path for path in found if path not in chosen]
    return chosen


def target_of(source: Path) -> Path:
    return source.parents[1] / f"{source.stem}.ipynb"


def exercise_target(source: Path) -> Path | None:
    """Return where the exercise notebook of a source belongs; None if the source is no notebook with solutions."""
    course = source.parents[2]
    return course / "exercises" / f"{source.stem}.ipynb" if source.parents[1].name == "solutions" else None


def read_source(source: Path) -> Any:
    """Return the notebook that a percent-format source stands for, without outputs, with stable ids and our metadata."""
    notebook = jupytext.reads(source.read_text(encoding="utf-8"), fmt="py:percent")
    notebook.metadata = copy.deepcopy(METADATA)
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    for cell in notebook.cells:
        for key in NOISE:
            cell.metadata.pop(key, None)
    give_ids(notebook)
    return notebook


def give_ids(notebook: Any) -> None:
    seen: Counter[str] = Counter()
    for cell in notebook.cells:
        digest = hashlib.sha256(f"{cell.cell_type}\n{cell.source}".encode()).hexdigest()[:12]
        seen[digest] += 1  # the same text twice: the second is told from the first by its count
        cell.id = digest if seen[digest] == 1 else f"{digest}-{seen[digest]}"


def exercise_text(source: Path) -> str:
    """Return the exercise notebook that a source with solutions gives, as it is written to its file; nothing is run.

    Raises
    ------
    BuildError
        If the cells with solutions do not fit the problems of the lesson.
    """
    try:
        notebook = exercise_of(read_source(source), source.stem[:2])
    except Unfit as error:
        raise BuildError(f"{source}\n  {error}") from None
    give_ids(notebook)
    return written(notebook)


def written(notebook: Any) -> str:
    nbformat.validate(notebook)
    return str(nbformat.writes(notebook)) + "\n"  # type: ignore[no-untyped-call]


def label(index: int, cell: Any) -> str:
    first = next((line for line in cell["source"].splitlines() if line.strip()), "empty")
    return f"cell {index + 1} ({first.strip()[:60]})"


def indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def kernel_environment(root: Path, scratch: Path) -> dict[str, str]:
    """Return what a kernel sees: one thread, fixed hashes, this clone's learnkit, and none of the person's own settings."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "IPYTHON", "JPY_"))}
    env |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1")
    env |= {"PYTHONHASHSEED": "0", "PYTHONPATH": str(root), "LEARNKIT_ANSWERS": "default"}
    env |= {"LEARNKIT_HOME": str(scratch / "learner"), "IPYTHONDIR": str(scratch / "ipython")}
    matplotlib = importlib.util.find_spec("matplotlib")
    if matplotlib is not None and matplotlib.origin is not None:
        env["MATPLOTLIBRC"] = str(Path(matplotlib.origin).parent / "mpl-data" / "matplotlibrc")
        env.pop("MPLBACKEND", None)
    return env


def execute(notebook: Any, source: Path, root: Path, timeout: int) -> None:
    """Run all cells of `notebook` in place; a cell that raises stops the build unless it carries the tag raises-exception."""
    with tempfile.TemporaryDirectory(prefix="learnkit-build-") as scratch:
        client = NotebookClient(
            notebook,
            kernel_name="python3",
            kernel_manager_class=Kernel,
            timeout=timeout,
            record_timing=False,
            store_widget_state=False,
            coalesce_streams=True,
            resources={"metadata": {"path": str(target_of(source).parent)}},
        )
        running = [0]
        client.on_cell_start = lambda cell, cell_index: running.__setitem__(0, cell_index)
        log = Path(scratch) / "kernel.log"
        with log.open("w") as stream:  # what the kernel's process itself writes is shown only when it dies
            try:
                asyncio.run(client.async_execute(env=kernel_environment(root, Path(scratch)), stdout=stream, stderr=stream))
            except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
                raise BuildError(failure(notebook, running[0], source, error, timeout, log)) from None


def failure(notebook: Any, index: int, source: Path, error: Exception, timeout: int, log: Path) -> str:
    """Say which cell stopped the build, with its source and what it raised."""
    cell = notebook.cells[index]
    text = ANSI.sub("", "\n".join(line for o in cell.outputs if o.output_type == "error" for line in o.traceback))
    if isinstance(error, CellTimeoutError):
        what = f"did not finish within {timeout} s (--timeout sets the limit)"
    elif isinstance(error, DeadKernelError):
        what = "ended its kernel (out of memory, or a crash in compiled code)"
        text = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    else:
        what = "raised"
    return f"{source}\n  {label(index, cell)} {what}:\n\n{indented(cell.source)}\n\n{indented(text)}".rstrip()


def tags(cell: Any) -> list[str]:
    return list(cell["metadata"].get("tags", []))


def clean(notebook: Any, source: Path, root: Path) -> None:
    """Drop what a run leaves beside its results, and refuse output that another machine or another run would write differently."""
    notebook.metadata = copy.deepcopy(METADATA)
    problems = []
    for index, cell in enumerate(notebook.cells):
        for key in NOISE:
            cell.metadata.pop(key, None)
        if cell.cell_type != "code":
            continue
        for output in cell.outputs:
            if output.output_type == "error":
                output.traceback = [shorten_paths(line, root) for line in output.traceback]
            output.get("data", {}).pop(WIDGET_VIEW, None)  # its model lives in the kernel only; the text form remains
        for text in texts(cell.outputs):
            for line in ANSI.sub("", text).splitlines():
                if what := machine_detail(line, root):
                    problems.append(f"  {label(index, cell)}: its output holds {what}: {line.strip()[:160]}")
                    break
        if "raises-exception" in tags(cell) and not any(o.output_type == "error" for o in cell.outputs):
            problems.append(f"  {label(index, cell)}: carries the tag raises-exception and raised nothing; remove the tag")
    if problems:
        raise BuildError("\n".join([str(source), *problems]))


def machine_detail(line: str, root: Path) -> str | None:
    """Name what in a line of output belongs to one machine or one run, or return None."""
    if LOCAL_PATH.search(line) or any(place in line for place in (f"{root}{os.sep}", f"{sys.prefix}{os.sep}")):
        return "a path of this machine"
    return "a memory address" if ADDRESS.search(line) else None


def texts(outputs: Sequence[Any]) -> Iterator[str]:
    """Yield every readable text of a cell's outputs."""
    for output in outputs:
        if output.output_type == "stream":
            yield output.text
        elif output.output_type == "error":
            yield "\n".join([*output.traceback, output.evalue])
        else:
            yield from (value for kind, value in output.data.items() if isinstance(value, str) and not kind.startswith("image/"))


def shorten_paths(line: str, root: Path) -> str:
    """Make the files in a wanted traceback relative: to the clone, to site-packages, to Python's own library."""
    home = str(Path.home())
    places = [(str(root), ""), (str(Path(nbformat.__file__).parents[1]), "site-packages/"), (str(Path(os.__file__).parent), "python/")]
    for place, short in places:
        for spelled in (place, place.replace(home, "~", 1)):
            line = line.replace(spelled + os.sep, short)
    return line


def build(source: Path, root: Path = ROOT, timeout: int = 120) -> bool:
    """Execute one source and write its notebook, and its exercises if it has solutions; return whether a file changed.

    Raises
    ------
    BuildError
        If a cell raises, runs too long, or prints what is true on this machine only, or its solutions do not fit the lesson's problems;
        the notebooks on disk stay as they were.
    """
    notebook = read_source(source)
    exercise = exercise_target(source)
    texts_of = {} if exercise is None else {exercise: exercise_text(source)}
    execute(notebook, source, root, timeout)
    clean(notebook, source, root)
    texts_of[target_of(source)] = written(notebook)
    changed = {path: text for path, text in texts_of.items() if not path.exists() or path.read_text(encoding="utf-8") != text}
    for path, text in changed.items():
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, text)
    return bool(changed)


def stale(source: Path) -> str | None:
    """Say how a notebook differs from its source, or return None; outputs are not compared, and nothing is run."""
    target = target_of(source)
    if not target.exists():
        return "has not been built"
    try:
        built = json.loads(target.read_text(encoding="utf-8"))["cells"]
    except (ValueError, KeyError):
        return "is not a notebook that can be read"
    wanted = read_source(source).cells
    for index, (cell, other) in enumerate(zip(wanted, built, strict=False)):
        text = "".join(other["source"])
        if (cell.cell_type, cell.source, tags(cell)) != (other["cell_type"], text, tags(other)):
            return f"differs from its source in {label(index, cell)}"
    if len(wanted) != len(built):
        return f"has {len(built)} cells, its source {len(wanted)}"
    return None


def stale_exercise(source: Path) -> str | None:
    """Say how an exercise notebook differs from what its solutions give, or return None; nothing is run."""
    target = exercise_target(source)
    if target is None:
        return None
    if not target.exists():
        return "has not been built"
    try:
        wanted = exercise_text(source)
    except BuildError as error:
        return f"cannot be built: {error}"
    return None if target.read_text(encoding="utf-8") == wanted else f"is not what solutions/src/{source.name} gives"


def orphans(root: Path) -> list[str]:
    sources = {"notebooks": "notebooks", "solutions": "solutions", "exercises": "solutions"}
    return [
        f"{path.relative_to(root)} has no source in {home}/src"
        for folder, home in sources.items()
        for path in sorted((root / folder).glob("[0-9][0-9]*_*.ipynb"))
        if not (root / home / "src" / f"{path.stem}.py").exists()
    ]


def check(root: Path, sources: Sequence[Path], everything: bool) -> int:
    found = {(source, target_of(source)): what for source in sources if (what := stale(source))}
    found |= {(source, path): what for source in sources if (path := exercise_target(source)) and (what := stale_exercise(source))}
    findings = [f"{path.relative_to(root)} {what}" for (_, path), what in found.items()] + (orphans(root) if everything else [])
    for finding in findings:
        print(finding)
    if found:
        print("\nBuild them with: python tools/build_notebooks.py " + " ".join(sorted({source.stem[:2] for source, _ in found})))
    if not findings:
        print(f"All {len(sources)} match their sources.")
    return 1 if findings else 0


def timed_build(source: Path, root: Path, timeout: int) -> tuple[Path, bool | BuildError, float]:
    start = time.perf_counter()
    try:
        result: bool | BuildError = build(source, root, timeout)
    except BuildError as error:
        result = error
    return source, result, time.perf_counter() - start


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("lessons", nargs="*", metavar="NN", help="lesson numbers; none means all")
    parser.add_argument("--check", action="store_true", help="run nothing; list the notebooks that differ from their sources")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="build N notebooks at a time")
    parser.add_argument("--timeout", type=int, default=120, metavar="SECONDS", help="limit for one cell")
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    root = options.root.resolve()
    try:
        sources = find_sources(root, options.lessons)
    except BuildError as error:
        print(error, file=sys.stderr)
        return 2
    if options.check:
        return check(root, sources, everything=not options.lessons)
    failed = []
    with ThreadPoolExecutor(max(1, options.jobs)) as pool:
        for source, result, seconds in pool.map(lambda path: timed_build(path, root, options.timeout), sources):
            outcome = "FAILED" if isinstance(result, BuildError) else "written" if result else "unchanged"
            print(f"{target_of(source).relative_to(root)}  {outcome}  {seconds:.1f} s", flush=True)
            if isinstance(result, BuildError):
                failed.append(source)
                print(f"\n{result}\n", file=sys.stderr, flush=True)
    if failed:
        print(f"{len(failed)} of {len(sources)} notebooks were not built; their files are as they were.", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
