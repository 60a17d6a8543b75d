"""What an exception means, in a sentence for the learner: most of them come from a few slips."""

import re
from collections.abc import Callable

from learnkit.checking.observing import Raised

_Explain = Callable[[re.Match[str]], str]


def _broadcast(found: re.Match[str]) -> str:
    shapes = " and ".join(re.findall(r"\([\d,]*\)", found.group(1))).replace(",", ", ").replace(", )", ",)")
    return f"Shapes {shapes} do not line up: they are compared from the right. A reduction drops its axis unless it is told to keep it."


def _torch_sizes(found: re.Match[str]) -> str:
    one, other, axis = found.groups()
    return (
        f"Along dimension {axis} one tensor has {one} entries and the other {other}: shapes are compared from the right. "
        "A reduction along a dimension drops it unless it is told to keep it."
    )


def _undefined(found: re.Match[str]) -> str:
    name = found.group(1)
    if name in ("np", "torch", "math"):
        module = "numpy as np" if name == "np" else name
        return f"The name {name} is not known here: run the cell with `import {module}` first."
    return f"The name {name} is not known here. Is it spelled as where it was made, and was that cell run?"


_SIZES = r"size of tensor a \((\d+)\) must match the size of tensor b \((\d+)\) at non-singleton dimension (\d+)"

_MEANINGS: tuple[tuple[str, str, _Explain], ...] = (
    ("ValueError", r"operands could not be broadcast together with (?:remapped )?shapes (.*)", _broadcast),
    ("ValueError", r"non-broadcastable output operand with shape (.*)", _broadcast),
    ("RuntimeError", _SIZES, _torch_sizes),
    (
        "IndexError",
        r"index (-?\d+) is out of bounds for (?:axis|dimension) (\d+) with size (\d+)",
        lambda m: f"It asks for index {m[1]} along axis {m[2]}, which has {m[3]} entries: indices go from 0 to {int(m[3]) - 1}.",
    ),
    (
        "IndexError",
        r"arrays used as indices must be of integer|tensors used as indices must be long",
        lambda m: "An index must be whole numbers (or booleans), and these are floating-point numbers.",
    ),
    (
        "IndexError",
        r"shape mismatch: indexing (?:arrays|tensors) could not be broadcast",
        lambda m: "Two index arrays are paired entry by entry, so they must have the same length.",
    ),
    (
        "IndexError",
        r"too many indices for (?:array|tensor)",
        lambda m: "It uses more indices than the array has axes. Print its .shape to see which axes are there.",
    ),
    (
        "(?:Axis|Index)Error",
        r"axis (-?\d+) is out of bounds for array of dimension (\d+)|Dimension out of range",
        lambda m: "It names an axis that this input does not have. Print .shape to see which axes are there.",
    ),
    ("UnboundLocalError", r"'(\w+)'", lambda m: f"The variable {m[1]} is used before it is given a value."),
    ("NameError", r"name '(\w+)' is not defined", _undefined),
    (
        "RecursionError",
        r"",
        lambda m: "It calls itself without end. Does another function have the same name as yours?",
    ),
    (
        "EOFError",
        r"nobody does",
        lambda m: "What an answer needs comes in through its parameters; during a check nobody is asked.",
    ),
    ("KeyboardInterrupt", r"", lambda m: "It raises KeyboardInterrupt itself, which is the sign of Ctrl-C."),
    ("SystemExit", r"", lambda m: "It asks Python to exit. An answer gives its value back with return."),
    (
        "RuntimeError",
        r"Can't call numpy\(\) on Tensor that requires grad",
        lambda m: "It hands the tensor to NumPy, where the gradient cannot follow. Use PyTorch's own functions from input to result.",
    ),
    (
        "RuntimeError",
        r"modified by an inplace operation",
        lambda m: "An operation such as -= or an assignment wrote over numbers that the gradient still needs. Make a new tensor.",
    ),
    (
        "TypeError",
        r"invalid combination of arguments.*(?:NoneType|axis=)",
        lambda m: "NumPy's functions do not work on tensors. Use PyTorch's own from input to result.",
    ),
    (
        "TypeError",
        r"unsupported operand.*return_types\.(\w+)",
        lambda m: f"On a tensor {m[1]} along a dimension gives two things, the values and their indices; pick one of them.",
    ),
    (
        "AttributeError",
        r"'(?:numpy\.)?ndarray' object has no attribute '(\w+)'",
        lambda m: f"A NumPy array has no .{m[1]}; is it the name of something that PyTorch tensors have?",
    ),
    (
        "AttributeError",
        r"'Tensor' object has no attribute '(\w+)'",
        lambda m: f"A tensor has no .{m[1]}; is it the name of something that NumPy arrays have?",
    ),
    (
        "TypeError",
        r"\(\) (?:takes|missing|got)",
        lambda m: "The parameters are not those that the exercise states: compare the first line with the exercise's.",
    ),
    ("TypeError", r"'NoneType'", lambda m: "A value is None there: a function that returns nothing, or a variable that was never set."),
    ("TypeError", r"only (?:integer|length-1|0-dimensional)", lambda m: "One number is needed there, and it is given an array of them."),
    ("MemoryError", r"", lambda m: "It asks for more memory than there is. What are the shapes of the arrays that it makes?"),
    ("NotImplementedError", r"", lambda m: "A part of it is still to be written."),
    ("FloatingPointError|OverflowError", r"", lambda m: "A number became too large for the computer."),
)  # fmt: skip


def explained(raised: Raised) -> str:
    """Return what an exception means, or an empty string where its own text must do."""
    for kind, pattern, explain in _MEANINGS:
        if re.fullmatch(kind, raised.type_name) and (found := re.search(pattern, raised.text)):
            return explain(found)
    return ""


def told(raised: Raised) -> list[str]:
    """Tell an exception: its type and text, the line of the learner that it came from, and what it means."""
    text = raised.text.strip().splitlines()[0].strip() if raised.text.strip() else ""
    text = text.split(" Use tensor.detach()")[0]  # advice that would cut the graph for good
    when = " while PyTorch computed the gradient" if raised.in_gradient else ""
    lines = [f"It raised {raised.type_name}{when}" + (f": {text[:120]}{'…' if len(text) > 120 else ''}" if text else ".")]
    if raised.source:
        lines.append(f"in line {raised.line}:  {raised.source[:90]}{'…' if len(raised.source) > 90 else ''}")
    if meaning := explained(raised):
        lines.append(meaning)
    return lines
