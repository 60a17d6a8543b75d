"""The share of units that are 0 for a whole batch, and not the share of zeros."""

from typing import Any

import numpy as np

from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def dead_fraction(activations):
    """Return the share of units that answer to no example of a batch.

    activations : (N, D) array, what came out of a ReLU: one row an example, one column a unit
    Returns a number from 0 to 1: how many of the D units are exactly 0 for each of the N examples, divided by D.
    """
    ...
'''

SOLUTION = """
def dead_fraction(activations):
    dead = (activations == 0).all(axis=0)
    return dead.mean()
"""


def right_answer(activations: Any) -> Any:
    return (activations == 0).all(axis=0).mean()


def right_answer_on_torch(activations: Any) -> Any:
    return (activations == 0).all(dim=0).to(activations.dtype).mean()


# Right answers written in other ways


def unit_by_unit(activations: Any) -> Any:
    dead = 0
    for unit in activations.T:
        if not any(value > 0 for value in unit):
            dead += 1
    return dead / activations.shape[1]


def by_largest(activations: Any) -> Any:
    return np.mean(activations.max(axis=0) == 0)


def by_counting_the_living(activations: Any) -> Any:
    living = np.count_nonzero(np.count_nonzero(activations, axis=0))
    return 1 - living / activations.shape[1]


def torch_by_largest(activations: Any) -> Any:
    import torch

    return torch.eq(activations.amax(dim=0), 0).double().mean()


def torch_by_any(activations: Any) -> Any:
    import torch

    return 1 - torch.any(activations > 0, dim=0).double().mean()


# Mistakes


def zeros_of_all(activations: Any) -> Any:
    return (activations == 0).mean()


def zeros_of_all_in_a_loop(activations: Any) -> Any:
    return sum(value == 0 for row in activations for value in row) / activations.size


def silent_examples(activations: Any) -> Any:
    return (activations == 0).all(axis=1).mean()


def silent_examples_in_a_loop(activations: Any) -> Any:
    return sum(not row.any() for row in activations) / len(activations)


def once_is_enough(activations: Any) -> Any:
    return (activations == 0).any(axis=0).mean()


def once_is_enough_in_a_loop(activations: Any) -> Any:
    return sum(bool(unit.min() == 0) for unit in activations.T) / activations.shape[1]


def living(activations: Any) -> Any:
    return (activations != 0).any(axis=0).mean()


def living_in_a_loop(activations: Any) -> Any:
    return sum(bool(unit.max() > 0) for unit in activations.T) / activations.shape[1]


def count(activations: Any) -> Any:
    return (activations == 0).all(axis=0).sum()


def count_in_a_loop(activations: Any) -> Any:
    return sum(not unit.any() for unit in activations.T)


def over_examples(activations: Any) -> Any:
    return (activations == 0).all(axis=0).sum() / len(activations)


def over_examples_in_a_loop(activations: Any) -> Any:
    return sum(not unit.any() for unit in activations.T) / len(activations)


def small_is_dead(activations: Any) -> Any:
    return (activations < 1e-3).all(axis=0).mean()


def small_is_dead_by_closeness(activations: Any) -> Any:
    largest = [max(unit) for unit in activations.T]
    return sum(value < 1e-3 for value in largest) / len(largest)


def smaller_is_dead(activations: Any) -> Any:
    return np.isclose(activations, 0).all(axis=0).mean()


def mostly_zero(activations: Any) -> Any:
    return (np.median(activations, axis=0) == 0).mean()


def mostly_zero_in_a_loop(activations: Any) -> Any:
    half = len(activations) / 2
    return sum(sum(value == 0 for value in unit) > half for unit in activations.T) / activations.shape[1]


def mask(activations: Any) -> Any:
    return (activations == 0).all(axis=0)


def mask_in_a_loop(activations: Any) -> Any:
    return np.array([not unit.any() for unit in activations.T])


def everything_or_nothing(activations: Any) -> Any:
    return float((activations == 0).all())


def everything_or_nothing_in_a_loop(activations: Any) -> Any:
    return 1.0 if not any(value != 0 for row in activations for value in row) else 0.0


def relu_of(rng: np.random.Generator, rows: int, units: int, dead: int, scale: float = 1.0) -> Any:
    """Draw outputs of a ReLU: so many units dead, each of the others on for some examples and off for some, no example silent."""
    while True:
        values = np.round(np.maximum(rng.normal(size=(rows, units)), 0), 1)
        silent = np.sort(rng.choice(units, size=dead, replace=False))
        values[:, silent] = 0
        alive = np.delete(values, silent, axis=1)
        share = (alive == 0).mean(axis=0)
        if alive.any(axis=0).all() and (rows == 1 or ((share > 0).sum() >= 1 and (share > 0.5).any() and (share < 1).all())):
            return values * scale


def with_silent_examples(rng: np.random.Generator) -> tuple[Any, ...]:
    values = relu_of(rng, 6, 5, 1)
    values[rng.choice(6, size=2, replace=False)] = 0
    return (values,) if (values != 0).any(axis=0).sum() == 4 else with_silent_examples(rng)


DEAD = "9 · What goes wrong"

PROBLEM = Problem(
    id="08.dead_fraction",
    title="Units that answer to nothing",
    stub=STUB,
    reference=right_answer,
    torch_reference=right_answer_on_torch,
    axes={"activations": "ND"},
    probes=(
        Probe("3 examples, 3 units, one of them dead", "rows and columns are mixed up unseen here", lambda rng: (relu_of(rng, 3, 3, 1),)),
        Probe("8 examples, 5 units, two of them dead", "other numbers of examples and units", lambda rng: (relu_of(rng, 8, 5, 2),)),
        Probe("two silent examples", "an example without an answer is no dead unit", with_silent_examples),
        Probe("tiny activations", "small is not dead: a gradient still passes", lambda rng: (relu_of(rng, 6, 4, 1, 1e-12),)),
        Probe("no unit dead", "ReLU sets many entries to 0 all the same", lambda rng: (relu_of(rng, 9, 4, 0),), is_edge=True),
        Probe("every unit dead", "the share is 1", lambda rng: (np.zeros((int(rng.integers(2, 6)), 4)),), is_edge=True),
        Probe("a single example", "what is 0 for the only example counts", lambda rng: (relu_of(rng, 1, 5, 2),), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "share-of-zeros",
            zeros_of_all,
            zeros_of_all_in_a_loop,
            "It counts every 0. ReLU sets about half of all entries to 0; dead is a unit that is 0 for all examples.",
            DEAD,
            line=("dead = (activations == 0).all(axis=0)", "dead = activations == 0"),
        ),
        Mistake(
            "silent-examples",
            silent_examples,
            silent_examples_in_a_loop,
            "It counts examples for which no unit answers. A unit is a column, and an example a row.",
            DEAD,
            line=("dead = (activations == 0).all(axis=0)", "dead = (activations == 0).all(axis=1)"),
        ),
        Mistake(
            "once-is-enough",
            once_is_enough,
            once_is_enough_in_a_loop,
            "A unit counts as soon as one example leaves it at 0. Dead means that all of them do.",
            DEAD,
        ),
        Mistake("living", living, living_in_a_loop, "It returns the share of units that are alive. Asked is the rest.", DEAD),
        Mistake("count", count, count_in_a_loop, "It returns how many units are dead. Asked is their share of all units.", THE_EXERCISE),
        Mistake(
            "over-the-examples",
            over_examples,
            over_examples_in_a_loop,
            "It divides by the number of examples. The share is one of the units.",
            THE_EXERCISE,
        ),
        Mistake(
            "small-is-dead",
            small_is_dead,
            small_is_dead_by_closeness,
            "It counts small activations as dead. The slope of ReLU is 1 at any value above 0, so a small one still learns.",
            DEAD,
            variants=(smaller_is_dead,),
        ),
        Mistake(
            "mostly-zero",
            mostly_zero,
            mostly_zero_in_a_loop,
            "It counts units that are 0 for most examples. A unit that answers to a few of them learns from those.",
            DEAD,
        ),
        Mistake("mask", mask, mask_in_a_loop, "It says of each unit whether it is dead. Asked is one number, their share.", THE_EXERCISE),
        Mistake(
            "all-or-nothing",
            everything_or_nothing,
            everything_or_nothing_in_a_loop,
            "It asks whether the whole layer is 0. The question is put to each unit by itself.",
            DEAD,
        ),
    ),
    alternatives=(unit_by_unit, by_largest, by_counting_the_living),
    torch_alternatives=(torch_by_largest, torch_by_any),
    hints=(
        "Along which axis do you look to find out about one unit? And is one 0 there enough?",
        "Ask of every entry whether it is 0; then of every column whether all its answers are yes. The share of such columns is a mean.",
        "zero <- for each entry, whether it is 0\ndead <- for each unit, whether that holds for all examples\nreturn the mean of dead",
    ),
    solution=SOLUTION,
    is_core=False,
    minutes=5,
)
