"""A network for XOR with two hidden units: any weights that put the four corners on their sides are right."""

from typing import Any

import numpy as np

from learnkit.problems.problem import THE_EXERCISE, Actor, Call, Make, Mistake, Probe, Problem, Ref, Step

STUB = '''
def xor_weights():
    """Weights of a network with two inputs, two hidden ReLU units and one score, that tells the corners of XOR apart.

    The score must be above 0 for (0, 1) and (1, 0), and below 0 for (0, 0) and (1, 1). A score of 0 is on neither side.
    Returns [(weight_1, bias_1), (weight_2, bias_2)], arrays of shapes (2, 2), (2,), (1, 2) and (1,). There are many right answers.
    """
    ...
'''

SOLUTION = """
def xor_weights():
    weight_1 = np.array([[1.0, 1.0], [1.0, 1.0]])
    bias_1 = np.array([0.0, -1.0])
    weight_2 = np.array([[2.0, -4.0]])
    bias_2 = np.array([-1.0])
    return [(weight_1, bias_1), (weight_2, bias_2)]
"""


def made(weight_1: Any, bias_1: Any, weight_2: Any, bias_2: Any) -> Any:
    return [tuple(np.array(part, dtype=float) for part in layer) for layer in ((weight_1, bias_1), (weight_2, bias_2))]


def right_answer() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[2, -4]], [-1])


# Right answers written in other ways


def two_ridges() -> Any:
    weight_1 = np.array([[1.0, -1.0], [-1.0, 1.0]])
    return [(weight_1, np.zeros(2)), (np.ones((1, 2)), np.full(1, -0.5))]


def from_the_other_side() -> Any:
    first = [(-1.0, -1.0), (1.0, 1.0)]
    both = np.array([np.array(line) for line in first])
    return [(both, np.array([1.0, -1.0])), (np.array([[-1.0, -1.0]]), np.array([0.5]))]


def by_counting() -> Any:
    """The first unit counts the ones, the second those above one; their weights are found by trying."""
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    counts = corners.sum(axis=1)
    hidden = np.stack([counts, np.maximum(counts - 1, 0)], axis=1)
    for second in range(0, -9, -1):
        scores = hidden @ np.array([1.0, second]) - 0.5
        if ((scores > 0) == (counts == 1)).all():
            break
    return [(np.ones((2, 2)), np.array([0.0, -1.0])), (np.array([[1.0, second]]), np.array([-0.5]))]


# Mistakes: by the signs that they give to (0, 0), (0, 1), (1, 0) and (1, 1)


def either_one() -> Any:
    return made([[1, 1], [0, 0]], [0, 0], [[1, 0]], [-0.5])  # − + + +


def either_one_by_two_units() -> Any:
    return made([[1, 0], [0, 1]], [0, 0], [[1, 1]], [-0.3])


def not_both() -> Any:
    return made([[1, 1], [0, 0]], [0, 0], [[-1, 0]], [1.5])  # + + + −


def second_alone() -> Any:
    return made([[-1, 1], [0, 0]], [0, 0], [[1, 0]], [-0.5])  # − + − −


def first_alone() -> Any:
    return made([[1, -1], [0, 0]], [0, 0], [[1, 0]], [-0.5])  # − − + −


def not_the_first_alone() -> Any:
    return made([[1, -1], [0, 0]], [0, 0], [[-1, 0]], [0.5])  # + + − +


def not_the_second_alone() -> Any:
    return made([[-1, 1], [0, 0]], [0, 0], [[-1, 0]], [0.5])  # + − + +


def both() -> Any:
    return made([[1, 1], [0, 0]], [-1, 0], [[1, 0]], [-0.5])  # − − − +


def both_by_two_units() -> Any:
    return made([[2, 2], [1, 0]], [-3, -1], [[1, 1]], [-0.2])


def neither() -> Any:
    return made([[-1, -1], [0, 0]], [1, 0], [[1, 0]], [-0.5])  # + − − −


def at_the_threshold() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[1, -2]], [0])  # 0 + + 0


def at_the_threshold_by_ridges() -> Any:
    return made([[1, -1], [-1, 1]], [0, 0], [[3, 3]], [0])


def ones_at_the_threshold() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[1, -2]], [-1])  # − 0 0 −


