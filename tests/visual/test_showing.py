"""What a notebook stores for a figure, and what a script prints."""

import base64
import subprocess
import sys
from pathlib import Path

import matplotlib.figure
import nbformat
import pytest
from nbclient import NotebookClient

from learnkit.visual import draw_scores, show
from learnkit.visual.canvas import new_figure, png

ROOT = Path(__file__).resolve().parents[2]
CALL = "draw_scores([2.0, 1.0, 0.0], target=0)"
FIGURE_TEXT = "Bars of the scores of 3 classes: 2, 1, 0. The largest is 2, for class 0, which is the right class."


def test_a_script_says_what_the_figure_shows(capsys: pytest.CaptureFixture[str]) -> None:
    show(draw_scores([2.0, 1.0, 0.0], target=0))
    assert capsys.readouterr().out == FIGURE_TEXT + "\n"


def test_a_figure_without_words_is_refused() -> None:
    with pytest.raises(ValueError, match="a figure needs alt_text"):
        show(new_figure(1.0))
    with pytest.raises(ValueError, match="a figure needs alt_text"):
        show(matplotlib.figure.Figure())  # type: ignore[arg-type]


def test_what_is_no_figure_is_refused() -> None:
    with pytest.raises(TypeError, match="show takes a figure; got list"):
        show([1, 2])  # type: ignore[arg-type]


def test_drawing_loads_neither_pyplot_nor_ipython() -> None:
    code = (
        "import sys; from learnkit.visual import draw_scores, show; show(draw_scores([2.0, 1.0]))\n"
        "assert not {'matplotlib.pyplot', 'IPython', 'torch'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=ROOT, check=True, capture_output=True)


def test_importing_the_package_does_not_load_matplotlib() -> None:
    subprocess.run(
        [sys.executable, "-c", "import sys, learnkit; assert not {'matplotlib', 'numpy'} & set(sys.modules)"], cwd=ROOT, check=True
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_notebook_stores_picture_and_words_and_passes_a_strict_comparison(tmp_path: Path) -> None:
    setup = f"import sys; sys.path.insert(0, {str(ROOT)!r})\nfrom learnkit.visual import draw_scores, show"
    cells = [nbformat.v4.new_code_cell(source) for source in (setup, f"show({CALL})", CALL)]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    NotebookClient(notebook, kernel_name="python3", timeout=120).execute()
    picture = base64.b64encode(png(draw_scores([2.0, 1.0, 0.0], target=0))).decode()
    for cell, kind in zip(notebook.cells[1:], ("display_data", "execute_result"), strict=True):
        (output,) = cell.outputs
        assert output.output_type == kind
        assert set(output.data) == {"image/png", "text/plain"}
        assert output.data["text/plain"] == FIGURE_TEXT
        assert output.data["image/png"].strip() == picture
        assert output.metadata == {"image/png": {"alt": FIGURE_TEXT}}

    path = tmp_path / "figures.ipynb"
    command = [sys.executable, "-m", "pytest", "--nbval", str(path), "-q", "--rootdir", str(tmp_path), "-p", "no:cacheprovider"]
    nbformat.write(notebook, path)
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=False).returncode == 0
