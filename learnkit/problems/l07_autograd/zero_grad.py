"""Forget every gradient of a graph, not only those of its leaves."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores
from learnkit.problems.l07_autograd.graphs import leaf, product, refs, total
from learnkit.problems.problem import THE_EXERCISE, Actor, Call, Get, Make, Mistake, Probe, Problem, Ref, Step

STUB = '''
def zero_grad(root):
    """Forget the gradients of a whole graph.

    root : a node; node.inputs is the tuple of the nodes that it was made of, empty for a leaf. No path is longer than 300.
    Afterwards node.grad is None for root and every node that leads to it.
    Returns how many gradients were forgotten: the number of nodes whose grad was not None.
    """
    ...
'''

SOLUTION = """
def zero_grad(root):
    found, forgotten = [root], 0
    for node in found:
        for value in node.inputs:
            if value not in found:
                found.append(value)
        if node.grad is not None:
            forgotten += 1
            node.grad = None
    return forgotten
"""


def nodes_of(root: Any) -> Any:
    found = [root]
    for node in found:
        for value in node.inputs:
            if value not in found:
                found.append(value)
    return found


def forget(nodes: Any) -> int:
    count = 0
    for node in nodes:
        count += node.grad is not None
        node.grad = None
    return count


def right_answer(root: Any) -> Any:
    return forget(nodes_of(root))


# Right answers written in other ways


def by_recursion(root: Any) -> Any:
    seen = set()

    def visit(node: Any) -> int:
        if id(node) in seen:
            return 0
        seen.add(id(node))
        had_one = 0 if node.grad is None else 1
        node.grad = None
        return had_one + sum(visit(value) for value in node.inputs)

    return visit(root)


def by_a_stack(root: Any) -> Any:
    waiting, seen, count = [root], {root}, 0
    while waiting:
        node = waiting.pop()
        if node.grad is not None:
            node.grad, count = None, count + 1
        new = set(node.inputs) - seen
        seen |= new
        waiting.extend(new)
    return count


def by_levels(root: Any) -> Any:
    every, level = set(), {root}
    while level:
        every |= level
        level = {value for node in level for value in node.inputs} - every
    holding = [node for node in every if node.grad is not None]
    for node in holding:
        node.grad = None
    return len(holding)


# Mistakes


def leaves_only(root: Any) -> Any:
    return forget([node for node in nodes_of(root) if not node.inputs])


def leaves_only_with_a_stack(root: Any) -> Any:
    seen, waiting, count = {root}, [root], 0
    while waiting:
        node = waiting.pop()
        if len(node.inputs) == 0 and node.grad is not None:
            node.grad = None
            count += 1
        new = [value for value in dict.fromkeys(node.inputs) if value not in seen]
        seen.update(new)
        waiting.extend(new)
    return count


def interior_only(root: Any) -> Any:
    return forget([node for node in nodes_of(root) if node.inputs])


def interior_only_by_a_stack(root: Any) -> Any:
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        if node.inputs:
            count += 0 if node.grad is None else 1
            node.grad = None
            waiting += [value for value in node.inputs if value.grad is not None]
    return count


def root_only(root: Any) -> Any:
    return forget([root])


def root_only_by_hand(root: Any) -> Any:
    had_one = root.grad is not None
    root.grad = None
    return int(had_one)


def one_level(root: Any) -> Any:
    return forget([root, *dict.fromkeys(root.inputs)])


def one_level_by_hand(root: Any) -> Any:
    count = 0
    for node in (*root.inputs, root):
        if node.grad is not None:
            count += 1
            node.grad = None
    return count


def zeros(root: Any) -> Any:
    count = 0
    for node in nodes_of(root):
        if node.grad is not None:
            node.grad = np.zeros_like(node.data)
            count += 1
    return count


def zeros_by_scaling(root: Any) -> Any:
    holding = [node for node in nodes_of(root) if node.grad is not None]
    for node in holding:
        node.grad = node.grad * 0.0
    return len(holding)


def every_path(root: Any) -> Any:
    count = 0 if root.grad is None else 1
    root.grad = None
    for value in root.inputs:
        count += every_path(value)
    return count


def every_path_with_a_stack(root: Any) -> Any:
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        if node.grad is not None:
            count, node.grad = count + 1, None
        waiting.extend(node.inputs)
    return count


def stops_at_none(root: Any) -> Any:
    if root.grad is None:
        return 0
    root.grad = None
    return 1 + sum(stops_at_none(value) for value in root.inputs)


def stops_at_none_with_a_stack(root: Any) -> Any:
    waiting, count = [root], 0
    while waiting:
        node = waiting.pop()
        if node.grad is None:
            continue
        node.grad, count = None, count + 1
        waiting += node.inputs
    return count


def all_nodes(root: Any) -> Any:
    nodes = nodes_of(root)
    forget(nodes)
    return len(nodes)


def all_nodes_by_a_set(root: Any) -> Any:
    seen, waiting = set(), [root]
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            node.grad = None
            waiting.extend(node.inputs)
    return len(seen)


NODES = ("x", "w", "x*w", "x*w + x", "loss")


def asked(rng: np.random.Generator, holding: tuple[str, ...]) -> list[Step]:
    """Steps that leave gradients in some nodes of (x*w + x)*w, forget, and look at every node."""
    made = [product("x*w", "x", "w"), total("x*w + x", "x*w", "x"), product("loss", "x*w + x", "w")]
    given = Make("given", Actor("given_gradients", tuple(refs(*holding))))
    looked = [Get(name, "grad") for name in NODES]
    return [leaf("x", few_scores(rng, 1)), leaf("w", few_scores(rng, 1)), *made, given, Call((Ref("loss"),)), *looked]


def after_backward(rng: np.random.Generator) -> list[Step]:
    return asked(rng, NODES)


def leaves_hold_theirs(rng: np.random.Generator) -> list[Step]:
    return asked(rng, ("x", "w"))


def deep(rng: np.random.Generator) -> list[Step]:
    made: list[Step] = [leaf("x", few_scores(rng, 1)), Make("loss", Actor("doublings", (Ref("x"), 40)))]
    given: list[Step] = [Make("nodes", Actor("all_of", (Ref("loss"),))), Make("given", Actor("given_gradients", (Ref("nodes"),)))]
    return [*made, *given, Call((Ref("loss"),)), Get("x", "grad")]


def nothing(rng: np.random.Generator) -> list[Step]:
    return asked(rng, ())


CALLS = "5 · Called twice: what is kept, and what is not"

PROBLEM = Problem(
    id="07.zero_grad",
    title="Forget the gradients of a graph",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    probes=(
        Probe("every node of (x*w + x)*w holds a gradient", "all five are forgotten", after_backward),
        Probe("only the leaves hold one", "a node without one does not end the search", leaves_hold_theirs),
        Probe("x + x, doubled 40 times", "there are 2⁴⁰ paths, and 41 nodes", deep),
        Probe("nobody holds one", "nothing to forget", nothing, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "leaves-only",
            leaves_only,
            leaves_only_with_a_stack,
            "Only leaves are cleared. If the graph is used again, the nodes in between send their old gradient down once more.",
            CALLS,
        ),
        Mistake(
            "interior-only",
            interior_only,
            interior_only_by_a_stack,
            "The leaves keep theirs. They are what an optimizer reads.",
            CALLS,
        ),
        Mistake(
            "root-only",
            root_only,
            root_only_by_hand,
            "Only the root is cleared. Whatever leads to it holds a gradient too.",
            CALLS,
        ),
        Mistake(
            "one-level",
            one_level,
            one_level_by_hand,
            "It stops at the inputs of the root. Their inputs hold gradients as well.",
            CALLS,
        ),
        Mistake(
            "zeros",
            zeros,
            zeros_by_scaling,
            "It leaves zeros. Asked is None, which also says that nothing has arrived, and costs no memory.",
            CALLS,
        ),
        Mistake(
            "every-path",
            every_path,
            every_path_with_a_stack,
            "It walks along every path, and each doubling doubles the work. Remember where you were.",
            "4 · In which order?",
        ),
        Mistake(
            "stops-at-none",
            stops_at_none,
            stops_at_none_with_a_stack,
            "It takes a missing gradient for a sign that it was here before. After a backward pass nodes in between may hold none, and the "
            "leaves behind them do.",
            CALLS,
        ),
        Mistake(
            "counts-all",
            all_nodes,
            all_nodes_by_a_set,
            "It counts the nodes. Asked is how many of them held a gradient.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(by_recursion, by_a_stack, by_levels),
    hints=(
        "Which nodes can be reached from the root, and how do you make sure that you come to each of them once?",
        "Collect the nodes in a list that starts with the root, and add the inputs of each node that are not in it yet. A for loop over a "
        "list "
        "goes on as long as the list grows.",
        "found <- a list with the root\n"
        "for each node of the list:\n"
        "    put those of its inputs that are not in the list at its end\n"
        "    if it holds a gradient: count it, and forget it\n"
        "return the count",
    ),
    solution=SOLUTION,
    level=2,
    minutes=8,
    is_core=False,
)
