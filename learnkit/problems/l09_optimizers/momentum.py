"""A step with momentum: a velocity that gathers gradients, and a rate that stays outside it."""

from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, two_steps
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def momentum(param, grad, state, lr, beta):
    """Take one step of gradient descent with momentum.

    param, grad : arrays of one shape
    state : dict, empty before the first step; what you return as the state of one step comes in at the next
    lr : the learning rate, another one at each step if the caller likes
    beta : the share of the velocity that is kept, 0.9
    The velocity is beta times the old one, plus the gradient. It starts from 0, and the step is lr times the new velocity (PyTorch's form).
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def momentum(param, grad, state, lr, beta):
    velocity = beta * state.get("velocity", 0.0) + grad
    param = param - lr * velocity
    return param, {"velocity": velocity}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    return lk.sgd_update(param, grad, state, lr=lr, momentum=beta)


# Right answers written in other ways


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    old = state["v"] if state else [0.0] * param.size
    new = [beta * v + float(g) for v, g in zip(old, grad.ravel(), strict=True)]
    moved = [float(p) - lr * v for p, v in zip(param.ravel(), new, strict=True)]
    return np.array(moved).reshape(param.shape), {"v": new}


def from_all_gradients(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    """The velocity as what it is: a weighted sum of all gradients so far."""
    gradients = [*state.get("gradients", []), grad]
    ages = range(len(gradients) - 1, -1, -1)
    return param - lr * sum(beta**age * g for age, g in zip(ages, gradients, strict=True)), {"gradients": gradients}


def in_the_state(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    if "buffer" not in state:
        state["buffer"] = np.zeros_like(grad)
    state["buffer"] *= beta
    state["buffer"] += grad
    return np.subtract(param, np.multiply(state["buffer"], lr)), state


def torch_with_clone(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    import torch

    velocity = grad.clone() if not state else state["velocity"].mul(beta).add(grad)
    return torch.sub(param, velocity, alpha=lr), {"velocity": velocity}


def torch_from_zeros(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    import torch

    old = state.get("old", torch.zeros_like(param))
    new = grad + beta * old
    return torch.add(param, new, alpha=-lr), {"old": new}


# Mistakes


def damped(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) + (1 - beta) * grad
    return param - lr * velocity, {"v": velocity}


def damped_toward_the_gradient(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    mean = state["mean"] if state else np.zeros(param.shape)
    mean = mean + (1 - beta) * (grad - mean)
    return np.subtract(param, lr * mean), {"mean": mean}


def damped_later(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state["v"] + (1 - beta) * grad if state else grad
    return param - lr * velocity, {"v": velocity}


def rate_inside(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) + lr * grad
    return param - velocity, {"v": velocity}


def rate_inside_by_last_move(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    move = -lr * grad
    if "last" in state:
        move = move + beta * state["last"]
    return param + move, {"last": move}


def forgets(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = np.zeros_like(param)
    velocity = beta * velocity + grad
    return param - lr * velocity, {"v": velocity}


def never_kept(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    step = grad if "v" not in state else grad + beta * state["v"]
    return param - lr * step, {}


def keeps_all(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = state.get("v", 0.0) + grad
    return param - lr * velocity, {"v": velocity}


def keeps_all_in_a_list(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    seen = [*state.get("seen", []), grad]
    return param - lr * np.sum(seen, axis=0), {"seen": seen}


def keeps_the_gradient(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    last = state.get("last", 0.0)
    return param - lr * (grad + beta * last), {"last": grad}


def keeps_the_gradient_in_two_parts(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    moved = param - lr * grad
    if state:
        moved = moved - lr * beta * state["before"]
    return moved, {"before": grad}


def nesterov(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) + grad
    return param - lr * (grad + beta * velocity), {"v": velocity}


def nesterov_in_two_steps(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    new = grad.copy()
    if state:
        new += beta * state["velocity"]
    half = param - lr * grad
    return half - lr * beta * new, {"velocity": new}


def old_velocity(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = state.get("v", np.zeros_like(param))
    return param - lr * velocity, {"v": beta * velocity + grad}


def old_velocity_by_case(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    if not state:
        return param.copy(), {"next": grad}
    return param - lr * state["next"], {"next": grad + beta * state["next"]}


def climbs(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) + grad
    return param + lr * velocity, {"v": velocity}


def climbs_by_sign(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) - grad
    return param - lr * velocity, {"v": velocity}


def in_place(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    velocity = beta * state.get("v", 0.0) + grad
    param -= lr * velocity
    return param, {"v": velocity}


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, beta: Any) -> Any:
    new = grad if not state else state["v"] * beta + grad
    param[...] = param - new * lr
    return param, {"v": new}


MOMENTUM = "5 · Momentum: remember the way"
SETTINGS = {"beta": 0.9}

PROBLEM = Problem(
    id="09.momentum",
    title="A step that remembers the ones before",
    stub=STUB,
    reference=right_answer,
    library_calls=(
        "learnkit.reference.sgd_update",
        "learnkit.pytorch.sgd_update",
        "learnkit.reference.SGD",
        "learnkit.pytorch.SGD",
        "torch.optim.SGD",
        "torch.optim.sgd.sgd",
    ),
    probes=(
        Probe("one step", "the velocity is the gradient", lambda rng: one_step(rng, **SETTINGS)),
        Probe("two steps", "from the second step on there is a past", lambda rng: two_steps(rng, **SETTINGS)),
        Probe(
            "five steps, whose rate changes at the third",
            "a rate inside the velocity shows only when it changes",
            lambda rng: changing_rate(rng, beta=0.8),
        ),
    ),
    mistakes=(
        Mistake(
            "damped",
            damped,
            damped_toward_the_gradient,
            "The gradient enters the velocity with weight 1 − beta, as in a running mean. Here it enters in full, and the "
            "velocity may grow.",
            MOMENTUM,
            variants=(damped_later,),
            line=(
                'velocity = beta * state.get("velocity", 0.0) + grad',
                'velocity = beta * state.get("velocity", 0.0) + (1 - beta) * grad',
            ),
        ),
        Mistake(
            "rate-inside",
            rate_inside,
            rate_inside_by_last_move,
            "The rate is inside the velocity, so a new rate moves only the newest gradient. Here it multiplies the whole velocity.",
            MOMENTUM,
        ),
        Mistake(
            "forgets",
            forgets,
            never_kept,
            "The velocity starts anew in each step, so nothing is remembered: this is plain gradient descent.",
            MOMENTUM,
            line=('return param, {"velocity": velocity}', "return param, {}"),
        ),
        Mistake(
            "keeps-all",
            keeps_all,
            keeps_all_in_a_list,
            "The old velocity is kept in full, and never fades. Only the share beta of it is kept from step to step.",
            MOMENTUM,
        ),
        Mistake(
            "keeps-the-gradient",
            keeps_the_gradient,
            keeps_the_gradient_in_two_parts,
            "It remembers the last gradient only. The velocity holds all of them, each faded once for every step since.",
            MOMENTUM,
        ),
        Mistake(
            "nesterov",
            nesterov,
            nesterov_in_two_steps,
            "It looks one step ahead: that is Nesterov's form. Here the step is the velocity itself.",
            MOMENTUM,
        ),
        Mistake(
            "old-velocity",
            old_velocity,
            old_velocity_by_case,
            "It moves by the velocity from before this gradient. The gradient of this step is to count in this step.",
            MOMENTUM,
        ),
        Mistake("climbs", climbs, climbs_by_sign, "It walks uphill: the step goes along the gradient, and not against it.", MOMENTUM),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The numbers are right, and the parameter that came in is overwritten: an operator such as -= works on the caller's array.",
            MOMENTUM,
        ),
    ),
    alternatives=(value_by_value, from_all_gradients, in_the_state),
    torch_alternatives=(torch_with_clone, torch_from_zeros),
    hints=(
        "Take gradients 2 and 2, lr 0.1 and beta 0.9. What is the velocity after the first step, what after the second?",
        "Two lines of work: first the new velocity from the old one and the gradient, then the new place from the new velocity. Before the "
        "first step the state is an empty dict, so the old velocity has to come from somewhere else.",
        "old      <- the velocity in the state; 0 if there is none\n"
        "velocity <- beta times old, and the gradient in full\n"
        "param    <- param less lr times velocity, as a new array\n"
        "return param, and a dict that holds velocity",
    ),
    solution=SOLUTION,
    minutes=8,
)
