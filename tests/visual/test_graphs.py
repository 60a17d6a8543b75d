"""Graphs that are drawn, the gradients that come back through them, and the explorer of lesson 07."""

from itertools import product

import numpy as np
import pytest

from learnkit import reference as lk
from learnkit.visual import draw_backward, draw_graph, explore_backward
from learnkit.visual.graphs import EXPRESSIONS


def gradients(expression: str, x: float, y: float) -> tuple[float, float]:
    """The slopes along x and y by the library's own tape."""
    a, b = (lk.tensor(np.array(value), requires_grad=True) for value in (x, y))
    names = {"x": a, "y": b, "exp": lk.exp, "relu": lk.relu}
    *assigned, last = expression.split(";")
    for part in assigned:
        name, right = part.split("=")
        names[name.strip()] = eval(right.strip(), {"__builtins__": {}}, names)
    eval(last.strip(), {"__builtins__": {}}, names).backward()
    return tuple(0.0 if tensor.grad is None else float(tensor.grad) for tensor in (a, b))  # type: ignore[return-value]


@pytest.mark.parametrize(("expression", "x", "y"), list(product(EXPRESSIONS, (-1.5, 0.5, 2.0), (-2.0, 1.0))))
def test_the_gradients_are_those_of_the_tape(expression: str, x: float, y: float) -> None:
    table = draw_backward(expression, x=x, y=y).data_table
    found = dict(zip(table["node"], table["gradient"], strict=True))
    expected = dict(zip(("x", "y"), gradients(expression, x, y), strict=True))
    for name, slope in expected.items():
        if name in found:
            assert found[name] == pytest.approx(slope, rel=1e-12, abs=1e-15)


def test_the_example_of_lesson_07_by_hand() -> None:
    # z = x y + x at x = 3, y = -2: the sum sends 1 to a and 1 to x; the product sends y = -2 to x and x = 3 to y
    table = draw_backward("x*y + x", x=3, y=-2).data_table
    assert dict(zip(table["node"], table["gradient"], strict=True)) == {"x": -1, "y": 3, "a = x·y": 1, "b = a + x": 1}
    assert table["value"] == [3, -2, -6, -3]
    assert table["received"] == table["uses"] == [2, 1, 1, 0]


def test_one_rule_at_a_time() -> None:
    # a = x y, b = a a, c = b + a: the sum runs first and sends 1 to b and to a; a then has 1 of its 3 parts
    at = {rules: draw_backward("a = x*y; a*a + a", x=1, y=2, rules=rules).data_table for rules in range(4)}
    a = at[0]["node"].index("a = x·y")
    assert [table["received"][a] for table in at.values()] == [0, 1, 3, 3]
    assert np.isnan(at[0]["gradient"][a])
    assert [at[rules]["gradient"][a] for rules in (1, 2, 3)] == [1, 5, 5]
    assert [table["rules run"] for table in at.values()] == [0, 1, 2, 3]


