"""The learner's own copies: what is made, what follows the course, and above all what is never touched."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from learnkit.course import CourseError, course_root, files, find_lesson
from learnkit.course.workspace import survey, update

ROOT = Path(__file__).resolve().parents[2]
NAME = "notebooks/04_classification.ipynb"


def notebook(*sources: str) -> dict[str, Any]:
    cells = [
        {"cell_type": "code", "id": f"c{i}", "metadata": {"execution": {"x": "1"}}, "source": [text], "execution_count": i + 1,
         "outputs": [{"output_type": "stream", "name": "stdout", "text": ["the answer\n"]}]}
        for i, text in enumerate(sources)
    ]  # fmt: skip
    first = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# Title"]}
    return {"cells": [first, *cells], "metadata": {"kernelspec": {"name": "python3"}, "widgets": {}}, "nbformat": 4, "nbformat_minor": 5}


def put(path: Path, *sources: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(notebook(*sources)), encoding="utf-8")


def sources(path: Path) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]][1:]


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = tmp_path / "clone"
    put(root / "notebooks" / "00_start_here.ipynb", "print(0)")
    put(root / NAME, "print(4)", "answer = None")
    put(root / "exercises" / "04_classification.ipynb", "def softmax(z): ...")
    return root


@pytest.fixture
def mine(course: Path) -> Path:
    """A learner's folder, just made."""
    folder = course / "my-course"
    update(course, folder)
    return folder


def state(course: Path, folder: Path, name: str = NAME) -> str:
    return next(copy.state for copy in survey(course, folder) if copy.name == name)


def learner_edits(folder: Path, name: str = NAME) -> bytes:
    put(folder / name, "print(4)", "answer = 2.3")
    return (folder / name).read_bytes()


def test_first_time_copies_notebooks_and_exercises(course: Path) -> None:
    report = update(course, course / "my-course")
    assert report.copied == ["notebooks/00_start_here.ipynb", NAME, "exercises/04_classification.ipynb"]
    assert report.messages == []
    assert {copy.state for copy in survey(course, course / "my-course")} == {"current"}


def test_copy_has_the_same_cells_and_no_results(course: Path, mine: Path) -> None:
    copy = json.loads((mine / NAME).read_text(encoding="utf-8"))
    assert sources(mine / NAME) == sources(course / NAME)
    assert all(cell["outputs"] == [] and cell["execution_count"] is None and cell["metadata"] == {} for cell in copy["cells"][1:])
    assert copy["metadata"] == {"kernelspec": {"name": "python3"}}
    assert "the answer" in (course / NAME).read_text(encoding="utf-8")  # the original keeps its own


def test_second_time_changes_nothing(course: Path, mine: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in mine.rglob("*") if path.is_file()}
    report = update(course, mine)
    assert (report.copied, report.updated, report.messages) == ([], [], [])
    assert {path: path.stat().st_mtime_ns for path in mine.rglob("*") if path.is_file()} == before


def test_edited_copy_is_never_overwritten(course: Path, mine: Path) -> None:
    edited = learner_edits(mine)
    for _ in range(2):
        update(course, mine, fresh=["04_classification"])
        put(course / NAME, "print('the new lesson')")
    update(course, mine)
    assert (mine / NAME).read_bytes() == edited


def test_edited_copy_of_a_changed_lesson_is_kept_and_said(course: Path, mine: Path) -> None:
    edited = learner_edits(mine)
    assert update(course, mine).messages == []  # only the learner changed it
    put(course / NAME, "print('the new lesson')")
    assert state(course, mine) == "diverged"
    (message,) = update(course, mine).messages
    assert message.startswith(f"{NAME} has changed in the course")
    assert "learnkit lab --fresh 04" in message
    assert (mine / NAME).read_bytes() == edited


def test_running_a_notebook_is_no_edit(course: Path, mine: Path) -> None:
    copy = json.loads((mine / NAME).read_text(encoding="utf-8"))
    copy["cells"][1].update(
        outputs=[{"output_type": "stream", "name": "stdout", "text": "4\n"}], execution_count=1, metadata={"trusted": True}
    )
    (mine / NAME).write_text(json.dumps(copy), encoding="utf-8")
    assert state(course, mine) == "current"
    put(course / NAME, "print('the new lesson')")
    assert update(course, mine).updated == [NAME]
    assert sources(mine / NAME) == ["print('the new lesson')"]


