"""A step of Adam: a mean of the gradient over the root of a mean of its square, both corrected for their start from 0."""

import math
from typing import Any

import numpy as np

from learnkit import reference as lk
from learnkit.problems.l09_optimizers.walks import changing_rate, one_step, sizes_apart, tiny, two_steps
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def adam(param, grad, state, lr, betas, eps):
    """Take one step of Adam.

    param, grad : arrays of one shape
    state : dict, empty before the first step; what you return as the state of one step comes in at the next
    lr : the learning rate, another one at each step if the caller likes
    betas : (beta1, beta2), the shares that are kept of the mean of gradients and of the mean of their squares, (0.9, 0.999)
    eps : a small number, 1e-8, added to the root of the corrected mean of squares
    Both means start from 0. At step t, which is 1 for the first, they are divided by 1 - beta1**t and 1 - beta2**t before they are used;
    what is kept for the next step is the means without that correction.
    Returns (param, state), a new array and a dict. param stays as it was.
    """
    ...
'''

SOLUTION = """
def adam(param, grad, state, lr, betas, eps):
    beta1, beta2 = betas
    t = state.get("t", 0) + 1
    mean = beta1 * state.get("mean", 0.0) + (1 - beta1) * grad
    square = beta2 * state.get("square", 0.0) + (1 - beta2) * grad**2
    corrected_mean = mean / (1 - beta1**t)
    corrected_square = square / (1 - beta2**t)
    param = param - lr * corrected_mean / (np.sqrt(corrected_square) + eps)
    return param, {"t": t, "mean": mean, "square": square}
"""


def right_answer(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    return lk.adam_update(param, grad, state, lr=lr, betas=betas, eps=eps)


# Right answers written in other ways


def value_by_value(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = 1 + state.get("t", 0)
    first, second = state.get("first", [0.0] * param.size), state.get("second", [0.0] * param.size)
    moved, means, squares = [], [], []
    for p, g, m, s in zip(param.ravel(), grad.ravel(), first, second, strict=True):
        means.append(betas[0] * m + (1 - betas[0]) * g)
        squares.append(betas[1] * s + (1 - betas[1]) * g * g)
        root = math.sqrt(squares[-1] / (1 - betas[1] ** t))
        moved.append(p - lr * means[-1] / (1 - betas[0] ** t) / (root + eps))
    return np.array(moved).reshape(param.shape), {"t": t, "first": means, "second": squares}


def by_weights(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    """The corrected means as what they are: averages of all gradients so far, whose weights add up to 1."""
    seen = np.stack([*state.get("seen", []), grad])
    ages = np.arange(len(seen))[::-1]
    averages = []
    for beta, values in zip(betas, (seen, seen**2), strict=True):
        averages.append(np.tensordot(beta**ages / np.sum(beta**ages), values, axes=1))
    return param - lr * averages[0] / (averages[1] ** 0.5 + eps), {"seen": list(seen)}


def with_one_rate(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    b1, b2 = betas
    t, m, v = state.get("all", (1, np.zeros(param.shape), np.zeros(param.shape)))
    m, v = m + (1 - b1) * (grad - m), v + (1 - b2) * (grad * grad - v)
    root = (1 - b2**t) ** 0.5
    rate = lr * root / (1 - b1**t)
    return np.subtract(param, rate * m / (np.sqrt(v) + eps * root)), {"all": (t + 1, m, v)}


def torch_with_tensors(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    import torch

    t = state.get("t", 0) + 1
    m = state.get("m", torch.zeros_like(param)).lerp(grad, 1 - betas[0])
    v = state.get("v", torch.zeros_like(param)).mul(betas[1]).addcmul(grad, grad, value=1 - betas[1])
    root = torch.sqrt(v / (1 - betas[1] ** t)) + eps
    return torch.addcdiv(param, m, root, value=-lr / (1 - betas[0] ** t)), {"t": t, "m": m, "v": v}


def torch_in_formulas(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    import torch

    beta1, beta2 = betas
    t, m, v = state["kept"] if state else (0, torch.zeros_like(param), torch.zeros_like(param))
    t, m, v = t + 1, beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad**2
    return param - lr * (m / (1 - beta1**t)) / (torch.sqrt(v / (1 - beta2**t)) + eps), {"kept": (t, m, v)}


# Mistakes: the two means in one line, and a step that uses them in another way


def means(param: Any, grad: Any, state: Any, betas: Any) -> tuple[int, Any, Any]:
    """Return the number of this step and both means, not corrected."""
    t, m, v = state.get("kept", (0, np.zeros(param.shape), np.zeros(param.shape)))
    return t + 1, betas[0] * m + (1 - betas[0]) * grad, betas[1] * v + (1 - betas[1]) * grad**2


def uncorrected(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * m / (np.sqrt(v) + eps), {"kept": (t, m, v)}


def uncorrected_toward(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    m, v = state["m"] if state else 0 * grad, state["v"] if state else 0 * grad
    new = {"m": m + (1 - betas[0]) * (grad - m), "v": v + (1 - betas[1]) * (grad * grad - v)}
    return np.subtract(param, np.divide(lr * new["m"], eps + new["v"] ** 0.5)), new


def only_the_mean_corrected(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v) + eps), {"kept": (t, m, v)}


def only_the_mean_corrected_by_weights(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    seen = [*state.get("seen", []), grad]
    weights = betas[0] ** np.arange(len(seen))[::-1]
    m = sum(w * g for w, g in zip(weights, seen, strict=True)) / weights.sum()
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    return np.subtract(param, lr * m / (v**0.5 + eps)), {"seen": seen, "v": v}


def only_the_square_corrected(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * m / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def eps_inside(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / np.sqrt(v / (1 - betas[1] ** t) + eps), {"kept": (t, m, v)}


def eps_inside_by_power(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    factor = lr / (1 - betas[0] ** t)
    return np.subtract(param, factor * m * (v / (1 - betas[1] ** t) + eps) ** -0.5), {"t": t, "m": m, "v": v}


def eps_before_correction(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (1 - betas[1] ** t) ** 0.5 / (1 - betas[0] ** t) * m / (np.sqrt(v) + eps), {"kept": (t, m, v)}


def eps_before_correction_in_parts(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    scale = (v**0.5 + eps) / math.sqrt(1 - betas[1] ** t)
    return np.subtract(param, lr * (m / (1 - betas[0] ** t)) / scale), {"t": t, "m": m, "v": v}


def from_step_0(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    with np.errstate(all="ignore"):
        m_hat, v_hat = m / np.float64(1 - betas[0] ** (t - 1)), v / np.float64(1 - betas[1] ** (t - 1))
        return param - lr * m_hat / (np.sqrt(v_hat) + eps), {"kept": (t, m, v)}


def from_step_0_counted_last(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    t = state.get("t", 0)
    step = (m / (1 - betas[0] ** t)) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps)
    return np.subtract(param, lr * step), {"t": t + 1, "m": m, "v": v}


def from_step_2(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** (t + 1))) / (np.sqrt(v / (1 - betas[1] ** (t + 1))) + eps), {"kept": (t, m, v)}


def from_step_2_by_start(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 1) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    step = m / (1 - betas[0] ** t) / (eps + (v / (1 - betas[1] ** t)) ** 0.5)
    return np.subtract(param, lr * step), {"t": t, "m": m, "v": v}


def always_step_1(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    _, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0])) / (np.sqrt(v / (1 - betas[1])) + eps), {"kept": (1, m, v)}


def always_step_1_not_counted(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("step", 1)
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    return np.subtract(param, lr * m / (1 - betas[0] ** t) / ((v / (1 - betas[1] ** t)) ** 0.5 + eps)), {"m": m, "v": v}


def betas_swapped(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas[::-1])
    return param - lr * (m / (1 - betas[1] ** t)) / (np.sqrt(v / (1 - betas[0] ** t)) + eps), {"kept": (t, m, v)}


def betas_swapped_by_name(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    beta2, beta1 = betas
    t = state.get("t", 0) + 1
    m = beta1 * state.get("m", 0.0) + (1 - beta1) * grad
    v = beta2 * state.get("v", 0.0) + (1 - beta2) * grad * grad
    return np.subtract(param, lr * m / (1 - beta1**t) / ((v / (1 - beta2**t)) ** 0.5 + eps)), {"t": t, "m": m, "v": v}


def keeps_the_corrected(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    m, v = m / (1 - betas[0] ** t), v / (1 - betas[1] ** t)
    return param - lr * m / (np.sqrt(v) + eps), {"kept": (t, m, v)}


def keeps_the_corrected_in_the_dict(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    new = {"t": t, "m": betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad}
    new["v"] = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    new["m"] = new["m"] / (1 - betas[0] ** t)
    new["v"] = new["v"] / (1 - betas[1] ** t)
    return np.subtract(param, np.divide(lr * new["m"], new["v"] ** 0.5 + eps)), new


def no_root(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / (v / (1 - betas[1] ** t) + eps), {"kept": (t, m, v)}


def no_root_in_parts(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    below = eps + v / (1 - betas[1] ** t)
    return np.subtract(param, np.divide(lr * m, (1 - betas[0] ** t) * below)), {"t": t, "m": m, "v": v}


def gradient_for_mean(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * grad / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def gradient_for_mean_without_m(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    return np.subtract(param, np.divide(lr * grad, (v / (1 - betas[1] ** t)) ** 0.5 + eps)), {"t": t, "v": v}


def forgets(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, {}, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps), {}


def forgets_by_sign(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    """With nothing kept, both corrected means are those of this gradient alone."""
    return np.subtract(param, lr * grad / (abs(grad) + eps)), state


def one_scale(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    return param - lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v.mean() / (1 - betas[1] ** t)) + eps), {"kept": (t, m, v)}


def one_scale_from_the_gradient(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * float((grad * grad).sum() / grad.size)
    return np.subtract(param, lr * m / (1 - betas[0] ** t) / (math.sqrt(v / (1 - betas[1] ** t)) + eps)), {"t": t, "m": m, "v": v}


def in_place(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t, m, v = means(param, grad, state, betas)
    param -= lr * (m / (1 - betas[0] ** t)) / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
    return param, {"kept": (t, m, v)}


def in_place_by_slice(param: Any, grad: Any, state: Any, lr: Any, betas: Any, eps: Any) -> Any:
    t = state.get("t", 0) + 1
    m = betas[0] * state.get("m", 0.0) + (1 - betas[0]) * grad
    v = betas[1] * state.get("v", 0.0) + (1 - betas[1]) * grad * grad
    param[...] = param - lr * m / (1 - betas[0] ** t) / (eps + (v / (1 - betas[1] ** t)) ** 0.5)
    return param, {"t": t, "m": m, "v": v}


ADAM = "7 · Adam: both, and a correction"
RMSPROP = "6 · RMSprop: a scale for each value"
USUAL: dict[str, Any] = {"betas": (0.9, 0.999), "eps": 1e-12}

PROBLEM = Problem(
    id="09.adam",
    title="Two means, both corrected",
    stub=STUB,
    reference=right_answer,
    library_calls=(
        "learnkit.reference.adam_update",
        "learnkit.pytorch.adam_update",
        "learnkit.reference.adamw_update",
        "learnkit.pytorch.adamw_update",
        "learnkit.reference.Adam",
        "learnkit.pytorch.Adam",
        "torch.optim.Adam",
        "torch.optim.adam.adam",
    ),
    probes=(
        Probe("one step", "the first step is lr in every value", lambda rng: one_step(rng, **USUAL)),
        Probe("two steps", "from the second step on there is a past", lambda rng: two_steps(rng, **USUAL)),
        Probe(
            "five steps, whose rate changes at the third",
            "both corrections fade at their own pace",
            lambda rng: changing_rate(rng, betas=(0.8, 0.95), eps=1e-12),
            is_edge=True,
        ),
        Probe(
            "gradients that differ by factors of a hundred",
            "each value has a scale of its own",
            lambda rng: sizes_apart(rng, **USUAL),
            is_edge=True,
        ),
        Probe(
            "gradients of 1e-7",
            "eps in another place is far larger than the mean of these squares",
            lambda rng: tiny(rng, betas=(0.9, 0.999), eps=1e-8),
        ),
    ),
    mistakes=(
        Mistake(
            "uncorrected",
            uncorrected,
            uncorrected_toward,
            "The means start from 0 and are used as they are. At first they are too small, the second one far more so than the first.",
            ADAM,
        ),
        Mistake(
            "half-corrected",
            only_the_mean_corrected,
            only_the_mean_corrected_by_weights,
            "Only one of the two means is corrected for its start from 0. Both start there, and each has its own correction.",
            ADAM,
            variants=(only_the_square_corrected,),
            line=("corrected_square = square / (1 - beta2**t)", "corrected_square = square"),
        ),
        Mistake(
            "eps-inside",
            eps_inside,
            eps_inside_by_power,
            "It adds eps inside the root. There 1e-8 counts as 1e-4, and gradients far below that hardly move anything.",
            RMSPROP,
            line=(
                "param = param - lr * corrected_mean / (np.sqrt(corrected_square) + eps)",
                "param = param - lr * corrected_mean / np.sqrt(corrected_square + eps)",
            ),
        ),
        Mistake(
            "eps-before-correction",
            eps_before_correction,
            eps_before_correction_in_parts,
            "It adds eps to the root of the mean as it is, and corrects the sum. In the first steps eps then counts about 30 times.",
            ADAM,
        ),
        Mistake(
            "from-step-0",
            from_step_0,
            from_step_0_counted_last,
            "It counts steps from 0. The first correction is then 1 − 1 = 0, and it divides by that.",
            ADAM,
            line=('t = state.get("t", 0) + 1', 't = state.get("t", 0)'),
        ),
        Mistake(
            "from-step-2",
            from_step_2,
            from_step_2_by_start,
            "It is one step ahead in its count: the first step is corrected as if it were the second.",
            ADAM,
        ),
        Mistake(
            "always-step-1",
            always_step_1,
            always_step_1_not_counted,
            "The count of steps stays at 1, so later means are blown up by the correction of the first step.",
            ADAM,
        ),
        Mistake(
            "betas-swapped",
            betas_swapped,
            betas_swapped_by_name,
            "The two betas are swapped: the first, 0.9, belongs to the mean of gradients, the second to the mean of squares.",
            ADAM,
        ),
        Mistake(
            "keeps-the-corrected",
            keeps_the_corrected,
            keeps_the_corrected_in_the_dict,
            "It keeps the corrected means for the next step, which corrects them again. What is kept is the means as they are.",
            ADAM,
        ),
        Mistake(
            "no-root",
            no_root,
            no_root_in_parts,
            "It divides by the mean of squares and not by its root: a step by a small gradient becomes huge.",
            RMSPROP,
        ),
        Mistake(
            "gradient-for-mean",
            gradient_for_mean,
            gradient_for_mean_without_m,
            "The gradient of this step stands above the line. There belongs the mean of all gradients so far.",
            ADAM,
        ),
        Mistake(
            "forgets",
            forgets,
            forgets_by_sign,
            "Nothing is kept from step to step, so every step is a first step: lr in each value, whatever came before.",
            ADAM,
        ),
        Mistake(
            "one-scale",
            one_scale,
            one_scale_from_the_gradient,
            "All values share one scale, that of the whole gradient. Each value has its own mean of squares.",
            RMSPROP,
        ),
        Mistake(
            "changes-param",
            in_place,
            in_place_by_slice,
            "The numbers are right, and the parameter that came in is overwritten: an operator such as -= works on the caller's array.",
            ADAM,
        ),
    ),
    alternatives=(value_by_value, by_weights, with_one_rate),
    torch_alternatives=(torch_with_tensors, torch_in_formulas),
    hints=(
        "How long is the first step of a right Adam, for a gradient of 4 and for one of 4000? And how long is yours?",
        "Three things go from step to step: a count that is 1 at the first step, the mean of gradients, the mean of squares. For the step "
        "itself both means are divided by what is still missing in them, into numbers of their own; the means that are kept "
        "stay as they are.",
        "count the step: 1, 2, …\n"
        "mean   <- share beta1 of the old mean, the rest from the gradient\n"
        "square <- share beta2 of the old mean of squares, the rest from the squared gradient\n"
        "m, v   <- mean and square, each divided by (1 less its beta to the power of the count)\n"
        "param  <- param less lr times m over (the root of v, and eps added to it)\n"
        "return param, and the count with mean and square",
    ),
    solution=SOLUTION,
    level=3,
    minutes=14,
)
