"""An order of a graph in which everything comes after what it was made of: read from the back, a gradient is whole when its turn comes."""

from typing import Any

import numpy as np

from learnkit.problems.l07_autograd.graphs import leaf, product, total
from learnkit.problems.problem import Actor, Call, Make, Mistake, Probe, Problem, Ref, Step

STUB = '''
def topo_order(root):
    """The nodes that a node was made of, in an order in which each one comes after all of its inputs.

    root : a node. node.inputs is the tuple of the nodes that it was made of, empty for a leaf; one node may be an input of several
        others, and twice of one. No path is longer than 300.
    Returns a list: every node that leads to root once, each after its own inputs, root last. Several orders are right.
    """
    ...
'''

SOLUTION = """
def topo_order(root):
    order, visited = [], set()

    def visit(node):
        if node not in visited:
            visited.add(node)
            for value in node.inputs:
                visit(value)
            order.append(node)

    visit(root)
    return order
"""


def right_answer(root: Any) -> Any:
    order: list[Any] = []
    visited = set()

    def visit(node: Any) -> None:
        if node not in visited:
            visited.add(node)
            for value in node.inputs:
                visit(value)
            order.append(node)

    visit(root)
    return order


# Right answers written in other ways


def with_a_stack(root: Any) -> Any:
    order, seen, waiting = [], {id(root)}, [(root, iter(root.inputs))]
    while waiting:
        node, rest = waiting[-1]
        following = next((one for one in rest if id(one) not in seen), None)
        if following is None:
            order.append(node)
            waiting.pop()
        else:
            seen.add(id(following))
            waiting.append((following, iter(following.inputs)))
    return order


def by_counting_uses(root: Any) -> Any:
    """Kahn's: a node goes to the back of what is left as soon as all that use it have gone."""
    uses = {root: 0}
    found = [root]
    for node in found:
        for value in node.inputs:
            if value not in uses:
                uses[value] = 0
                found.append(value)
            uses[value] += 1
    ready, backwards = [root], []
    while ready:
        node = ready.pop()
        backwards.append(node)
        for value in node.inputs:
            uses[value] -= 1
            if uses[value] == 0:
                ready.append(value)
    return backwards[::-1]


def by_height(root: Any) -> Any:
    heights: dict[Any, int] = {}

    def height(node: Any) -> int:
        if node not in heights:
            heights[node] = 1 + max((height(value) for value in node.inputs), default=0)
        return heights[node]

    height(root)
    return sorted(heights, key=heights.__getitem__)


# Mistakes


def every_path(root: Any) -> Any:
    order: list[Any] = []

    def visit(node: Any) -> None:
        for value in node.inputs:
            visit(value)
        order.append(node)

    visit(root)
    return order


def made_before(node: Any) -> Any:
    return [one for value in node.inputs for one in (*made_before(value), value)]


def every_path_by_lists(root: Any) -> Any:
    return [*made_before(root), root]


def looks_too_late(root: Any) -> Any:
    order: list[Any] = []

    def visit(node: Any) -> None:
        for value in node.inputs:
            visit(value)
        if node not in order:
            order.append(node)

    visit(root)
    return order


def looks_too_late_by_lists(root: Any) -> Any:
    parts = [one for value in root.inputs for one in looks_too_late_by_lists(value)]
    return list(dict.fromkeys([*parts, root]))


def root_first(root: Any) -> Any:
    return right_answer(root)[::-1]


def root_first_by_counting(root: Any) -> Any:
    order = by_counting_uses(root)
    order.reverse()
    return order


def before_its_inputs(root: Any) -> Any:
    order, visited = [], set()

    def visit(node: Any) -> None:
        if node not in visited:
            visited.add(node)
            order.append(node)
            for value in node.inputs:
                visit(value)

    visit(root)
    return order


def by_breadth(root: Any) -> Any:
    found = [root]
    for node in found:
        found += [value for value in dict.fromkeys(node.inputs) if value not in found]
    return found[::-1]


def by_breadth_with_levels(root: Any) -> Any:
    levels, known = [[root]], {root}
    while levels[-1]:
        level = []
        for node in levels[-1]:
            for value in node.inputs:
                if value not in known:
                    known.add(value)
                    level.append(value)
        levels.append(level)
    return [node for level in reversed(levels) for node in reversed(level)]


def depth_first_from_the_root(root: Any) -> Any:
    """Preorder, turned around: what is used again further down comes too late."""
    return before_its_inputs(root)[::-1]


def without_leaves(root: Any) -> Any:
    return [node for node in right_answer(root) if node.inputs]


def without_leaves_by_recursion(root: Any) -> Any:
    order: list[Any] = []

    def visit(node: Any) -> None:
        if node.inputs and node not in order:
            for value in node.inputs:
                visit(value)
            if node not in order:
                order.append(node)

    visit(root)
    return order


def without_root(root: Any) -> Any:
    return right_answer(root)[:-1]


def without_root_by_recursion(root: Any) -> Any:
    order, visited = [], {root}

    def visit(node: Any) -> None:
        for value in node.inputs:
            if value not in visited:
                visited.add(value)
                visit(value)
                order.append(value)

    visit(root)
    return order


def first_inputs_only(root: Any) -> Any:
    order = [root]
    while order[0].inputs:
        order.insert(0, order[0].inputs[0])
    return order


