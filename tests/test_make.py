"""The set-up and the checks of tools/: what is decided, what is said, what is done again and what is not. Nothing is installed here."""

import ast
import importlib.metadata
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar

import pytest
from packaging.specifiers import SpecifierSet

from tools import commands, environment, stages, torch_choice, troubles
from tools.environment import Stamp, read_stamp, ready, set_up, why_anew
from tools.stages import Result, Stage, report, run_stage
from tools.torch_choice import CPU_INDEX, choose_torch, torch_install
from tools.troubles import CannotSetUp, check_before, diagnose

ROOT = Path(__file__).resolve().parents[1]
MAKE = ROOT / "tools" / "make.py"


@pytest.fixture(autouse=True)
def _no_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNKIT_TORCH", raising=False)


# --- which PyTorch -----------------------------------------------------------------------------------------------------------------------

PLAIN = ["torch==2.13.0"]
FROM_CPU_INDEX = ["torch==2.13.0", "--extra-index-url", "https://download.pytorch.org/whl/cpu"]


def from_cuda_index(tag: str) -> list[str]:
    return [f"torch==2.13.0+{tag}", "--extra-index-url", f"https://download.pytorch.org/whl/{tag}"]


@pytest.mark.parametrize(
    ("system", "machine", "nvidia", "choice", "arguments", "sentence"),
    [
        # Linux: the ordinary wheel is the CUDA build, so the CPU build comes from PyTorch's own index.
        ("Linux", "x86_64", False, "", FROM_CPU_INDEX, "the CPU build from PyTorch's own index"),
        ("Linux", "aarch64", False, "", FROM_CPU_INDEX, "the CPU build from PyTorch's own index"),
        ("Linux", "x86_64", True, "", FROM_CPU_INDEX, "NVIDIA driver: LEARNKIT_TORCH=cuda takes the GPU build"),
        ("Linux", "x86_64", True, "cpu", FROM_CPU_INDEX, "the CPU build"),
        ("Linux", "x86_64", True, "cuda", PLAIN, "the CUDA build, several GB"),
        ("Linux", "x86_64", False, "cuda", PLAIN, "the CUDA build, several GB"),
        ("Linux", "aarch64", True, "cuda", PLAIN, "the CUDA build, several GB"),
        ("Linux", "x86_64", True, "cu126", from_cuda_index("cu126"), "the CUDA build from https://download.pytorch.org/whl/cu126"),
        ("Linux", "armv7l", False, "", [], "no release for Linux on armv7l"),
        ("Linux", "i686", False, "", [], "no release for Linux on i686"),
        ("Linux", "riscv64", False, "cuda", [], "no release for Linux on riscv64"),
        # macOS: one build for Apple chips, none for Intel.
        ("Darwin", "arm64", False, "", PLAIN, "the ordinary build"),
        ("Darwin", "arm64", False, "cuda", PLAIN, "there is no CUDA on macOS"),
        ("Darwin", "x86_64", False, "", [], "no current release for Intel Macs. The lessons in NumPy work"),
        ("Darwin", "x86_64", False, "cpu", [], "no current release for Intel Macs"),
        # Windows: the ordinary wheel is the CPU build, CUDA has an index of its own.
        ("Windows", "AMD64", False, "", PLAIN, "the CPU build"),
        ("Windows", "AMD64", True, "", PLAIN, "NVIDIA driver: LEARNKIT_TORCH=cuda takes the GPU build"),
        ("Windows", "AMD64", True, "cpu", PLAIN, "the CPU build"),
        ("Windows", "AMD64", True, "cuda", from_cuda_index("cu130"), "the CUDA build from https://download.pytorch.org/whl/cu130"),
        ("Windows", "AMD64", True, "cu126", from_cuda_index("cu126"), "the CUDA build from https://download.pytorch.org/whl/cu126"),
        ("Windows", "ARM64", False, "", [], "Windows on ARM: use the 64-bit Intel/AMD Python"),
        ("FreeBSD", "amd64", False, "", [], "no release for FreeBSD on x86_64"),
    ],
)
def test_torch_of_each_platform(system: str, machine: str, nvidia: bool, choice: str, arguments: list[str], sentence: str) -> None:
    taken, reason = torch_install(system, machine, nvidia, choice, "2.13.0")
    assert taken == arguments
    assert sentence in reason


