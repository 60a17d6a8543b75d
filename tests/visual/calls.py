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

PLACES = RNG.uniform(-1, 1, (40, 2)).round(2)
PLACE_CLASSES = np.arange(40) % 3
AREAS = (np.arange(140**2) // 5000) % 3
UNITS = RNG.normal(size=(3, 16)).round(2)
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
    "draw_back_pass": Call(
        {"x": 2.0, "weights": [1.0, 0.5], "outputs": [1.0, -3.0], "target": 1.0, "stage": 3},
        {"x": 1.5, "weights": [1.0, -0.5], "outputs": [2.0, -3.0], "target": -1.0, "stage": 4},
    ),
    "draw_weights": Call(
        {"weights": UNITS, "captions": ["a", "b", "c"], "columns": 2, "title": "Weights"},
        {"weights": 2 * UNITS[::-1], "captions": ["a", "b", "d"]},
        {"columns": 3, "title": "Other weights"},
    ),
    "draw_areas": Call(
        {"points": PLACES, "labels": PLACE_CLASSES, "areas": AREAS, "limits": (-1.1, 1.1), "title": "Areas"},
        {"points": PLACES + 0.1, "labels": PLACE_CLASSES[::-1], "areas": AREAS[::-1], "limits": (-2.5, 1.5)},
        {"title": "Other areas"},
    ),
    "draw_folds": Call(
        {
            "points": PLACES,
            "labels": PLACE_CLASSES,
            "directions": [0.0, 75.0, 200.0],
            "distances": [0.1, -0.4, 0.3],
            "bend": "ReLU",
            "title": "Folds",
        },
        {
            "points": PLACES[::-1] / 2,
            "labels": (np.arange(40) < 5).astype(int),
            "directions": [0.0, 75.0, 215.0],
            "distances": [0.1, -0.4, 0.5],
            "bend": "none",
        },
        {"title": "Other folds"},
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
    "draw_rate_sweep": Call(
        {
            "lrs": [0.01, 0.1, 1.0],
            "results": {"constant": [[0.5, 0.6], [0.9, 0.8], [0.2, 0.1]], "cosine": [[0.4, 0.5], [0.9, 0.95], [0.8, 0.9]]},
            "y_label": "accuracy (share)",
            "x_label": "learning rate",
            "title": "Sweep",
            "log_y": False,
        },
        {
            "lrs": [0.02, 0.1, 1.0],
            "results": {"constant": [[0.5, 0.6], [0.9, 0.8], [0.2, 0.1]], "cosine": [[0.4, 0.5], [0.9, 0.95], [0.8, 0.7]]},
            "x_label": "highest rate",
        },
        {"y_label": "accuracy (fraction)", "title": "Another sweep", "log_y": True},
    ),
    "draw_schedule": Call(
        {"shape": "cosine", "lr": 0.4, "warmup": 0.1},
        {"shape": "steps", "lr": 0.5, "warmup": 0.3},
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
    "draw_fit": Call(
        {
            "x": [18.0, 25.0, 40.0],
            "y": [60.0, 140.0, 230.0],
            "lines": {"best line": (7.0, -50.0), "mean": (0.0, 150.0)},
            "x_label": "index (kg/m²)",
            "y_label": "scale (no unit)",
            "differences_of": "best line",
            "title": "Fit",
        },
        {
            "x": [18.0, 26.0, 40.0],
            "y": [60.0, 140.0, 235.0],
            "lines": {"best line": (7.5, -50.0), "mean": (0.0, 150.0)},
            "x_label": "index (lb/in²)",
            "y_label": "score (no unit)",
            "differences_of": "mean",
        },
        {"title": "Another fit"},
    ),
    "draw_steps": Call(
        {
            "x": np.linspace(-2, 2, 41),
            "heights": np.linspace(-2, 2, 41) ** 2,
            "paths": {"small": [1.5, 1.2, 1.0], "large": [1.5, -1.8, 2.4]},
            "x_label": "weight (no unit)",
            "y_label": "loss (no unit)",
            "title": "Steps",
        },
        {
            "x": np.linspace(-2.5, 2, 41),
            "heights": np.linspace(-2, 2, 41) ** 2 + 1,
            "paths": {"small": [1.5, 1.2, 0.9], "large": [1.5, -1.8, 2.4]},
            "x_label": "u (no unit)",
            "y_label": "L (no unit)",
        },
        {"title": "Other steps"},
    ),
    "draw_surface": Call(
        {
            "x": np.linspace(-1, 1, 21),
            "y": np.linspace(-2, 2, 31),
            "heights": np.linspace(-1, 1, 21) ** 2 + np.linspace(-2, 2, 31)[:, None] ** 2,
            "paths": {"lr 0.1": [[0.9, 1.5], [0.7, 1.2]]},
            "x_label": "weight (no unit)",
            "y_label": "bias (no unit)",
            "height_label": "loss (no unit)",
            "title": "Surface",
        },
        {
            "x": np.linspace(-1, 1.5, 21),
            "y": np.linspace(-2, 2.5, 31),
            "heights": np.linspace(-1, 1, 21) ** 2 + 2 * np.linspace(-2, 2, 31)[:, None] ** 2,
            "paths": {"lr 0.1": [[0.9, 1.5], [0.7, 1.1]]},
            "x_label": "u (no unit)",
            "y_label": "v (no unit)",
            "height_label": "error (no unit)",
        },
        {"title": "Another surface"},
    ),
    "draw_descent": Call(
        {"lr": 0.3, "condition": 10.0, "steps": 50, "start": (0.9, 0.9)},
        {"lr": 0.8, "condition": 40.0, "steps": 20, "start": (0.9, -0.3)},
    ),
    "draw_race": Call(
        {"rates": {"SGD": 0.9, "Adam": 0.1}, "surface": "valley turned by 45°", "steps": 30, "title": "Race"},
        {"rates": {"SGD": 0.9, "Adam": 0.2}, "surface": "Beale's surface", "steps": 20},
        {"title": "Another race"},
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
    "draw_backward": Call(
        {"expression": "x*y + x", "x": 3.0, "y": -2.0, "rules": 1},
        {"expression": "x*x + y", "x": 2.0, "y": 1.0, "rules": 2},
    ),
    "draw_graph": Call(
        {
            "inputs": {"x": (), "w": (), "x·w": ("x", "w")},
            "values": {"x": "3", "w": "2", "x·w": "6"},
            "gradients": {"x·w": "grad 1", "x": "grad 2"},
            "whole": ("x·w",),
            "sent": {("x·w", 0): "2"},
            "title": "Graph",
        },
        {
            "inputs": {"x": (), "w": (), "x·w": ("x", "x")},
            "values": {"x": "3", "w": "2", "x·w": "7"},
            "gradients": {"x·w": "grad 1", "x": "grad 4"},
            "whole": ("x·w", "x"),
            "sent": {("x·w", 1): "3"},
        },
        {"title": "Another graph"},
    ),
    "draw_chain": Call(
        {"gain": 1.2, "depth": 8, "activation": "tanh", "default": True},
        {"gain": 1.3, "depth": 9, "activation": "ReLU", "default": False},
    ),
    "draw_signal_sizes": Call(
        {
            "forward": {"He": [1.0, 0.9, 1.1], "small": [0.1, 1e-3, 1e-5]},
            "backward": {"He": [1.2, 1, 1], "small": [1e-4, 0.01, 1]},
            "title": "Sizes",
        },
        {"forward": {"He": [1.0, 0.9, 1.2], "small": [0.1, 1e-3, 1e-6]}, "backward": {"He": [1.2, 1, 2], "small": [1e-4, 0.02, 1]}},
        {"title": "Other sizes"},
    ),
    "draw_layer_histograms": Call(
        {
            "layers": {"He": NORMS[:60].reshape(3, 20), "small": np.zeros((3, 20))},
            "y_label": "output",
            "limits": (-1.0, 1.0),
            "title": "Values",
        },
        {"layers": {"He": NORMS[60:120].reshape(3, 20) * 1e3, "small": np.full((3, 20), 0.5)}, "limits": (-2.0, 1.0)},
        {"y_label": "activation", "title": "Other values"},
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
    "one point, no line": ("draw_fit", {"x": [3.0], "y": [4.0], "lines": {}, **XY}),
    "points and six lines": (
        "draw_fit",
        {
            "x": np.linspace(-1e6, 1e6, 61),
            "y": np.sin(np.arange(61.0)),
            "lines": {f"line {k} with a rather long name": (k * 1e-7, -0.1 * k) for k in range(6)},
            "differences_of": "line 3 with a rather long name",
            "title": LONG,
            **XY,
        },
    ),
    "four panels, one path lost": (
        "draw_steps",
        {
            "x": np.linspace(-100, 100, 50),
            "heights": np.linspace(-100, 100, 50) ** 3,
            "paths": {"still": [0.0], "a long name of a learning rate": [1.0, 2.0], "lost": [50.0, INF], "gone": [50.0, 5000.0]},
            **XY,
        },
    ),
    "a plain": ("draw_surface", {"x": [0.0, 1.0], "y": [0.0, 1.0], "heights": np.zeros((2, 2)), "height_label": "loss (no unit)", **XY}),
    "steep surface, paths that leave": (
        "draw_surface",
        {
            "x": np.linspace(-1, 1, 15),
            "y": np.linspace(-1e4, 1e4, 9),
            "heights": 1e12 * np.linspace(-1, 1, 15) ** 2 + np.zeros((9, 1)),
            "paths": {LONG: [[0.5, 0.0], [INF, 1.0]], **{f"path {k}": [[k / 9, 1e3 * k], [9.0, 9.0]] for k in range(7)}},
            "height_label": "loss (no unit)",
            **XY,
        },
    ),
    "a round bowl, one step": ("draw_descent", {"lr": 0.5, "condition": 1.0, "steps": 1}),
    "a rate of 0": ("draw_descent", {"lr": 0.0, "condition": 100.0}),
    "a descent that grows": ("draw_descent", {"lr": 1.3, "condition": 1e6, "steps": 300}),
    "five rules, all leaving": (
        "draw_race",
        {"rates": dict.fromkeys(("SGD", "momentum", "Nesterov", "RMSprop", "Adam"), 1e4), "surface": "Beale's surface", "steps": 5},
    ),
    "a race that stands still": ("draw_race", {"rates": {"SGD": 1e-12}, "surface": "valley along the axes", "steps": 1}),
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
    "a leaf alone": ("draw_graph", {"inputs": {"x": ()}, "values": {"x": "3"}}),
    "a network": (
        "draw_graph",
        {
            "inputs": {
                "x": (), "W1": (), "b1": (), "linear 1": ("x", "W1", "b1"), "bend": ("linear 1",), "W2": (), "b2": (),
                "linear 2": ("bend", "W2", "b2"), "classes": (), "loss": ("linear 2", "classes"),
            },
            "values": {"x": "(300, 2)", "linear 1": "(300, 16)", "loss": "()"},
            "gradients": {"loss": "grad 1"}, "whole": ["loss"], "sent": {("loss", 0): "(300, 3)"},
        },
    ),
    "a chain of six with every letter": (
        "draw_graph",
        {
            "inputs": {f"abcdefghijklm{k}": (f"abcdefghijklm{k - 1}",) * 2 if k else () for k in range(6)},
            "values": {f"abcdefghijklm{k}": "−1.23456e−100" for k in range(6)},
            "gradients": {f"abcdefghijklm{k}": "grad −1.23e−99" for k in range(6)},
        },
    ),
    "a leaf as an expression": ("draw_backward", {"expression": "x", "x": -0.0}),
    "the way back over a shared part": ("draw_backward", {"expression": "a = x*y; a*a + a", "x": 1e30, "y": -1e30, "rules": 2}),
    "tiny gradients": ("draw_backward", {"expression": "exp(-(x*x))", "x": -3.0, "y": 0.0, "rules": 99}),
    "one rate, one run": ("draw_rate_sweep", {"lrs": [0.1], "results": {"constant": [[0.5]]}, "y_label": "accuracy (share)"}),
    "three results, nine orders": (
        "draw_rate_sweep",
        {
            "lrs": np.geomspace(1e-8, 10, 6),
            "results": {f"line number {k} with a long name": np.geomspace(1, 1e-6, 12).reshape(6, 2) * (k + 1) for k in range(3)},
            "log_y": True,
            "title": LONG,
            **Y,
        },
    ),
    "equal results": ("draw_rate_sweep", {"lrs": [0.1, 0.2], "results": {"a": np.ones((2, 3)), "b": np.ones((2, 3))}, **Y}),
    "the lowest constant rate": ("draw_schedule", {"shape": "constant", "lr": 0.02}),
    "a rate at the edge, half a rise": ("draw_schedule", {"shape": "cosine", "lr": 1.99, "warmup": 0.5}),
    "one cycle at a high rate": ("draw_schedule", {"shape": "one cycle", "lr": 1.5, "warmup": 0.5}),
    "a rate of a millionth": ("draw_schedule", {"shape": "steps", "lr": 1e-6}),
    "two layers, gain 10": ("draw_chain", {"gain": 10.0, "depth": 2, "activation": "linear"}),
    "fifty layers that explode": ("draw_chain", {"gain": 10.0, "depth": 50, "activation": "linear", "default": True}),
    "fifty layers that vanish": ("draw_chain", {"gain": 0.01, "depth": 50, "activation": "ReLU", "default": True}),
    "one layer, sizes without a place": ("draw_signal_sizes", {"forward": {"a": [0.0], "b": [INF]}, "backward": {"a": [NAN], "b": [0.0]}}),
    "four networks, long names, six hundred orders": (
        "draw_signal_sizes",
        {
            "forward": {f"network {k}, {LONG}": np.geomspace(1, 10.0 ** (170 * k - 290), 4) for k in range(4)},
            "backward": {f"network {k}, {LONG}": np.geomspace(10.0 ** (170 * k - 290), 1, 4) for k in range(4)},
            "title": LONG,
        },
    ),
    "one value in one layer": ("draw_layer_histograms", {"layers": {"a": [[0.0]]}, "y_label": "output"}),
    "six networks, values out of view": (
        "draw_layer_histograms",
        {"layers": {f"network {k}": np.full((50, 4), 1e9) for k in range(6)}, "y_label": "output of a unit", "title": LONG},
    ),
    "only zeros": ("draw_gradient_sizes", {"sizes": {"cross-entropy": [0.0]}, **X}),
    "all equal": ("draw_gradient_sizes", {"sizes": {"cross-entropy": [1.0] * 5}, **X}),
    "all of the numbers": ("draw_gradient_sizes", {"sizes": {"a": [1e-300, 1e300], "b": [0.0, 0.0, 1.0], "c": [1e-7], LONG: [3.0]}, **X}),
    "both units off, nothing goes back": ("draw_back_pass", {"x": 0.0, "weights": [1.0, -1.0], "outputs": [0.0, 0.0], "target": 0.0}),
    "long numbers on every edge": (
        "draw_back_pass",
        {"x": -1.23456e-7, "weights": [-98765.4, 0.000123], "outputs": [-1.2345e9, 3.3e-9], "target": -12345.678, "stage": 4},
    ),
    "values only": ("draw_back_pass", {"x": -2.5, "weights": [1e6, -1e6], "outputs": [1e6, 1e6], "target": 1e12, "stage": 0}),
    "one unit, one weight": ("draw_weights", {"weights": [[-3.0]]}),
    "a unit of zeros": ("draw_weights", {"weights": np.zeros((2, 4)), "captions": ["nothing", LONG], "title": LONG}),
    "sixty-four units of a thousand orders": (
        "draw_weights",
        {"weights": np.geomspace(1e-300, 1e300, 64 * 64).reshape(64, 64) * np.where(np.arange(64) % 2, 1, -1)},
    ),
    "points without areas": ("draw_areas", {"points": [[0.0, 0.0]], "labels": [0]}),
    "four classes, all in one area, long title": (
        "draw_areas",
        {"points": PLACES, "labels": np.arange(40) % 4, "areas": np.full(140**2, 3), "limits": (-100.0, 100.0), "title": LONG},
    ),
    "no crease": ("draw_folds", {"points": PLACES, "labels": PLACE_CLASSES, "directions": [], "distances": []}),
    "one point, one class, one crease": ("draw_folds", {"points": [[0.3, 0.2]], "labels": [0], "directions": [90.0], "distances": [0.0]}),
    "creases out of view": (
        "draw_folds",
        {"points": PLACES, "labels": PLACE_CLASSES, "directions": [10.0, 20.0], "distances": [5.0, -5.0], "title": LONG},
    ),
    "fifty creases": (
        "draw_folds",
        {"points": PLACES, "labels": PLACE_CLASSES, "directions": np.linspace(0, 350, 50), "distances": np.linspace(-1, 1, 50)},
    ),
}  # fmt: skip
