"""A recorded computation as a graph: what was made of what, the values on the way forward, and the gradients on the way back.

`draw_graph` draws any graph from its nodes and their inputs. `draw_backward` records an expression of x and y, "x*y + x", and stops the way
back after so many rules; `explore_backward` puts that into the learner's hands, with two tasks.

Source: Griewank & Walther 2008, Evaluating Derivatives, section 3.2 (the adjoint of an intermediate value, accumulated over its uses).
"""

import ast
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import FancyArrowPatch, Rectangle

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import number, some_of
from learnkit.visual.palettes import INK, ORANGE, PAPER, SKY, dark_enough
from learnkit.visual.tasks import Task

MOST_NODES = 24
MOST_COLUMNS = 6
LONGEST = 14  # letters of a line in a node
ROW = 0.86  # inches from one node to the next below it
WIDE, HIGH = 1.06, 0.62  # inches of a node


def draw_graph(
    inputs: Mapping[str, Sequence[str]],
    *,
    values: Mapping[str, str] | None = None,
    gradients: Mapping[str, str] | None = None,
    whole: Collection[str] = (),
    sent: Mapping[tuple[str, int], str] | None = None,
    title: str | None = None,
) -> LessonFigure:
    """Draw a graph of computed values, from the leaves at the left to what was made last at the right.

    Parameters
    ----------
    inputs : dict of node to the nodes that it was made of
        Each node after its inputs; a leaf has none. A node may be an input twice.
    values : dict of node to text
        The second line of a node: its value, or its shape.
    gradients : dict of node to text
        The third line: the gradient that has arrived. With it, a node that has none yet says so.
    whole : names of nodes
        Those whose gradient is whole; they are filled.
    sent : dict of (node, which input) to text
        The arrows along which a gradient goes back right now, and what it is.
    title : str or None

    Returns
    -------
    LessonFigure
        Its `data_table` has "node", "made of", "value", "gradient", "is whole" and "sent to its inputs", one entry a node.

    Raises
    ------
    ValueError
        If there is no node, an input does not come before its node, a name is unknown, or it is too large to be read.

    Examples
    --------
    >>> draw_graph({"x": (), "x·x": ("x", "x")}, values={"x": "3", "x·x": "9"}).alt_text
    'A graph of 2 nodes, 1 of them leaves: x, 3; x·x, 9, made of x and x.'
    """
    some_of("inputs", inputs, '{"x": (), "x·x": ("x", "x")}')
    given: dict[str, tuple[str, ...]] = {}
    for node, made_of in inputs.items():
        if unknown := [name for name in made_of if name not in given]:
            raise ValueError(f"each node must come after its inputs; {node!r} comes before {unknown[0]!r}.")
        given[node] = tuple(made_of)
    texts, arrived, parts = dict(values or {}), None if gradients is None else dict(gradients), dict(sent or {})
    for name, names in (("values", texts), ("gradients", arrived or {}), ("whole", whole), ("sent", [node for node, _ in parts])):
        if unknown := [node for node in names if node not in given]:
            raise ValueError(f"{name} must be about nodes of the graph; {unknown[0]!r} is none.")
    if wrong := [(node, place) for node, place in parts if not 0 <= place < len(given[node])]:
        raise ValueError(f"sent must name an input of its node; {wrong[0][0]!r} has no input {wrong[0][1]}.")
    if longest := [text for text in (*given, *texts.values(), *(arrived or {}).values(), *parts.values()) if len(text) > LONGEST]:
        raise ValueError(f"what stands in a node must have at most {LONGEST} letters to be read; got {longest[0]!r}.")
    places = _places(given)
    columns = 1 + max(column for column, _ in places.values())
    if len(given) > MOST_NODES or columns > MOST_COLUMNS:
        raise ValueError(f"a graph of {len(given)} nodes in {columns} columns cannot be read; {MOST_NODES} in {MOST_COLUMNS} can.")
    rows = 1 + 2 * max(abs(row) for _, row in places.values())
    spacing = min(2.2, 7.3 / max(columns, 2))
    with course_style():
        figure = new_figure(ROW * (rows + 0.9) + 0.55)
        axes = figure.subplots()
        at = {node: (spacing * column, -ROW * row) for node, (column, row) in places.items()}
        for node, made_of in given.items():
            for place, name in enumerate(made_of):
                bend = _bend(made_of, place, places[node][0] - places[name][0], places[name][1])
                _arrow(axes, at[name], at[node], bend, parts.get((node, place)))
        for node, (x, y) in at.items():
            _node(axes, x, y, node, texts.get(node, ""), None if arrived is None else arrived.get(node), node in whole)
        middle, half = spacing * (columns - 1) / 2, 3.75
        axes.set(xlim=(middle - half, middle + half), ylim=(-ROW * (rows / 2 + 0.4), ROW * (rows / 2 + 0.4)))
        axes.set_xlabel("operations on the longest way from a leaf")
        axes.set_xticks([spacing * column for column in range(columns)], [str(column) for column in range(columns)])
        axes.yaxis.set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.grid(False)
        add_title(figure, title)
        table = {
            "node": list(given),
            "made of": [", ".join(made_of) or "a leaf" for made_of in given.values()],
            "value": [texts.get(node, "") for node in given],
            "gradient": [(arrived or {}).get(node, "") for node in given],
            "is whole": [node in whole for node in given],
            "sent to its inputs": [
                ", ".join(parts[node, i] for i in range(len(made_of)) if (node, i) in parts) for node, made_of in given.items()
            ],
        }
        return finish(figure, alt_text=_in_words(given, texts, arrived, whole, parts), data_table=table)