def one_corner_at_the_threshold() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[2, -3]], [-1])  # − + + 0


def origin_at_the_threshold() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[1, -3]], [0])  # 0 + + −


def exchanged() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[-2, 4]], [1])  # + − − +


def exchanged_by_ridges() -> Any:
    return made([[1, -1], [-1, 1]], [0, 0], [[-1, -1]], [0.5])


def for_plus_and_minus_one() -> Any:
    return made([[1, 1], [-1, -1]], [0, 0], [[-1, -1]], [1])  # + 0 0 −


def for_plus_and_minus_one_by_halves() -> Any:
    return made([[0.5, 0.5], [-0.5, -0.5]], [0, 0], [[-2, -2]], [1])


def with_a_wider_margin() -> Any:
    return made([[1, 1], [-1, -1]], [-1, -1], [[-2, -2]], [1])  # + + + −, and right for −1 and 1


def always_below() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[1, -2]], [-2])  # − − − −


def always_below_by_ridges() -> Any:
    return made([[1, -1], [-1, 1]], [0, 0], [[0.1, 0.1]], [-0.5])


def always_above() -> Any:
    return made([[1, 1], [1, 1]], [0, -1], [[1, -1]], [0.5])  # + + + +


def corners(*given: tuple[int, int]) -> Any:
    def script(rng: np.random.Generator) -> list[Step]:
        return [Make("signs", Actor("signs_of_scores")), Call((Ref("answer"), np.array(given)), on="signs")]

    return script


XOR = "3 · XOR, by hand"

PROBLEM = Problem(
    id="05.xor_weights",
    title="A network for XOR",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    uses=("mlp_forward",),
    probes=(
        Probe("the corners (0, 0), (0, 1), (1, 0), (1, 1)", "the whole of XOR", corners((0, 0), (0, 1), (1, 0), (1, 1)), is_edge=True),
        Probe("the corners in another order", "the network does not know the order", corners((0, 1), (1, 1), (0, 0), (1, 0)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "three-of-four",
            either_one,
            either_one_by_two_units,
            "Three corners are on their sides, and one is not. That is as far as a straight line comes; the second unit has to bend it.",
            XOR,
            variants=(not_both, not_the_first_alone, not_the_second_alone, second_alone, first_alone),
        ),
        Mistake(
            "at-the-threshold",
            at_the_threshold,
            at_the_threshold_by_ridges,
            "A score is exactly 0 at a corner: it would be right only if ≥ counted. The bias of the last layer can move all scores up "
            "or down.",
            XOR,
            variants=(ones_at_the_threshold, one_corner_at_the_threshold, origin_at_the_threshold),
        ),
        Mistake(
            "exchanged",
            exchanged,
            exchanged_by_ridges,
            "All four corners are told apart, with the two sides exchanged: above 0 is for exactly one 1.",
            THE_EXERCISE,
        ),
        Mistake(
            "other-corners",
            for_plus_and_minus_one,
            for_plus_and_minus_one_by_halves,
            "This fits inputs that are −1 and 1. Here they are 0 and 1, so that the middle of the corners is (½, ½).",
            THE_EXERCISE,
        ),
        Mistake(
            "one-side",
            always_below,
            always_below_by_ridges,
            "All four corners are on the same side. Move the bias of the last layer until it lies between the scores.",
            XOR,
            variants=(always_above,),
        ),
        Mistake(
            "and",
            both,
            both_by_two_units,
            "One class holds a single corner only, and one of its own is missing: this tells AND or NOR, which a straight line can do.",
            XOR,
            variants=(neither,),
        ),
    ),
    alternatives=(two_ridges, from_the_other_side, by_counting),
    hints=(
        "Add up the two inputs of each corner. Which sums occur, and which of them should be above 0?",
        "Along the sum the wanted score goes up from 0 to 1 and down again to 2. One ReLU makes a line that rises; a second one that "
        "starts "
        "later can bend it down, if its weight in the last layer is negative and large enough.",
        "first unit  <- the sum of the inputs\nsecond unit <- the sum of the inputs less 1, bent at 0\n"
        "score       <- so much of the first, less more than twice as much of the second, less a little",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
    is_core=False,
)
