"""Gradient checks: numbers by hand, the best step, and above all that wrong gradients are rejected."""

from typing import Any

import numpy as np
import pytest
from comparing_arrays import assert_close, assert_equal

from learnkit import reference as lk


def leaf(values: Any) -> lk.Tensor:
    """A float64 tensor with a gradient."""
    return lk.Tensor(np.array(values, dtype=np.float64), requires_grad=True)


# --- numeric_grad ------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("numeric_grad")
def test_numeric_grad_of_a_quadratic_by_hand() -> None:
    # f = x² + 3xy: df/dx = 2x + 3y = 8, df/dy = 3x = 3 at (1, 2). Central differences are exact for quadratics; only rounding is left
    grad = lk.numeric_grad(lambda v: v[0] ** 2 + 3 * v[0] * v[1], np.array([1.0, 2.0]))
    assert_close(grad, [8.0, 3.0], tolerance=1e-9)


def test_numeric_grad_of_a_cube_is_off_by_eps_squared() -> None:
    # ((x + e)³ - (x - e)³) / 2e = 3x² + e²: at x = 1, e = 0.1 exactly 3.01
    assert_close(lk.numeric_grad(lambda v: (v**3).sum(), np.array([1.0]), eps=0.1), [3.01])


@pytest.mark.parametrize("shape", [(), (1,), (2, 3), (0, 3)])
def test_numeric_grad_has_the_shape_of_x(shape: tuple[int, ...]) -> None:
    assert_close(lk.numeric_grad(lambda v: 2 * v.sum(), np.ones(shape)), np.full(shape, 2.0), tolerance=1e-9)


def test_an_integer_x_does_not_swallow_the_step() -> None:
    # d(x²)/dx = 6 at 3; 3 + 1e-5 in integers would be 3, and the slope 0
    grad = lk.numeric_grad(lambda v: (v**2).sum(), np.array([3]))
    assert grad.dtype == np.float64
    assert_close(grad, [6.0], tolerance=1e-9)


def test_a_float32_x_is_nudged_in_float64() -> None:
    # float32 near 1000 has steps of 6e-5: the nudge of 1e-5 would be lost
    grad = lk.numeric_grad(lambda v: (v**2).sum(), np.array([1000.0], dtype=np.float32))
    assert grad.dtype == np.float64
    assert_close(grad, [2000.0], tolerance=1e-6)


def test_x_is_left_as_it_is() -> None:
    x = np.array([1.0, 2.0])
    x.setflags(write=False)
    lk.numeric_grad(lambda v: (v**2).sum(), x)
    assert_equal(x, [1.0, 2.0])


def test_a_function_that_changes_its_argument_does_not_spoil_the_next_step() -> None:
    def doubles_in_place(v: np.ndarray) -> float:
        v *= 2
        return float(v.sum())

    assert_close(lk.numeric_grad(doubles_in_place, np.array([1.0, 2.0])), [2.0, 2.0], tolerance=1e-9)


def test_a_function_that_keeps_its_argument_keeps_what_it_was_given() -> None:
    kept: list[np.ndarray] = []

    def keeping(v: np.ndarray) -> float:
        kept.append(v)
        return float(v.sum())

    lk.numeric_grad(keeping, np.array([1.0]), eps=0.5)
    assert [array.tolist() for array in kept] == [[1.5], [0.5]]


@pytest.mark.parametrize("eps", [0.0, -1e-5, float("nan")])
def test_a_step_that_is_not_positive_is_refused(eps: float) -> None:
    with pytest.raises(ValueError, match=f"eps must be above 0; got {eps}"):
        lk.numeric_grad(lambda v: v.sum(), np.ones(1), eps=eps)


def test_a_function_of_many_values_is_refused() -> None:
    with pytest.raises(TypeError, match=r"only (0-dimensional|length-1) arrays can be converted"):
        lk.numeric_grad(lambda v: v, np.ones(2))


def error_at(eps: float) -> float:
    # f = x³ + x at 0.7: slope 3·0.49 + 1 = 2.47
    return abs(lk.numeric_grad(lambda v: (v**3 + v).sum(), np.array([0.7]), eps=eps).item() - 2.47)