def test_new_outputs_of_an_original_are_no_change(course: Path, mine: Path) -> None:
    original = json.loads((course / NAME).read_text(encoding="utf-8"))
    original["cells"][1]["outputs"] = []
    (course / NAME).write_text(json.dumps(original), encoding="utf-8")
    assert update(course, mine).updated == []


def test_fresh_puts_the_new_lesson_beside_and_loses_nothing(course: Path, mine: Path) -> None:
    edited = learner_edits(mine)
    put(course / NAME, "print('second')")
    assert update(course, mine, fresh=["04_classification"]).fresh == ["notebooks/04_classification (new).ipynb"]
    first = mine / "notebooks" / "04_classification (new).ipynb"
    assert sources(first) == ["print('second')"]
    assert update(course, mine).messages == []  # the learner has it: said no more
    put(first, "the learner writes here too")
    kept = first.read_bytes()
    put(course / NAME, "print('third')")
    assert len(update(course, mine).messages) == 1  # it changed again: said again
    assert update(course, mine, fresh=["04_classification"]).fresh == ["notebooks/04_classification (new 2).ipynb"]
    assert (mine / NAME).read_bytes() == edited
    assert first.read_bytes() == kept


def test_fresh_of_an_unedited_lesson_makes_no_second_file(course: Path, mine: Path) -> None:
    report = update(course, mine, fresh=["00_start_here"])
    assert report.fresh == []
    assert report.messages == ["Your notebooks/00_start_here.ipynb is the course's present one already."]


def test_deleted_copy_is_made_again(course: Path, mine: Path) -> None:
    learner_edits(mine)
    update(course, mine)
    (mine / NAME).unlink()
    assert update(course, mine).copied == [NAME]
    assert sources(mine / NAME) == sources(course / NAME)


def test_file_of_the_same_name_that_was_there_before_is_kept(course: Path) -> None:
    folder = course / "my-course"
    own = learner_edits(folder)
    (message,) = update(course, folder).messages
    assert "was there already and differs" in message
    assert (folder / NAME).read_bytes() == own
    assert update(course, folder).messages == []  # said once
    put(course / NAME, "print('the new lesson')")
    assert len(update(course, folder).messages) == 1
    assert (folder / NAME).read_bytes() == own


@pytest.mark.parametrize("text", ["{ half", "[]", '{"format": 99}', '{"format": 1, "copied": [], "offered": {}}', ""])
def test_damaged_record_is_set_aside_and_nothing_is_overwritten(course: Path, mine: Path, text: str) -> None:
    edited = learner_edits(mine)
    (mine / ".learnkit.json").write_text(text, encoding="utf-8")
    put(course / NAME, "print('the new lesson')")
    messages = update(course, mine).messages
    assert "could not be read" in messages[0]
    assert "your notebooks are untouched" in messages[0]
    assert (mine / ".learnkit.json.damaged").read_text(encoding="utf-8") == text
    assert (mine / NAME).read_bytes() == edited
    assert update(course, mine).messages == []


def test_second_damaged_record_does_not_replace_the_first(course: Path, mine: Path) -> None:
    for text in ("first", "second"):
        (mine / ".learnkit.json").write_text(text, encoding="utf-8")
        update(course, mine)
    assert (mine / ".learnkit.json.damaged").read_text(encoding="utf-8") == "first"
    assert (mine / ".learnkit.json.damaged-2").read_text(encoding="utf-8") == "second"


def test_lost_record_adopts_unedited_copies(course: Path, mine: Path) -> None:
    (mine / ".learnkit.json").unlink()
    assert update(course, mine).messages == []
    put(course / NAME, "print('the new lesson')")
    assert update(course, mine).updated == [NAME]


def test_copy_that_is_no_notebook_is_kept(course: Path, mine: Path) -> None:
    (mine / NAME).write_text("half a noteb", encoding="utf-8")
    update(course, mine)
    put(course / NAME, "print('the new lesson')")
    update(course, mine)
    assert (mine / NAME).read_text(encoding="utf-8") == "half a noteb"