def test_what_is_whole_is_filled_and_what_waits_is_dashed() -> None:
    boxes = [box for box in draw_backward("x*y + x", rules=1).axes[0].patches if hasattr(box, "get_height")]
    assert [box.get_linestyle() for box in boxes] == ["--", "--", "-", "-"]  # x has a part, y nothing, the product and the sum are whole


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("x + 1", "made of x and y"),
        ("x / y", "made of x and y"),
        ("x +", "made of x and y"),
        ("", "made of x and y"),
        ("a = x", "made of x and y"),
        ("x; y", "made of x and y"),
        ("sin(x)", "made of x and y"),
        ("__import__('os')", "made of x and y"),
        ("z*x", "made of x and y"),
        ("x(y)", "made of x and y"),
    ],
)
def test_what_is_no_such_expression_is_refused(expression: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_backward(expression)


@pytest.mark.parametrize("values", [{"x": np.inf}, {"y": np.nan}])
def test_what_is_not_finite_is_refused(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="x and y must be finite"):
        draw_backward("x*y", **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("expression", ["exp(x)", "x*x*x*x*x"])
def test_what_leaves_the_range_of_numbers_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="leaves the range of numbers"):
        draw_backward(expression, x=1e200)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"inputs": {}}, "inputs must be a dict with at least one entry"),
        ({"inputs": {"a": ("x",), "x": ()}}, "each node must come after its inputs; 'a' comes before 'x'"),
        ({"inputs": {"x": ()}, "values": {"y": "1"}}, "values must be about nodes of the graph; 'y' is none"),
        ({"inputs": {"x": ()}, "whole": ["y"]}, "whole must be about nodes"),
        ({"inputs": {"x": ()}, "gradients": {"y": "1"}}, "gradients must be about nodes"),
        ({"inputs": {"x": (), "a": ("x",)}, "sent": {("a", 1): "1"}}, "'a' has no input 1"),
        ({"inputs": {"a name that is long": ()}}, "at most 14 letters"),
        ({"inputs": {f"n{k}": (f"n{k - 1}",) if k else () for k in range(7)}}, "in 7 columns cannot be read"),
    ],
)
def test_a_graph_that_cannot_be_drawn_is_refused(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw_graph(**arguments)  # type: ignore[arg-type]


def test_a_leaf_stands_right_before_its_first_use() -> None:
    figure = draw_graph({"x": (), "a": ("x", "x"), "w": (), "b": ("a", "w")})
    at = {text.get_text(): text.get_position()[0] for text in figure.axes[0].texts}
    assert at["x"] < at["a"] == at["w"] < at["b"]


# The explorer


def test_every_setting_can_be_drawn() -> None:
    explorer = explore_backward()
    for expression, x, y, rules in product(EXPRESSIONS, (-3.0, 0.0, 3.0), (-3.0, 0.0, 3.0), (0, 1, 5)):
        explorer.set(expression=expression, x=x, y=y, rules=rules)
        assert explorer.figure is not None, explorer.summary


@pytest.mark.parametrize(
    ("settings", "reached"),
    [
        ({"y": -1.0, "rules": 2}, True),
        ({"y": -1.0, "rules": 1}, False),  # the part through the product has not arrived
        ({"y": -1.0, "x": 0.0, "rules": 2}, False),
        ({"y": -1.5, "rules": 2}, False),
        ({"expression": "(x + y)*(x - y)", "x": 0.0, "rules": 3}, False),
    ],
)
def test_the_first_task_is_reached_where_two_parts_cancel(settings: dict[str, object], reached: bool) -> None:
    explorer = explore_backward()
    explorer.set(**settings)
    assert explorer.tasks[0].reached is reached
    if reached:
        x = explorer.data_table["node"].index("x")
        assert (explorer.data_table["gradient"][x], explorer.data_table["received"][x]) == (0, 2)
        assert explorer.tasks[0].answer("two gradients arrive, and they add up to 0").startswith("Done.")


@pytest.mark.parametrize(("rules", "reached"), [(0, False), (1, True), (2, False), (3, False)])
def test_the_second_task_is_reached_while_a_waits(rules: int, reached: bool) -> None:
    explorer = explore_backward()
    explorer.set(expression="a = x*y; a*a + a", rules=rules)
    assert explorer.tasks[1].reached is reached


def test_sending_on_early_and_again_sends_the_first_part_twice() -> None:
    # the answer of the second task: a has 1 at rule 1 and 1 + a + a at the end; both sent on, x gets y times their sum
    partial, whole = (draw_backward("a = x*y; a*a + a", x=3, y=2, rules=rules).data_table for rules in (1, 3))
    a, x = (whole["node"].index(name) for name in ("a = x·y", "x"))
    too_much = 2.0 * (partial["gradient"][a] + whole["gradient"][a])
    assert too_much - whole["gradient"][x] == 2.0 * partial["gradient"][a] > 0
