"""The study functions in real notebooks: unanswered, answered, and run by a machine."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[2]

CELLS = (
    "from learnkit import visual\nfrom learnkit.study import predict, recall, reveal, show_after\ndrawn = []",
    'recall("04.r2", answer={recall})',
    'predict("04.overflow", answer={answer})',
    """
def draw(scores):
    drawn.append(scores)
    print("THE NUMBER")
    visual.show(visual.draw_scores(scores, target=0))

show_after("04.overflow", draw, [2.0, 1.0, 0.0])
""",
    'show_after("04.overflow", visual.draw_scores([2.0, 1.0, 0.0], target=0))',
    'show_after("04.overflow", "THE TEXT"); reveal("04.overflow")',
    'predict("04.untraind-loss", answer=1); predict("04.untrained-loss", answer="two")',
    'print("a later cell goes on;", len(drawn), "drawn")',
)


def executed(tmp_path: Path, **environment: str) -> Any:
    """Run the cells in a fresh kernel and return the outputs of each; a cell that raises fails the test."""
    given = {"answer": "...", "recall": "..."} | {name: environment.pop(name) for name in ("answer", "recall") if name in environment}
    cells = [nbformat.v4.new_code_cell(text.strip().format(**given)) for text in CELLS]
    notebook = nbformat.v4.new_notebook(cells=cells)
    client = NotebookClient(
        notebook, kernel_name="python3", timeout=60, coalesce_streams=True, resources={"metadata": {"path": str(tmp_path)}}
    )
    inherited = {name: value for name, value in os.environ.items() if name != "LEARNKIT_ANSWERS"}
    folders = {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path / "ipython"), "LEARNKIT_HOME": str(tmp_path / "learner")}
    asyncio.run(client.async_execute(env=inherited | folders | environment))
    return [cell.outputs for cell in notebook.cells]


def text_of(outputs: Any) -> str:
    return "\n".join(output.text if output.output_type == "stream" else output.data["text/plain"] for output in outputs)


def pictures(outputs: Any) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs)


def test_a_person_who_answers_nothing_and_then_answers(tmp_path: Path) -> None:
    outputs = executed(tmp_path)
    assert not any(output.output_type == "error" for cell in outputs for output in cell)
    assert sum(map(pictures, outputs)) == 0
    everything = "\n".join(map(text_of, outputs))
    assert "THE" not in everything
    assert "You said" not in everything
    assert all("Answer the question above first" in text_of(outputs[cell]) for cell in (3, 4, 5))
    assert 'Did you mean "04.untrained-loss"?' in text_of(outputs[6])
    assert 'it got "two"' in text_of(outputs[6])
    assert text_of(outputs[7]).strip() == "a later cell goes on; 1 drawn"
    assert len(outputs[2]) == 1
    assert "<code>c</code>&ensp;nan" in outputs[2][0].data["text/html"]

    outputs = executed(tmp_path, answer='"inf"', recall='"b"')
    assert [pictures(cell) for cell in outputs] == [0, 0, 0, 1, 1, 0, 0, 0]
    assert text_of(outputs[1]).startswith("Recall 04.r2\nThe loss is a mean over the batch")
    assert 'Right: "it stays about as large".' in text_of(outputs[1])
    assert text_of(outputs[2]) == "Prediction 04.overflow\nNoted: inf. The result is shown below when it is computed."
    assert "THE NUMBER" in text_of(outputs[3])
    assert "THE TEXT" in text_of(outputs[5])
    assert all("You said inf. You saw that the exponential is too large" in text_of(outputs[cell]) for cell in (3, 4, 5))
    assert "To other answers" in outputs[4][-1].data["text/html"]
    assert (tmp_path / "learner" / "record.json").exists()


def test_machines_write_the_same_outputs_every_time_and_no_record(tmp_path: Path) -> None:
    first, second = (executed(tmp_path, LEARNKIT_ANSWERS="default") for _ in range(2))
    assert first == second
    assert [pictures(cell) for cell in first] == [0, 0, 0, 1, 1, 0, 0, 0]
    assert "Suppose you said 1." in text_of(first[4])
    assert "<summary>Answer</summary>" in first[1][0].data["text/html"]
    assert not (tmp_path / "learner").exists()


def test_a_record_that_cannot_be_written_is_said_once_in_the_notebook(tmp_path: Path) -> None:
    (tmp_path / "learner").write_text("a file where the folder should be", encoding="utf-8")
    outputs = executed(tmp_path, answer='"nan"')
    everything = "\n".join(map(text_of, outputs))
    assert everything.count("A message from learnkit") == 1
    assert sum(map(pictures, outputs)) == 2


def test_importing_study_loads_nothing_heavy() -> None:
    script = "import sys, learnkit.study; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=environment, check=True).stdout.split()
    assert not {"numpy", "matplotlib", "torch", "IPython", "typer", "rich", "filelock", "platformdirs"} & set(loaded)


@pytest.mark.parametrize("answer", ["...", '"c"'])
def test_the_record_is_where_learnkit_home_says(tmp_path: Path, answer: str) -> None:
    script = f'from learnkit.study import predict; predict("04.overflow", answer={answer})'
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "LEARNKIT_HOME": str(tmp_path / "elsewhere")}
    subprocess.run([sys.executable, "-c", script], capture_output=True, env=environment, check=True)
    assert sorted(path.name for path in (tmp_path / "elsewhere").iterdir()) == ["record.json", "record.json.lock"]