def first_inputs_only_by_recursion(root: Any) -> Any:
    return [*(first_inputs_only_by_recursion(root.inputs[0]) if root.inputs else []), root]


def last_inputs_only(root: Any) -> Any:
    order = [root]
    while order[0].inputs:
        order.insert(0, order[0].inputs[-1])
    return order


def one_level(root: Any) -> Any:
    return [*dict.fromkeys(root.inputs), root]


def one_level_in_a_loop(root: Any) -> Any:
    order: list[Any] = []
    for value in root.inputs:
        if value not in order:
            order.append(value)
    return [*order, root]


PATHS = Make("paths", Actor("paths"))


def asked(root: str, *leaves: str) -> list[Step]:
    """Steps that ask for the order, and count the paths to some leaves by it."""
    return [PATHS, Call((Ref(root),), into="order"), *(Call((Ref("order"), Ref(name)), on="paths") for name in leaves)]


def value(rng: np.random.Generator) -> float:
    return float(rng.integers(2, 9)) / 2


def used_three_times(rng: np.random.Generator) -> list[Step]:
    return [leaf("x", value(rng)), product("x*x", "x", "x"), total("x*x + x", "x*x", "x"), *asked("x*x + x", "x")]


def skipping(rng: np.random.Generator) -> list[Step]:
    """A chain x -> h -> k -> m, and m + h: h is used early and late, and its input x too."""
    return [
        leaf("x", value(rng)), leaf("w", value(rng)), product("h", "x", "w"), product("k", "h", "w"), product("m", "k", "x"),
        total("m + h", "m", "h"), *asked("m + h", "x", "w"),
    ]  # fmt: skip


def skipping_the_other_way(rng: np.random.Generator) -> list[Step]:
    return [
        leaf("x", value(rng)), leaf("w", value(rng)), product("h", "w", "x"), product("k", "w", "h"), product("m", "x", "k"),
        total("h + m", "h", "m"), *asked("h + m", "x", "w"),
    ]  # fmt: skip


def deep(rng: np.random.Generator) -> list[Step]:
    return [leaf("x", value(rng)), Make("x + x, 40 times", Actor("doublings", (Ref("x"), 40))), *asked("x + x, 40 times", "x")]


def alone(rng: np.random.Generator) -> list[Step]:
    return [leaf("x", value(rng)), *asked("x", "x")]


ORDER = "4 · In which order?"

PROBLEM = Problem(
    id="07.topo_order",
    title="Everything after what it was made of",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    probes=(
        Probe("x*x + x", "x is used three times, and comes once", used_three_times),
        Probe("a skip connection", "h is used at once and again two steps later", skipping),
        Probe("the same, its inputs exchanged", "an order that looks right by luck is not right here", skipping_the_other_way),
        Probe("x + x, doubled 40 times", "there are 2⁴⁰ paths, and 41 nodes", deep),
        Probe("a leaf alone", "nothing was computed", alone, is_edge=True),
    ),
    mistakes=(
        Mistake(
            "every-path",
            every_path,
            every_path_by_lists,
            "A node comes once for every path that leads to it. Remember which nodes were visited already.",
            ORDER,
        ),
        Mistake(
            "looks-too-late",
            looks_too_late,
            looks_too_late_by_lists,
            "The list is right, and the way there walks along every path: each doubling doubles the work. Look before the walk goes on, "
            "not "
            "after.",
            ORDER,
        ),
        Mistake(
            "before-its-inputs",
            root_first,
            root_first_by_counting,
            "A node comes before what it was made of. Asked is the order of making: leaves early, root last.",
            ORDER,
            variants=(before_its_inputs,),
            line=("order.append(node)", "order.insert(0, node)"),
        ),
        Mistake(
            "too-early-used",
            by_breadth,
            by_breadth_with_levels,
            "It sorts by the distance from the root, or takes the first way it finds. A node that is used early and again late has to come "
            "before both of its users.",
            ORDER,
            variants=(depth_first_from_the_root,),
        ),
        Mistake(
            "without-leaves",
            without_leaves,
            without_leaves_by_recursion,
            "The leaves are missing. They have no inputs, and they are the nodes whose gradients one wants.",
            ORDER,
        ),
        Mistake(
            "without-root",
            without_root,
            without_root_by_recursion,
            "The root itself is missing. It comes last, and a walk from the back begins with it.",
            ORDER,
        ),
        Mistake(
            "one-input",
            first_inputs_only,
            first_inputs_only_by_recursion,
            "It follows one input of each node. The others lead somewhere too.",
            ORDER,
            variants=(last_inputs_only,),
        ),
        Mistake(
            "one-level",
            one_level,
            one_level_in_a_loop,
            "It stops at the inputs of the root. They were made of something as well.",
            ORDER,
        ),
    ),
    alternatives=(with_a_stack, by_counting_uses, by_height),
    hints=(
        "Write the graph of x*x + x on paper, three nodes. In which order were they made? How often does your walk come by x?",
        "Before a node may go to the list, all of its inputs must be there. That is a task for a function that calls itself: first for the "
        "inputs, then for the node. A set of what was visited makes sure that no node is walked through twice.",
        "visit a node:\n"
        "    if it was visited before: nothing to do\n"
        "    note it as visited\n"
        "    visit each of its inputs\n"
        "    only then put it at the end of the list\n"
        "visit the root",
    ),
    solution=SOLUTION,
    level=2,
    minutes=10,
)
