"""Tables of parity: measured when asked for, and the same text wherever parity holds."""

import numpy as np
import pytest

from learnkit import reference
from learnkit.parity import CONCEPTS, parity_table


def test_a_table_shows_tolerances_and_not_digits() -> None:
    assert repr(parity_table("tanh", "accuracy", "numeric_grad")).splitlines() == [
        "operation     official call                   cases  outputs differ  gradients differ",
        "────────────  ──────────────────────────────  ─────  ──────────────  ────────────────",
        "tanh          torch.tanh                          9  ≤ 1e-12         ≤ 1e-10",
        "accuracy      sklearn.metrics.accuracy_score      8  ≤ 1e-12         –",
        "numeric_grad  torch.autograd.grad                 7  ≤ 1e-08         –",
        "The largest difference between learnkit.reference, learnkit.pytorch and the official call, relative to max(1, |value|); "
        "float64 on the CPU.",
    ]


def test_a_table_is_measured_when_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert parity_table("tanh").agrees
    right = reference.tanh
    monkeypatch.setattr(reference, "tanh", lambda x: right(x) * (1 + 1e-9))
    table = parity_table("tanh")
    assert not table.agrees
    assert "1.0e-09: more than 1e-12" in repr(table)


def test_rows_hold_the_measured_numbers() -> None:
    row = parity_table("gelu").rows[0]
    assert 0 < row.output < 1e-12
    assert row.cases == len(CONCEPTS["gelu"].all_cases)


def test_a_table_in_float32_states_its_tolerance() -> None:
    table = parity_table("linear", "gradcheck", dtype="float32")
    assert repr(table).count("≤ 1e-05") == 2
    assert table.agrees


def test_cases_of_integers_alone_are_in_no_table_of_floats() -> None:
    integers = [case for case in CONCEPTS["exp"].all_cases if CONCEPTS["exp"].dtypes_of(case) == ("as given",)]
    assert integers == ["integers"]
    assert parity_table("exp").rows[0].cases == len(CONCEPTS["exp"].all_cases) - 1
    assert parity_table("tensor").rows[0].cases == len(CONCEPTS["tensor"].all_cases)


def test_all_of_the_library_agrees() -> None:
    table = parity_table()
    assert [row.name for row in table.rows] == list(CONCEPTS)
    assert table.agrees, repr(table)


def test_markdown_has_one_line_for_each_row() -> None:
    lines = parity_table("tanh", "rel_error").markdown().splitlines()
    assert lines[2] == "| `tanh` | `torch.tanh` | 9 | ≤ 1e-12 | ≤ 1e-10 |"
    assert lines[3].startswith("| `rel_error` | brute force | ")


def test_an_unknown_name_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match=r"no parity is declared for softmin; declared are .*softmax"):
        parity_table("softmin")


def test_no_warning_leaves_a_table() -> None:
    with np.errstate(all="raise", under="ignore"):
        assert parity_table("div", "log", "pow").rows