def test_a_large_step_is_worse_for_the_bend_of_the_curve() -> None:
    # e² = 1e-4, against rounding of some 1e-11
    assert error_at(1e-5) < 1e-9
    assert_close(error_at(1e-2), 1e-4, tolerance=1e-9)


def test_a_tiny_step_is_worse_for_rounding() -> None:
    # values near 1 are rounded to 1e-16, and the difference is divided by 2e-12
    assert error_at(1e-12) > 1e3 * error_at(1e-5)


def test_the_default_step_is_the_best_of_all_powers_of_ten() -> None:
    # where the bend e² and the rounding 1e-16/e meet, within one power of ten
    errors = {power: error_at(10.0**power) for power in (-12, -10, -8, -5, -3, -2, -1)}
    assert min(errors, key=lambda power: errors[power]) == -5
    assert lk.numeric_grad.__kwdefaults__ == {"eps": 1e-5}


# --- rel_error ---------------------------------------------------------------------------------------------------------------------------


@pytest.mark.worked_example("rel_error")
@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ([1.0, 100.0], [1.0, 101.0], 1 / 101),
        ([0.0, 0.0], [0.0, 0.0], 0.0),
        ([], [], 0.0),
        ([1.0], [-1.0], 2.0),
        ([0.0], [5.0], 1.0),
        ([1e-30], [2e-30], 0.5),
        ([-4.0], [-3.0], 0.25),
        (2.0, 1.0, 0.5),
        # one small value that is wholly wrong beside a large one: relative to the largest, not entry by entry
        ([0.0, 100.0], [1.0, 100.0], 0.01),
    ],
    ids=["one-percent", "zeros", "nothing", "opposite", "zero-and-not", "tiny", "negative", "numbers", "beside-a-large-one"],
)
def test_rel_error_by_hand(a: Any, b: Any, expected: float) -> None:
    # max|a - b| / max(|a|, |b|): 1/101 in the first case; |1 - (-1)| / 1 = 2 for opposites
    assert_close(lk.rel_error(np.array(a), np.array(b)), expected)


def test_rel_error_is_symmetric() -> None:
    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    assert lk.rel_error(a, b) == lk.rel_error(b, a)


def test_rel_error_does_not_feel_a_common_scale() -> None:
    a, b = np.array([1.0, 2.0]), np.array([3.0, -1.0])
    assert lk.rel_error(8 * a, 8 * b) == lk.rel_error(a, b)


def test_rel_error_of_nan_is_nan() -> None:
    assert np.isnan(lk.rel_error(np.array([1.0, np.nan]), np.array([1.0, 1.0])))
    assert np.isnan(lk.rel_error(np.array([1.0, 1.0]), np.array([1.0, np.nan])))


def test_rel_error_of_nan_beside_zeros_is_nan() -> None:
    # and not 0, as if a gradient of NaN were a perfect match for one of zeros
    assert np.isnan(lk.rel_error(np.zeros(2), np.array([np.nan, 0.0])))
    assert np.isnan(lk.rel_error(np.array([np.nan, 0.0]), np.zeros(2)))


def test_rel_error_is_a_python_number() -> None:
    assert type(lk.rel_error(np.ones(1, dtype=np.float32), np.zeros(1, dtype=np.float32))) is float


def test_rel_error_refuses_shapes_that_would_broadcast() -> None:
    with pytest.raises(ValueError, match=r"a and b must have the same shape; got \(2,\) and \(2, 1\)"):
        lk.rel_error(np.ones(2), np.ones((2, 1)))


# --- gradcheck accepts -------------------------------------------------------------------------------------------------------------------


def test_gradcheck_returns_true_for_a_right_gradient() -> None:
    assert lk.gradcheck(lambda x, y: (x * y).exp(), [leaf([1.0, 2.0]), leaf([0.5, -0.5])]) is True


def test_gradcheck_accepts_a_gradient_that_is_zero() -> None:
    assert lk.gradcheck(lambda x: x * 0.0, [leaf([1.0, 2.0])])


def test_gradcheck_accepts_an_input_that_is_not_used() -> None:
    assert lk.gradcheck(lambda x, y: x * 2.0, [leaf([1.0]), leaf([1.0])])