def _places(inputs: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[int, float]]:
    """Return column and row of each node: as far right as its inputs demand; a leaf stands right before its first use."""
    depth: dict[str, int] = {}
    for node, made_of in inputs.items():
        depth[node] = 1 + max((depth[name] for name in made_of), default=-1)
    for leaf in [node for node, made_of in inputs.items() if not made_of]:
        depth[leaf] = min((depth[node] - 1 for node, made_of in inputs.items() if leaf in made_of), default=0)
    places: dict[str, tuple[int, float]] = {}
    for column in range(1 + max(depth.values())):
        here = [node for node in inputs if depth[node] == column]
        leaves = [node for node in here if not inputs[node]]
        above = len(leaves) // 2 if len(leaves) < len(here) else len(leaves)  # what was computed stands in the middle
        order = [*leaves[:above], *(node for node in here if inputs[node]), *leaves[above:]]
        places |= {node: (column, row - (len(order) - 1) / 2) for row, node in enumerate(order)}
    return places


def _bend(made_of: tuple[str, ...], place: int, columns: int, row: float) -> float:
    """Return how much an arrow is bent, downwards if positive: two of one node go apart, a long one goes around what stands in between."""
    twins = [i for i, name in enumerate(made_of) if name == made_of[place]]
    if len(twins) > 1:
        return 0.42 * (1 - 2 * twins.index(place) / (len(twins) - 1)) if columns == 1 else 0.3 * (1 - 2 * twins.index(place))
    return 0.0 if columns == 1 else -0.3 if row < 0 else 0.3


def _arrow(axes: Axes, start: tuple[float, float], end: tuple[float, float], bend: float, sent: str | None) -> None:
    (x0, y0), (x1, y1) = (start[0] + WIDE / 2, start[1]), (end[0] - WIDE / 2, end[1])
    color = INK if sent is None else dark_enough(ORANGE, 3.0)
    arrow = FancyArrowPatch(
        (x0, y0), (x1, y1), connectionstyle=f"arc3,rad={bend}", arrowstyle="-|>" if sent is None else "<|-",
        mutation_scale=13, shrinkA=1, shrinkB=1, color=color, linewidth=1.1 if sent is None else 2.6, zorder=1,
    )  # fmt: skip
    axes.add_patch(arrow)
    if sent is not None:
        # the middle of the curve: half of the way to its control point, which lies to the right of the direction if the bend is positive
        x, y = (x0 + x1) / 2 + bend * (y1 - y0) / 2, (y0 + y1) / 2 - bend * (x1 - x0) / 2
        behind = {"facecolor": PAPER, "edgecolor": "none", "pad": 1.0}
        axes.text(x, y, sent, ha="center", va="center", fontsize=SMALL, color=dark_enough(ORANGE), weight="bold", bbox=behind, zorder=4)


