"""A probe of several steps in words: how the object was made and called, and from which call on it is wrong."""

from collections.abc import Sequence

import numpy as np

from learnkit.checking.expecting import Expectation
from learnkit.checking.writing import LONGEST, short
from learnkit.problems.problem import Call, Get, Make, New, Problem, Ref, Step

MOST_STEPS = 5
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")


def steps_lines(expectation: Expectation, wrong: Sequence[tuple[int, int]]) -> list[str]:
    """Say which is the first call that is wrong, if the calls before it are right in every script.

    Parameters
    ----------
    wrong : (place, step), each script that fails with its first step of wrong values
    """
    counts = []
    for place, step in wrong:
        calls = [i for i, found in enumerate(expectation.scripts[place]) if isinstance(found, Call)]
        counts.append(max(sum(i <= step for i in calls), 1))
    if not counts or min(counts) < 2:
        return []
    before = "the first call" if min(counts) == 2 else f"the first {min(counts) - 1} calls"
    return [f"It is right at {before}, and wrong from the {ordinal(min(counts))} on: look at what it keeps from one call to the next."]


def ordinal(count: int) -> str:
    """Write which one in a row: "second"; "9th"."""
    return _ORDINALS[count - 1] if count <= len(_ORDINALS) else f"{count}th"


def script_lines(problem: Problem, steps: Sequence[Step], until: int) -> list[str]:
    """Write the steps of a script up to one of them as code, the last few of them."""
    shown = [step_text(problem, step) for step in steps[: until + 1]]
    return shown if len(shown) <= MOST_STEPS else [shown[0], "…", *shown[2 - MOST_STEPS :]]


def step_text(problem: Problem, step: Step) -> str:
    """Write one step as code."""
    if isinstance(step, Get):
        return f"{step.on}.{step.attribute}"
    if isinstance(step, Make):
        made_of = ", ".join(short(value) for value in step.actor.args if isinstance(value, Ref))
        return f"{step.into} = {short(step.actor)}{f'({made_of})' if made_of else ''}"
    names = problem.parameters_of("__init__" if isinstance(step, New) else step.method)
    named = [(f"{names[i]}=" if i < len(names) else "", value) for i, value in enumerate(step.args)]
    named += [(f"{name}=", value) for name, value in step.options.items()]
    inside = ", ".join(name + short(value) for name, value in named)
    if len(inside) > LONGEST:
        inside = ", ".join(name + (f"{value.shape} array" if isinstance(value, np.ndarray) else short(value)) for name, value in named)
    if isinstance(step, New):
        return f"{step.into} = {problem.name}({inside})"
    target = problem.name if step.on == "answer" else step.on
    into = f"{step.into} = " if step.into else ""
    return f"{into}{target}{'.' + step.method if step.method else ''}({inside})"
