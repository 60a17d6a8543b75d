"""The pages for teachers are followed to the letter: files are written, commands are run, and what is printed is what stands there."""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "write_a_problem.md"
COMMAND = [sys.executable, "-c", "from learnkit.cli import app; app()"]


def blocks(page: str) -> list[tuple[str, str]]:
    """Return (language, text) of each code block of a page."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def sessions(text: str) -> Iterator[tuple[list[str], str]]:
    """Yield each command of a console block with what stands below it."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, printed = part.partition("\n")
        yield command.split(), printed


def write_files(page: str, folder: Path) -> None:
    """Write the Python blocks of a page, each below what stands in its file already."""
    for language, text in blocks(page):
        if language != "python":
            continue
        named = re.match(r"# (\S+\.py)\n", text)
        assert named, f"a block says no file: {text[:60]}"
        path = folder / named[1]
        path.parent.mkdir(exist_ok=True)
        gap = "\n\n" if path.exists() else ""
        with path.open("a", encoding="utf-8") as file:
            file.write(gap + text[named.end() :])


def run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "200", "NO_COLOR": "1"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=200, check=False)


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package and its tests, with the files of the page."""
    folder = tmp_path_factory.mktemp("teacher")
    shutil.copytree(ROOT / "learnkit", folder / "learnkit", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "tests" / "problems", folder / "tests" / "problems", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    write_files(PAGE.read_text(encoding="utf-8"), folder)
    return folder


def commands(name: str) -> list[tuple[list[str], str]]:
    found = (session for language, text in blocks(PAGE.read_text(encoding="utf-8")) if language == "console" for session in sessions(text))
    return [(command, printed) for command, printed in found if command[0] == name]


def test_the_page_leads_from_a_blank_file_to_a_matrix_that_passes(followed: Path) -> None:
    told = commands("learnkit")
    assert len(told) == 2
    for command, printed in told:
        done = run([*COMMAND, *command[1:]], followed)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout.strip() == printed.strip()


def test_the_problem_of_the_page_passes_the_examination_of_ours(followed: Path) -> None:
    ((command, _),) = commands("python")
    done = run([sys.executable, *command[1:], "-p", "no:cacheprovider"], followed)
    assert done.returncode == 0, done.stdout + done.stderr
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed
    assert int(passed[1]) > 20


def test_a_matrix_fails_where_a_step_of_the_page_is_left_out(followed: Path, tmp_path: Path) -> None:
    shutil.copytree(followed / "learnkit", tmp_path / "learnkit")
    module = tmp_path / "learnkit" / "problems" / "l90_signals" / "moving_average.py"
    text = module.read_text(encoding="utf-8")
    line = "    return np.array([x[start : start + window].mean() for start in range(len(x) - window)])\n"
    assert text.count(line) == 1
    module.write_text(text.replace(line, "    return right_answer(x, window)[1:]\n"), encoding="utf-8")
    done = run([*COMMAND, "matrix", "90"], tmp_path)
    assert done.returncode == 1
    assert re.search(r"last-missing .* 0 of 20", done.stdout)


def examples(page: Path) -> str:
    return "".join(text for language, text in blocks(page.read_text(encoding="utf-8")) if language == "pycon")


def failures(text: str, folder: Path) -> str:
    """Run examples in a process of their own, and return what is not as it stands there."""
    (folder / "examples.txt").write_text(text, encoding="utf-8")
    code = "import doctest; raise SystemExit(doctest.testfile('examples.txt', module_relative=False, encoding='utf-8').failed > 0)"
    done = run([sys.executable, "-c", code], folder)
    assert (done.returncode != 0) == bool(done.stdout.strip()), done.stderr
    return done.stdout


def test_the_verdict_of_the_page_is_the_one_that_is_given(followed: Path) -> None:
    assert failures(examples(PAGE), followed) == ""


def test_the_verdicts_on_the_page_about_checking_are_those_that_are_given(followed: Path) -> None:
    text = examples(ROOT / "docs" / "checking.md")
    assert len(doctest.DocTestParser().get_examples(text)) >= 9
    assert failures(text, followed) == ""


def test_another_verdict_than_the_page_has_is_found_out(followed: Path) -> None:
    assert "Expected" in failures(examples(PAGE).replace("reverse order", "another order"), followed)


def test_the_pages_lead_to_each_other() -> None:
    for page in (PAGE, ROOT / "docs" / "checking.md"):
        links = re.findall(r"\]\((\w+\.md)\)", page.read_text(encoding="utf-8"))
        assert links
        assert all((ROOT / "docs" / link).exists() for link in links)