def _node(axes: Axes, x: float, y: float, name: str, value: str, gradient: str | None, is_whole: bool) -> None:
    is_waiting = gradient is None or is_whole
    axes.add_patch(
        Rectangle(
            (x - WIDE / 2, y - HIGH / 2), WIDE, HIGH, facecolor=SKY if is_whole else PAPER, edgecolor=INK,
            linestyle="-" if is_waiting else "--", linewidth=1.2, zorder=3,
        )
    )  # fmt: skip
    lines = [name, *([value] if value else []), *([gradient] if gradient is not None else [])]
    for place, line in enumerate(lines):
        shift = ((len(lines) - 1) / 2 - place) * 0.185
        axes.text(x, y + shift, line, ha="center", va="center", fontsize=SMALL, weight="normal" if place else "bold", zorder=5)


def _in_words(
    inputs: Mapping[str, tuple[str, ...]],
    values: Mapping[str, str],
    gradients: Mapping[str, str] | None,
    whole: Collection[str],
    sent: Mapping[tuple[str, int], str],
) -> str:
    parts = []
    for node, made_of in inputs.items():
        words = [node, *([values[node]] if values.get(node) else [])]
        words += [f"made of {' and '.join(made_of)}"] if made_of else []
        if gradients is not None:
            words.append(f"{gradients.get(node) or 'no gradient'}{', whole' if node in whole else ''}")
        elif node in whole:
            words.append("whole")
        words += [f"sends {text} to {made_of[place]}" for (name, place), text in sent.items() if name == node]
        parts.append(", ".join(words))
    leaves = sum(not made_of for made_of in inputs.values())
    counted = "1 node" if len(inputs) == 1 else f"{len(inputs)} nodes"
    return f"A graph of {counted}, {leaves} of them leaves: {'; '.join(parts)}."


# An expression, recorded


@dataclass(frozen=True)
class _Step:
    """A node: its short name, how it is written, the names of its inputs, its value, and its slope along each input."""

    name: str
    text: str
    inputs: tuple[str, ...]
    value: float
    slopes: tuple[float, ...]


_BINARY: dict[type[ast.operator], tuple[str, Callable[[float, float], float], Callable[[float, float], tuple[float, float]]]] = {
    ast.Add: ("{} + {}", lambda a, b: a + b, lambda a, b: (1.0, 1.0)),
    ast.Sub: ("{} − {}", lambda a, b: a - b, lambda a, b: (1.0, -1.0)),
    ast.Mult: ("{}·{}", lambda a, b: a * b, lambda a, b: (b, a)),
}
_FUNCTIONS: dict[str, tuple[Callable[[float], float], Callable[[float], float]]] = {
    "exp": (math.exp, math.exp),
    "relu": (lambda a: max(a, 0.0), lambda a: float(a > 0)),
}


class _Recorder(ast.NodeVisitor):
    """Evaluates an expression and writes down each operation, as the tape of a tensor does."""

    def __init__(self, expression: str, leaves: Mapping[str, float]) -> None:
        self.expression = expression
        self.steps: dict[str, _Step] = {}
        self._leaves = leaves
        self._names: dict[str, str] = {}

    def run(self) -> list[_Step]:
        try:
            statements = ast.parse("\n".join(part.strip() for part in self.expression.split(";"))).body
        except SyntaxError:
            raise self._refused() from None
        self._taken = {node.id for node in ast.walk(ast.Module(statements, [])) if isinstance(node, ast.Name)}
        for statement in statements[:-1]:
            if not isinstance(statement, ast.Assign) or not isinstance(statement.targets[0], ast.Name):
                raise self._refused()
            target = statement.targets[0].id
            self._names[target] = self._of(statement.value, target)
        if not statements or not isinstance(statements[-1], ast.Expr):
            raise self._refused()
        self._of(statements[-1].value)
        return list(self.steps.values())

    def _refused(self) -> ValueError:
        return ValueError(
            "expression must be made of x and y by + - * exp() and relu(), with names for parts such as 'a = x*y; a*a + a'; "
            f"got {self.expression!r}."
        )

    def _of(self, node: ast.expr, name: str | None = None) -> str:
        if isinstance(node, ast.Name):
            if node.id in self._names:
                return self._names[node.id]
            if node.id not in self._leaves:
                raise self._refused()
            if node.id not in self.steps:
                self.steps[node.id] = _Step(node.id, node.id, (), float(self._leaves[node.id]), ())
            return node.id
        if isinstance(node, ast.BinOp) and type(node.op) in _BINARY:
            text, compute, slopes = _BINARY[type(node.op)]
            inputs = self._of(node.left), self._of(node.right)
            a, b = (self.steps[one].value for one in inputs)
            return self._note(name, text.format(*inputs), inputs, compute(a, b), slopes(a, b))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            inner = self._of(node.operand)
            return self._note(name, f"−{inner}", (inner,), -self.steps[inner].value, (-1.0,))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _FUNCTIONS and len(node.args) == 1:
            one, slope = _FUNCTIONS[node.func.id]
            inner = self._of(node.args[0])
            value = self.steps[inner].value
            return self._note(name, f"{node.func.id}({inner})", (inner,), one(value), (slope(value),))
        raise self._refused()

    def _note(self, name: str | None, text: str, inputs: tuple[str, ...], value: float, slopes: tuple[float, ...]) -> str:
        free = (letter for letter in "abcdefghijklmnopqrstuvwz" if letter not in self.steps and letter not in self._taken)
        chosen = name or next(free)
        self.steps[chosen] = _Step(chosen, f"{chosen} = {text}", inputs, value, slopes)
        return chosen