def test_gradcheck_leaves_inputs_without_requires_grad_out() -> None:
    calls = []

    def counted(x: Any, y: Any) -> Any:
        calls.append(1)
        return x * y

    lk.gradcheck(counted, [leaf([1.0]), lk.Tensor(np.array([2.0]))])
    assert len(calls) == 3  # once to go back, and one step to each side for x


def test_gradcheck_passes_on_what_is_no_tensor() -> None:
    assert lk.gradcheck(lambda logits, targets: lk.cross_entropy(logits, targets), [leaf([[1.0, 2.0], [0.5, 0.0]]), np.array([0, 1])])


def test_gradcheck_leaves_no_gradient_and_no_change_in_the_inputs() -> None:
    x = leaf([1.0, 2.0])
    lk.gradcheck(lambda x: x * x, [x])
    assert x.grad is None
    assert_equal(x.data, [1.0, 2.0])


def test_gradcheck_costs_two_more_passes_however_many_values() -> None:
    calls = []

    def counted(x: Any) -> Any:
        calls.append(1)
        return x * x

    lk.gradcheck(counted, [leaf(np.ones(1000))])
    assert len(calls) == 3


def test_gradcheck_takes_its_directions_from_the_generator_it_is_given() -> None:
    rng = np.random.default_rng(3)
    lk.gradcheck(lambda x: x * x, [leaf([1.0, 2.0])], rng=rng)
    # two weights of the output and two steps of the direction were drawn
    expected = np.random.default_rng(3)
    expected.standard_normal(4)
    assert rng.random() == expected.random()


# --- gradcheck rejects -------------------------------------------------------------------------------------------------------------------


def with_rule(forward: Any, rule: Any) -> Any:
    """An operation with a gradient of one's own."""

    operation = lk.op(forward)
    operation.backward_rule(rule)
    return operation


def squares(x: Any) -> tuple[Any, Any]:
    return x * x, x


def product(a: Any, b: Any) -> tuple[Any, Any]:
    return a @ b, (a, b)


def shifted(x: Any, b: Any) -> tuple[Any, Any]:
    return x + b, None


SQUARE = np.random.default_rng(0).standard_normal((3, 3))
WRONG = {
    "sign": (squares, lambda g, x: -2 * g * x, [SQUARE]),
    "one-percent": (squares, lambda g, x: 2.02 * g * x, [SQUARE]),
    "missing-factor": (squares, lambda g, x: g * x, [SQUARE]),
    "grad-output-left-out": (squares, lambda g, x: 2 * x, [SQUARE]),
    "grad-output-summed": (squares, lambda g, x: 2 * x * g.sum(), [SQUARE]),
    "one-entry-of-nine": (squares, lambda g, x: 2 * g * x * (np.arange(9).reshape(3, 3) != 4), [SQUARE]),
    "transposed-on-square-input": (squares, lambda g, x: (2 * g * x).T, [SQUARE]),
    "flipped": (squares, lambda g, x: (2 * g * x)[::-1], [SQUARE]),
    "rounded-to-float16": (squares, lambda g, x: (2 * g * x).astype(np.float16), [SQUARE]),
    "nan": (squares, lambda g, x: 2 * g * x * np.nan, [SQUARE]),
    "matmul-without-transposing": (product, lambda g, s: (g @ s[1], s[0].T @ g), [SQUARE, SQUARE + 1]),
    "matmul-with-the-factors-swapped": (product, lambda g, s: (s[1].T @ g, s[0].T @ g), [SQUARE, SQUARE + 1]),
    "second-input-only": (product, lambda g, s: (g @ s[1].T, g @ s[0]), [SQUARE, SQUARE + 1]),
    "broadcast-without-its-sum": (shifted, lambda g, s: (g, g[0]), [SQUARE, np.ones(3)]),
    "broadcast-with-the-mean": (shifted, lambda g, s: (g, g.mean(axis=0)), [SQUARE, np.ones(3)]),
    "broadcast-along-the-wrong-axis": (shifted, lambda g, s: (g, g.sum(axis=1)), [SQUARE, np.ones(3)]),
    "none": (shifted, lambda g, s: (g, None), [SQUARE, np.ones(3)]),
}


