"""The walk back through a recorded graph: who gets a gradient, what is forgotten, and what adds up from one call to the next."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.l07_autograd.graphs import constant, leaf, product, refs, total
from learnkit.problems.problem import Actor, Call, Get, Make, Mistake, Probe, Problem, Ref, Step

STUB = '''
def backward(order):
    """Add the gradient of the last node to the leaves of a graph.

    order : list of nodes, each after its inputs, the last one the loss. A node has
        data : array
        inputs : tuple of the nodes that it was made of, empty for a leaf
        rule : rule(grad_output) returns a tuple, one gradient for each input; it may hold one array twice
        requires_grad : False for a constant, and for what was made of constants only
        grad : None, or the gradient that it has received
    Afterwards every leaf that requires a gradient has the one of this call added to its grad, in memory of its own; a constant has None.
    The gradient of the last node with respect to itself is 1 everywhere. Each rule runs once a call. A second call adds the same again.
    Returns the list of the leaves that require a gradient, in the order in which they stand.
    """
    ...
'''

SOLUTION = """
def backward(order):
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived[value] + grad if value in arrived else grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node].copy() if node.grad is None else node.grad + arrived[node]
    return leaves
"""


def right_answer(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived[value] + grad if value in arrived else grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node].copy() if node.grad is None else node.grad + arrived[node]
    return leaves


# Right answers written in other ways


def in_the_nodes(order: Any) -> Any:
    for node in order:
        if node.inputs:
            node.grad = None
    if order[-1].inputs:
        order[-1].grad = np.ones(order[-1].data.shape)
    for node in order[::-1]:
        if not node.inputs or not node.requires_grad:
            continue
        for value, grad in zip(node.inputs, node.rule(node.grad), strict=True):
            if value.requires_grad:
                value.grad = np.array(grad) if value.grad is None else value.grad + grad
    if not order[-1].inputs:
        order[-1].grad = (0 if order[-1].grad is None else order[-1].grad) + np.ones(order[-1].data.shape)
    return [node for node in order if node.requires_grad and not node.inputs]


def forgetting_on_the_way(order: Any) -> Any:
    waiting = {id(order[-1]): 1.0 + 0 * order[-1].data}
    leaves: list[Any] = []
    for i in range(len(order) - 1, -1, -1):
        node, grad = order[i], waiting.pop(id(order[i]), None)
        if grad is None or not node.requires_grad:
            continue
        parts = node.rule(grad) if node.inputs else ()
        for value, part in zip(node.inputs, parts, strict=True):
            waiting[id(value)] = waiting.get(id(value), 0.0) + part
        if not node.inputs:
            node.grad = (0.0 if node.grad is None else node.grad) + grad
            leaves.insert(0, node)
    return leaves


def by_places(order: Any) -> Any:
    place = {node: i for i, node in enumerate(order)}
    received: list[list[Any]] = [[] for _ in order]
    received[-1].append(np.ones_like(order[-1].data))
    leaves = []
    for i in reversed(range(len(order))):
        node = order[i]
        if not node.requires_grad:
            continue
        whole = np.sum(received[i], axis=0)
        if node.inputs:
            for value, part in zip(node.inputs, node.rule(whole), strict=True):
                received[place[value]].append(part)
        else:
            leaves.append(node)
            node.grad = np.sum([whole, *([] if node.grad is None else [node.grad])], axis=0)
    return leaves[::-1]


# Mistakes. What they share: a walk that keeps gradients in the nodes, with one decision each time.


def walk(
    order: Any,
    *,
    starts_fresh: bool = True,
    adds: bool = True,
    constants: bool = False,
    copies: bool = True,
    forgets_leaves: bool = False,
    seed: float = 1.0,
    forwards: bool = False,
) -> Any:
    for node in order:
        if (node.inputs and starts_fresh) or (forgets_leaves and not node.inputs):
            node.grad = None
    last = order[-1]
    if last.inputs:
        first = seed * np.ones_like(last.data)
        last.grad = first if last.grad is None else last.grad + first
    for node in order if forwards else reversed(order):
        if node.inputs and node.requires_grad and node.grad is not None:
            for value, grad in zip(node.inputs, node.rule(node.grad), strict=True):
                if value.requires_grad or constants:
                    value.grad = (grad.copy() if copies else grad) if value.grad is None or not adds else value.grad + grad
    if not last.inputs and last.requires_grad:
        last.grad = np.full_like(last.data, seed) if last.grad is None or not adds else last.grad + seed
    return [node for node in order if node.requires_grad and not node.inputs]


def overwrites(order: Any) -> Any:
    return walk(order, adds=False)


def overwrites_by_a_dict(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.inputs and node.requires_grad:
            arrived.update(zip(node.inputs, node.rule(arrived[node]), strict=True))
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node] + 0.0
    return leaves


def overwrites_within_a_call(order: Any) -> Any:
    """The last use wins, and calls add up."""
    before = {node: node.grad for node in order}
    leaves = walk(order, adds=False, forgets_leaves=True)
    for node in leaves:
        node.grad = node.grad if before[node] is None else node.grad + before[node]
    return leaves


def keeps_the_interior(order: Any) -> Any:
    return walk(order, starts_fresh=False)


def keeps_the_interior_by_hand(order: Any) -> Any:
    def receive(node: Any, grad: Any) -> None:
        if node.requires_grad:
            node.grad = np.array(grad) if node.grad is None else node.grad + grad

    receive(order[-1], np.ones(order[-1].data.shape))
    for node in order[::-1]:
        if node.inputs and node.requires_grad:
            parts = node.rule(node.grad)
            for i in range(len(parts)):
                receive(node.inputs[i], parts[i])
    return [node for node in order if node.requires_grad and len(node.inputs) == 0]


def keeps_the_interior_but_the_last(order: Any) -> Any:
    order[-1].grad = None if order[-1].inputs else order[-1].grad
    return walk(order, starts_fresh=False)


def as_in_many_engines(constants: bool, copies: bool) -> Any:
    """Gradients live in the nodes, and only the last node starts anew; with and without two more slips."""

    def naive(order: Any) -> Any:
        order[-1].grad = np.ones_like(order[-1].data)
        for node in reversed(order):
            parts = node.rule(node.grad) if node.inputs and node.grad is not None else ()
            for value, grad in zip(node.inputs, parts, strict=False):
                if value.requires_grad or constants:
                    value.grad = (grad.copy() if copies else grad) if value.grad is None else value.grad + grad
        return [node for node in order if node.requires_grad and not node.inputs]

    return naive


def forgets_the_call_before(order: Any) -> Any:
    return walk(order, forgets_leaves=True)


def forgets_the_call_before_by_a_dict(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.inputs and node.requires_grad:
            for value, part in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived.get(value, 0.0) + part
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = np.array(arrived[node])
    return leaves


def gives_constants_one(order: Any) -> Any:
    return walk(order, constants=True)


def gives_constants_one_by_a_dict(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        parts = node.rule(arrived[node]) if node.inputs and node.requires_grad else ()
        for value, part in zip(node.inputs, parts, strict=False):
            arrived[value] = arrived.get(value, 0.0) + part
    for node in order:
        if not node.inputs and node in arrived:
            node.grad = arrived[node] * 1.0 if node.grad is None else node.grad + arrived[node]
    return [node for node in order if node.requires_grad and not node.inputs]


def shares_memory(order: Any) -> Any:
    return walk(order, copies=False)


def shares_memory_by_a_dict(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in reversed(order):
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived[value] + grad if value in arrived else grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node] if node.grad is None else node.grad + arrived[node]
    return leaves


def from_the_front(order: Any) -> Any:
    return walk(order, forwards=True)


def from_the_front_by_a_dict(order: Any) -> Any:
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in order:
        if node in arrived and node.inputs and node.requires_grad:
            for value, part in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived.get(value, 0.0) + part
    for node in leaves:
        if node in arrived:
            node.grad = (0.0 if node.grad is None else node.grad) + arrived[node]
    return leaves


def from_the_front_and_stuck(order: Any) -> Any:
    """Nothing has arrived at the first node that was made."""
    arrived = {order[-1]: np.ones_like(order[-1].data)}
    for node in order:
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived[value] + grad if value in arrived else grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node].copy() if node.grad is None else node.grad + arrived[node]
    return leaves


def path_by_path(order: Any) -> Any:
    def send(node: Any, grad: Any) -> None:
        if not node.inputs:
            node.grad = grad.copy() if node.grad is None else node.grad + grad
            return
        for value, part in zip(node.inputs, node.rule(grad), strict=True):
            if value.requires_grad:
                send(value, part)

    if order[-1].requires_grad:
        send(order[-1], np.ones_like(order[-1].data))
    return [node for node in order if node.requires_grad and not node.inputs]


def path_by_path_with_a_stack(order: Any) -> Any:
    waiting = [(order[-1], np.ones(order[-1].data.shape))]
    while waiting:
        node, grad = waiting.pop()
        if node.requires_grad and node.inputs:
            waiting += zip(node.inputs, node.rule(grad), strict=True)
        elif node.requires_grad:
            node.grad = 1.0 * grad if node.grad is None else node.grad + grad
    return [node for node in order if node.requires_grad and not node.inputs]


def from_its_value(order: Any) -> Any:
    arrived = {order[-1]: order[-1].data.copy()}
    for node in reversed(order):
        if node.requires_grad and node.inputs:
            for value, grad in zip(node.inputs, node.rule(arrived[node]), strict=True):
                arrived[value] = arrived.get(value, 0.0) + grad
    leaves = [node for node in order if node.requires_grad and not node.inputs]
    for node in leaves:
        node.grad = arrived[node] + 0.0 if node.grad is None else node.grad + arrived[node]
    return leaves


def from_its_value_by_scaling(order: Any) -> Any:
    before = [node.grad for node in order]
    leaves = walk(order, forgets_leaves=True)
    for node, old in zip(order, before, strict=True):
        if node in leaves:
            node.grad = node.grad * order[-1].data + (0 if old is None else old)
    return leaves


HALVE = Make("halve", Actor("halve"))


def half(rng: np.random.Generator) -> float:
    return float(rng.integers(3, 12)) / 2


def square(rng: np.random.Generator, calls: int) -> list[Step]:
    calling: list[Step] = [Call((refs("x", "x*x"),)), Get("x", "grad")] * calls
    return [leaf("x", half(rng)), product("x*x", "x", "x"), *calling]


def reused(rng: np.random.Generator) -> list[Step]:
    """(x*w + x) * w, called twice on one recorded graph."""
    order = refs("x", "w", "x*w", "x*w + x", "loss")
    made = [product("x*w", "x", "w"), total("x*w + x", "x*w", "x"), product("loss", "x*w + x", "w")]
    asked: list[Step] = [Call((order,)), Call((order,)), Get("x", "grad"), Get("w", "grad")]
    return [leaf("x", few_scores(rng, 2)), leaf("w", few_scores(rng, 2) + 3), *made, *asked]


def with_constants(rng: np.random.Generator) -> list[Step]:
    """c*c + c*x: a constant, something made of constants alone, and a leaf."""
    made = [product("c*c", "c", "c"), product("c*x", "c", "x"), total("loss", "c*c", "c*x")]
    asked: list[Step] = [Call((refs("c", "x", "c*c", "c*x", "loss"),)), Get("c", "grad"), Get("x", "grad")]
    return [constant("c", few_scores(rng, 3) + 4), leaf("x", few_scores(rng, 3)), *made, *asked]


def one_array_for_two(rng: np.random.Generator) -> list[Step]:
    """a + b, which sends one array back; then the gradient of a is halved in place."""
    asked: list[Step] = [Call((refs("a", "b", "a + b"),)), Call((Ref("a"),), on="halve"), Get("a", "grad"), Get("b", "grad")]
    return [HALVE, leaf("a", few_scores(rng, 2)), leaf("b", few_scores(rng, 2)), total("a + b", "a", "b"), *asked]


def deep(rng: np.random.Generator) -> list[Step]:
    made: list[Step] = [
        leaf("x", half(rng)),
        Make("loss", Actor("doublings", (Ref("x"), 40))),
        Make("order", Actor("all_of", (Ref("loss"),))),
    ]
    return [*made, Call((Ref("order"),)), Get("x", "grad")]


def alone(rng: np.random.Generator) -> list[Step]:
    return [leaf("x", half(rng)), Call((refs("x"),)), Call((refs("x"),)), Get("x", "grad")]


USES = "3 · Used twice: gradients add up"
ORDER = "4 · In which order?"
CALLS = "5 · Called twice: what is kept, and what is not"

PROBLEM = Problem(
    id="07.backward",
    title="The walk back",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    probes=(
        Probe("x*x", "x is used twice", lambda rng: square(rng, 1)),
        Probe("x*x, called twice", "the leaf adds up from call to call", lambda rng: square(rng, 2)),
        Probe("(x*w + x)*w, called twice", "what lies between starts anew in each call", reused),
        Probe("c*c + c*x with a constant c", "a constant gets no gradient", with_constants),
        Probe("a + b, then a's gradient is halved", "a sum sends one array to both of its terms", one_array_for_two),
        Probe("x + x, doubled 40 times", "there are 2⁴⁰ paths, and 40 rules", deep),
        Probe("a leaf alone", "its gradient with respect to itself is 1", alone, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "overwrites",
            overwrites,
            overwrites_by_a_dict,
            "A gradient that arrives replaces the one before. What is used twice, or asked for twice, adds up.",
            USES,
            variants=(overwrites_within_a_call,),
            line=(
                "arrived[value] = arrived[value] + grad if value in arrived else grad",
                "arrived[value] = grad",
            ),
        ),
        Mistake(
            "keeps-the-interior",
            keeps_the_interior,
            keeps_the_interior_by_hand,
            "Nodes between the leaves and the loss still hold the gradient of the call before, and it is sent down once more. Only leaves "
            "add up "
            "from call to call.",
            CALLS,
            variants=(
                keeps_the_interior_but_the_last,
                as_in_many_engines(constants=False, copies=True),
                as_in_many_engines(constants=False, copies=False),
                as_in_many_engines(constants=True, copies=True),
                as_in_many_engines(constants=True, copies=False),
            ),
        ),
        Mistake(
            "forgets-the-call-before",
            forgets_the_call_before,
            forgets_the_call_before_by_a_dict,
            "Each call throws away what the leaves had. Forgetting is zero_grad's task; two calls without it add up.",
            CALLS,
            line=(
                "node.grad = arrived[node].copy() if node.grad is None else node.grad + arrived[node]",
                "node.grad = arrived[node].copy()",
            ),
        ),
        Mistake(
            "constants",
            gives_constants_one,
            gives_constants_one_by_a_dict,
            "A constant has received a gradient. Nobody will ask for it, and an optimizer that finds it moves the data.",
            CALLS,
        ),
        Mistake(
            "shares-memory",
            shares_memory,
            shares_memory_by_a_dict,
            "The numbers are right, and two leaves hold the same array: a sum sends one array to both of its terms. Who clips one gradient "
            "clips both.",
            USES,
        ),
        Mistake(
            "from-the-front",
            from_the_front,
            from_the_front_by_a_dict,
            "It walks from the leaves to the loss. Gradients go the other way: a node passes on what it has received from those that use "
            "it.",
            ORDER,
            variants=(from_the_front_and_stuck,),
            line=("for node in reversed(order):", "for node in order:"),
        ),
        Mistake(
            "path-by-path",
            path_by_path,
            path_by_path_with_a_stack,
            "It sends each piece of gradient on as soon as it arrives, along every path. The order is there so that a node waits until its "
            "gradient is whole, and then runs its rule once.",
            ORDER,
        ),
        Mistake(
            "from-its-value",
            from_its_value,
            from_its_value_by_scaling,
            "It starts from the value of the last node. How much that moves when it moves itself by 1 is another number.",
            ORDER,
        ),
    ),
    alternatives=(in_the_nodes, forgetting_on_the_way, by_places),
    hints=(
        "Two things are kept apart here: gradients on their way within this call, and what a leaf has collected over all calls. Where "
        "does each "
        "of them live?",
        "Walk from the back. When a node's turn comes, all that use it have had theirs, so its gradient is whole: hand it to the rule and "
        "add "
        "each part to what its input has received so far. A dictionary for this call keeps the nodes clean; in the end the leaves collect.",
        "arrived <- the last node has 1\n"
        "for each node, from the back, if it requires a gradient and has inputs:\n"
        "    run its rule on what has arrived for it\n"
        "    for each input: add its part to what has arrived for it\n"
        "for each leaf that requires a gradient:\n"
        "    add what has arrived to its grad, as a new array\n"
        "return those leaves",
    ),
    solution=SOLUTION,
    level=3,
    minutes=15,
)
