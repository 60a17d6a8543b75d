"""``learnkit check FILE`` on copies as people have them: half done, finished, damaged, in other encodings, with magics."""

import json
from pathlib import Path
from typing import Any

import pytest

from learnkit.checking.files import FileProblem, as_json, check_file
from learnkit.checking.notebook_code import needed_for, read_code, without_magics
from learnkit.problems import exercises_of

STUBS = [problem.stub for problem in exercises_of("04")]
SOLUTIONS = [problem.solution for problem in exercises_of("04")]
IMPORTS = "import numpy as np\nfrom learnkit.checking import check, hint, use"


def notebook(*cells: str, **metadata: Any) -> str:
    made = [
        {"cell_type": "code", "execution_count": None, "id": str(i), "metadata": {}, "outputs": [], "source": cell.splitlines(True)}
        for i, cell in enumerate(cells)
    ]
    text = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# def softmax(logits): not code"}
    return json.dumps({"cells": [text, *made], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def write(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def kinds(path: Path, **options: Any) -> dict[str, str]:
    return {found.id.split(".")[1]: found.kind for found in check_file(path, **options)}


def test_an_untouched_copy_is_not_attempted(tmp_path: Path) -> None:
    path = write(tmp_path, "04_classification.ipynb", notebook(IMPORTS, *STUBS, "check(softmax)"))
    assert set(kinds(path).values()) == {"not attempted"}


def test_a_finished_copy_passes(tmp_path: Path) -> None:
    path = write(tmp_path, "04_classification.ipynb", notebook(IMPORTS, *SOLUTIONS, "check(softmax)", "hint('04.softmax')"))
    found = check_file(path)
    assert [one.passed for one in found] == [True] * 10
    assert [record["id"] for record in json.loads(as_json(found))] == [f"04.{problem.name}" for problem in exercises_of("04")]


def test_a_half_done_copy_gets_one_verdict_each(tmp_path: Path) -> None:
    cells = [
        IMPORTS,
        "%matplotlib inline\nfiles = !ls\n!echo hello\nnp.exp?",
        "SCALE = 1.0\ndef shifted(z): return SCALE * (z - z.max(1, keepdims=True))",
        "def softmax(logits):\n    return undefined",
        "%%time\ndef softmax(logits):\n    e = np.exp(shifted(logits))\n    return e / e.sum(1, keepdims=True)\ncheck(softmax)",
        "softmax_ok = use('04.softmax', softmax)",
        "def cross_entropy(logits, targets):\n    return -np.log(softmax_ok(logits))[np.arange(len(targets)), targets].mean()",
        "def softmax_ce_grad(logits, targets):\n    while True:\n        pass",
        "def predict(logits):\n    return logits.argmax(axis=0) if logits.ndim == 2 else (logits > 0) * 1",
        "def bce_with_logits(logits, targets):\n    import os\n    os._exit(0)",
        "def hinge(scores, targets, margin=1.0)\n    return 0",
        "raise RuntimeError('a cell that fails')",
    ]
    path = write(tmp_path, "mine.ipynb", notebook(*cells, learnkit={"lesson": "04"}))
    found = {one.id.split(".")[1]: one for one in check_file(path, seconds=3)}
    assert found["softmax"].passed
    assert (found["cross_entropy"].kind, found["cross_entropy"].mistake_id) == ("mistake", "log-of-softmax")
    assert (found["softmax_ce_grad"].kind, "did not end within 3 s" in found["softmax_ce_grad"].message) == ("time limit", True)
    assert found["predict"].mistake_id == "wrong-axis"
    assert "process ended" in found["bce_with_logits"].message
    assert (found["hinge"].kind, "is no Python" in found["hinge"].message) == ("raised", True)


def test_a_missing_function_is_said_in_one_line(tmp_path: Path) -> None:
    found = check_file(write(tmp_path, "04 copy.ipynb", notebook(IMPORTS, SOLUTIONS[0])))
    assert (found[0].kind, found[1].kind) == ("passed", "missing")
    assert found[1].message == "04.cross_entropy · missing\nThe file defines no cross_entropy."


def test_without_a_lesson_the_names_decide(tmp_path: Path) -> None:
    assert kinds(write(tmp_path, "homework.py", f"{IMPORTS}\n{SOLUTIONS[3]}")) == {"predict": "passed"}


def test_a_name_that_only_another_cell_makes_is_found_by_running_all_cells(tmp_path: Path) -> None:
    cells = ["import numpy as np", "1 / 0", "exec('def helper(z): return z.max(1, keepdims=True)')",
             "def softmax(logits):\n    e = np.exp(logits - helper(logits))\n    return e / e.sum(1, keepdims=True)"]  # fmt: skip
    assert kinds(write(tmp_path, "x.ipynb", notebook(*cells))) == {"softmax": "passed"}


def test_an_exception_shows_the_learners_line(tmp_path: Path) -> None:
    found = check_file(write(tmp_path, "x.py", "import numpy as np\n\ndef softmax(logits):\n    return logits + np.ones(9)\n"))
    assert "in line 4:  return logits + np.ones(9)" in found[0].message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.ipynb", b"", "a.ipynb is empty."),
        ("a.ipynb", b"  \n", "a.ipynb is empty."),
        ("a.ipynb", b"<html>not found</html>", "a.ipynb is no notebook: it is not JSON."),
        ("a.ipynb", b"[1, 2]", "a.ipynb is no notebook: it has no cells."),
        ("a.ipynb", b'{"cells": 3}', "a.ipynb is no notebook: it has no cells."),
        ("a.ipynb", b"\xff\xfe\xfa\x00\x01", "a.ipynb is no notebook"),
        ("a.ipynb", notebook("x = 1").encode(), "a.ipynb answers no exercise"),
        ("a.ipynb", notebook(*STUBS).encode()[:-300], "a.ipynb is damaged: it ends in the middle"),
        ("a.py", "# caf\xe9\ndef softmax(z): ...".encode("latin-1"), "a.py is not text in UTF-8"),
        ("a.txt", b"hello", "a.txt is neither a notebook"),
    ],
)
def test_a_file_that_cannot_be_checked_is_said_in_one_line(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    with pytest.raises(FileProblem, match=message.replace(".", r"\.")) as caught:
        check_file(write(tmp_path, name, content))
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_are_said(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="no such file"):
        check_file(tmp_path / "none.ipynb")
    with pytest.raises(FileProblem, match="is a folder"):
        check_file(tmp_path)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
def test_other_encodings_are_read(tmp_path: Path, encoding: str) -> None:
    head = "# -*- coding: latin-1 -*-\n# caf\xe9\n" if encoding == "latin-1" else "# caf\xe9\n"
    path = write(tmp_path, "x.py", (head + "def softmax(logits):\n    ...\n").encode(encoding))
    assert read_code(path).names == {"softmax"}
    if encoding != "latin-1":
        copy = write(tmp_path, "x.ipynb", notebook("def softmax(logits):\n    ...").encode(encoding))
        assert read_code(copy).names == {"softmax"}


def test_magics_and_shell_lines_are_left_out_and_strings_are_not() -> None:
    assert without_magics("%%bash\nls") == ""
    assert without_magics("x = '''\n%d\n'''") == "x = '''\n%d\n'''"
    assert without_magics("if x:\n    %time f()\ny = %pwd") == "if x:\n    pass\ny = None"


def test_only_what_an_answer_needs_is_run() -> None:
    cells = [
        "import numpy as np\nimport os",
        "A = 1\nB = A + 1\nC = 5",
        "def f(x): return g(x) + B",
        "def g(x): return np.exp(x)",
        "B += 1",
    ]
    import ast

    assert [ast.unparse(part.node).splitlines()[0] for part in needed_for("f", cells)] == [
        "import numpy as np",
        "A = 1",
        "B = A + 1",
        "def f(x):",
        "def g(x):",
        "B += 1",
    ]
