"""Signals on their way through many layers: `draw_signal_sizes`, `draw_layer_histograms`, and the chain that can be tuned, `draw_chain`.

The chain has layers of one width with random weights, of the standard deviation gain / √width. A batch goes through it forward, and a
gradient backward. What is drawn is how large both are at each layer, on a logarithmic axis: a straight line is a factor at each layer.
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator
from numpy.typing import ArrayLike

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, as_rows, as_vector, number, some_of, table_of, wrapped
from learnkit.visual.palettes import SOFT_INK, Look, looks_for
from learnkit.visual.tasks import Task

BINS = 41
MOST_DEPTH = 50
WIDTH, ROWS, SEED = 256, 64, 0
DEFAULT_GAIN = 1 / math.sqrt(3)  # torch.nn.Linear draws evenly up to 1 / √fan_in
GRAYS = "Greys"
WIDTH_OF_NAMES = 6.0  # inches of a legend that its names may fill

Pair = tuple[Callable[[Floats], Floats], Callable[[Floats], Floats]]  # an activation, and its slope
ACTIVATIONS: dict[str, Pair] = {
    "linear": (lambda z: z, np.ones_like),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "ReLU": (lambda z: np.maximum(z, 0), lambda z: (z > 0).astype(np.float64)),
}


def draw_signal_sizes(forward: Mapping[str, ArrayLike], backward: Mapping[str, ArrayLike], *, title: str | None = None) -> LessonFigure:
    """Draw how large the signals of several networks are after each layer, and beside it how large the gradients are there.

    Parameters
    ----------
    forward : dict of name to (layers,)
        A size that is 0, infinite or NaN has no place on the logarithmic axis: the line has a gap there, and the figure says so.
    backward : dict of the same names to (layers,)
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has the "layer" numbers from 1, and each line as "NAME, forward" and "NAME, backward".

    Raises
    ------
    ValueError
        If there is no network, the names or lengths differ, or a size is below 0.

    Examples
    --------
    >>> draw_signal_sizes({"narrow": [1.0, 0.1]}, {"narrow": [0.1, 1.0]}).alt_text.split(". ")[1]
    'Forward, standard deviation of the outputs: narrow from 1 to 0.1'
    """
    some_of("forward", forward, '{"He": sizes}')
    if list(forward) != list(backward):
        raise ValueError(f"forward and backward must have the same names in the same order; got {list(forward)} and {list(backward)}.")
    ahead, back = ({name: _sizes(name, line) for name, line in lines.items()} for lines in (forward, backward))
    lengths = {len(line) for line in (*ahead.values(), *back.values())}
    if len(lengths) > 1:
        raise ValueError(f"all lines must have one size for each layer; got lengths {sorted(lengths)}.")
    layers = np.arange(1, lengths.pop() + 1)
    looks = dict(zip(ahead, looks_for(ahead), strict=True))
    pairs = [(f"{name}, forward", line) for name, line in ahead.items()] + [(f"{name}, backward", line) for name, line in back.items()]
    with course_style():
        columns = 3 if max(map(len, ahead)) <= 22 else 2
        names = {name: wrapped(name, WIDTH_OF_NAMES / columns, SMALL) for name in ahead}
        lines_below = sum(max(text.count("\n") + 1 for text in row) for row in _rows(list(names.values()), columns))
        figure = new_figure(3.3 + 0.2 * lines_below)
        left, right = figure.subplots(1, 2, sharey=True)
        for axes, lines in ((left, ahead), (right, back)):
            for name, line in lines.items():
                _line(axes, layers, line, looks[name], names[name])
        _finish_panels(left, right, layers, [*ahead.values(), *back.values()])
        handles, labels = left.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=columns, frameon=False, fontsize=SMALL)
        add_title(figure, title)
        text = (
            f"Two panels on logarithmic axes over {len(layers)} layer{'s' if len(layers) > 1 else ''}. "
            f"Forward, standard deviation of the outputs: {'; '.join(_way(name, line) for name, line in ahead.items())}. "
            "Backward, standard deviation of the gradients: "
            f"{'; '.join(_way(name, line, ' at the first layer', ' at the last') for name, line in back.items())}."
        )
        return finish(figure, alt_text=text, data_table=table_of([("layer", layers), *pairs]))


def draw_layer_histograms(
    layers: Mapping[str, ArrayLike], *, y_label: str, limits: tuple[float, float] = (-1.0, 1.0), title: str | None = None
) -> LessonFigure:
    """Draw what values come out of each layer: one panel a network, one column a layer, the darker the more frequent.

    Parameters
    ----------
    layers : dict of name to (layers, values)
        At most six networks.
    y_label : str
        What the values are, with the unit if there is one.
    limits : (low, high)
        Values outside are counted at the border.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has the middles of the "bins", and for each network the shares of each layer as (layers, bins).

    Raises
    ------
    ValueError
        If there is no network or more than six, a value is not finite, or limits do not rise.

    Examples
    --------
    >>> outputs = {"wide": [[-1.0, 1.0], [-1.0, 1.0]], "narrow": [[0.4, -0.4], [0.0, 0.0]]}
    >>> figure = draw_layer_histograms(outputs, y_label="output (no unit)")
    >>> figure.alt_text.split(". ")[1]
    'wide: in the first layer half of the values lie between −0.5 and 0.5, in the last between −0.5 and 0.5'
    """
    some_of("layers", layers, '{"He": outputs}')
    if len(layers) > 6:
        raise ValueError(f"one figure has room for six networks; got {len(layers)}. Draw two figures.")
    low, high = limits
    if not low < high:
        raise ValueError(f"limits must rise; got {limits}.")
    rows = {name: as_rows(name, values) for name, values in layers.items()}
    for name, values in rows.items():
        if not np.isfinite(values).all():
            raise ValueError(f"{name} must have finite values; got NaN or infinity. Draw the layers before it.")
    edges = np.linspace(low, high, BINS + 1)
    shares = {
        name: np.array([np.histogram(np.clip(layer, low, high), edges)[0] / len(layer) for layer in values])
        for name, values in rows.items()
    }
    within = f"from {number(low)} to {number(high)}"
    sentences = [f"One panel a network; each column is a layer, dark where many values of {y_label} lie, {within}"]
    for name, values in rows.items():
        (a, b), (c, d) = (np.quantile(values[place], (0.25, 0.75)) for place in (0, -1))
        sentences.append(
            f"{name}: in the first layer half of the values lie between {number(a)} and {number(b)}, "
            f"in the last between {number(c)} and {number(d)}"
        )
    with course_style():
        figure = new_figure(2.7)
        panels = figure.subplots(1, len(rows), sharey=True, squeeze=False)[0]
        for axes, (name, found) in zip(panels, shares.items(), strict=True):
            picture = (found / found.max(axis=1, keepdims=True)).T
            extent = (0.5, len(found) + 0.5, low, high)
            axes.imshow(picture, cmap=GRAYS, vmin=0, vmax=1, aspect="auto", origin="lower", extent=extent, interpolation="nearest")
            axes.set(xlabel="layer", ylabel=y_label)
            axes.yaxis.set_visible(axes is panels[0])  # all share it
            axes.grid(visible=False)
            axes.xaxis.set_major_locator(MaxNLocator(nbins=3, integer=True, min_n_ticks=1))
            axes.set_title(name, fontsize=SMALL)
        add_title(figure, title)
        table = table_of([("bins", (edges[1:] + edges[:-1]) / 2), *shares.items()])
        return finish(figure, alt_text=". ".join(sentences) + ".", data_table=table)


def chain_sizes(gain: float, depth: int, activation: str) -> tuple[Floats, Floats]:
    """Send a batch through a chain of layers, and a gradient back; return the standard deviations of both at each layer.

    Every weight has the standard deviation gain / √256. The batch and the gradient at the last layer have the standard deviation 1.

    Examples
    --------
    >>> forward, backward = chain_sizes(1.0, 3, "linear")
    >>> forward.round(1), backward.round(1)
    (array([1., 1., 1.]), array([1., 1., 1.]))
    """
    bend, slope = ACTIVATIONS[activation]
    weights, signal, gradient = _drawn()
    sums, forward = [], []
    for weight in weights[:depth]:
        sums.append(signal @ (gain * weight).T)
        signal = bend(sums[-1])
        forward.append(signal.std())
    backward = [gradient.std()]
    for weight, z in zip(weights[1:depth][::-1], sums[:0:-1], strict=True):
        gradient = (gradient * slope(z)) @ (gain * weight)
        backward.append(gradient.std())
    return np.array(forward), np.array(backward[::-1])


@lru_cache(maxsize=1)
def _drawn() -> tuple[Floats, Floats, Floats]:
    rng = np.random.default_rng(SEED)
    weights = rng.standard_normal((MOST_DEPTH, WIDTH, WIDTH)) / math.sqrt(WIDTH)
    return weights, rng.standard_normal((ROWS, WIDTH)), rng.standard_normal((ROWS, WIDTH))


def draw_chain(gain: float, depth: int, activation: str, *, default: bool = False) -> LessonFigure:
    """Draw how large signals and gradients are in a chain of layers whose weights have the standard deviation gain / √width.

    Parameters
    ----------
    gain : float
        From 0.01 to 10.
    depth : int
        From 2 to 50 layers.
    activation : "linear", "tanh" or "ReLU"
    default : bool
        Whether a second line shows the gain of PyTorch's default layer, 1/√3.

    Returns
    -------
    LessonFigure
        Its `data_table` has "gain", "depth", "activation"; "forward" and "backward", a size for each layer; "forward factor" and
        "backward factor", by what a layer multiplies them on average; and with `default` "forward by default", "backward by default".

    Raises
    ------
    ValueError
        If an argument is out of its range.

    Examples
    --------
    >>> table = draw_chain(1.0, 20, "linear").data_table
    >>> round(table["forward factor"], 2), round(table["backward factor"], 2)
    (1.0, 1.0)
    """
    if not 0.01 <= gain <= 10:
        raise ValueError(f"gain must be from 0.01 to 10; got {gain}.")
    if not 2 <= depth <= MOST_DEPTH:
        raise ValueError(f"depth must be from 2 to {MOST_DEPTH} layers; got {depth}.")
    if activation not in ACTIVATIONS:
        raise ValueError(f"activation must be one of {', '.join(ACTIVATIONS)}; got {activation!r}.")
    forward, backward = chain_sizes(gain, depth, activation)
    layers = np.arange(1, depth + 1)
    factors = [float((end / start) ** (1 / (depth - 1))) for start, end in ((forward[0], forward[-1]), (backward[-1], backward[0]))]
    table: dict[str, Any] = {"gain": float(gain), "depth": int(depth), "activation": activation}
    table |= {"forward factor": factors[0], "backward factor": factors[1], "forward": forward, "backward": backward}
    lines = {f"gain {number(gain)}": (forward, backward)}
    if default:
        lines[f"PyTorch's default, gain {number(DEFAULT_GAIN)}"] = chain_sizes(DEFAULT_GAIN, depth, activation)
        table["forward by default"], table["backward by default"] = list(lines.values())[-1]
    with course_style():
        figure = new_figure(3.7)
        left, right = figure.subplots(1, 2, sharey=True)
        for (name, pair), look in zip(lines.items(), looks_for(lines), strict=True):
            for axes, line in zip((left, right), pair, strict=True):
                _line(axes, layers, line, look, name)
        _finish_panels(left, right, layers, [line for pair in lines.values() for line in pair])
        handles, labels = left.get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside lower center", ncols=2, frameon=False, fontsize=SMALL)
        add_title(figure, f"{depth} layers, {activation}, gain {number(gain)}")
        text = (
            f"Two panels on logarithmic axes over {depth} layers, {activation}, gain {number(gain)}. "
            f"The signal goes from {number(forward[0])} to {number(forward[-1])}, a factor of {number(factors[0])} a layer; "
            f"the gradient from {number(backward[0])} at the first layer to {number(backward[-1])} at the last, "
            f"a factor of {number(factors[1])} a layer."
        )
        if default:
            there, here = list(lines.values())[-1]
            ends = f"the signal ends at {number(there[-1])}, and the gradient of the first layer is {number(here[0])}."
            text += f" With PyTorch's default {ends}"
        return finish(figure, alt_text=text, data_table=table)


def _sizes(name: str, line: ArrayLike) -> Floats:
    sizes = as_vector(name, line, finite=False)
    if (sizes < 0).any():
        raise ValueError(f"{name} must be sizes, 0 or more; got {number(sizes.min())}.")
    return sizes


def _rows(names: list[str], columns: int) -> list[list[str]]:
    """Return the rows of a legend, which fills its columns from top to bottom."""
    height = -(-len(names) // columns)
    return [names[row::height] for row in range(height)]


def _drawable(line: Floats) -> Any:
    return np.isfinite(line) & (line > 0)


def _way(name: str, line: Floats, at_first: str = "", at_last: str = "") -> str:
    lost = len(line) - int(_drawable(line).sum())
    gaps = f" ({lost} of them 0, infinite or NaN)" if lost else ""
    return f"{name} from {number(line[0])}{at_first} to {number(line[-1])}{at_last}{gaps}"


def _line(axes: Axes, layers: Any, line: Floats, look: Look, name: str) -> None:
    every = max(1, len(layers) // 8)
    axes.plot(
        layers, np.where(_drawable(line), line, np.nan), color=look.color, linestyle=look.linestyle, marker=look.marker, markevery=every,
        label=name,
    )  # fmt: skip


def _finish_panels(left: Axes, right: Axes, layers: Any, lines: list[Floats]) -> None:
    """Label both panels, and let the axis of sizes hold all of them, a factor of 100 at least."""
    known = np.concatenate([line[_drawable(line)] for line in lines])
    low, high = (float(known.min()), float(known.max())) if known.size else (1.0, 1.0)
    low, high = min(low / 2, 0.05), max(high * 2, 20.0)
    for axes, label, title in (
        (left, "std of the layer's outputs", "forward: the signal"),
        (right, "std of the gradient along them", "backward: the gradient"),
    ):
        axes.set(xlabel="layer", ylabel=label, title=title, yscale="log", ylim=(max(low, 1e-200), min(high, 1e200)))
        axes.set_xlim(layers[0] - 0.5, layers[-1] + 0.5)
        axes.axhline(1, color=SOFT_INK, linestyle=(0, (6, 4)), linewidth=1.0, zorder=1)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True, min_n_ticks=1))


# The explorer of lesson 08


def explore_chain() -> Explorer:
    """Explore how the gain decides over signals and gradients in a deep chain, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_chain`, with the settings gain, depth, activation and default.

    Examples
    --------
    >>> explorer = explore_chain()
    >>> explorer.set(activation="ReLU", depth=50)
    >>> explorer.summary[:52]
    'ReLU, 50 layers, gain 1: the signal is multiplied by'
    """
    controls: dict[str, Slider | Choice] = {
        "gain": Slider("gain", 1.0, low=0.3, high=3.0, step=0.05),
        "depth": Slider("depth (layers)", 10, low=2, high=MOST_DEPTH, step=1),
        "activation": Choice("activation", "linear", {name: name for name in ACTIVATIONS}),
        "default": Choice("PyTorch's default", False, {"hide": False, "show": True}),
    }
    return explore(draw_chain, controls, title="Tune the chain", tasks=(_FLAT, _ONE_SIDED), summarize=_in_words, row="layer")


def _in_words(table: Mapping[str, Any]) -> str:
    return (
        f"{table['activation']}, {table['depth']} layers, gain {number(table['gain'])}: the signal is multiplied by "
        f"{number(table['forward factor'])} a layer and ends at {number(table['forward'][-1])}; the gradient by "
        f"{number(table['backward factor'])} a layer, and is {number(table['backward'][0])} at the first."
    )


def spans(table: Mapping[str, Any]) -> tuple[float, float]:
    """Return by which factor the signal changes from the first layer to the last, and the gradient from the last to the first."""
    return table["forward"][-1] / table["forward"][0], table["backward"][0] / table["backward"][-1]


def _both_flat(table: Mapping[str, Any]) -> bool:
    return bool(table["activation"] == "ReLU" and table["depth"] == MOST_DEPTH and all(0.1 <= factor <= 10 for factor in spans(table)))


def _only_forward_flat(table: Mapping[str, Any]) -> bool:
    signal, gradient = spans(table)
    return bool(table["activation"] == "tanh" and table["depth"] == MOST_DEPTH and 0.5 <= signal <= 2 and gradient > 1e3)


_FLAT = Task(
    goal=f"With ReLU and {MOST_DEPTH} layers, find a gain for which both lines end within a factor of 10 of where they start.",
    is_reached=_both_flat,
    question="So by what does a ReLU layer multiply the size of a signal at gain 1?",
    replies={
        "about 0.5": "It halves the mean square. The size is the root of that, and shrinks by less.",
        "about 0.71": "The gain that makes up for it is about 1.41, which is √2; so the factor at gain 1 is 1/√2 = 0.71.",
        "1": "Then a gain of 1 would keep the lines flat. Try it: after 50 layers next to nothing is left.",
        "about 1.41": "That is the gain which makes up for it. The factor at gain 1 is what it makes up for.",
    },
    right="about 0.71",
)
_ONE_SIDED = Task(
    goal=f"With tanh and {MOST_DEPTH} layers, keep the signal flat within a factor of 2 while the gradient grows a thousandfold or more.",
    is_reached=_only_forward_flat,
    question="How can the signal stay flat although every weight is far too wide?",
    replies={
        "the weights cancel each other": "Without tanh they would not: choose linear at the same gain and read the left panel.",
        "tanh holds its outputs between −1 and 1": "The signal cannot leave that range. The gradient has no such limit.",
        "256 units average it out": "They would also average the gradient out. Choose linear at the same gain and read the left panel.",
        "the gradient takes the excess away": "The forward pass knows nothing of the gradient: it has ended when the gradient begins.",
    },
    right="tanh holds its outputs between −1 and 1",
)