def test_unknown_torch_choice_is_refused_with_the_known_ones() -> None:
    with pytest.raises(CannotSetUp, match=r"LEARNKIT_TORCH is 'gpu'. It may be cpu, cuda, or"):
        torch_install("Linux", "x86_64", False, "gpu", "2.13.0")


class Terminal:
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "choice"), [("y", "cuda"), ("Yes ", "cuda"), ("", "cpu"), ("n", "cpu")])
def test_person_with_an_nvidia_driver_is_asked(monkeypatch: pytest.MonkeyPatch, answer: str, choice: str) -> None:
    monkeypatch.setattr(torch_choice, "has_nvidia", lambda: True)
    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr("builtins.input", lambda _: answer)
    assert choose_torch("", ask=True) == (choice, True)


@pytest.mark.parametrize(
    ("variable", "before", "nvidia", "expected"),
    [
        ("", "", True, ("", True)),  # no terminal: nobody is asked
        ("", "", False, ("", False)),
        ("", "cuda", True, ("cuda", False)),  # chosen before
        ("CPU", "cuda", True, ("cpu", False)),  # the variable wins
    ],
)
def test_nobody_is_asked_what_is_known(
    monkeypatch: pytest.MonkeyPatch, variable: str, before: str, nvidia: bool, expected: tuple[str, bool]
) -> None:
    monkeypatch.setenv("LEARNKIT_TORCH", variable)
    monkeypatch.setattr(torch_choice, "has_nvidia", lambda: nvidia)
    monkeypatch.setattr(sys, "stdin", None)
    assert choose_torch(before, ask=True) == expected


# --- the files that the set-up reads -----------------------------------------------------------------------------------------------------


def test_every_required_package_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"].values()
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"], *(name for extra in extras for name in extra)]
    names = {re.split(r"[\[<>=]", name)[0] for name in wanted} - {"learnkit"}
    pins = {line.split("==")[0] for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if "==" in line}
    assert names - pins == set()


def test_pins_serve_the_oldest_python() -> None:
    pins = dict(line.split("==") for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if line[:1].isalpha())
    installed = {found.metadata["Name"]: found for found in importlib.metadata.distributions()}
    needs = {name: found.metadata["Requires-Python"] or "" for name, found in installed.items() if pins.get(name) == found.version}
    assert len(needs) > 20
    assert [name for name, needed in needs.items() if not SpecifierSet(needed).contains("3.11.0")] == []


def test_torch_pin_admits_every_build() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+", environment.pinned(ROOT, "torch"))  # "2.13.0+cpu" would exclude macOS, Windows and CUDA


