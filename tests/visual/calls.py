"""One ordinary call of each function that draws, what changes when each of its arguments does, and calls at the extremes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

RNG = np.random.default_rng(0)
INF, NAN = np.inf, np.nan


@dataclass(frozen=True)
class Call:
    """Arguments; another value for each that is data (table and picture must change), and for each that is looks (picture only)."""

    arguments: Mapping[str, Any]
    data: Mapping[str, Any]
    looks: Mapping[str, Any] = field(default_factory=dict)


IMAGES = RNG.random((7, 64)).round(2)
SCORES = np.array([-8.2, 3.1, -2.2, 0.4, 12.6, -5.5, 1.0, -0.03, -11.9, 28.7])
GAPS = np.linspace(0, 1000, 41)
RUNS = 2.3 - 0.1 * np.arange(20) + 0.05 * RNG.normal(size=(5, 20)).round(3)
NORMS = np.concatenate([10 ** RNG.normal(-5, 2, 300), np.zeros(30)])

HISTORY = [{"epoch": i, "loss": 2.0 / (i + 1), "val_loss": 2.5 / (i + 1), "accuracy": 0.5 + i / 20} for i in range(6)]

SAID = np.arange(30).reshape(5, 6) % 10
MEMORY = {"images": IMAGES[:6], "true": SAID[2], "given": SAID[0]}


def _run(said: Any, validation: Any, test: Any) -> dict[str, Any]:
    return {"said": said, "validation": validation, "test": test}


ORDINARY: dict[str, Call] = {
    "draw_memorizing": Call(
        {"run": _run(SAID, [0.1, 0.3, 0.5, 0.4, 0.2], [0.1, 0.4, 0.7, 0.6, 0.5]), **MEMORY, "epoch": 1, "show_test": True},
        {
            "run": _run(SAID[::-1], [0.2, 0.3, 0.5, 0.4, 0.2], [0.2, 0.4, 0.7, 0.6, 0.5]),
            "true": SAID[0],
            "given": SAID[4],
            "epoch": 4,
            "show_test": False,
        },
        {"images": IMAGES[1:7]},
    ),
    "draw_shapes": Call({"a": (5, 1, 3), "b": (4, 1)}, {"a": (2, 1, 3), "b": (4, 3)}),
    "draw_broadcast": Call(
        {"a": [[10.0], [20.0]], "b": [1.0, 2.0, 3.0], "operation": "+"},
        {"a": [[10.0], [30.0]], "b": [1.0, 2.0, 4.0], "operation": "−"},
    ),
    "draw_timings": Call(
        {"times": {"loop": [40.0, 50.0, 45.0], "arrays": [0.2, 0.3, 0.2]}, "unit": "ms", "title": "Times"},
        {"times": {"loop": [40.0, 50.0, 46.0], "arrays": [0.2, 0.3, 0.2]}},
        {"unit": "s", "title": "Other times"},
    ),
    "draw_digits": Call(
        {
            "images": IMAGES,
            "labels": [0, 1, 2, 3, 4, 5, 8],
            "predictions": [0, 1, 2, 3, 4, 5, 3],
            "captions": [f"p = 0.{k}" for k in range(7)],
            "columns": 4,
            "title": "Digits",
        },
        {
            "images": IMAGES[::-1],
            "labels": [0, 1, 2, 3, 4, 5, 3],
            "predictions": [0, 1, 2, 3, 4, 8, 3],
            "captions": [f"p = 0.{k + 1}" for k in range(7)],
        },
        {"columns": 7, "title": "Other digits"},
    ),
    "draw_scores": Call(
        {"scores": SCORES, "target": 8, "names": list("abcdefghij"), "title": "Scores"},
        {"scores": SCORES + 1, "target": 7, "names": list("ABCDEFGHIJ")},
        {"title": "Other scores"},
    ),
    "draw_softmax": Call(
        {"logits": [2.0, 1.0, 0.0], "target": 0, "shift": 1.0, "temperature": 2.0},
        {"logits": [2.0, 1.0, 0.5], "target": 1, "shift": 100.0, "temperature": 1.0},
    ),
    "draw_log_probability": Call(
        {"gaps": GAPS, "values": {"naive": np.where(GAPS > 709, NAN, -GAPS), "stable": -GAPS}},
        {"gaps": GAPS + 1, "values": {"naive": np.where(GAPS > 500, NAN, -GAPS), "stable": -GAPS}},
    ),
    "draw_history": Call(
        {"history": HISTORY, "name": "loss", "log_y": True},
        {"history": HISTORY[1:], "name": "accuracy"},
        {"log_y": False},
    ),
    "draw_learning_curves": Call(
        {
            "curves": {"train": RUNS, "test": RUNS + 0.2},
            "y_label": "loss (nats)",
            "x_label": "epoch",
            "reference_lines": {"ln 10": 2.3026},
            "title": "Curves",
            "log_y": False,
            "start": 1,
        },
        {
            "curves": {"train": RUNS, "test": RUNS + 0.3},
            "x_label": "step",
            "reference_lines": {"ln 10": 2.0},
            "start": 0,
        },
        {"y_label": "error (nats)", "title": "Other curves", "log_y": True},
    ),
    "draw_lines": Call(
        {
            "x": [1.0, 2.0, 3.0],
            "lines": {"x²": [1.0, 4.0, 9.0], "x": [1.0, 2.0, 3.0]},
            "x_label": "x (no unit)",
            "y_label": "y (no unit)",
            "title": "Lines",
            "log_x": False,
            "log_y": False,
        },
        {"x": [1.0, 2.0, 4.0], "lines": {"x²": [1.0, 4.0, 9.0], "x": [1.0, 2.0, 2.0]}, "x_label": "t (s)"},
        {"y_label": "v (m/s)", "title": "Other lines", "log_x": True, "log_y": True},
    ),
    "draw_gradient_sizes": Call(
        {"sizes": {"cross-entropy": np.linspace(0.9, 1.4, 50), "squared error": NORMS}, "x_label": "norm (no unit)", "title": "Sizes"},
        {"sizes": {"cross-entropy": np.linspace(0.1, 1.4, 50), "squared error": NORMS}},
        {"x_label": "size (no unit)", "title": "Other sizes"},
    ),
}

Y, X = {"y_label": "loss (nats)"}, {"x_label": "gradient norm (no unit)"}
XY = {"x_label": "x (no unit)", "y_label": "y (no unit)"}
LONG = "a rather long name of something that few will read to its end"
EXTREMES: dict[str, tuple[str, dict[str, Any]]] = {
    "shapes without an axis": ("draw_shapes", {"a": (), "b": ()}),
    "shapes that fail at every place": ("draw_shapes", {"a": (2, 3, 4, 5, 6), "b": (7, 8, 9, 10, 11)}),
    "long shapes": ("draw_shapes", {"a": (9999, 1, 9999, 1, 9999), "b": (1234, 1)}),
    "one axis": ("draw_shapes", {"a": (3,), "b": (3,)}),
    "two single numbers": ("draw_broadcast", {"a": 3.0, "b": [-4.5]}),
    "a full table of long numbers": (
        "draw_broadcast",
        {"a": -np.arange(100.0, 125.0).reshape(5, 5), "b": np.full((5, 1), 8.0), "operation": "×"},
    ),
    "a nearly full table of longer numbers": (
        "draw_broadcast",
        {"a": -np.arange(100.0, 120.0).reshape(5, 4), "b": np.full((5, 1), 9.0), "operation": "×"},
    ),
    "a column and a row": ("draw_broadcast", {"a": np.arange(5.0)[:, None], "b": np.arange(5.0), "operation": "−"}),
    "one epoch, one digit": (
        "draw_memorizing",
        {"run": _run([[3]], [0.0], [1.0]), "images": IMAGES[:1], "true": [3], "given": [4], "epoch": 1},
    ),
    "two hundred epochs, more digits than fit": (
        "draw_memorizing",
        {
            "run": _run(np.zeros((200, 50), dtype=int), np.linspace(0, 1, 200), np.ones(200)),
            "images": np.ones((50, 64)),
            "true": np.arange(50) % 10,
            "given": np.arange(50) % 7,
            "epoch": 200,
            "show_test": True,
        },
    ),
    "one time": ("draw_timings", {"times": {"arrays": [1.0]}}),
    "eight ways, nine orders": (
        "draw_timings",
        {"times": {f"way {k} of doing it, with a name that is long": 10.0 ** np.array([k, k + 1.2]) for k in range(8)}, "title": LONG},
    ),
    "one digit, long title": ("draw_digits", {"images": np.zeros((1, 8, 8)), "title": LONG}),
    "all ink, all wrong, narrow": (
        "draw_digits",
        {"images": np.ones((24, 64)), "labels": [8] * 24, "predictions": [3] * 24, "captions": ["p = 0.9999"] * 24, "columns": 10},
    ),
    "says without labels": ("draw_digits", {"images": IMAGES, "predictions": [3] * 7, "columns": 12}),
    "one score": ("draw_scores", {"scores": [3.0], "target": 0}),
    "equal scores": ("draw_scores", {"scores": np.zeros(10), "target": 3}),
    "equal scores below zero": ("draw_scores", {"scores": [-2.0, -2.0]}),
    "tied scores": ("draw_scores", {"scores": [1, 5, 5], "target": 0}),
    "huge scores": ("draw_scores", {"scores": [-1e30, -2e30, 5e29], "target": 1}),
    "tiny scores": ("draw_scores", {"scores": [1e-300, -2e-300]}),
    "twenty scores": ("draw_scores", {"scores": np.linspace(-171, 186, 20), "target": 3, "names": [f"class {k}" for k in range(20)]}),
    "long names": ("draw_scores", {"scores": [1, 2, -3], "names": [LONG, "b", LONG], "target": 0, "title": f"{LONG} {LONG}"}),
    "two classes a world apart": ("draw_softmax", {"logits": [1000.0, -1000.0], "target": 1}),
    "ten classes": ("draw_softmax", {"logits": SCORES, "target": 8}),
    "ten classes a world apart": ("draw_softmax", {"logits": np.linspace(-1000, 1000, 10), "target": 0, "shift": -3, "temperature": 7}),
    "ten equal classes": ("draw_softmax", {"logits": np.zeros(10), "target": 3}),
    "four classes, cold": ("draw_softmax", {"logits": [2.123, -1.456, 0.789, -3.21], "target": 1, "temperature": 0.05}),
    "six classes, hot": ("draw_softmax", {"logits": [5, 4, 3, 2, 1, 0], "target": 5, "temperature": 1e6, "shift": -1e4}),
    "a sure right answer": ("draw_softmax", {"logits": [12.0, 0.0], "target": 0}),
    "one gap without a number": ("draw_log_probability", {"gaps": [5.0], "values": {"naive": [NAN]}}),
    "three formulas, two lost": (
        "draw_log_probability",
        {
            "gaps": np.linspace(0, 1000, 201),
            "values": {
                "naive": np.where(np.linspace(0, 1000, 201) > 709, NAN, -np.linspace(0, 1000, 201)),
                "log of softmax": np.where(np.linspace(0, 1000, 201) > 745, -INF, -np.linspace(0, 1000, 201)),
                "with 1e-12": np.maximum(-np.linspace(0, 1000, 201), -27.6),
                "stable": -np.linspace(0, 1000, 201),
            },
        },
    ),
    "equal values": ("draw_log_probability", {"gaps": [3.0, 3.0], "values": {"stable": [-1.0, -1.0]}}),
    "one run": ("draw_learning_curves", {"curves": {"train": RUNS[0]}, "reference_lines": {"ln(e + 9) − 1 = 1.4612": 1.4612}, **Y}),
    "one epoch": ("draw_learning_curves", {"curves": {"train": [[1.0], [2.0]], "test": [[1.01]]}, "reference_lines": {"best": 1.02}, **Y}),
    "lost runs": (
        "draw_learning_curves",
        {
            "curves": {"train": np.where(np.arange(20) > 5, [[NAN], [INF], [1.0]], 2.0), "validation": [[NAN, NAN]], "test": [1.0, 0.9]},
            "log_y": True,
            "title": "Lost",
            **Y,
        },
    ),
    "equal curves": ("draw_learning_curves", {"curves": {LONG: np.ones(9), "test": np.ones(9)}, "log_y": True, **Y}),
    "eight equal curves": (
        "draw_learning_curves",
        {
            "curves": {f"line number {k} with a long name": np.full((3, 9), 1 + k / 1000) for k in range(8)},
            "reference_lines": {"one more": 1},
            **Y,
        },
    ),
    "huge curves": ("draw_learning_curves", {"curves": {"train": [[1e300, -1e300], [1e299, 0.0]]}, **Y}),
    "nine orders": ("draw_learning_curves", {"curves": {"train": np.geomspace(100, 1e-7, 300)}, "log_y": True, **Y}),
    "almost equal on a logarithmic scale": ("draw_learning_curves", {"curves": {"train": [1.0, 1.004]}, "log_y": True, **Y}),
    "one point": ("draw_lines", {"x": [0.0], "lines": {"a": [1e30], "b": [-1e30]}, **XY}),
    "gaps in a line": (
        "draw_lines",
        {
            "x": np.geomspace(1, 1e4, 30),
            "lines": {"a": [NAN, INF, *range(1, 29)], "b": [NAN] * 30},
            "log_x": True,
            "log_y": True,
            **XY,
        },
    ),
    "only zeros": ("draw_gradient_sizes", {"sizes": {"cross-entropy": [0.0]}, **X}),
    "all equal": ("draw_gradient_sizes", {"sizes": {"cross-entropy": [1.0] * 5}, **X}),
    "all of the numbers": ("draw_gradient_sizes", {"sizes": {"a": [1e-300, 1e300], "b": [0.0, 0.0, 1.0], "c": [1e-7], LONG: [3.0]}, **X}),
}  # fmt: skip
