"""Classes with a state, iterators, callables and training steps: what `check` says of answers that are run step by step."""

from typing import Any

import numpy as np
import pytest

from learnkit.checking import verdict
from learnkit.checking.matrix import compiled
from learnkit.checking.observing import observe
from learnkit.checking.scripts import ordinal, script_lines
from learnkit.problems.problem import Actor, Call, Get, Make, Mistake, New, Probe, Problem, Ref

STUB = '''
class Momentum:
    """Gradient descent with momentum."""

    def __init__(self, lr, momentum):
        ...

    def step(self, param, grad):
        """Return the new parameter."""
        ...
'''


class Momentum:
    def __init__(self, lr: float, momentum: float) -> None:
        self.lr, self.momentum, self.velocity = lr, momentum, 0.0

    def step(self, param: Any, grad: Any) -> Any:
        self.velocity = self.momentum * self.velocity + grad
        return param - self.lr * self.velocity


class Damped(Momentum):
    def step(self, param: Any, grad: Any) -> Any:
        self.velocity = self.momentum * self.velocity + (1 - self.momentum) * grad
        return param - self.lr * self.velocity


class Forgetful(Momentum):
    def step(self, param: Any, grad: Any) -> Any:
        return param - self.lr * grad


class Halved(Momentum):
    """A mistake that nobody listed."""

    def step(self, param: Any, grad: Any) -> Any:
        new = super().step(param, grad)
        self.velocity = self.velocity / 2
        return new


def four_steps(rng: np.random.Generator) -> list[Any]:
    steps = [Call((rng.normal(size=3), rng.normal(size=3)), on="optimizer", method="step") for _ in range(4)]
    return [New("optimizer", (0.1,), {"momentum": 0.9}), *steps, Get("optimizer", "velocity")]


def problem(**changes: Any) -> Problem:
    made: dict[str, Any] = {
        "id": "09.Momentum",
        "title": "",
        "stub": STUB,
        "reference": Momentum,
        "probes": (Probe("four steps", "", four_steps),),
        "mistakes": (Mistake("damped", Damped, Damped, "It damps.", ""), Mistake("forgetful", Forgetful, Forgetful, "It forgets.", "")),
        "alternatives": (),
        "hints": ("", "", ""),
        "solution": "",
        "backends": ("numpy",),
    }
    return Problem(**(made | changes))


def test_a_class_is_run_step_by_step_and_its_state_is_compared() -> None:
    assert verdict(problem(), Momentum).passed


def test_a_known_mistake_of_a_class_is_named() -> None:
    assert verdict(problem(), Damped).mistake_id == "damped"
    assert verdict(problem(), Forgetful).mistake_id == "forgetful"


def test_a_class_that_is_right_at_the_first_call_only_is_told_so() -> None:
    found = verdict(problem(), Halved)
    assert found.kind == "numbers"
    assert found.lines[0] == "It is right at the first call, and wrong from the second on: look at what it keeps from one call to the next."
    assert "Momentum(lr=0.1, momentum=0.9)" in found.detail[0]
    assert len([line for line in found.detail if "optimizer.step(param=" in line]) == 2


def test_a_wrong_first_call_is_not_called_forgetful() -> None:
    class Doubled(Momentum):
        def step(self, param: Any, grad: Any) -> Any:
            return super().step(param, 2 * grad)

    assert "first call" not in " ".join(verdict(problem(), Doubled).lines)


def test_a_wrong_attribute_is_found_when_all_calls_are_right() -> None:
    class Renamed(Momentum):
        def step(self, param: Any, grad: Any) -> Any:
            new = super().step(param, grad)
            self.velocity, self.hidden = np.zeros(3), self.velocity
            return new

        def __getattribute__(self, name: str) -> Any:
            return super().__getattribute__("hidden" if name == "velocity" and "hidden" in super().__getattribute__("__dict__") else name)

    class Hidden(Momentum):
        def step(self, param: Any, grad: Any) -> Any:
            self.kept = self.momentum * getattr(self, "kept", 0.0) + grad
            return param - self.lr * self.kept

    found = verdict(problem(mistakes=()), Hidden)
    assert not found.passed
    assert "optimizer.velocity" in "\n".join(found.detail)


def test_an_untouched_class_is_not_attempted() -> None:
    found = verdict(problem(), compiled(STUB, "Momentum"))
    assert (found.kind, found.points) == ("not attempted", 0)
    assert "The class still does nothing" in found.message


def test_a_class_with_one_method_written_is_attempted() -> None:
    half = STUB.replace('"""Return the new parameter."""\n        ...', '"""Return the new parameter."""\n        return param')
    assert verdict(problem(), compiled(half, "Momentum")).kind != "not attempted"


def test_a_function_where_a_class_is_asked_is_refused() -> None:
    found = verdict(problem(), lambda lr, momentum: None)
    assert (found.kind, found.lines[0]) == ("type", "Momentum is a function, and a class is asked.")


def test_a_class_without_the_method_is_told_which_one() -> None:
    class Empty:
        def __init__(self, lr: float, momentum: float) -> None:
            self.lr = lr

    found = verdict(problem(), Empty)
    assert found.kind == "raised"
    assert "step" in found.message