def draw_backward(expression: str, *, x: float = 3.0, y: float = 2.0, rules: int | None = None) -> LessonFigure:
    """Draw the graph of an expression with its values, and the gradients of the last node as far as they have come back.

    The way back goes from the youngest node to the oldest; each runs its rule once and adds to what its inputs have received.

    Parameters
    ----------
    expression : str
        Of x and y with + - * exp() relu(), and names for parts: "a = x*y; a*a + a".
    x, y : float
    rules : int or None
        How many rules have run; None, or more than there are, for all of them.

    Returns
    -------
    LessonFigure
        Its `data_table` has "node", "value", "gradient" (NaN where nothing has arrived), "received" and "uses" (how many of its uses have
        sent a gradient, and how many there are), one entry a node, and "expression", "rules run" and "rules".

    Raises
    ------
    ValueError
        If it is no such expression, or a value is not finite.

    Examples
    --------
    >>> figure = draw_backward("x*y + x", x=3, y=-2)
    >>> dict(zip(figure.data_table["node"], figure.data_table["gradient"]))
    {'x': -1.0, 'y': 3.0, 'a = x·y': 1.0, 'b = a + x': 1.0}
    """
    if not (np.isfinite(x) and np.isfinite(y)):
        raise ValueError(f"x and y must be finite; got {x} and {y}.")
    try:
        steps = _Recorder(expression, {"x": float(x), "y": float(y)}).run()
    except OverflowError:
        raise ValueError("a value leaves the range of numbers; use smaller x and y.") from None
    if not all(np.isfinite([step.value, *step.slopes]).all() for step in steps):
        raise ValueError("a value leaves the range of numbers; use smaller x and y.")
    known = {step.name: step for step in steps}
    order = [step for step in reversed(steps) if step.inputs]
    count = len(order) if rules is None else int(np.clip(rules, 0, len(order)))
    gradient, received, now = {steps[-1].name: 1.0}, dict.fromkeys(known, 0), {}
    for step in order[:count]:
        now = {(step.text, i): gradient[step.name] * slope for i, slope in enumerate(step.slopes)}
        for name, slope in zip(step.inputs, step.slopes, strict=True):
            gradient[name] = gradient.get(name, 0.0) + gradient[step.name] * slope
            received[name] += 1
    uses = {name: sum(step.inputs.count(name) for step in steps) for name in known}
    if not np.isfinite(list(gradient.values())).all():
        raise ValueError("a gradient leaves the range of numbers; use smaller x and y.")
    table = {
        "node": [step.text for step in steps],
        "value": [step.value for step in steps],
        "gradient": [gradient.get(step.name, np.nan) for step in steps],
        "received": [received[step.name] for step in steps],
        "uses": [uses[step.name] for step in steps],
        "expression": expression,
        "rules run": count,
        "rules": len(order),
    }
    figure = draw_graph(
        {step.text: tuple(known[name].text for name in step.inputs) for step in steps},
        values={step.text: number(step.value) for step in steps},
        gradients={step.text: f"grad {number(gradient[step.name])}" if step.name in gradient else "grad …" for step in steps},
        whole=[step.text for step in steps if received[step.name] == uses[step.name]],
        sent={place: number(part) for place, part in now.items()},
        title=f"{expression.replace('*', '·').replace('-', '−')}: {count} of {len(order)} rules have run",
    )
    figure.data_table = table
    return figure


