"""The plane, cut into areas by a classifier and into regions by the creases of ReLU units, and the explorer that folds it.

`draw_areas` shows points and the class that a classifier gives to every place around them. `draw_folds` shows the creases of a hidden
layer beside the areas that the best linear scores on top of it make; `fitted_scores` finds those scores.

Source: Montúfar, Pascanu, Cho & Bengio 2014, On the number of linear regions of deep neural networks, section 2 (regions of one layer).
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap, to_hex, to_rgb
from numpy.typing import ArrayLike, NDArray

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, as_floats, as_vector, number, numbers, span
from learnkit.visual.palettes import INK, OTHER_LOOKS, PAPER
from learnkit.visual.tasks import Task

PER_SIDE = 140  # places of the grid along each side: even, so that no place lies on a crease through the origin
MOST_CLASSES = 4
MOST_NAMED = 8  # creases that are numbered in the picture and listed in words
LIMITS = (-1.1, 1.1)
BENDS = ("ReLU", "none")
STEPS = 300
Integers = NDArray[np.int64]


def plane_grid(limits: tuple[float, float] = LIMITS) -> Floats:
    """Return the places of a square at which a classifier is asked for its class, row by row from below.

    Parameters
    ----------
    limits : (low, high)
        Of both coordinates.

    Returns
    -------
    (PER_SIDE², 2) float64

    Examples
    --------
    >>> grid = plane_grid((0.0, 1.0))
    >>> grid[0], grid[-1], len(grid) == PER_SIDE**2
    (array([0., 0.]), array([1., 1.]), True)
    """
    low, high = _limits(limits)
    side = np.linspace(low, high, PER_SIDE)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def draw_areas(
    points: ArrayLike, labels: ArrayLike, areas: ArrayLike | None = None, *, limits: tuple[float, float] = LIMITS, title: str | None = None
) -> LessonFigure:
    """Draw labeled points in the plane, on the areas that a classifier gives to each class; points in a wrong area are ringed.

    Parameters
    ----------
    points : (N, 2)
    labels : (N,) classes from 0 to 3
    areas : (PER_SIDE²,) classes, or None
        What the classifier answers at `plane_grid(limits)`; None draws the points alone.
    limits : (low, high)
        Of both axes.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has the points, the labels, and with areas "ringed", how many points lie in a wrong one.

    Raises
    ------
    ValueError
        If a shape does not fit, or there are more than four classes.

    Examples
    --------
    >>> draw_areas([[0.0, 0.5], [0.5, 0.0]], [0, 1]).alt_text
    '2 points in the plane, of 2 classes: 1 of class 0, 1 of class 1. Their inputs go from 0 to 0.5 and from 0 to 0.5.'
    """
    places, classes = _points(points, labels)
    at = None if areas is None else _areas(areas)
    spans = " and ".join(span(float(values.min()), float(values.max())) for values in places.T)
    text = f"{_points_text(classes)}. Their inputs go {spans}."
    table: dict[str, Any] = {"points": places, "labels": classes}
    ringed = np.zeros(len(places), dtype=bool)
    if at is not None:
        ringed = _at(places, at, limits) != classes
        shares = np.bincount(at, minlength=int(classes.max()) + 1) / len(at)
        parts = ", ".join(f"class {k} {number(100 * share, 2)} %" for k, share in enumerate(shares))
        text = f"{text} Shares of the area: {parts}. {int(ringed.sum())} points lie in the area of another class and are ringed."
        table |= {"shares of the area": shares, "ringed": int(ringed.sum())}
    with course_style():
        figure = new_figure(4.0, width=5.6)
        axes = figure.subplots()
        _draw_points(axes, places, classes, at, ringed, limits)
        axes.legend(loc="center left", bbox_to_anchor=(1.02, 0.5), frameon=False, fontsize=SMALL)
        add_title(figure, title)
        return finish(figure, alt_text=text, data_table=table)


def draw_folds(
    points: ArrayLike,
    labels: ArrayLike,
    directions: ArrayLike,
    distances: ArrayLike,
    *,
    bend: str = "ReLU",
    title: str | None = None,
) -> LessonFigure:
    """Draw the creases of a hidden layer, and the areas of the best linear scores on top of it.

    Unit k is relu(x cos θ + y sin θ - d): 0 on one side of a line, its crease, and rising on the other. The line stands at the distance
    d from the origin, and θ points to the side that rises.

    Parameters
    ----------
    points : (N, 2)
    labels : (N,) classes from 0 to 3
    directions : (K,) degrees
        The angles θ; none of either gives the linear classifier without a hidden layer.
    distances : (K,)
    bend : "ReLU" or "none"
        With "none" the units are not bent: x cos θ + y sin θ - d everywhere.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has "accuracy" (a share of the points), "creases", "regions" (how many there are in view), "bend", and the lists.

    Raises
    ------
    ValueError
        If the lists differ in length, a shape does not fit, or the bend is another one.

    Examples
    --------
    >>> points, labels = [[-0.8, 0.0], [0.0, 0.0], [0.8, 0.0]], [0, 1, 0]
    >>> draw_folds(points, labels, [], []).data_table["accuracy"] < 1
    True
    >>> draw_folds(points, labels, [0.0, 180.0], [0.4, 0.4]).data_table["accuracy"]
    1.0
    """
    places, classes = _points(points, labels)
    theta, shift = (_row(name, values) for name, values in (("directions", directions), ("distances", distances)))
    if len(theta) != len(shift):
        raise ValueError(f"directions and distances must be as many; got {len(theta)} and {len(shift)}.")
    if bend not in BENDS:
        raise ValueError(f'bend must be "ReLU" or "none"; got {bend!r}.')
    grid = plane_grid()
    hidden, on_grid = (_units(values, theta, shift, bend) for values in (places, grid))
    scores_of = fitted_scores(hidden, classes)
    at = scores_of(on_grid).argmax(axis=1)
    answers = scores_of(hidden).argmax(axis=1)
    accuracy = float((answers == classes).mean())
    active = _units(grid, theta, shift, "none") > 0  # (G², K)
    regions = len(np.unique(active, axis=0)) if bend == "ReLU" and len(theta) else 1
    with course_style():
        figure = new_figure(4.1)
        left, right = figure.subplots(1, 2)
        _draw_creases(left, active if bend == "ReLU" else active[:, :0], theta, shift)
        left.set_title(_units_title(len(theta), regions, bend), loc="left", fontsize=SMALL)
        _draw_points(right, places, classes, at, answers != classes, LIMITS)
        right.set_title(f"right for {accuracy:.2f} of the points; the others are ringed", loc="left", fontsize=SMALL)
        add_title(figure, title)
        text = (
            f"{_points_text(classes)}. {_creases_text(theta, shift, bend)} {regions} {'region' if regions == 1 else 'regions'} in view. "
            f"Linear scores on top of that are right for {accuracy:.3f} of the points."
        )
        table = {
            "directions": theta, "distances": shift, "accuracy": accuracy, "creases": len(theta), "regions": regions, "bend": bend,
            "wrong": int((answers != classes).sum()), "points": len(places),
        }  # fmt: skip
        return finish(figure, alt_text=text, data_table=table)


class _Scores:
    """Linear scores on features that are centered and made independent first."""

    def __init__(self, mean: Floats, basis: Floats, weight: Floats) -> None:
        self.mean, self.basis, self.weight = mean, basis, weight

    def __call__(self, features: Floats) -> Floats:
        independent = (features - self.mean) @ self.basis
        scores: Floats = np.hstack([independent, np.ones((len(features), 1))]) @ self.weight.T
        return scores


def fitted_scores(features: Floats, labels: Integers, steps: int = STEPS) -> _Scores:
    """Return the function from features (N, D) to scores (N, C) that softmax regression finds on labeled features.

    The features are first turned into independent ones of equal spread, so that two sets of features that are linear maps of each other
    give the same scores; then gradient descent runs with Nesterov's look ahead, at the rate that is safe for the largest curvature, ½.
    """
    mean = features.mean(axis=0)
    left, singular, right = np.linalg.svd(features - mean, full_matrices=False)
    kept = singular > 1e-9 * max(float(singular.max(initial=0.0)), 1.0)
    root = np.sqrt(len(features))
    basis = right[kept].T * (root / singular[kept])  # (D, rank)
    x = np.hstack([root * left[:, kept], np.ones((len(features), 1))])
    onehot = np.eye(int(labels.max()) + 1)[labels]
    weight = previous = np.zeros((onehot.shape[1], x.shape[1]))
    for step in range(steps):
        ahead = weight + step / (step + 3) * (weight - previous)
        scores = x @ ahead.T
        powers = np.exp(scores - scores.max(axis=1, keepdims=True))
        grad = (powers / powers.sum(axis=1, keepdims=True) - onehot).T @ x / len(x)
        previous, weight = weight, ahead - 2.0 * grad
    return _Scores(mean, basis, weight)


def _units(places: Floats, theta: Floats, shift: Floats, bend: str) -> Floats:
    """Return the hidden layer (N, K); the places themselves if there are no units."""
    if len(theta) == 0:
        return places
    angles = np.radians(theta)
    values: Floats = places @ np.stack([np.cos(angles), np.sin(angles)]) - shift
    return np.maximum(values, 0) if bend == "ReLU" else values


# Drawing


def _pale(color: str, share: float) -> str:
    red, green, blue = (1 - share * (1 - part) for part in to_rgb(color))
    return to_hex((red, green, blue))


def _draw_points(
    axes: Axes, places: Floats, classes: Integers, at: Integers | None, ringed: NDArray[np.bool_], limits: tuple[float, float]
) -> None:
    if at is not None:
        colors = ListedColormap([_pale(look.color, 0.28) for look in OTHER_LOOKS[:MOST_CLASSES]])
        image = at.reshape(PER_SIDE, PER_SIDE)
        axes.imshow(image, origin="lower", extent=(*limits, *limits), cmap=colors, vmin=0, vmax=MOST_CLASSES - 1, interpolation="nearest")
    for k, look in enumerate(OTHER_LOOKS[: int(classes.max()) + 1]):
        mine = classes == k
        axes.plot(*places[mine].T, linestyle="none", marker=look.marker, color=look.color, markersize=4.2, label=f"class {k}")
    axes.plot(
        *places[ringed].T, linestyle="none", marker="o", markersize=8.5, markerfacecolor="none", markeredgecolor=INK, markeredgewidth=0.9
    )
    _square(axes, limits)


def _draw_creases(axes: Axes, active: NDArray[np.bool_], theta: Floats, shift: Floats) -> None:
    """Tint each region by how many units are on, so that two regions beside each other always differ; draw each crease with its side."""
    most = max(active.shape[1], 1)
    counts = active.sum(axis=1).reshape(PER_SIDE, PER_SIDE)
    shades = ListedColormap([_pale("#56B4E9", 0.75 * level / most) for level in range(most + 1)])
    axes.imshow(counts, origin="lower", extent=(*LIMITS, *LIMITS), cmap=shades, vmin=0, vmax=most, interpolation="nearest")
    few = len(theta) <= MOST_NAMED  # many smooth lines make a large picture
    for k, (angle, distance) in enumerate(zip(np.radians(theta), shift, strict=True)):
        normal, along = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
        start = distance * normal
        ends = np.stack([start - 4 * along, start + 4 * along])
        axes.plot(*ends.T, color=INK, linewidth=1.4 if few else 0.8, antialiased=few)
        if few and np.abs(start).max() < LIMITS[1]:
            tip = start + 0.16 * normal
            axes.annotate("", xy=tuple(tip), xytext=tuple(start), arrowprops={"arrowstyle": "->", "color": INK})
            x, y = start + 0.13 * along * (-1) ** k
            axes.text(
                x, y, str(k + 1), fontsize=SMALL, ha="center", va="center", color=INK,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}, clip_on=True,
            )  # fmt: skip
    _square(axes, LIMITS)


def _square(axes: Axes, limits: tuple[float, float]) -> None:
    low, high = _limits(limits)
    axes.set(xlim=(low, high), ylim=(low, high), aspect="equal", xlabel="first input (no unit)", ylabel="second input (no unit)")
    axes.set_xticks([np.ceil(low), (np.ceil(low) + np.floor(high)) / 2, np.floor(high)])
    axes.set_yticks([np.ceil(low), (np.ceil(low) + np.floor(high)) / 2, np.floor(high)])
    axes.grid(False)


# Words


def _points_text(classes: Integers) -> str:
    counts = np.bincount(classes)
    parts = ", ".join(f"{count} of class {k}" for k, count in enumerate(counts))
    return f"{len(classes)} points in the plane, of {len(counts)} classes: {parts}"


def _units_title(count: int, regions: int, bend: str) -> str:
    if count == 0:
        return "no hidden units: nothing is folded"
    if bend == "none":
        return f"{count} hidden {'unit' if count == 1 else 'units'} without a bend: no crease, one region"
    arrows = "; arrows: where a unit is on" if count <= MOST_NAMED else ""
    return f"{count} {'crease' if count == 1 else 'creases'}, {regions} {'region' if regions == 1 else 'regions'}{arrows}"


def _creases_text(theta: Floats, shift: Floats, bend: str) -> str:
    if len(theta) == 0:
        return "No hidden units."
    kind = "Creases" if bend == "ReLU" else "Hidden units without a bend"
    if len(theta) > MOST_NAMED:
        spans = (span(float(values.min()), float(values.max())) for values in (theta, shift))
        return f"{kind}: {len(theta)}, with directions {next(spans)} degrees and distances {next(spans)}."
    return f"{kind}: {len(theta)}, with directions {numbers(theta)} degrees and distances {numbers(shift)}."


# Inputs


def _limits(limits: tuple[float, float]) -> tuple[float, float]:
    low, high = (float(limit) for limit in limits)
    if not (np.isfinite([low, high]).all() and high - low >= 1):
        raise ValueError(f"limits must be (low, high), at least 1 apart; got {limits}.")
    return low, high


def _row(name: str, values: ArrayLike) -> Floats:
    return as_vector(name, values) if np.size(values) else np.zeros(0)


def _points(points: ArrayLike, labels: ArrayLike) -> tuple[Floats, Integers]:
    places, classes = as_floats("points", points), np.array(labels)
    if places.ndim != 2 or places.shape[1:] != (2,) or len(places) == 0 or classes.shape != (len(places),):
        raise ValueError(f"points must be (N, 2) and labels (N,); got {places.shape} and {classes.shape}.")
    if not np.isfinite(places).all():
        raise ValueError("points must be finite; got nan or inf among them.")
    return places, _classes("labels", classes)


def _areas(areas: ArrayLike) -> Integers:
    at = np.array(areas)
    if at.shape != (PER_SIDE**2,):
        raise ValueError(f"areas must be ({PER_SIDE**2},), one class for each row of plane_grid(); got {at.shape}.")
    return _classes("areas", at)


def _classes(name: str, values: NDArray[Any]) -> Integers:
    if values.dtype.kind not in "iu":
        raise TypeError(f"{name} must be integer classes; got {values.dtype}. Use {name}.astype(int) if they are whole.")
    if values.min() < 0 or values.max() >= MOST_CLASSES:
        raise ValueError(f"{name} must be classes from 0 to {MOST_CLASSES - 1}; got {values.min()} to {values.max()}.")
    return values.astype(np.int64)


def _at(places: Floats, at: Integers, limits: tuple[float, float]) -> Integers:
    """Return the class of the area at each point: that of the nearest place of the grid."""
    low, high = _limits(limits)
    steps = np.clip(np.rint((places - low) / (high - low) * (PER_SIDE - 1)), 0, PER_SIDE - 1).astype(np.int64)
    return at.reshape(PER_SIDE, PER_SIDE)[steps[:, 1], steps[:, 0]]


# The explorer of lesson 05

START = ((345.0, 0.1), (210.0, 0.1), (270.0, -0.5), (75.0, 0.4), (150.0, 0.6))  # (direction, distance)
GOAL = 0.95


def explore_folds() -> Explorer:
    """Explore what a hidden layer does to the plane: five creases over a spiral, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_folds`, with the settings creases, bend, and direction_1, distance_1 to direction_5, distance_5.

    Examples
    --------
    >>> explorer = explore_folds()
    >>> explorer.set(creases=0)
    >>> explorer.data_table["creases"], explorer.data_table["accuracy"] < 0.6
    (0, True)
    """
    controls: dict[str, Slider | Choice] = {
        "creases": Slider("creases in use", len(START), low=0, high=len(START), step=1),
        "bend": Choice("bend", "ReLU", {"ReLU": "ReLU", "none": "none"}),
    }
    for k, (direction, distance) in enumerate(START, 1):
        controls[f"direction_{k}"] = Slider(f"crease {k}: direction (degrees)", direction, low=0.0, high=345.0, step=15.0)
        controls[f"distance_{k}"] = Slider(f"crease {k}: distance", distance, low=-1.0, high=1.0, step=0.1)
    return explore(_spiral_folds, controls, title="Fold the plane", tasks=(_FOLDED, _FLAT), summarize=_folds_in_words, row="crease")


def _spiral_folds(creases: int, bend: str, **places: float) -> LessonFigure:
    from learnkit.datasets import spirals

    points, labels = spirals(300, rng=np.random.default_rng(0))
    directions, distances = ([places[f"{name}_{k}"] for k in range(1, creases + 1)] for name in ("direction", "distance"))
    return draw_folds(points, labels, directions, distances, bend=bend)


def _folds_in_words(table: Mapping[str, Any]) -> str:
    creases = f"{table['creases']} {'crease' if table['creases'] == 1 else 'creases'}"
    shape = creases if table["bend"] == "ReLU" else f"{table['creases']} units without a bend"
    regions = f"{table['regions']} {'region' if table['regions'] == 1 else 'regions'}"
    return f"{shape}, {regions}: right for {table['accuracy']:.3f} of {table['points']} points, wrong for {table['wrong']}."


_FOLDED = Task(
    goal="Make the scores right for 0.95 of the points or more.",
    is_reached=lambda table: bool(table["accuracy"] >= GOAL and table["bend"] == "ReLU"),
    question="Look inside one region, where no crease crosses. How do the borders between the colors run there?",
    replies={
        "in curves that follow the arms": "From afar it looks so. Take one region, between its creases, and follow the border in it.",
        "in straight lines": "Inside a region each unit is either 0 or a plain sum, so the scores are linear there. They bend at "
        "creases only.",
        "along the creases themselves": "A crease is where a border may bend. Count the borders that cross a crease.",
        "there are none, each region has one color": "Large regions have two colors or three: the scores go on changing inside them.",
    },
    right="in straight lines",
)
_FLAT = Task(
    goal='Set the bend to "none", with two units or more in use.',
    is_reached=lambda table: bool(table["bend"] == "none" and table["creases"] >= 2),
    question="What does the accuracy depend on now?",
    replies={
        "on the directions of the units": "Turn one and read the accuracy. As long as two units point in different directions, nothing "
        "changes.",
        "on how many units are in use": "Go from five units to two, and then to none, and read the accuracy.",
        "on nothing: it is that of the linear classifier": "Sums of sums are sums: two layers without a bend make the straight borders "
        "of one.",
        "on the distances": "Move one and read the accuracy. A distance is a constant, and the scores have a constant of their own.",
    },
    right="on nothing: it is that of the linear classifier",
)
