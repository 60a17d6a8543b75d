"""The builder on small sources of its own: what it writes, what it refuses, and what it leaves alone."""

import json
from pathlib import Path

import build_notebooks
import pytest

GOOD = """\
# %% [markdown]
# # A title

# %%
print("once")

# %%
print("once")

# %% tags=["raises-exception"]
raise ValueError("on purpose")
"""


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "notebooks" / "src").mkdir(parents=True)
    return tmp_path


def lesson(course: Path, text: str, name: str = "01_small") -> Path:
    source = course / "notebooks" / "src" / f"{name}.py"
    source.write_text(text, encoding="utf-8")
    return source


def built(course: Path, name: str = "01_small") -> Path:
    return course / "notebooks" / f"{name}.ipynb"


def left_over(course: Path) -> list[str]:
    return [path.name for path in (course / "notebooks").iterdir() if path.name != "src" and path.suffix != ".ipynb"]


def test_building_again_writes_the_same_bytes(course: Path) -> None:
    source = lesson(course, GOOD)
    assert build_notebooks.build(source, course)
    first = built(course).read_bytes()
    built(course).unlink()
    assert build_notebooks.build(source, course)
    assert built(course).read_bytes() == first
    assert not build_notebooks.build(source, course)  # nothing changed: the file is not touched
    assert left_over(course) == []


def test_built_notebook_holds_outputs_counts_and_our_metadata_only(course: Path) -> None:
    build_notebooks.build(lesson(course, GOOD), course)
    notebook = json.loads(built(course).read_text(encoding="utf-8"))
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["execution_count"] for cell in code] == [1, 2, 3]
    assert code[0]["outputs"] == [{"name": "stdout", "output_type": "stream", "text": ["once\n"]}]
    assert [cell["metadata"] for cell in code] == [{}, {}, {"tags": ["raises-exception"]}]
    assert notebook["metadata"] == build_notebooks.METADATA


def test_ids_follow_the_text_of_the_cells(course: Path) -> None:
    source = lesson(course, GOOD)
    before = [cell.id for cell in build_notebooks.read_source(source).cells]
    assert len(set(before)) == 4  # also the two cells with the same text
    source.write_text(GOOD.replace("# # A title", "# # A better title") + "\n# %%\nprint(3)\n", encoding="utf-8")
    after = [cell.id for cell in build_notebooks.read_source(source).cells]
    assert after[0] != before[0]
    assert after[1:4] == before[1:]


def test_what_is_printed_in_pieces_is_one_output(course: Path) -> None:
    build_notebooks.build(lesson(course, "# %%\nimport time\nfor i in range(3):\n    print(i, flush=True)\n    time.sleep(0.3)\n"), course)
    (cell,) = json.loads(built(course).read_text(encoding="utf-8"))["cells"]
    assert [output["text"] for output in cell["outputs"]] == [["0\n", "1\n", "2\n"]]


def test_widget_keeps_its_text_and_no_model_of_a_kernel_that_is_gone(course: Path) -> None:
    build_notebooks.build(lesson(course, "# %%\nimport ipywidgets\nipywidgets.IntSlider(value=3)\n"), course)
    notebook = json.loads(built(course).read_text(encoding="utf-8"))
    assert notebook["cells"][0]["outputs"][0]["data"] == {"text/plain": ["IntSlider(value=3)"]}
    assert "widgets" not in notebook["metadata"]


def test_kernel_sees_the_clone_one_thread_and_a_learner_of_its_own(course: Path) -> None:
    (course / "learnkit").mkdir()
    (course / "learnkit" / "__init__.py").write_text("here = True\n", encoding="utf-8")
    text = """\
# %%
import os, pathlib, learnkit
print(learnkit.here, os.environ["LEARNKIT_ANSWERS"], os.environ["OMP_NUM_THREADS"], os.environ["PYTHONHASHSEED"])
print(pathlib.Path.cwd().name, pathlib.Path(os.environ["LEARNKIT_HOME"]).parent.name.startswith("learnkit-build-"))
"""
    build_notebooks.build(lesson(course, text), course)
    notebook = json.loads(built(course).read_text(encoding="utf-8"))
    assert "".join(notebook["cells"][0]["outputs"][0]["text"]) == "True default 1 0\nnotebooks True\n"


def test_cell_that_raises_leaves_the_old_file_and_is_shown(course: Path) -> None:
    source = lesson(course, GOOD)
    build_notebooks.build(source, course)
    before = built(course).read_bytes()
    source.write_text(GOOD + "\n# %%\nvalue = 3\nvalue / 0\n", encoding="utf-8")
    with pytest.raises(build_notebooks.BuildError) as caught:
        build_notebooks.build(source, course)
    message = str(caught.value)
    assert str(source) in message
    assert "cell 5 (value = 3) raised" in message
    assert "    value / 0" in message
    assert "ZeroDivisionError: division by zero" in message
    assert built(course).read_bytes() == before
    assert left_over(course) == []


