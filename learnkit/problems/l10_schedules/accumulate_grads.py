"""Accumulation: one step on a batch that comes in pieces, and what each piece counts."""

from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Call, Make, Mistake, Probe, Problem, Ref

STUB = '''
def accumulate_grads(net, loss_fn, optimizer, micro_batches):
    """Train one step on a batch that comes in pieces, as if it had come whole.

    net : network, called as net(inputs)
    loss_fn : (scores, targets) -> the mean loss of these rows, a tensor with backward()
    optimizer : with zero_grad() and step()
    micro_batches : list of (inputs, targets); the pieces may have different numbers of rows
    Returns the mean loss over all rows of all pieces before the step, a plain number: loss.item() is the number in a loss.
    """
    ...
'''

SOLUTION = """
def accumulate_grads(net, loss_fn, optimizer, micro_batches):
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        part = loss_fn(net(inputs), targets) * (len(targets) / rows)
        part.backward()
        total += part.item()
    optimizer.step()
    return total
"""


def right_answer(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


# Right answers written in other ways


def one_backward(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    """The losses are added up first; that keeps all graphs in memory, and gives the same numbers."""
    rows = sum([len(piece[1]) for piece in micro_batches])
    losses = [loss_fn(net(x), y) * len(y) for x, y in micro_batches]
    whole = sum(losses[1:], start=losses[0]) / rows
    optimizer.zero_grad()
    whole.backward()
    optimizer.step()
    return whole.item()


def divided_afterwards(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    optimizer.zero_grad()
    rows, total = 0, 0.0
    for inputs, targets in micro_batches:
        count = inputs.shape[0]
        loss = count * loss_fn(net(inputs), targets)
        loss.backward()
        rows, total = rows + count, total + loss.item()
    for parameter in net.parameters():
        parameter.grad = parameter.grad / rows
    optimizer.step()
    return total / rows


def running_share(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    counts = [len(targets) for _, targets in micro_batches]
    means = []
    for parameter in net.parameters():
        parameter.grad = None
    for (inputs, targets), count in zip(micro_batches, counts, strict=True):
        mean = loss_fn(net(inputs), targets)
        means.append(float(mean.item()))
        (mean * (count / sum(counts))).backward()
    optimizer.step()
    optimizer.zero_grad()
    return sum(mean * count for mean, count in zip(means, counts, strict=True)) / sum(counts)


# Mistakes


def mean_of_means(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) / len(micro_batches)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def mean_of_means_afterwards(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    optimizer.zero_grad()
    values = []
    for x, y in micro_batches:
        mean = loss_fn(net(x), y)
        mean.backward()
        values.append(mean.item())
    for parameter in net.parameters():
        parameter.grad = parameter.grad * (1 / len(values))
    optimizer.step()
    return sum(values) / len(values)


def mean_of_means_with_right_loss(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) / len(micro_batches)
        loss.backward()
        total += loss.item() * len(micro_batches) * len(targets) / rows
    optimizer.step()
    return total


def share_of_first(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    """Every piece is taken to have as many rows as the first one."""
    rows = sum(len(targets) for _, targets in micro_batches)
    size = len(micro_batches[0][1])
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (size / rows)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def share_of_first_by_count(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    pieces = sum(inputs.shape[0] for inputs, _ in micro_batches) / micro_batches[0][0].shape[0]
    optimizer.zero_grad()
    means = []
    for x, y in micro_batches:
        mean = loss_fn(net(x), y)
        (mean / pieces).backward()
        means.append(mean.item() / pieces)
    optimizer.step()
    return sum(means)


def sum_of_means(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def sum_of_means_at_once(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    losses = [loss_fn(net(x), y) for x, y in micro_batches]
    whole = sum(losses[1:], start=losses[0])
    optimizer.zero_grad()
    whole.backward()
    optimizer.step()
    return whole.item()


def sum_of_means_with_right_loss(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets)
        loss.backward()
        total += loss.item() * len(targets) / rows
    optimizer.step()
    return total


def sum_of_means_with_mean_loss(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    return sum_of_means(net, loss_fn, optimizer, micro_batches) / len(micro_batches)


def zero_inside(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    for inputs, targets in micro_batches:
        optimizer.zero_grad()
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def zero_inside_by_parameters(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    counts = [inputs.shape[0] for inputs, _ in micro_batches]
    values = []
    for (x, y), count in zip(micro_batches, counts, strict=True):
        for parameter in net.parameters():
            parameter.grad = None
        part = loss_fn(net(x), y) * (count / sum(counts))
        part.backward()
        values.append(part.item())
    optimizer.step()
    return sum(values)


def step_inside(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


def step_inside_by_counts(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    counts = [len(y) for _, y in micro_batches]
    optimizer.zero_grad()
    values = []
    for place, (x, y) in enumerate(micro_batches):
        part = loss_fn(net(x), y) * (counts[place] / sum(counts))
        values.append(part.item())
        part.backward()
        optimizer.step()
    return sum(values)


def steps_of_their_own(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    """Ordinary training: a step for each piece."""
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item()
    return total


def steps_of_their_own_by_counts(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    counts = [len(y) for _, y in micro_batches]
    values = []
    for (x, y), count in zip(micro_batches, counts, strict=True):
        part = loss_fn(net(x), y) * (count / sum(counts))
        part.backward()
        optimizer.step()
        for parameter in net.parameters():
            parameter.grad = None
        values.append(part.item())
    return sum(values)


def steps_of_their_own_unscaled(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() * len(targets) / rows
    return total


def never_zero(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    total = 0.0
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        loss.backward()
        total += loss.item()
    optimizer.step()
    return total


def never_zero_at_once(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    losses = [loss_fn(net(x), y) * len(y) for x, y in micro_batches]
    whole = sum(losses[1:], start=losses[0]) / sum(len(y) for _, y in micro_batches)
    whole.backward()
    optimizer.step()
    return whole.item()


def last_loss(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets) * (len(targets) / rows)
        loss.backward()
    optimizer.step()
    return loss.item()


def last_loss_by_counts(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    counts = [inputs.shape[0] for inputs, _ in micro_batches]
    optimizer.zero_grad()
    value = 0.0
    for place, (x, y) in enumerate(micro_batches):
        part = loss_fn(net(x), y) * (counts[place] / sum(counts))
        part.backward()
        value = part.item()
    optimizer.step()
    return value


def last_loss_unscaled(net: Any, loss_fn: Any, optimizer: Any, micro_batches: Any) -> Any:
    rows = sum(len(targets) for _, targets in micro_batches)
    optimizer.zero_grad()
    for inputs, targets in micro_batches:
        loss = loss_fn(net(inputs), targets)
        (loss * (len(targets) / rows)).backward()
    optimizer.step()
    return loss.item()


# Probes


def few_inputs(rng: np.random.Generator, rows: int) -> Any:
    """Whole numbers of both signs, so that they are read at a glance."""
    return rng.integers(1, 4, size=(rows, 2)) * rng.choice([-1.0, 1.0], size=(rows, 2))


def pieces(*sizes: tuple[int, ...]) -> Any:
    """Return what draws a network, an optimizer, and steps on batches in pieces of these sizes; the last value is the weights."""

    def make(rng: np.random.Generator) -> list[Any]:
        batches = [[(few_inputs(rng, size), rng.integers(3, size=size)) for size in step] for step in sizes]
        calls = [Call((Ref("net"), Actor("cross_entropy"), Ref("optimizer"), batch)) for batch in batches]
        made = [
            Make("net", Actor("linear_net", (int(rng.integers(10**6)), 2, 3))),
            Make("optimizer", Actor("sgd", (Ref("net"),), {"lr": 0.5})),
        ]
        return [*made, *calls, Call(on="net", method="state_dict")]

    return make


ACCUMULATE = "9 · A batch in pieces"

PROBLEM = Problem(
    id="10.accumulate_grads",
    title="One step on a batch that comes in pieces",
    stub=STUB,
    reference=right_answer,
    torch_reference=None,
    library_calls=("learnkit.training.accumulate_grads", "learnkit.training.accumulations.accumulate_grads"),
    probes=(
        Probe("two pieces of a row each", "small enough to read", pieces((1, 1))),
        Probe("pieces of 4, 4 and 1 rows", "the last row must not count as much as four others", pieces((4, 4, 1))),
        Probe("two steps, pieces of 2 rows and 1", "old gradients show from the second step on", pieces((2, 1), (2, 1))),
        Probe("one piece", "a batch that comes whole", pieces((5,)), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "mean-of-means",
            mean_of_means,
            mean_of_means_afterwards,
            "Every piece counts the same, whatever its size: a row of a small piece counts more than a row of a large one.",
            ACCUMULATE,
            variants=(mean_of_means_with_right_loss,),
            line=(
                "part = loss_fn(net(inputs), targets) * (len(targets) / rows)",
                "part = loss_fn(net(inputs), targets) / len(micro_batches)",
            ),
        ),
        Mistake(
            "size-of-the-first",
            share_of_first,
            share_of_first_by_count,
            "Every piece is taken to be as large as the first one. The last piece is often smaller.",
            ACCUMULATE,
        ),
        Mistake(
            "sum-of-means",
            sum_of_means,
            sum_of_means_at_once,
            "The means of the pieces are added up, so the gradient is as many times too large as there are pieces.",
            ACCUMULATE,
            variants=(sum_of_means_with_right_loss, sum_of_means_with_mean_loss),
            line=(
                "part = loss_fn(net(inputs), targets) * (len(targets) / rows)",
                "part = loss_fn(net(inputs), targets)",
            ),
        ),
        Mistake(
            "zero-inside",
            zero_inside,
            zero_inside_by_parameters,
            "The gradients are forgotten before each piece, so the step knows the last piece only.",
            ACCUMULATE,
        ),
        Mistake(
            "step-inside",
            step_inside,
            step_inside_by_counts,
            "It steps after each piece. The later pieces then meet other weights, and the first gradients are used again and again.",
            ACCUMULATE,
        ),
        Mistake(
            "steps-of-their-own",
            steps_of_their_own,
            steps_of_their_own_by_counts,
            "Each piece gets a step of its own. That is training with small batches; here all pieces together make one step.",
            ACCUMULATE,
            variants=(steps_of_their_own_unscaled,),
        ),
        Mistake(
            "never-zero",
            never_zero,
            never_zero_at_once,
            "The gradients of the step before are still there when this one begins.",
            ACCUMULATE,
        ),
        Mistake(
            "last-loss",
            last_loss,
            last_loss_by_counts,
            "The step is right. The loss that it returns is that of the last piece and not of all rows.",
            ACCUMULATE,
            variants=(last_loss_unscaled,),
        ),
    ),
    alternatives=(one_backward, divided_afterwards, running_share),
    torch_alternatives=(one_backward, running_share),
    hints=(
        "With pieces of 4, 4 and 1 rows, what share of the whole batch is each piece?",
        "backward() adds to the gradients that are there. So forget once, go back once for each piece, and step once. "
        "The mean over all rows is the sum of the pieces' means, each times its share of the rows.",
        "rows <- how many there are in all pieces\n"
        "forget the old gradients\n"
        "for each piece:\n"
        "    part <- its mean loss, times its share of the rows\n"
        "    go back from the part; add its number to the whole loss\n"
        "step once, and return the whole loss",
    ),
    solution=SOLUTION,
    level=2,
    minutes=9,
)
