"""Softer targets: a share ε of each target spread evenly over all classes, the right one included."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def label_smoothing(targets, num_classes, epsilon):
    """The smoothed targets: 1 - epsilon for the right class, and epsilon spread evenly over all classes, the right one included.

    targets : (N,) integers from 0 to num_classes - 1
    num_classes : K
    epsilon : from 0 to 1
    Returns an array (N, K) whose rows add up to 1.
    """
    ...
'''

SOLUTION = """
def label_smoothing(targets, num_classes, epsilon):
    hard = np.eye(num_classes)[targets]
    share = epsilon / num_classes
    return (1 - epsilon) * hard + share
"""


def right(targets: Any, num_classes: int, epsilon: float) -> Any:
    hard = np.eye(num_classes)[targets]
    share = epsilon / num_classes
    return (1 - epsilon) * hard + share


# Right answers written in other ways


def filled(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), epsilon / num_classes)
    soft[np.arange(len(targets)), targets] += 1 - epsilon
    return soft


def row_by_row(targets: Any, num_classes: int, epsilon: float) -> Any:
    rows = []
    for target in targets:
        rows.append([epsilon / num_classes + (1 - epsilon if k == target else 0) for k in range(num_classes)])
    return np.array(rows)


def by_comparison(targets: Any, num_classes: int, epsilon: float) -> Any:
    is_right = targets[:, None] == np.arange(num_classes)
    return np.where(is_right, 1 - epsilon + epsilon / num_classes, epsilon / num_classes)


# Mistakes


def over_the_others(targets: Any, num_classes: int, epsilon: float) -> Any:
    hard = np.eye(num_classes)[targets]
    return hard * (1 - epsilon) + (1 - hard) * epsilon / (num_classes - 1)


def over_the_others_filled(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), epsilon / (num_classes - 1))
    soft[np.arange(len(targets)), targets] = 1 - epsilon
    return soft


def share_missing(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), epsilon / num_classes)
    soft[np.arange(len(targets)), targets] = 1 - epsilon
    return soft


def share_missing_by_comparison(targets: Any, num_classes: int, epsilon: float) -> Any:
    return np.where(targets[:, None] == np.arange(num_classes), 1 - epsilon, epsilon / num_classes)


def added_on_top(targets: Any, num_classes: int, epsilon: float) -> Any:
    return np.eye(num_classes)[targets] + epsilon / num_classes


def added_on_top_filled(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), epsilon / num_classes)
    soft[np.arange(len(targets)), targets] += 1
    return soft


def whole_epsilon(targets: Any, num_classes: int, epsilon: float) -> Any:
    return np.where(np.eye(num_classes)[targets] == 1, 1 - epsilon, epsilon)


def whole_epsilon_filled(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), epsilon)
    soft[np.arange(len(targets)), targets] = 1 - epsilon
    return soft


def hard(targets: Any, num_classes: int, epsilon: float) -> Any:
    return np.eye(num_classes)[targets]


def hard_by_comparison(targets: Any, num_classes: int, epsilon: float) -> Any:
    return (targets[:, None] == np.arange(num_classes)) * 1.0


def as_many_as_seen(targets: Any, num_classes: int, epsilon: float) -> Any:
    seen = targets.max() + 1
    return (1 - epsilon) * np.eye(seen)[targets] + epsilon / seen


def as_many_as_seen_in_a_loop(targets: Any, num_classes: int, epsilon: float) -> Any:
    seen = max(targets) + 1
    return np.array([[epsilon / seen + (1 - epsilon) * (k == target) for k in range(seen)] for target in targets])


def in_columns(targets: Any, num_classes: int, epsilon: float) -> Any:
    return right(targets, num_classes, epsilon).T


def in_columns_in_a_loop(targets: Any, num_classes: int, epsilon: float) -> Any:
    return np.array([[epsilon / num_classes + (1 - epsilon) * (k == target) for target in targets] for k in range(num_classes)])


def swapped(targets: Any, num_classes: int, epsilon: float) -> Any:
    return epsilon * np.eye(num_classes)[targets] + (1 - epsilon) / num_classes


def swapped_filled(targets: Any, num_classes: int, epsilon: float) -> Any:
    soft = np.full((len(targets), num_classes), (1 - epsilon) / num_classes)
    soft[np.arange(len(targets)), targets] += epsilon
    return soft


def _case(count: int, classes: int, epsilon: float, highest: int | None = None) -> Any:
    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        most = classes if highest is None else highest + 1
        targets = rng.integers(most, size=count)
        targets[int(rng.integers(count))] = most - 1
        return targets, classes, epsilon

    return make


SOFT = "8 · Softer targets"

PROBLEM = Problem(
    id="12.label_smoothing",
    title="Targets that are not quite sure",
    stub=STUB,
    reference=right,
    backends=("numpy",),
    axes={"targets": "N"},
    probes=(
        Probe("2 targets of 4 classes, ε = 0.2", "small enough to read", _case(2, 4, 0.2)),
        Probe("5 targets of 3 classes, ε = 0.3", "more rows than columns", _case(5, 3, 0.3)),
        Probe("4 targets of 4 classes", "a table that is turned has the same shape", _case(4, 4, 0.1)),
        Probe("the highest class absent", "K is what is said, not what is seen", _case(4, 5, 0.2, highest=2)),
        Probe("ε = 0", "hard targets again", _case(3, 4, 0.0), is_edge=True),
        Probe("ε = 1", "nothing of the label is left", _case(3, 4, 1.0), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "over-the-others",
            over_the_others,
            over_the_others_filled,
            "It spreads ε over the wrong classes alone. Here, as in PyTorch, all K classes get the same share, the right one included.",
            SOFT,
        ),
        Mistake(
            "share-missing",
            share_missing,
            share_missing_by_comparison,
            "The right class lacks its own share of ε, so that the rows add up to less than 1.",
            SOFT,
        ),
        Mistake(
            "added-on-top",
            added_on_top,
            added_on_top_filled,
            "The shares are added and nothing is taken from the right class: the rows add up to more than 1.",
            SOFT,
            line=("return (1 - epsilon) * hard + share", "return hard + share"),
        ),
        Mistake(
            "whole-epsilon",
            whole_epsilon,
            whole_epsilon_filled,
            "Every wrong class gets the whole of ε. It is one ε for the row, and K classes share it.",
            SOFT,
        ),
        Mistake("hard", hard, hard_by_comparison, "These are the hard targets: nothing is spread.", SOFT),
        Mistake(
            "as-many-as-seen",
            as_many_as_seen,
            as_many_as_seen_in_a_loop,
            "It counts the classes from the targets. A batch may lack the highest ones.",
            SOFT,
        ),
        Mistake("in-columns", in_columns, in_columns_in_a_loop, "One column an example came, where one row an example is asked.", SOFT),
        Mistake(
            "swapped",
            swapped,
            swapped_filled,
            "ε and 1 - ε have changed places: the right class keeps the small part.",
            SOFT,
            line=("return (1 - epsilon) * hard + share", "return epsilon * hard + (1 - epsilon) / num_classes"),
        ),
    ),
    alternatives=(filled, row_by_row, by_comparison),
    hints=(
        "What should each row add up to? Check it for a row of yours.",
        "Two parts: the hard target, kept to 1 - ε, and an even distribution over all K classes, of which there is ε.",
        "hard   <- a 1 at the right class of each row\nshare  <- ε over K\nresult <- (1 - ε) times hard, plus the share",
    ),
    solution=SOLUTION,
    level=1,
    minutes=6,
)
