"""Functions and objects that probes hand to an answer: something to differentiate, a model to train, a layer that counts its calls.

A probe names an actor and does not hold it, so that a probe stays data: the process that runs the answer makes the actor for the
backend of the answer. Nothing here tells what an exercise asks.
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np

from learnkit.problems.problem import Actor, Backend

Maker = Callable[..., Any]
_MAKERS: dict[str, Maker] = {}


def actor(make: Maker) -> Maker:
    """Register a function (backend, *args, **options) -> object as the actor of its own name."""
    _MAKERS[make.__name__] = make
    return make


def made(found: Actor, backend: Backend) -> Any:
    """Return a new object for an actor.

    Raises
    ------
    LookupError
        If there is no actor of that name.
    """
    if found.name not in _MAKERS:
        raise LookupError(f"there is no actor {found.name!r}; there are {', '.join(sorted(_MAKERS)) or 'none'}.")
    return _MAKERS[found.name](backend, *found.args, **found.options)


@actor
def cubic(backend: Backend) -> Callable[[Any], Any]:
    """The sum of x³ over all entries, whose gradient is 3 x²; on a step to one side it errs by 3 x h."""

    def cubic(x: Any) -> Any:
        return (x**3).sum()

    return cubic


def _tree(backend: Backend) -> Any:
    """Return the library of the backend."""
    return importlib.import_module("learnkit.reference" if backend == "numpy" else "learnkit.pytorch")


@actor
def linear_net(backend: Backend, seed: int, inputs: int = 3, classes: int = 4) -> Any:
    """A network of one linear layer, with the same float64 weights in both trees."""
    lk, rng = _tree(backend), np.random.default_rng(seed)
    dtype = lk.tensor(np.zeros(1)).dtype
    net = lk.Sequential(lk.Linear(inputs, classes, rng=lk.rng(0), dtype=dtype))
    values = {"0.weight": rng.normal(size=(classes, inputs)), "0.bias": rng.normal(size=classes)}
    net.load_state_dict({name: lk.tensor(value) if backend == "torch" else value for name, value in values.items()})
    return net


@actor
def sgd(backend: Backend, net: Any, **settings: Any) -> Any:
    """Gradient descent on the parameters of a network that an earlier step made."""
    return _tree(backend).SGD(net.parameters(), **settings)


@actor
def cross_entropy(backend: Backend) -> Any:
    """The loss function (logits, targets) -> loss of the tree."""
    return _tree(backend).cross_entropy


@actor
def product_of_neighbors(backend: Backend) -> Callable[[Any], Any]:
    """The sum of the products of neighbors, so that the slope of an entry is the sum of its two neighbors."""

    def product_of_neighbors(x: Any) -> Any:
        return (x[1:] * x[:-1]).sum()

    return product_of_neighbors


@actor
def steep_product(backend: Backend) -> Callable[[Any], Any]:
    """The square of the sum, 10,000 times: whatever happened to one entry shows in the slopes of all others."""

    def steep_product(x: Any) -> Any:
        return 1e4 * x.sum() ** 2

    return steep_product


@actor
def signs_of_scores(backend: Backend) -> Callable[[Any, Any], Any]:
    """The signs, −1, 0 or 1, of the scores that a network with two inputs, two ReLU units and the weights of an answer gives to points."""

    def signs(weights: Callable[[], Any], points: Any) -> Any:
        layers = weights()
        if layers is None:
            return None
        shapes = [tuple(np.shape(part) for part in layer) for layer in layers]
        if shapes != [((2, 2), (2,)), ((1, 2), (1,))]:
            told = ", ".join(str(shape) for layer in shapes for shape in layer)
            raise ValueError(f"the weights and biases must have the shapes (2, 2), (2,), (1, 2), (1,); got {told}.")
        (weight_1, bias_1), (weight_2, bias_2) = layers
        scores = np.maximum(points @ np.transpose(weight_1) + bias_1, 0) @ np.transpose(weight_2) + bias_2
        return np.where(np.abs(scores) < 1e-9, 0.0, np.sign(scores))[:, 0]

    return signs


@actor
def bowl_to_descend(backend: Backend, curvatures: Any, start: Any, breaks_at: float) -> Callable[[float], float]:
    """A bowl 1 + ½ Σ c w² and a place in it: called with a rate it takes one step, and returns the loss before it, NaN above a rate.

    The slopes are off by 3, up and down in turn, as those of batches are.
    """
    weights, off = [float(weight) for weight in start], [3.0]

    def train_step(lr: float) -> float:
        loss = 1 + sum(float(c) * weight**2 for c, weight in zip(curvatures, weights, strict=True)) / 2
        weights[:] = [weight - float(lr) * (float(c) * weight + off[0]) for c, weight in zip(curvatures, weights, strict=True)]
        off[0] = -off[0]
        return loss if lr <= breaks_at else float("nan")

    return train_step


@actor
def losses_in_turn(backend: Backend, losses: Any) -> Callable[[float], float]:
    """A training step that ignores its rate: called again and again, it returns these losses, and then the last one."""
    left = [float(loss) for loss in losses]

    def train_step(lr: float) -> float:
        return left.pop(0) if len(left) > 1 else left[0]

    return train_step


class Node:
    """A value in a recorded graph: what it was made of, how a gradient goes back to that, and the gradient that it has received.

    Parameters
    ----------
    data : number or array
    inputs : the nodes that it was made of; none for a leaf
    rule : grad_output -> one gradient for each input, which may be one array several times
    requires_grad : of a leaf; a node that was made requires a gradient if one of its inputs does
    """

    MOST_LOOKS = 1000  # a walk that goes along every path of a deep graph would never end

    def __init__(
        self, data: Any, inputs: tuple["Node", ...] = (), rule: Callable[[Any], Any] | None = None, requires_grad: bool = True
    ) -> None:
        self.data = np.asarray(data, dtype=float)
        self.requires_grad: bool = any(one.requires_grad for one in inputs) if inputs else requires_grad
        self.grad: Any = None
        self._inputs, self._rule, self._looks = inputs, rule, 0

    @property
    def inputs(self) -> tuple["Node", ...]:
        """The nodes that it was made of."""
        self._look()
        return self._inputs

    @property
    def rule(self) -> Callable[[Any], Any] | None:
        """What turns its gradient into those of its inputs; None for a leaf."""
        self._look()
        return self._rule

    def _look(self) -> None:
        self._looks += 1
        if self._looks > self.MOST_LOOKS:
            raise RuntimeError(f"one node was visited more than {self.MOST_LOOKS} times. One visit to each node is enough.")


@actor
def leaf(backend: Backend, data: Any) -> Node:
    """A value that nothing was computed for, and that wants a gradient."""
    return Node(data)


@actor
def constant(backend: Backend, data: Any) -> Node:
    """A value that wants no gradient."""
    return Node(data, requires_grad=False)


@actor
def product(backend: Backend, a: Node, b: Node) -> Node:
    """a times b."""
    return Node(a.data * b.data, (a, b), lambda grad: (grad * b.data, grad * a.data))


@actor
def total(backend: Backend, a: Node, b: Node) -> Node:
    """a plus b; both receive the gradient that comes, one and the same array."""
    return Node(a.data + b.data, (a, b), lambda grad: (grad, grad))


@actor
def doublings(backend: Backend, node: Node, count: int) -> Node:
    """A node added to itself, and the sum to itself, so many times: the number of paths doubles each time."""
    for _ in range(count):
        node = Node(node.data + node.data, (node, node), lambda grad: (grad, grad))
    return node


@actor
def all_of(backend: Backend, node: Node) -> list[Node]:
    """The nodes that a chain of doublings is made of, itself included, the first one first."""
    chain = [node]
    while chain[0].inputs:
        chain.insert(0, chain[0].inputs[0])
    return chain


@actor
def paths(backend: Backend) -> Callable[[Any, Any], int]:
    """Count the paths from the last node of an order to a leaf, by one walk from its back to its front."""

    def paths(order: Any, leaf: Any) -> int:
        counts = {id(order[-1]): 1}
        for node in reversed(order):
            for value in node.inputs:
                counts[id(value)] = counts.get(id(value), 0) + counts.get(id(node), 0)
        return counts.get(id(leaf), 0)

    return paths


@actor
def halve(backend: Backend) -> Callable[[Any], Any]:
    """Write half of it into an array, or into the gradient of a node: what shares its memory shows it."""

    def halve(what: Any) -> None:
        array = what.grad if isinstance(what, Node) else what
        if isinstance(array, np.ndarray):
            array *= 0.5

    return halve


@actor
def numbers(backend: Backend, values: Any) -> Any:
    """An array that several steps share."""
    return np.array(values, dtype=float)


@actor
def given_gradients(backend: Backend, *nodes: Any) -> list[Node]:
    """Nodes, or the lists of nodes that came in, each of which holds a gradient of ones now."""
    every = [one for node in nodes for one in (node if isinstance(node, list) else [node])]
    for one in every:
        one.grad = np.ones_like(one.data)
    return every


@actor
def steps_from_an_empty_state(backend: Backend, rule: Callable[..., Any]) -> Callable[..., Any]:
    """A parameter that moves by an update rule, (param, grad, state, lr, …) -> (param, state), from an empty state on.

    Called with a gradient and a rate, at first also with the parameter and the rule's settings, it takes one step and returns where the
    parameter is then.
    """
    kept: dict[str, Any] = {"state": {}}

    def step(grad: Any, lr: float, param: Any = None, **settings: Any) -> Any:
        if param is not None:
            kept.update(param=param, settings=tuple(settings.values()))
        found = rule(kept["param"], grad, kept["state"], lr, *kept["settings"])
        if found is None:
            return None
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise ValueError(f"a step returns two things, the parameter and the state; got {type(found).__name__}.")
        kept["param"], kept["state"] = found
        return found[0]

    return step
