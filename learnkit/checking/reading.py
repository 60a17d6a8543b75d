"""What can be read off an answer without running it: whether it is still the stub, what it names, whether it speaks PyTorch."""

import dis
import functools
import inspect
import types
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

_EMPTY = {"RESUME", "NOP", "CACHE", "RETURN_VALUE", "RETURN_CONST", "LOAD_CONST", "POP_TOP", "COPY_FREE_VARS"}


def code_of(answer: Any) -> types.CodeType | None:
    """Return the code of a function, through decorators that say what they wrap; None for what has no code."""
    code = getattr(_function_of(answer), "__code__", None)
    return code if isinstance(code, types.CodeType) else None


def _function_of(answer: Any) -> Any:
    """Return the function inside a decorated one, a partial one, a method or an object that is called; None where that has no end."""
    try:
        answer = inspect.unwrap(answer)
    except ValueError:  # a function that says it wraps itself
        return None
    while type(answer) is functools.partial:
        answer = answer.func
    call = vars(type(answer)).get("__call__")
    answer = call if isinstance(call, types.FunctionType) else answer
    return getattr(answer, "__func__", answer)


def _inside(code: types.CodeType) -> Iterator[types.CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _inside(constant)


def _globals_of(function: Any) -> dict[str, Any]:
    namespace = getattr(_function_of(function), "__globals__", {})
    return namespace if isinstance(namespace, dict) else {}


def functions_used(answer: Any) -> list[Any]:
    """Return the answer and the functions of its own namespace that it uses, directly or through each other."""
    waiting = methods_of(answer) if isinstance(answer, type) else [answer]
    found, home = [], _globals_of(waiting[0]) if waiting else {}
    seen: set[int] = set()
    while waiting:
        function = waiting.pop()
        code = code_of(function)
        if id(function) in seen or code is None or _globals_of(function) is not home:
            continue
        seen.add(id(function))
        found.append(function)
        waiting += [home[name] for part in _inside(code) for name in part.co_names if isinstance(home.get(name), types.FunctionType)]
        waiting += [value for value in _closure(function) if isinstance(value, types.FunctionType)]
    return found


def methods_of(answer: type) -> list[Any]:
    """Return the functions that a class defines itself."""
    return [value for value in vars(answer).values() if isinstance(value, types.FunctionType)]


def _closure(function: Any) -> list[Any]:
    values = []
    for cell in getattr(function, "__closure__", None) or ():
        try:
            values.append(cell.cell_contents)
        except ValueError:  # not yet filled
            continue
    return values


def names_used(answer: Any) -> set[str]:
    """Return the global names and attributes in the code of an answer and of its helpers."""
    return {name for function in functions_used(answer) if (code := code_of(function)) for part in _inside(code) for name in part.co_names}


def objects_used(answer: Any) -> list[Any]:
    """Return what the global names in an answer's code, and the variables it closes over, stand for now."""
    found: list[Any] = []
    for function in functions_used(answer):
        code, home = code_of(function), _globals_of(function)
        if code is not None:
            found += [home[name] for name in _argument_names(code, ("LOAD_GLOBAL", "LOAD_NAME")) if name in home]
        found += _closure(function)
    return found


@lru_cache(maxsize=512)
def _argument_names(code: types.CodeType, instructions: tuple[str, ...]) -> tuple[str, ...]:
    """Return what some instructions of a code name: the globals it loads, the modules it imports."""
    return tuple(sorted({str(step.argval) for part in _inside(code) for step in dis.get_instructions(part) if step.opname in instructions}))


def _imports(answer: Any) -> set[str]:
    """Return the modules that an answer imports in its own body."""
    return {name for function in functions_used(answer) if (code := code_of(function)) for name in _argument_names(code, ("IMPORT_NAME",))}


def uses_torch(answer: Any) -> bool:
    """Whether an answer is written for PyTorch: its code names something of torch, or of ``learnkit.pytorch``."""
    for thing in objects_used(answer):
        home = thing.__name__ if isinstance(thing, types.ModuleType) else getattr(thing, "__module__", None) or type(thing).__module__
        if str(home).split(".")[0] == "torch" or str(home).startswith("learnkit.pytorch"):
            return True
    return any(name.split(".")[0] == "torch" or name.startswith("learnkit.pytorch") for name in _imports(answer))


def is_untouched(answer: Any, starters: Sequence[str]) -> bool:
    """Whether an answer still does nothing: it is one of the sources that it may have started from, or its body is empty."""
    if isinstance(answer, type):
        methods = methods_of(answer)
        return all(is_untouched(method, starters) for method in methods) and bool(methods)
    code = code_of(answer)
    if code is None:
        return False
    if _is_empty(code):
        return True
    name = code.co_qualname.rpartition("<locals>.")[2]
    return any((twin := _starter_code(source, name)) is not None and _body(twin) == _body(code) for source in starters)


@lru_cache(maxsize=128)
def _starter_code(source: str, name: str) -> types.CodeType | None:
    """Return the code of a function of a source, or of a method of a class: "SGD.step"."""
    spaces: dict[str, Any] = {}
    try:
        exec(compile(source, "<starter>", "exec"), spaces)
    except Exception:
        return None
    owner, _, method = name.partition(".")
    return code_of(getattr(spaces.get(owner), method, None) if method else spaces.get(name))


@lru_cache(maxsize=512)
def _is_empty(code: types.CodeType) -> bool:
    steps = list(dis.get_instructions(code))
    if all(step.opname in _EMPTY for step in steps):
        return all(step.argval is None or step.argval is Ellipsis for step in steps if step.opname in ("LOAD_CONST", "RETURN_CONST"))
    return "NotImplementedError" in code.co_names and len(code.co_names) == 1 and len(steps) < 8


def _body(code: types.CodeType, first: int = 1) -> tuple[Any, ...]:
    """Return what a code does, with its constants from the first that counts: that of a function is its docstring."""
    # a comprehension is a code of its own, whose repr is its place in memory
    constants = (_body(found, 0) if isinstance(found, types.CodeType) else repr(found) for found in code.co_consts[first:])
    return code.co_code, code.co_names, code.co_varnames, tuple(constants)