@pytest.mark.parametrize("name", WRONG)
def test_gradcheck_rejects(name: str) -> None:
    forward, rule, values = WRONG[name]
    with pytest.raises(ValueError, match=r"gradcheck: the gradient of input \d, .* is wrong"):
        lk.gradcheck(with_rule(forward, rule), [leaf(value) for value in values])


@pytest.mark.parametrize(
    ("forward", "rule", "values"),
    [
        (squares, lambda g, x: 2 * g * x, [SQUARE]),
        (product, lambda g, s: (g @ s[1].T, s[0].T @ g), [SQUARE, SQUARE + 1]),
        (shifted, lambda g, s: (g, g.sum(axis=0)), [SQUARE, np.ones(3)]),
    ],
    ids=["squares", "product", "shifted"],
)
def test_gradcheck_accepts_the_right_rules_of_the_same_operations(forward: Any, rule: Any, values: Any) -> None:
    assert lk.gradcheck(with_rule(forward, rule), [leaf(value) for value in values])


@pytest.mark.parametrize("seed", range(20))
def test_gradcheck_rejects_one_wrong_entry_whatever_the_direction(seed: int) -> None:
    # with continuous directions a wrong entry hides with probability 0; these 20 seeds are fixed
    forward, rule, values = WRONG["one-entry-of-nine"]
    with pytest.raises(ValueError, match="is wrong"):
        lk.gradcheck(with_rule(forward, rule), [leaf(value) for value in values], rng=np.random.default_rng(seed))


def test_gradcheck_rejects_an_output_that_was_cut_off() -> None:
    with pytest.raises(ValueError, match=r"the gradient of input 0, .* Along a random direction backward gives 0 "):
        lk.gradcheck(lambda x: (x * x).detach(), [leaf([1.0, 2.0])])


def test_gradcheck_rejects_a_path_that_was_cut_off() -> None:
    with pytest.raises(ValueError, match="is wrong"):
        lk.gradcheck(lambda x: x * x.detach(), [leaf([1.0, 2.0])])


def test_the_message_names_the_input_its_shape_and_both_values() -> None:
    wrong = with_rule(shifted, lambda g, s: (g, 3 * g))
    with pytest.raises(
        ValueError,
        match=r"input 1, shape \(2,\), is wrong.*backward gives -?[\d.e-]+ and small steps give -?[\d.e-]+ \(difference .*, allowed",
    ):
        lk.gradcheck(wrong, [leaf([1.0, 2.0]), leaf([3.0, 4.0])])


@pytest.mark.worked_example("gradcheck")
def test_the_message_gives_the_values_that_differ() -> None:
    # one number: y = x², direction v, weight u: backward claims 3 u v x, steps give 2 u v x: the ratio is 3/2
    with pytest.raises(ValueError, match="is wrong") as caught:
        lk.gradcheck(with_rule(squares, lambda g, x: 3 * g * x), [leaf(5.0)])
    claimed, seen = (float(text.split()[0]) for text in str(caught.value).replace("backward gives", "give").split(" give ")[1:])
    assert_close(claimed / seen, 1.5, tolerance=1e-6)


def test_a_wider_tolerance_lets_a_small_error_pass() -> None:
    off = with_rule(squares, lambda g, x: 2.02 * g * x)
    assert lk.gradcheck(off, [leaf(SQUARE)], rtol=0.02)


# --- errors ------------------------------------------------------------------------------------------------------------------------------


def test_float32_is_refused_with_the_way_to_float64() -> None:
    values = [leaf([1.0]), lk.tensor([1.0], requires_grad=True)]
    with pytest.raises(TypeError, match=r"gradcheck needs float64; input 1 is float32\. Use data\.astype\(np\.float64\)"):
        lk.gradcheck(lambda x, y: x * y, values)


@pytest.mark.parametrize("inputs", [[], [np.ones(2)], [lk.Tensor(np.ones(2))]], ids=["no-inputs", "array", "no-gradient"])
def test_nothing_to_check_is_refused(inputs: list[Any]) -> None:
    with pytest.raises(ValueError, match="gradcheck found no input with requires_grad=True"):
        lk.gradcheck(lambda *values: lk.Tensor(np.ones(1)), inputs)