def test_lesson_that_left_the_course_leaves_the_copy(course: Path, mine: Path) -> None:
    (course / NAME).unlink()
    (message,) = update(course, mine).messages
    assert message == f"{NAME} is no longer part of the course. Your copy stays where it is."
    assert (mine / NAME).exists()
    assert update(course, mine).messages == []  # said once


KILLED = """
import os, sys
from pathlib import Path
from learnkit.course import files, workspace
calls = 0
real = os.link
def die(source, target):
    global calls
    calls += 1
    if calls == 2:
        os._exit(9)  # as a killed process: no finally, no cleaning up
    real(source, target)
os.link = die
workspace.update(Path(sys.argv[1]), Path(sys.argv[2]))
"""


def test_update_that_was_killed_leaves_whole_files_and_the_next_one_finishes(course: Path) -> None:
    folder = course / "my-course"
    run = subprocess.run([sys.executable, "-c", KILLED, str(course), str(folder)], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False)
    assert run.returncode == 9
    assert [path.name for path in folder.rglob("*.ipynb")] == ["00_start_here.ipynb"]
    leftovers = list(folder.rglob(f"{files.TEMPORARY}*"))
    assert len(leftovers) == 1
    sources(folder / "notebooks" / "00_start_here.ipynb")  # whole
    an_hour_ago = time.time() - 3600
    os.utime(leftovers[0], (an_hour_ago, an_hour_ago))
    report = update(course, folder)
    assert report.copied == [NAME, "exercises/04_classification.ipynb"]
    assert report.messages == []
    assert list(folder.rglob(f"{files.TEMPORARY}*")) == []


def test_failing_write_leaves_the_old_copy(course: Path, mine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (mine / NAME).read_bytes()
    put(course / NAME, "print('the new lesson')")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(
        CourseError, match=r"cannot write your copies to .*: No space left on device\. Choose another place: learnkit lab --folder"
    ):
        update(course, mine)
    assert (mine / NAME).read_bytes() == before
    assert list(mine.rglob(f"{files.TEMPORARY}*")) == []


def test_folder_that_cannot_be_made_is_said_with_the_remedy(course: Path) -> None:
    (course / "taken").write_text("a file", encoding="utf-8")
    with pytest.raises(CourseError, match="learnkit lab --folder ~/my-course"):
        update(course, course / "taken")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may write anywhere")
def test_read_only_folder_is_said_with_the_remedy(course: Path) -> None:
    folder = course / "my-course"
    folder.mkdir(mode=0o555)
    with pytest.raises(CourseError, match=r"Permission denied\. Choose another place: learnkit lab --folder ~/my-course"):
        update(course, folder)


def test_write_new_never_replaces_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.txt"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(FileExistsError):
        files.write_new(path, "theirs")

    def no_links(source: object, target: object) -> None:
        raise PermissionError(1, "Operation not permitted")  # what FAT says

    monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(FileExistsError):
        files.write_new(path, "theirs")
    files.write_new(tmp_path / "new.txt", "new")
    assert path.read_text(encoding="utf-8") == "mine"
    assert (tmp_path / "new.txt").read_text(encoding="utf-8") == "new"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["mine.txt", "new.txt"]


def test_survey_writes_nothing(course: Path) -> None:
    assert {copy.state for copy in survey(course, course / "my-course")} == {"missing"}
    assert not (course / "my-course").exists()


def test_original_that_cannot_be_read_is_named(course: Path) -> None:
    (course / NAME).write_text("{}", encoding="utf-8")
    with pytest.raises(CourseError, match=r"04_classification\.ipynb is not a notebook that can be read"):
        update(course, course / "my-course")


def test_course_root_is_this_clone_and_the_variable_names_another(course: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEARNKIT_COURSE", raising=False)
    assert course_root() == ROOT
    monkeypatch.setenv("LEARNKIT_COURSE", str(course))
    assert course_root() == course.resolve()
    monkeypatch.setenv("LEARNKIT_COURSE", str(course / "notebooks"))
    with pytest.raises(CourseError, match="there is no folder notebooks in it"):
        course_root()


def test_lessons_are_found_by_number_and_by_name(course: Path) -> None:
    assert [find_lesson(course, name) for name in ("4", "04", "04_classification", "0")] == ["04_classification"] * 3 + ["00_start_here"]
    with pytest.raises(CourseError, match=r"no lesson '7' .* There are: 00_start_here, 04_classification\."):
        find_lesson(course, "7")
