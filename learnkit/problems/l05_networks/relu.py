"""max(x, 0), value by value: the bend that most networks are made with."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l05_networks.drawn_networks import both_signs
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def relu(x):
    """Keep what is positive, and put 0 in the place of everything else.

    x : array of any shape
    Returns an array of the same shape. x stays as it was.
    """
    ...
'''

SOLUTION = """
def relu(x):
    is_positive = x > 0
    return np.where(is_positive, x, 0)
"""


def right_answer(x: Any) -> Any:
    return lk.relu(x)


def right_answer_on_torch(x: Any) -> Any:
    import torch

    return torch.relu(x)


# Right answers written in other ways


def value_by_value(x: Any) -> Any:
    result = np.zeros(x.shape)
    for place in np.ndindex(*x.shape):
        if x[place] > 0:
            result[place] = x[place]
    return result


def by_where(x: Any) -> Any:
    return np.where(x > 0, x, 0.0)


def by_mask(x: Any) -> Any:
    positive = x > 0
    return x * positive


def by_absolute_value(x: Any) -> Any:
    return (x + np.abs(x)) / 2


def torch_by_clamp(x: Any) -> Any:
    import torch

    return torch.clamp(x, min=0)


def torch_by_where(x: Any) -> Any:
    import torch

    return torch.where(x > 0, x, torch.zeros_like(x))


# Mistakes


def builtin_max(x: Any) -> Any:
    return max(x, 0)


def one_comparison(x: Any) -> Any:
    if x > 0:
        return x
    return 0 * x


def maximum_along_axis(x: Any) -> Any:
    return np.max(x, 0)


def maximum_along_axis_in_loop(x: Any) -> Any:
    largest = x[0]
    for row in x[1:]:
        largest = np.where(row > largest, row, largest)
    return largest


def derivative(x: Any) -> Any:
    return (x > 0).astype(float)


def derivative_by_where(x: Any) -> Any:
    return np.where(x > 0, 1.0, 0.0)


def absolute(x: Any) -> Any:
    return np.abs(x)


def absolute_by_where(x: Any) -> Any:
    return np.where(x > 0, x, -x)


def negative_part(x: Any) -> Any:
    return np.minimum(x, 0)


def negative_part_by_mask(x: Any) -> Any:
    return x * (x < 0)


def only_positive(x: Any) -> Any:
    return x[x > 0]


def only_positive_in_loop(x: Any) -> Any:
    return np.array([value for value in x.ravel() if value > 0])


def writes_into_input(x: Any) -> Any:
    x[x < 0] = 0
    return x


def writes_with_out(x: Any) -> Any:
    return np.maximum(x, 0, out=x)


def cut_at_one(x: Any) -> Any:
    return np.clip(x, 0, 1)


def cut_at_one_by_minimum(x: Any) -> Any:
    return np.where(x > 0, np.where(x < 1, x, 1.0), 0.0)


def cut_at_six(x: Any) -> Any:
    return np.clip(x, 0, 2)


def leaky(x: Any) -> Any:
    return np.where(x > 0, x, 0.01 * x)


def leaky_by_maximum(x: Any) -> Any:
    return np.maximum(0.01 * x, x)


def leaky_with(slope: float) -> Any:
    def leaky_elsewhere(x: Any) -> Any:
        return np.maximum(x, slope * x)

    return leaky_elsewhere


def smooth(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def smooth_by_tanh(x: Any) -> Any:
    return (np.tanh(x / 2) + 1) / 2


def softplus(x: Any) -> Any:
    return np.log1p(np.exp(x))


def one_for_all(x: Any) -> Any:
    return x * (x > 0).all()


def one_for_all_by_minimum(x: Any) -> Any:
    return x.copy() if np.min(x) > 0 else np.zeros_like(x)


BEND = "5 · The bend"

PROBLEM = Problem(
    id="05.relu",
    title="Keep what is positive",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"x": "ND"},
    library_calls=(
        "torch.relu",
        "torch.relu_",
        "torch.Tensor.relu",
        "torch.Tensor.relu_",
        "torch.nn.functional.relu",
        "torch.nn.functional.leaky_relu",
        "learnkit.reference.leaky_relu",
        "learnkit.pytorch.leaky_relu",
    ),
    probes=(
        Probe("two rows of three numbers", "small enough to read", lambda rng: (both_signs(rng, 2, 3),)),
        Probe(
            "one number, above 0",
            "here Python's own max works, and nowhere else",
            lambda rng: (rng.integers(11, 30, size=1) / 10,),
            is_edge=True,
        ),
        Probe("a row of five", "an axis that is named by mistake goes away here", lambda rng: (both_signs(rng, 5),), is_edge=True),
        # No zeros: of the right answers in PyTorch one has the slope 0 there, another 1, and another ½.
        Probe(
            "three axes", "an activation works value by value, whatever the shape", lambda rng: (both_signs(rng, 2, 3, 4),), is_edge=True
        ),
        Probe(
            "numbers between -0.5 and 0.5",
            "small numbers are kept as they are too",
            lambda rng: (both_signs(rng, 3, 3) / 5,),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "one-decision",
            builtin_max,
            one_comparison,
            "It asks one question of the whole array, as Python's max and if do. Each number wants an answer of its own.",
            BEND,
        ),
        Mistake(
            "along-an-axis",
            maximum_along_axis,
            maximum_along_axis_in_loop,
            "It returns the largest entry along an axis: the 0 is taken for the number of the axis. Asked is the larger of two numbers, at "
            "each place.",
            BEND,
        ),
        Mistake(
            "derivative",
            derivative,
            derivative_by_where,
            "It returns the slope, 1 or 0, which some texts print in the place of the function. What is positive keeps its value.",
            BEND,
            line=("return np.where(is_positive, x, 0)", "return np.where(is_positive, 1, 0)"),
        ),
        Mistake(
            "absolute",
            absolute,
            absolute_by_where,
            "It turns negative numbers around. They become 0, whatever their size.",
            BEND,
        ),
        Mistake(
            "negative-part",
            negative_part,
            negative_part_by_mask,
            "It keeps the negative numbers and drops the positive ones: the two sides are exchanged.",
            BEND,
            line=("is_positive = x > 0", "is_positive = x < 0"),
        ),
        Mistake(
            "leaves-out",
            only_positive,
            only_positive_in_loop,
            "It leaves the negative numbers out, so that the shape is lost. They stay in their places, as zeros.",
            BEND,
        ),
        Mistake(
            "changes-input",
            writes_into_input,
            writes_with_out,
            "The result is right, but it is written into the caller's array. Whoever called it has lost the numbers.",
            BEND,
        ),
        Mistake(
            "cut-above",
            cut_at_one,
            cut_at_one_by_minimum,
            "It cuts large numbers off as well. Above 0 nothing is changed, however large it is.",
            BEND,
            variants=(cut_at_six,),
        ),
        Mistake(
            "leaky",
            leaky,
            leaky_by_maximum,
            "It lets a part of the negative numbers through. That is the leaky form; here they become 0.",
            BEND,
            variants=(leaky_with(0.1), leaky_with(0.2)),
        ),
        Mistake(
            "smooth",
            smooth,
            smooth_by_tanh,
            "It is a smooth curve. What is asked has one bend, at 0, and is a straight line on either side.",
            BEND,
            variants=(softplus,),
        ),
        Mistake(
            "all-or-nothing",
            one_for_all,
            one_for_all_by_minimum,
            "One negative number makes everything 0. Each number is looked at by itself.",
            BEND,
        ),
    ),
    alternatives=(value_by_value, by_where, by_mask, by_absolute_value),
    torch_alternatives=(torch_by_clamp, torch_by_where),
    hints=(
        "What should come out for [-2, 0, 3]? Which two numbers are compared at the first place, and which at the last?",
        "At each place the result is the larger of two numbers: the one that stands there, and 0. NumPy compares arrays place by place; "
        "Python's max wants one answer for the whole array.",
        "for every place of x:\n    result there <- the larger of x there and 0",
    ),
    solution=SOLUTION,
    minutes=3,
)