def test_cell_that_never_ends_is_named(course: Path) -> None:
    source = lesson(course, "# %%\nprint(1)\n\n# %%\nimport time\ntime.sleep(60)\n")
    with pytest.raises(build_notebooks.BuildError, match=r"cell 2 \(import time\) did not finish within 1 s"):
        build_notebooks.build(source, course, timeout=1)
    assert not built(course).exists()


@pytest.mark.parametrize(
    ("cell", "finding"),
    [
        ("print('/home/ada/course')", "a path of this machine"),
        ("import json\nprint(json.__file__)", "a path of this machine"),
        ("object()", "a memory address"),
    ],
)
def test_output_of_one_machine_is_refused_and_its_cell_named(course: Path, cell: str, finding: str) -> None:
    source = lesson(course, f"# %%\nprint('fine')\n\n# %%\n{cell}\n")
    with pytest.raises(build_notebooks.BuildError, match=rf"cell 2 \(.*\): its output holds {finding}"):
        build_notebooks.build(source, course)
    assert not built(course).exists()


def test_paths_in_a_wanted_traceback_are_made_relative(course: Path) -> None:
    source = lesson(course, '# %% tags=["raises-exception"]\nimport json\njson.loads("{")\n')
    build_notebooks.build(source, course)
    assert "python/json/decoder.py" in built(course).read_text(encoding="utf-8")


def test_tag_without_an_error_is_refused(course: Path) -> None:
    source = lesson(course, '# %% tags=["raises-exception"]\nprint(1)\n')
    with pytest.raises(build_notebooks.BuildError, match="raised nothing; remove the tag"):
        build_notebooks.build(source, course)


def test_check_passes_a_built_notebook_and_runs_nothing(
    course: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build_notebooks.build(lesson(course, GOOD), course)
    monkeypatch.setattr(build_notebooks, "execute", None)
    assert build_notebooks.main(["--check", "--root", str(course)]) == 0
    assert "All 1 match" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        (lambda text: text.replace("A title", "Another"), "differs from its source in cell 1"),
        (lambda text: text.replace("raises-exception", "other"), "differs from its source in cell 4"),
        (lambda text: text + "\n# %%\nprint(4)\n", "has 4 cells, its source 5"),
    ],
    ids=["text", "tag", "cell"],
)
def test_check_finds_what_is_stale(course: Path, change, finding: str, capsys: pytest.CaptureFixture[str]) -> None:
    source = lesson(course, GOOD)
    build_notebooks.build(source, course)
    source.write_text(change(GOOD), encoding="utf-8")
    assert build_notebooks.main(["--check", "--root", str(course)]) == 1
    out = capsys.readouterr().out
    assert finding in out
    assert "python tools/build_notebooks.py 01" in out


def test_check_finds_a_notebook_without_a_source_and_a_source_without_a_notebook(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson(course, GOOD)
    built(course, "02_orphan").write_text("{}", encoding="utf-8")
    assert build_notebooks.main(["--check", "--root", str(course)]) == 1
    out = capsys.readouterr().out
    assert "01_small.ipynb has not been built" in out
    assert "02_orphan.ipynb has no source in notebooks/src" in out


def test_lessons_are_chosen_by_number_and_an_unknown_one_is_said(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson(course, GOOD)
    other = lesson(course, GOOD, "02_other")
    assert build_notebooks.find_sources(course, ["2"]) == [other]
    assert build_notebooks.main(["--root", str(course), "07"]) == 2
    assert "the sources are: 01_small, 02_other" in capsys.readouterr().err


def test_one_failure_does_not_stop_the_other_notebooks(course: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lesson(course, "# %%\n1 / 0\n")
    lesson(course, "# %%\nprint(2)\n", "02_other")
    assert build_notebooks.main(["--root", str(course), "--jobs", "2"]) == 1
    captured = capsys.readouterr()
    assert "01_small.ipynb  FAILED" in captured.out
    assert "02_other.ipynb  written" in captured.out
    assert "1 of 2 notebooks were not built" in captured.err


def test_solutions_are_built_beside_their_sources(course: Path) -> None:
    (course / "solutions" / "src").mkdir(parents=True)
    source = course / "solutions" / "src" / "98_small.py"
    source.write_text("# %%\nprint(2)\n", encoding="utf-8")
    assert build_notebooks.find_sources(course) == [source]
    build_notebooks.build(source, course)
    assert (course / "solutions" / "98_small.ipynb").exists()
