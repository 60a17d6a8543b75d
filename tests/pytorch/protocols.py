"""The protocol of a training loop that is to run on both trees, one loop that keeps to it, and how to read which names a loop uses."""

import ast
import builtins
from collections.abc import Mapping, Set
from typing import Any

# what lk gives
NAMES = {
    "tensor", "device", "rng", "minibatches", "no_grad", "accuracy", "cross_entropy", "Sequential", "Linear", "ReLU", "SGD",
}  # fmt: skip
# what the objects can do
METHODS = {
    "parameters", "train", "eval", "to", "state_dict", "load_state_dict",  # net
    "backward", "item",  # loss
    "zero_grad", "step",  # optimizer
}  # fmt: skip
# what the loop is given besides
GIVEN = {"lk", "images", "labels", "start", "dtype", "shuffle", "epochs", "device_name"}
# Python's own that it may use
PLAIN = {"range", "None", "append"}

LOOP = """
device = lk.device(device_name)
generator = lk.rng(0, device)
x_train, y_train = lk.tensor(images[:1280], device=device), lk.tensor(labels[:1280], device=device)
x_test, y_test = lk.tensor(images[1280:], device=device), lk.tensor(labels[1280:], device=device)

net = lk.Sequential(
    lk.Linear(64, 32, rng=generator, dtype=dtype), lk.ReLU(), lk.Linear(32, 10, rng=generator, dtype=dtype)
).to(device)
if start is not None:
    net.load_state_dict(start)
optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9, weight_decay=1e-4)

losses = []
for epoch in range(epochs):
    net.train()
    for x, y in lk.minibatches(x_train, y_train, batch_size=64, shuffle=shuffle, rng=generator):
        loss = lk.cross_entropy(net(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())

net.eval()
with lk.no_grad():
    share = f"{lk.accuracy(net(x_test), y_test):.4f}"
state = net.state_dict()
"""


def names_outside(source: str, *, names: Set[str], methods: Set[str], given: Set[str], plain: Set[str]) -> set[str]:
    """Return what a loop uses that it may not: lk's names, methods of other objects, and free variables."""
    tree = ast.parse(source)
    assigned = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    outside = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            outside.add("import")
        elif isinstance(node, ast.Attribute):
            of_lk = isinstance(node.value, ast.Name) and node.value.id == "lk"
            if node.attr not in (names if of_lk else methods | plain):
                outside.add(f"lk.{node.attr}" if of_lk else f".{node.attr}")
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in assigned | given | plain:
            outside.add(node.id)
    return outside


def names_used(source: str) -> set[str]:
    """Return every attribute that a loop names."""
    return {node.attr for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Attribute)}


def run(source: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Execute a loop with nothing at hand but what it is given, and Python's builtins."""
    namespace = {"__builtins__": builtins, **given}
    exec(compile(source, "<loop>", "exec"), namespace)
    return namespace