def test_version_is_the_same_everywhere() -> None:
    stated = re.findall(r'^__version__ = "(.+)"$', (ROOT / "learnkit" / "__init__.py").read_text(encoding="utf-8"), re.MULTILINE)
    assert f"\nversion: {stated[0]}\n" in (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\n## [{stated[0]}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_target_of_the_makefile_is_a_command() -> None:
    targets = re.findall(r"^(help .*):$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    for command in targets[0].split():
        assert commands.command_line().parse_args([command]).command == command


# --- too old a Python --------------------------------------------------------------------------------------------------------------------


def test_first_file_is_old_syntax() -> None:
    tree = ast.parse(MAKE.read_text(encoding="utf-8"), feature_version=(3, 4))
    newer = (ast.JoinedStr, ast.AnnAssign, ast.FunctionDef, ast.NamedExpr, ast.Match, ast.Try)
    assert [type(node).__name__ for node in ast.walk(tree) if isinstance(node, newer)] == []


def test_first_file_asks_for_the_python_of_the_project() -> None:
    required = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["requires-python"]
    assert re.findall(r"^REQUIRED = \((\d+), (\d+)\)", MAKE.read_text(encoding="utf-8"), re.MULTILINE) == [tuple(required[2:].split("."))]


def as_python_3_9(root: Path, *arguments: str, path: str = "") -> subprocess.CompletedProcess[str]:
    """Run a copy of the tools as if this were Python 3.9."""
    shutil.copytree(ROOT / "tools", root / "tools", ignore=shutil.ignore_patterns("__pycache__"))
    make = root / "tools" / "make.py"
    code = (
        "import os, subprocess, sys; sys.version_info = (3, 9, 18, 'final', 0); make = sys.argv[1]; sys.argv = sys.argv[1:]; "
        "exec(compile(open(make, encoding='utf-8').read(), make, 'exec'), {'__name__': '__main__', '__file__': make})"
    )
    surroundings = os.environ | {"PATH": path}
    return subprocess.run([sys.executable, "-c", code, str(make), *arguments], capture_output=True, text=True, env=surroundings, timeout=60)


def test_old_python_is_told_what_is_needed_and_how_to_choose_it(tmp_path: Path) -> None:
    ended = as_python_3_9(tmp_path, "test")
    assert ended.returncode == 1
    assert f"This is Python 3.9.18 ({sys.executable}). learnkit needs Python 3.11 or newer." in ended.stderr
    assert "https://www.python.org/downloads/" in ended.stderr
    assert ("py -3.12 tools\\make.py test" if os.name == "nt" else "make test PYTHON=python3.12") in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_old_python_names_a_newer_one_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3.13").symlink_to(sys.executable)
    ended = as_python_3_9(tmp_path, path=str(tmp_path / "bin"))
    assert "This machine also has python3.13:\n  make course PYTHON=python3.13" in ended.stderr


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_old_python_hands_over_to_an_environment_that_is_there(tmp_path: Path) -> None:
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    ended = as_python_3_9(tmp_path, "help")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "make course" in ended.stdout


# --- what may be missing -----------------------------------------------------------------------------------------------------------------


def test_nothing_missing_is_silent(tmp_path: Path) -> None:
    check_before(tmp_path, 0.0, makes=True)


def test_full_disk_is_told_with_numbers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles, "free_gb", lambda folder: 1.25)
    with pytest.raises(CannotSetUp, match=rf"1\.2 GB free at {re.escape(str(tmp_path))}; the set-up needs about 3\.0 GB"):
        check_before(tmp_path, 3.0, makes=True)
    check_before(tmp_path, 1.0, makes=True)


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_python_without_venv_is_told_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> None:
    monkeypatch.setattr(troubles.importlib.util, "find_spec", lambda name: None if name == module else object())
    with pytest.raises(CannotSetUp, match=rf"lacks {module}\. (.|\n)*sudo apt install python3-venv(.|\n)*Fedora"):
        check_before(tmp_path, 0.0, makes=True)


def test_32_bit_python_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "maxsize", 2**31 - 1)
    with pytest.raises(CannotSetUp, match=r"is a 32-bit Python\. PyTorch needs the 64-bit one"):
        check_before(tmp_path, 0.0, makes=True)


def test_environment_of_another_user_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(troubles, "owner", lambda path: "root")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CannotSetUp, match=r"\.venv belongs to root and cannot be changed\. Delete it \(sudo rm -rf "):
        check_before(tmp_path, 0.0, makes=True)


def test_read_only_checkout_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(CannotSetUp, match=r"cannot be written to\. Copy it to a folder of your own"):
        check_before(tmp_path, 0.0, makes=True)


def test_somebody_elses_folder_is_not_deleted(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "novel.txt").touch()
    with pytest.raises(CannotSetUp, match=r"is not a Python environment\. Move it away"):
        check_before(tmp_path, 0.0, makes=True)


def test_file_in_the_place_of_the_environment_is_told(tmp_path: Path) -> None:
    (tmp_path / ".venv").touch()
    with pytest.raises(CannotSetUp, match="is a file and not an environment"):
        check_before(tmp_path, 0.0, makes=True)


