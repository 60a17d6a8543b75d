"""The commands of `tools/make.py`."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tools.environment import set_up, venv_python
from tools.stages import STAGES, run_stages
from tools.troubles import CannotSetUp

ROOT = Path(__file__).resolve().parent.parent
# One thread: the last bits of a sum depend on how many share it, and the notebooks' numbers are compared.
THREADS = ["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS", "NUMEXPR_NUM_THREADS"]
EPILOG = """examples:
  make course                         python tools/make.py course
  make test ARGS="--stage unit"       python tools/make.py test --stage unit -- -k softmax
  make build ARGS="04"                python tools/make.py build 04

variables:
  PYTHON=python3.12                   for make: the Python that makes .venv
  LEARNKIT_TORCH=cpu | cuda | cu126   which PyTorch to install"""


def main(arguments: Sequence[str]) -> int:
    given, after = split(list(arguments))
    parser = command_line()
    options, rest = parser.parse_known_args(given)
    if rest and options.command not in ("course", "bench", "bench-gpu", "build"):
        parser.error(f"{options.command} does not know {' '.join(rest)}")
    try:
        return run(options, rest, after)
    except CannotSetUp as trouble:
        print(trouble, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The same command starts again.", file=sys.stderr)
        return 130


def split(arguments: list[str]) -> tuple[list[str], list[str]]:
    """What stands before and after the first `--`."""
    at = arguments.index("--") if "--" in arguments else len(arguments)
    return arguments[:at], arguments[at + 1 :]


def command_line() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="make.py", epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    commands.add_parser("help", help="this text (also without a command)")
    commands.add_parser("course", help="set up, and open the course in JupyterLab; more arguments go to `learnkit lab`", allow_abbrev=False)
    test = commands.add_parser("test", help="set up, and run every check; arguments after -- go to pytest", allow_abbrev=False)
    test.add_argument("--stage", action="append", choices=[stage.name for stage in STAGES], help="only this stage; may be repeated")
    bench = commands.add_parser("bench", help="set up, and run the benchmarks", allow_abbrev=False)
    bench_gpu = commands.add_parser("bench-gpu", help="set up, and run the benchmark of the training loop on a GPU", allow_abbrev=False)
    build = commands.add_parser("build", help="set up, and build the notebooks; `build 04` builds lesson 04 alone", allow_abbrev=False)
    for parser_with in (test, bench, bench_gpu, build):
        parser_with.add_argument("--no-setup", action="store_true", help="take .venv, or else this Python, as it is")
    setup = commands.add_parser("setup", help="only set up", allow_abbrev=False)
    setup.add_argument("--for", dest="extra", choices=["course", "dev"], default="course", help="what is to be there (course)")
    setup.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    commands.add_parser("clean", help="delete .venv")
    parser.set_defaults(command="help")
    return parser


def run(options: argparse.Namespace, rest: list[str], after: list[str]) -> int:
    command = options.command
    if command == "help":
        command_line().print_help()
        return 0
    if command == "clean":
        shutil.rmtree(ROOT / ".venv", ignore_errors=True)
        print(".venv is gone; your own notebooks in my-course are untouched.")
        return 0
    if command == "setup":
        python = set_up(ROOT, options.extra, dry_run=options.dry_run)
        if not options.dry_run:
            print(f"Ready: {python}")
        return 0
    if command == "course":
        python = set_up(ROOT, "course")
        return run_to_its_end([str(python), "-m", "learnkit", "lab", *rest, *after], environment(own=True))
    python = existing_python() if options.no_setup else set_up(ROOT, "dev")
    with tempfile.TemporaryDirectory(prefix="learnkit-") as home:
        variables = environment() | {"LEARNKIT_HOME": home}
        if command == "test":
            stages = [stage for stage in STAGES if not options.stage or stage.name in options.stage]
            return run_stages(stages, ROOT, python, variables, after)
        script = {"bench": "benchmarks/run.py", "bench-gpu": "benchmarks/gpu.py", "build": "tools/build_notebooks.py"}[command]
        return subprocess.call([str(python), script, *rest, *after], cwd=ROOT, env=variables)


def run_to_its_end(command: Sequence[str], env: Mapping[str, str]) -> int:
    """Leave Ctrl-C to the child, which gets it too: JupyterLab asks whether to stop, and must not be killed meanwhile."""
    process = subprocess.Popen(command, env=env)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


def existing_python() -> Path:
    return venv_python(ROOT) if venv_python(ROOT).exists() else Path(sys.executable)


def environment(own: bool = False) -> dict[str, str]:
    """The variables of every child. A learner's own session keeps what the learner has set; checks and builds leave nothing to chance."""
    fixed = dict.fromkeys(THREADS, "1") | {"PYTHONHASHSEED": "0"}
    if own:
        return fixed | os.environ
    # A backend from outside would take the figures out of the notebooks; PYTHONPATH makes this checkout the learnkit that is checked.
    inherited = {name: value for name, value in os.environ.items() if name not in ("MPLBACKEND", "PYTHONHOME")}
    return inherited | fixed | {"LEARNKIT_ANSWERS": "default", "PYTHONPATH": str(ROOT)}
