"""One more gradient for a value that is used several times: it is added, and the sum has memory of its own."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.problem import Actor, Call, Make, Mistake, Probe, Problem, Ref, Step

STUB = '''
def accumulate(so_far, grad):
    """The gradient of a value after one more of its uses has sent a gradient back.

    so_far : the gradient that has arrived before, an array; None if this is the first
    grad : array of the same shape; others may hold this very array too
    Returns an array of that shape in memory of its own: whoever writes into it changes neither so_far nor grad.
    """
    ...
'''

SOLUTION = """
def accumulate(so_far, grad):
    if so_far is None:
        return grad.copy()
    return so_far + grad
"""


def right_answer(so_far: Any, grad: Any) -> Any:
    if so_far is None:
        return grad.copy()
    return so_far + grad


# Right answers written in other ways


def from_zero(so_far: Any, grad: Any) -> Any:
    start = np.zeros(grad.shape) if so_far is None else so_far
    return start + grad


def into_a_copy(so_far: Any, grad: Any) -> Any:
    total = np.array(grad)
    if so_far is not None:
        total += so_far
    return total


def entry_by_entry(so_far: Any, grad: Any) -> Any:
    total = np.empty(grad.shape)
    for place in np.ndindex(*grad.shape):
        total[place] = grad[place] + (0.0 if so_far is None else so_far[place])
    return total


# Mistakes


def overwrites(so_far: Any, grad: Any) -> Any:
    return grad.copy()


def overwrites_by_adding_nothing(so_far: Any, grad: Any) -> Any:
    so_far = np.zeros_like(grad)
    so_far += grad
    return so_far


def keeps_the_first(so_far: Any, grad: Any) -> Any:
    return grad.copy() if so_far is None else so_far.copy()


def keeps_the_first_by_stacking(so_far: Any, grad: Any) -> Any:
    uses = [part for part in (so_far, grad) if part is not None]
    return np.stack(uses)[0]


def shares_the_first(so_far: Any, grad: Any) -> Any:
    return grad if so_far is None else so_far + grad


def shares_the_first_as_a_view(so_far: Any, grad: Any) -> Any:
    if so_far is not None:
        return np.add(so_far, grad)
    return np.asarray(grad)


def writes_into_it(so_far: Any, grad: Any) -> Any:
    if so_far is None:
        return grad.copy()
    so_far += grad
    return so_far


def writes_into_it_by_add(so_far: Any, grad: Any) -> Any:
    return 1.0 * grad if so_far is None else np.add(so_far, grad, out=so_far)


def shares_and_writes(so_far: Any, grad: Any) -> Any:
    if so_far is None:
        return grad
    so_far += grad
    return so_far


def shares_and_writes_by_slices(so_far: Any, grad: Any) -> Any:
    if so_far is not None:
        so_far[...] = so_far + grad
    return grad if so_far is None else so_far


def multiplies(so_far: Any, grad: Any) -> Any:
    return grad.copy() if so_far is None else so_far * grad


def multiplies_from_one(so_far: Any, grad: Any) -> Any:
    start = np.ones(grad.shape) if so_far is None else so_far
    return np.multiply(start, grad)


def averages(so_far: Any, grad: Any) -> Any:
    return grad.copy() if so_far is None else (so_far + grad) / 2


def averages_by_mean(so_far: Any, grad: Any) -> Any:
    return np.mean([part for part in (so_far, grad) if part is not None], axis=0)


def loses_the_first(so_far: Any, grad: Any) -> Any:
    return np.zeros_like(grad) if so_far is None else so_far + grad


def loses_the_first_by_where(so_far: Any, grad: Any) -> Any:
    if so_far is None:
        so_far = -grad
    return so_far + grad


HALVE = Make("halve", Actor("halve"))


def several(rng: np.random.Generator, count: int, *shape: int) -> list[Step]:
    """So many uses of one value."""
    uses = [few_scores(rng, *shape) for _ in range(count)]
    first = Call((None, uses[0]), into="grad")
    return [first, *(Call((Ref("grad"), use), into="grad") for use in uses[1:])]


def one_array_for_two(rng: np.random.Generator) -> list[Step]:
    """What y = a + b sends back: the same array to a and to b. Then somebody clips the gradient of a."""
    return [
        Make("sent", Actor("numbers", (few_scores(rng, 2) + 5,))), HALVE,
        Call((None, Ref("sent")), into="of a"), Call((None, Ref("sent")), into="of b"),
        Call((Ref("of a"),), on="halve"), Call((Ref("of b"), np.zeros(2))),
    ]  # fmt: skip


def the_old_one_is_kept(rng: np.random.Generator) -> list[Step]:
    """Somebody keeps the gradient of the first use, to look at it later."""
    return [
        Call((None, few_scores(rng, 2)), into="first"), Call((Ref("first"), few_scores(rng, 2) + 6), into="both"),
        Call((Ref("first"), np.zeros(2))),
    ]  # fmt: skip


USES = "3 · Used twice: gradients add up"

PROBLEM = Problem(
    id="07.accumulate",
    title="One more gradient",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    probes=(
        Probe("one use, two numbers", "the first gradient is kept", lambda rng: several(rng, 1, 2)),
        Probe("two uses", "the second is added", lambda rng: several(rng, 2, 2)),
        Probe("three uses of a table", "and the third", lambda rng: several(rng, 3, 2, 3), is_edge=True),
        Probe("one array sent to a and b, then a's gradient is halved", "two gradients may not share memory", one_array_for_two),
        Probe("the gradient of the first use is looked at again", "what has arrived before stays as it was", the_old_one_is_kept),
    ),
    mistakes=(
        Mistake(
            "overwrites",
            overwrites,
            overwrites_by_adding_nothing,
            "The last use wins, and the gradients that came before are lost. A value that is used twice moves the loss twice.",
            USES,
            line=("return so_far + grad", "return grad.copy()"),
        ),
        Mistake(
            "keeps-the-first",
            keeps_the_first,
            keeps_the_first_by_stacking,
            "The first use wins, and the gradients that come later are dropped.",
            USES,
        ),
        Mistake(
            "shares-memory",
            shares_the_first,
            shares_the_first_as_a_view,
            "The numbers are right, and the first gradient is the array that came in. A sum sends one array to both of its terms: whoever "
            "writes into one gradient changes the other.",
            USES,
            line=("return grad.copy()", "return grad"),
        ),
        Mistake(
            "writes-into-it",
            writes_into_it,
            writes_into_it_by_add,
            "The numbers are right, and the gradient that was there before is overwritten: += works on the array that came in.",
            USES,
            line=("return so_far + grad", "so_far += grad; return so_far"),
        ),
        Mistake(
            "shares-and-writes",
            shares_and_writes,
            shares_and_writes_by_slices,
            "It keeps the array that came in and later adds into it. Everybody who holds that array sees it grow.",
            USES,
        ),
        Mistake(
            "multiplies",
            multiplies,
            multiplies_from_one,
            "It multiplies the gradients of two uses. Along a path slopes are multiplied; where paths meet they are added.",
            USES,
        ),
        Mistake(
            "averages",
            averages,
            averages_by_mean,
            "It takes the mean of what was there and what comes. Each use moves the loss by its own share, and shares add up.",
            USES,
        ),
        Mistake(
            "loses-the-first",
            loses_the_first,
            loses_the_first_by_where,
            "The first gradient is replaced by zeros: it starts the sum and does not take part in it.",
            USES,
        ),
    ),
    alternatives=(from_zero, into_a_copy, entry_by_entry),
    hints=(
        "y = x · x is x times x. Two gradients go back to x, and each is 3 at x = 3. What should be there after the second?",
        "Gradients of several uses add up. Make a new array each time: neither += nor the array that came in, since a sum sends the very "
        "same "
        "array to both of its terms.",
        "if nothing has arrived before:\n    a copy of what comes\notherwise:\n    a new array, the sum of both",
    ),
    solution=SOLUTION,
    minutes=5,
)