CPU_INDEX_IS_OUT_OF_REACH = (
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError(Failed to establish a new connection: "
    "[Errno -2] Name or service not known')': /whl/cpu/torch/"
)
ORDINARY_INDEX_IS_OUT_OF_REACH = CPU_INDEX_IS_OUT_OF_REACH.replace("/whl/cpu", "/simple")
NO_WHEEL = "ERROR: No matching distribution found for torch==2.13.0"


@pytest.mark.parametrize(
    ("output", "meaning"),
    [
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", "The disk is full"),
        ("OSError: [Errno 122] Disk quota exceeded: 'x'", "The disk is full"),
        (f"{CPU_INDEX_IS_OUT_OF_REACH}\n{ORDINARY_INDEX_IS_OUT_OF_REACH}\n{NO_WHEEL}", "HTTPS_PROXY="),
        ("WARNING: ... ProxyError('Cannot connect to proxy.') ...: /simple/torch/", "HTTPS_PROXY="),
        ("ReadTimeoutError: Read timed out.", "is this machine online?"),
        ("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]'))", "PIP_CERT="),
        (f"{CPU_INDEX_IS_OUT_OF_REACH}\n{NO_WHEEL}", "make clean course PYTHON=python3.12"),
        ("OSError: [WinError 126] The specified module could not be found. Error loading c10.dll", "vc_redist.x64.exe"),
    ],
)
def test_known_failure_is_explained(tmp_path: Path, output: str, meaning: str) -> None:
    assert meaning in (diagnose(output, tmp_path) or "")


@pytest.mark.parametrize("output", ["", "error: something else", CPU_INDEX_IS_OUT_OF_REACH])
def test_unknown_failure_is_not_explained_away(tmp_path: Path, output: str) -> None:
    assert diagnose(output, tmp_path) is None


# --- the stamp ---------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the two files that decide, on a Linux without an NVIDIA driver, and a Python that runs if it is there."""
    for name in ("pyproject.toml", "constraints.txt"):
        shutil.copy(ROOT / name, tmp_path / name)
    monkeypatch.setattr(environment, "python_version", lambda python: "3.11.7" if python.exists() else None)
    monkeypatch.setattr(environment, "NEEDED_GB", {"course": 0.0, "dev": 0.0})
    monkeypatch.setattr(troubles, "free_gb", lambda folder: 100.0)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    monkeypatch.setattr(platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(torch_choice, "has_nvidia", lambda: False)
    monkeypatch.setattr(environment, "say_torch", lambda root, is_cpu: None)
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: subprocess.CompletedProcess(arguments, 0, "", ""))
    return tmp_path


class Pip:
    """In place of `logged`: makes the environment, notes what would be installed, and fails where it is told to."""

    def __init__(self) -> None:
        self.ran: list[str] = []
        self.fails: dict[str, str] = {}

    def __call__(self, command: Sequence[str], root: Path, extra_environment: dict[str, str]) -> tuple[int, str]:
        line = " ".join(command)
        self.ran.append(line.replace(str(root), "").split(" --no-input ")[-1])
        if " -m venv " in line:
            environment.venv_python(root).parent.mkdir(parents=True)
            environment.venv_python(root).touch()
            (root / ".venv" / "pyvenv.cfg").touch()
        failed = [output for part, output in self.fails.items() if part in line]
        return (1, failed[0]) if failed else (0, "")


@pytest.fixture
def pip(monkeypatch: pytest.MonkeyPatch) -> Pip:
    fake = Pip()
    monkeypatch.setattr(environment, "logged", fake)
    return fake


TORCH = f"--no-deps torch=={environment.pinned(ROOT, 'torch')} --extra-index-url {CPU_INDEX}"
COURSE = "-c constraints.txt -e .[course]"
DEV = "-c constraints.txt -e .[dev]"


def test_fresh_set_up_takes_torch_first_and_alone(root: Path, pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    assert set_up(root, "course") == environment.venv_python(root)
    assert pip.ran[0].endswith("-m venv /.venv")
    assert pip.ran[1:3] == [TORCH, COURSE]
    assert pip.ran[3].endswith("import learnkit, jupyterlab, torch")
    assert [line[:4] for line in capsys.readouterr().out.splitlines() if re.match(r"\d/\d ", line)] == ["1/4 ", "2/4 ", "3/4 ", "4/4 "]
    assert not (root / ".venv" / "unfinished").exists()


@pytest.mark.parametrize(("first", "second"), [("course", "course"), ("dev", "dev"), ("dev", "course")])
def test_second_set_up_does_nothing(root: Path, pip: Pip, first: str, second: str, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(root, first)
    pip.ran.clear()
    capsys.readouterr()
    set_up(root, second)
    assert (pip.ran, capsys.readouterr().out) == ([], "")


def test_checks_after_the_course_add_only_what_is_missing(root: Path, pip: Pip) -> None:
    set_up(root, "course")
    pip.ran.clear()
    set_up(root, "dev")
    assert pip.ran[0] == DEV
    assert len(pip.ran) == 2  # that, and the look whether it loads


def test_other_torch_replaces_the_one_that_is_there(root: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(root, "dev")
    pip.ran.clear()
    monkeypatch.setenv("LEARNKIT_TORCH", "cuda")
    set_up(root, "course")
    assert pip.ran[0] == f"--no-deps torch=={environment.pinned(ROOT, 'torch')} --force-reinstall"
    assert pip.ran[1] == DEV  # what is there stays


def break_project(root: Path) -> None:
    path = root / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"rich>=13.8"', '"rich>=14"'), encoding="utf-8")


def break_pins(root: Path) -> None:
    with open(root / "constraints.txt", "a", encoding="utf-8") as pins:
        pins.write("another==1.0\n")


def interrupt(root: Path) -> None:
    (root / ".venv" / "unfinished").touch()


def remove_python(root: Path) -> None:
    environment.venv_python(root).unlink()


def cut_stamp(root: Path) -> None:
    (root / ".venv" / "stamp.json").write_text('{"root": "', encoding="utf-8")


def move(root: Path) -> None:
    stamp = json.loads((root / ".venv" / "stamp.json").read_text(encoding="utf-8"))
    (root / ".venv" / "stamp.json").write_text(json.dumps(stamp | {"root": "/elsewhere"}), encoding="utf-8")


def other_python(root: Path) -> None:
    stamp = json.loads((root / ".venv" / "stamp.json").read_text(encoding="utf-8"))
    (root / ".venv" / "stamp.json").write_text(json.dumps(stamp | {"python": "3.11.6"}), encoding="utf-8")


@pytest.mark.parametrize("change", [break_project, break_pins, interrupt, remove_python, cut_stamp, move, other_python])
def test_change_is_seen(root: Path, pip: Pip, change: Callable[[Path], None]) -> None:
    set_up(root, "course")
    assert ready(root, read_stamp(root), "course", "")
    change(root)
    assert not ready(root, read_stamp(root), "course", "")
    set_up(root, "course")
    assert ready(root, read_stamp(root), "course", "")


def test_linter_setting_is_no_reason_to_install(root: Path, pip: Pip) -> None:
    set_up(root, "course")
    path = root / "pyproject.toml"
    path.write_text(path.read_text(encoding="utf-8").replace("line-length = 140", "line-length = 100"), encoding="utf-8")
    assert ready(root, read_stamp(root), "course", "")


@pytest.mark.parametrize(
    ("change", "reason"),
    [(interrupt, "its set-up was interrupted"), (remove_python, "its Python does not run"), (move, "it was made in another folder")],
)
def test_broken_environment_is_made_anew(
    root: Path, pip: Pip, change: Callable[[Path], None], reason: str, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(root, "course")
    change(root)
    (root / ".venv" / "old").touch()
    set_up(root, "course")
    assert f"making the environment .venv with Python {platform.python_version()} ({reason})" in capsys.readouterr().out
    assert not (root / ".venv" / "old").exists()


def test_environment_without_pip_is_made_anew(root: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch) -> None:
    set_up(root, "course")
    monkeypatch.setattr(subprocess, "run", lambda *arguments, **options: subprocess.CompletedProcess(arguments, 1, "", ""))
    assert why_anew(root, read_stamp(root)) == "it has no pip"


def test_failed_step_shows_its_last_lines_the_log_and_the_fix(root: Path, pip: Pip) -> None:
    pip.fails[".[course]"] = "\n".join([*(f"line {n}" for n in range(40)), ORDINARY_INDEX_IS_OUT_OF_REACH])
    with pytest.raises(CannotSetUp) as caught:
        set_up(root, "course")
    assert "line 39" in str(caught.value)
    assert f"Step 3 failed. The whole log: {root / '.venv' / 'setup.log'}" in str(caught.value)
    assert "HTTPS_PROXY=" in str(caught.value)
    assert not ready(root, read_stamp(root), "course", "")


def test_failed_addition_leaves_the_course_usable(root: Path, pip: Pip) -> None:
    set_up(root, "course")
    pip.fails[".[dev]"] = ORDINARY_INDEX_IS_OUT_OF_REACH
    with pytest.raises(CannotSetUp):
        set_up(root, "dev")
    assert ready(root, read_stamp(root), "course", "")


def test_disk_that_fills_up_leaves_a_warning_to_the_next_set_up(root: Path, pip: Pip) -> None:
    pip.fails["torch=="] = "OSError: [Errno 28] No space left on device"
    with pytest.raises(CannotSetUp, match=r"The disk is full: 100\.0 GB free"):
        set_up(root, "course")
    assert why_anew(root, None) == "its set-up was interrupted"
    assert pip.ran.count(TORCH) == 1  # not tried again


def test_index_that_fails_in_a_hurry_is_tried_with_patience(root: Path, pip: Pip) -> None:
    pip.fails["torch=="] = ORDINARY_INDEX_IS_OUT_OF_REACH
    with pytest.raises(CannotSetUp):
        set_up(root, "course")
    assert pip.ran.count(TORCH) == 2


def test_intel_mac_gets_the_lessons_in_numpy(
    root: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    set_up(root, "course")
    assert pip.ran[1] == "-c constraints.txt -e .[notebooks]"
    assert pip.ran[2].endswith("import learnkit, jupyterlab")
    assert "2/4 without PyTorch. PyTorch has no current release for Intel Macs" in capsys.readouterr().out
    assert ready(root, read_stamp(root), "course", "")
    with pytest.raises(CannotSetUp, match="The checks need PyTorch"):
        set_up(root, "dev")


def test_dry_run_prints_the_commands_and_does_nothing(root: Path, pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    set_up(root, "course", dry_run=True)
    printed = capsys.readouterr().out
    assert TORCH in printed
    assert "'.[course]'" in printed
    assert pip.ran == []
    assert not (root / ".venv").exists()


def test_stamp_of_another_version_is_no_stamp(root: Path) -> None:
    (root / ".venv").mkdir()
    (root / ".venv" / "stamp.json").write_text('{"extras": ["course"]}', encoding="utf-8")
    assert read_stamp(root) is None


def test_stamp_comes_back_as_it_was_left(root: Path, pip: Pip) -> None:
    set_up(root, "dev")
    assert read_stamp(root) == Stamp(str(root), "3.11.7", environment.packages_digest(root), "dev", "cpu")


def test_command_is_quiet_logged_and_has_its_own_temporary_folder(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / ".venv" / "tmp").mkdir(parents=True)
    code = "import os, sys; print(os.environ['TMPDIR']); print(os.environ['PIP_RETRIES'], file=sys.stderr); sys.exit(3)"
    status, output = environment.logged([sys.executable, "-c", code], tmp_path, {"PIP_RETRIES": "1"})
    assert status == 3
    assert sorted(output.splitlines()) == sorted([str(tmp_path / ".venv" / "tmp"), "1"])
    assert set(output.splitlines()) < set((tmp_path / ".venv" / "setup.log").read_text(encoding="utf-8").splitlines())
    assert re.fullmatch(r"    \d+\.\d s\n", capfd.readouterr().out)


def test_python_without_venv_serves_an_environment_that_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(troubles.importlib.util, "find_spec", lambda name: None)
    check_before(tmp_path, 0.0, makes=False)


# --- the stages --------------------------------------------------------------------------------------------------------------------------


class Calls:
    """In place of a child process: notes its arguments and ends with the status listed for one of them, else 0."""

    def __init__(self, **codes: int) -> None:
        self.codes = codes
        self.made: list[list[str]] = []

    def __call__(self, arguments: Sequence[str]) -> int:
        self.made.append(list(arguments))
        return max((self.codes.get(argument, 0) for argument in arguments), default=0)


def test_stage_names_are_in_the_order_they_run() -> None:
    assert [stage.name for stage in stages.STAGES] == [
        "format",
        "types",
        "unit",
        "problems",
        "parity",
        "guards",
        "nbval",
        "browser",
        "sabotage",
    ]


def test_stage_without_its_folder_counts_neither_way(tmp_path: Path) -> None:
    call = Calls()
    assert run_stage(Stage("x", "", [["pytest"]], ["tests/parity"]), tmp_path, [], call).outcome == "nothing there yet"
    assert call.made == []


@pytest.mark.parametrize(("status", "outcome"), [(0, "passed"), (1, "failed"), (5, "failed")])  # 5: pytest found no test
def test_stage_fails_unless_pytest_passes(tmp_path: Path, status: int, outcome: str) -> None:
    (tmp_path / "tests" / "parity").mkdir(parents=True)
    call = Calls(pytest=status)
    assert run_stage(Stage("x", "", [["pytest"]], ["tests/parity", "tests/none"]), tmp_path, ["-x"], call).outcome == outcome
    assert call.made == [["-m", "pytest", "-x", "tests/parity"]]


def test_stage_runs_every_command_also_after_a_failure(tmp_path: Path) -> None:
    call = Calls(format=1)
    assert run_stage(stages.STAGES[0], tmp_path, ["-k", "softmax"], call).outcome == "failed"
    assert call.made == [["-m", "ruff", "format", "--check", "."], ["-m", "ruff", "check", "."]]  # pytest's arguments are not ruff's


def test_notebook_patterns_are_expanded_in_order(tmp_path: Path) -> None:
    for name in ("notebooks/02_b.ipynb", "notebooks/01_a.ipynb", "solutions/01_a.ipynb"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    call = Calls()
    nbval = next(stage for stage in stages.STAGES if stage.name == "nbval")
    run_stage(nbval, tmp_path, [], call)
    assert [Path(path).as_posix() for path in call.made[0][-3:]] == ["notebooks/01_a.ipynb", "notebooks/02_b.ipynb", "solutions/01_a.ipynb"]
    assert call.made[0][-5:-3] == ["--nbval-cell-timeout", "120"]


def test_unit_stage_leaves_out_the_folders_of_other_stages() -> None:
    unit = next(stage for stage in stages.STAGES if stage.name == "unit")
    others = [path for stage in stages.STAGES if stage is not unit for path in stage.looks_at if path.startswith("tests/")]
    assert sorted(others) == sorted(argument.removeprefix("--ignore=") for argument in unit.modules[0] if "--ignore=" in argument)


@pytest.mark.parametrize(
    ("outcomes", "status", "last"),
    [
        (["passed"] * 7, 0, "7 passed, 0 failed"),
        (["passed", "failed", "passed"], 1, "2 passed, 1 failed"),
        (["passed", "nothing there yet"], 0, "1 passed, 0 failed"),
        (["nothing there yet"], 1, "0 passed, 0 failed"),  # nothing was checked: that is no success
    ],
)
def test_report_ends_with_the_count(outcomes: list[str], status: int, last: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert report([Result(str(n), outcome, 1.0) for n, outcome in enumerate(outcomes)]) == status
    assert capsys.readouterr().out.splitlines()[-1] == last


# --- the commands ------------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], list[str], dict[str, str]]]:
    """What `test` would run: the stages, pytest's arguments, the variables."""
    noted: list[tuple[list[str], list[str], dict[str, str]]] = []

    def run_stages(chosen: Sequence[Stage], root: Path, python: Path, variables: dict[str, str], arguments: list[str]) -> int:
        noted.append(([stage.name for stage in chosen], arguments, variables))
        assert Path(variables["LEARNKIT_HOME"]).is_dir()
        return 7

    monkeypatch.setattr(commands, "run_stages", run_stages)
    return noted


def test_stages_can_be_chosen_and_pytest_gets_what_follows(ran: list[tuple[list[str], list[str], dict[str, str]]]) -> None:
    assert commands.main(["test", "--no-setup", "--stage", "nbval", "--stage", "types", "--", "-k", "softmax"]) == 7
    assert ran[0][:2] == (["types", "nbval"], ["-k", "softmax"])


def test_all_stages_run_unasked(ran: list[tuple[list[str], list[str], dict[str, str]]]) -> None:
    commands.main(["test", "--no-setup"])
    assert ran[0][0] == [stage.name for stage in stages.STAGES]


def test_checks_leave_nothing_to_the_surroundings(
    ran: list[tuple[list[str], list[str], dict[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    monkeypatch.setenv("MPLBACKEND", "agg")
    monkeypatch.setenv("LEARNKIT_HOME", "/mine")
    commands.main(["test", "--no-setup"])
    variables = ran[0][2]
    assert [variables[name] for name in (*commands.THREADS, "PYTHONHASHSEED", "LEARNKIT_ANSWERS")] == ["1"] * 5 + ["0", "default"]
    assert "MPLBACKEND" not in variables  # it would take the figures out of the notebooks
    assert variables["LEARNKIT_HOME"] != "/mine"
    assert not Path(variables["LEARNKIT_HOME"]).exists()  # gone afterwards


def test_course_opens_the_lab_and_keeps_what_the_learner_set(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[tuple[list[str], dict[str, str]]] = []
    monkeypatch.setattr(commands, "set_up", lambda root, extra: Path("python") if extra == "course" else None)
    monkeypatch.setattr(commands, "run_to_its_end", lambda command, env: noted.append((command, env)) or 0)
    monkeypatch.setenv("OMP_NUM_THREADS", "4")
    monkeypatch.delenv("LEARNKIT_ANSWERS", raising=False)
    monkeypatch.setenv("LEARNKIT_HOME", "/mine")
    assert commands.main(["course", "04", "--no-browser"]) == 0
    command, variables = noted[0]
    assert command == ["python", "-m", "learnkit", "lab", "04", "--no-browser"]
    assert (variables["OMP_NUM_THREADS"], variables["MKL_NUM_THREADS"], variables["LEARNKIT_HOME"]) == ("4", "1", "/mine")
    assert "LEARNKIT_ANSWERS" not in variables


def test_first_ctrl_c_is_for_the_lab_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lab:
        waits: ClassVar[list[BaseException | int]] = [KeyboardInterrupt(), 5]

        def __init__(self, command: list[str], env: dict[str, str]) -> None:
            pass

        def wait(self) -> int:
            now = self.waits.pop(0)
            if isinstance(now, BaseException):
                raise now
            return now

    monkeypatch.setattr(commands, "set_up", lambda root, extra: Path("python"))
    monkeypatch.setattr(subprocess, "Popen", Lab)
    assert commands.main(["course"]) == 5  # what the lab ended with, after it was asked whether to stop


def test_build_passes_the_lesson_on(monkeypatch: pytest.MonkeyPatch) -> None:
    noted: list[list[str]] = []
    monkeypatch.setattr(subprocess, "call", lambda command, cwd, env: noted.append(command[1:]) or 0)
    assert commands.main(["build", "--no-setup", "04", "--check"]) == 0
    assert noted == [["tools/build_notebooks.py", "04", "--check"]]


def test_trouble_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def trouble(root: Path, extra: str) -> Path:
        raise CannotSetUp("what and how")

    monkeypatch.setattr(commands, "set_up", trouble)
    assert commands.main(["course"]) == 1
    assert capsys.readouterr().err == "what and how\n"


@pytest.mark.parametrize("arguments", [["test", "--stage", "none"], ["test", "-x"], ["teach"]])
def test_unknown_words_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        commands.main(arguments)
    assert "usage: make.py" in capsys.readouterr().err


def test_help_is_what_comes_without_a_command_from_anywhere(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, MAKE], cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert ended.returncode == 0
    assert "make course" in ended.stdout