@pytest.mark.parametrize("base", ["subclass", "inside"])
def test_a_class_of_the_library_is_no_answer(base: str) -> None:
    import torch

    class Ours(torch.optim.SGD):
        pass

    class Wraps:
        def __init__(self, lr: float, momentum: float) -> None:
            self.inner = torch.optim.SGD([torch.nn.Parameter(torch.zeros(3))], lr=lr, momentum=momentum)

        def step(self, param: Any, grad: Any) -> Any:
            return param

    found = verdict(problem(library_calls=("torch.optim.SGD",)), Ours if base == "subclass" else Wraps, backend="numpy")
    assert found.kind == "library"
    assert torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1).param_groups  # put back as it was


# Iterators


def batches(x: Any, size: int) -> Any:
    for start in range(0, len(x), size):
        yield x[start : start + size]


def one_buffer(x: Any, size: int) -> Any:
    buffer = np.empty(size)
    for start in range(0, len(x), size):
        part = x[start : start + size]
        buffer[: len(part)] = part
        yield buffer[: len(part)]


def without_the_last(x: Any, size: int) -> Any:
    for start in range(0, len(x) // size * size, size):
        yield x[start : start + size]


def endless(x: Any, size: int) -> Any:
    while True:
        yield x[:size]


def iterating() -> Problem:
    stub = 'def batches(x, size):\n    """Yield parts."""\n    ...\n'
    probe = Probe("7 in threes", "", lambda rng: [Call((rng.normal(size=7), 3), drain=20)])
    mistake = Mistake("drops", without_the_last, without_the_last, "It drops the last part.", "")
    return problem(id="02.batches", stub=stub, reference=batches, probes=(probe,), mistakes=(mistake,))


def test_an_iterator_is_drained_and_compared_item_by_item() -> None:
    assert verdict(iterating(), batches).passed
    assert verdict(iterating(), lambda x, size: list(batches(x, size))).passed
    assert verdict(iterating(), without_the_last).mistake_id == "drops"


def test_items_are_taken_as_they_are_when_they_come() -> None:
    assert verdict(iterating(), one_buffer).passed


def test_an_iterator_without_end_is_stopped() -> None:
    found = verdict(iterating(), endless)
    assert (found.kind, found.passed) == ("type", False)
    assert "a list of 21 values" in found.message


def test_one_array_where_an_iterator_is_asked_is_refused() -> None:
    assert verdict(iterating(), lambda x, size: x).kind in ("type", "input returned")


# Actors and objects that steps share


def slope_at(f: Any, x: Any) -> Any:
    h = 1e-5
    grad = np.zeros_like(x)
    for i in range(len(x)):
        step = np.zeros_like(x)
        step[i] = h
        grad[i] = (f(x + step) - f(x - step)) / (2 * h)
    return grad


def one_sided(f: Any, x: Any) -> Any:
    h = 1e-5
    return np.array([(f(x + h * row) - f(x)) / h for row in np.eye(len(x))])


def test_a_callable_is_handed_over_by_name() -> None:
    probe = Probe("a cubic", "", lambda rng: (Actor("cubic"), rng.normal(size=3)))
    stub = 'def slope_at(f, x):\n    """Slope."""\n    ...\n'
    mistake = Mistake("one-sided", one_sided, one_sided, "It goes to one side only.", "")
    made = problem(id="06.slope_at", stub=stub, reference=slope_at, probes=(probe,), mistakes=(mistake,), rtol=1e-7, atol=1e-8)
    assert verdict(made, slope_at).passed
    found = verdict(made, one_sided)
    assert found.mistake_id == "one-sided"
    assert "f cubic" in found.message


def test_steps_share_what_was_made_and_an_answer_starts_anew_each_time() -> None:
    class Counter:
        count = 0

        def add(self, by: int) -> int:
            self.count += by
            return self.count

    steps = [New("counter"), Call((Ref("counter"),), into="same"), Call((2,), on="counter", method="add"), Get("same", "count")]

    def answer(*inputs: Any) -> Any:
        return inputs[0] if inputs else Counter()

    for _ in range(2):
        outcomes = observe(answer, steps).outcomes
        assert [getattr(outcome.value, "shape", None) for outcome in outcomes[2:]] == [(), ()]
        assert [int(outcome.value) for outcome in outcomes[2:]] == [2, 2]


def test_an_actor_is_new_for_every_run() -> None:
    seen = []
    steps = [Make("f", Actor("cubic")), Call((Ref("f"), Ref("f"))), Call((Ref("f"), Actor("cubic")))]
    observe(lambda one, other: seen.append((one, other)), steps)
    observe(lambda one, other: seen.append((one, other)), steps)
    assert seen[0][0] is seen[0][1] is seen[1][0]
    assert seen[1][1] is not seen[1][0]
    assert seen[2][0] is not seen[0][0]


# Words


def test_a_long_script_is_shown_by_its_beginning_and_its_end() -> None:
    lines = script_lines(problem(), four_steps(np.random.default_rng(0)) * 3, 9)
    assert lines[0] == "optimizer = Momentum(lr=0.1, momentum=0.9)"
    assert lines[1] == "…"
    assert len(lines) == 5
    assert script_lines(problem(), four_steps(np.random.default_rng(0)), 4)[1].startswith("optimizer.step(param=[")


@pytest.mark.parametrize(("count", "word"), [(1, "first"), (2, "second"), (8, "eighth"), (9, "9th")])
def test_ordinals(count: int, word: str) -> None:
    assert ordinal(count) == word


def test_an_actor_that_is_made_of_earlier_ones_says_so() -> None:
    steps = [Make("x", Actor("leaf", (3.0,))), Make("x*x", Actor("product", (Ref("x"), Ref("x"))))]
    assert script_lines(problem(), steps, 1) == ["x = leaf", "x*x = product(x, x)"]