# The explorer of lesson 07

EXPRESSIONS = ("x*x", "x*y + x", "(x + y)*(x - y)", "a = x*y; a*a + a", "exp(-(x*x))", "relu(x*y) + y")


def explore_backward() -> Explorer:
    """Explore how gradients come back through a graph: an expression to choose, x and y to move, one rule at a time, with two tasks.

    Returns
    -------
    Explorer
        Of `draw_backward`, with the settings expression, x, y and rules.

    Examples
    --------
    >>> explorer = explore_backward()
    >>> explorer.set(rules=2)
    >>> explorer.summary
    '2 of 2 rules have run. Gradients: x 3, whole; y 3, whole; a = x·y 1, whole; b = a + x 1, whole.'
    """
    controls: dict[str, Slider | Choice] = {
        "expression": Choice("expression", "x*y + x", {text.replace("*", " · "): text for text in EXPRESSIONS}),
        "x": Slider("x", 3.0, low=-3.0, high=3.0, step=0.5),
        "y": Slider("y", 2.0, low=-3.0, high=3.0, step=0.5),
        "rules": Slider("rules that have run", 0, low=0, high=5, step=1),
    }
    tasks = (_CANCEL, _WAIT)
    return explore(draw_backward, controls, title="One rule at a time", tasks=tasks, summarize=_gradients_in_words, row="node")


def _gradients_in_words(table: Mapping[str, Any]) -> str:
    parts = []
    for node, gradient, received, uses in zip(table["node"], table["gradient"], table["received"], table["uses"], strict=True):
        state = "whole" if received == uses else f"{received} of {uses} parts"
        parts.append(f"{node} {'none yet' if np.isnan(gradient) else number(gradient)}, {state}")
    return f"{table['rules run']} of {table['rules']} rules have run. Gradients: {'; '.join(parts)}."


def _at(table: Mapping[str, Any], node: str, column: str) -> Any:
    return table[column][table["node"].index(node)]


def _cancels(table: Mapping[str, Any]) -> bool:
    if table["expression"] != "x*y + x" or table["rules run"] < table["rules"]:
        return False
    return bool(_at(table, "x", "gradient") == 0 and _at(table, "x", "value") != 0 and _at(table, "y", "value") != 0)


def _waits(table: Mapping[str, Any]) -> bool:
    if table["expression"] != "a = x*y; a*a + a":
        return False
    return bool(0 < _at(table, "a = x·y", "received") < _at(table, "a = x·y", "uses"))


_CANCEL = Task(
    goal="With x · y + x let all rules run, and make the gradient of x exactly 0, with neither x nor y at 0.",
    is_reached=_cancels,
    question="What happens at x?",
    replies={
        "no gradient arrives there": "Two arrows lead back to x. Go through the rules one by one and read what each of them brings.",
        "two gradients arrive, and they add up to 0": "One comes through the product, y = −1, and one directly, 1.",
        "two gradients arrive, and one of them is 0": "Read the two numbers at the arrows: neither is 0.",
        "the gradients of the two ways are multiplied": "Along one way slopes are multiplied. Where ways meet, something else happens.",
    },
    right="two gradients arrive, and they add up to 0",
)
_WAIT = Task(
    goal="With a = x · y; a · a + a stop where a has received a part of its gradient, and not the whole.",
    is_reached=_waits,
    question="Suppose a ran its rule now, and once more at the end on all that it has then. What would x receive?",
    replies={
        "the right gradient": "Its first part would be sent now, and it is also in all that a has at the end.",
        "too much: the first part would count twice": "It would go alone, and again within the sum. So a node waits until it is whole.",
        "too little: the later parts would be lost": "They are in what a has at the end, and would be sent then.",
        "nothing: a has no gradient yet": "A part has arrived: read the third line of a.",
    },
    right="too much: the first part would count twice",
)
