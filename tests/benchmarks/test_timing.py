"""The benchmarks compute what they say, with a clock that the test turns: no test here measures time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import timing


class Clock:
    """A clock that stands still but for what steps say they take."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def step(self, name: str, seen: list[str], *seconds: float) -> Callable[[], None]:
        """Return a step that takes the given times, one after the other, the last for ever."""
        times = list(seconds)

        def run() -> None:
            seen.append(name)
            self.now += times.pop(0) if len(times) > 1 else times[0]

        return run


def test_each_step_gets_its_own_median_in_microseconds() -> None:
    # of 2, 9, 4 seconds the median is 4; of 1, 1, 7 it is 1
    clock, seen = Clock(), list[str]()
    steps = clock.step("a", seen, 2.0, 9.0, 4.0), clock.step("b", seen, 1.0, 1.0, 7.0)
    assert timing.interleaved_medians(*steps, rounds=3, warm_up=0, clock=clock) == [4e6, 1e6]


def test_rounds_of_the_warm_up_do_not_count() -> None:
    # 100 and 100 are the warm-up; of 3, 5, 5 the median is 5
    clock, seen = Clock(), list[str]()
    assert timing.interleaved_medians(clock.step("a", seen, 100.0, 100.0, 3.0, 5.0), rounds=3, warm_up=2, clock=clock) == [5e6]
    assert len(seen) == 5


def test_every_round_begins_with_another_step() -> None:
    clock, seen = Clock(), list[str]()
    timing.interleaved_medians(*(clock.step(name, seen, 1.0) for name in "abc"), rounds=3, warm_up=1, clock=clock)
    assert "".join(seen) == "abcbcacababc"


def test_repeats_are_the_time_of_one_step() -> None:
    # a turn of four steps of 3 seconds takes 12, and one step 3
    clock, seen = Clock(), list[str]()
    steps = clock.step("a", seen, 3.0), clock.step("b", seen, 5.0)
    assert timing.interleaved_medians(*steps, rounds=2, warm_up=0, repeats=4, clock=clock) == [3e6, 5e6]
    assert "".join(seen) == "aaaabbbbbbbbaaaa"


def test_a_drift_of_the_machine_meets_all_steps_alike() -> None:
    # both take 1 second in the first three rounds and 2 in the others: neither seems faster
    clock, seen = Clock(), list[str]()
    one, other = (clock.step(name, seen, 1.0, 1.0, 1.0, 2.0) for name in "ab")
    first, second = timing.interleaved_medians(one, other, rounds=7, warm_up=0, clock=clock)
    assert first == second == 2e6


def test_the_operations_of_a_step_counted_by_hand() -> None:
    # batch 1, 2 -> 3 -> 1. Forward 2·(6 + 3) = 18, gradients of the weights 18, of the inputs of the second layer 2·3 = 6
    assert timing.mlp_step_operations((2, 3, 1), batch=1) == 42
    assert timing.mlp_step_operations((2, 3, 1), batch=64) == 64 * 42


def test_one_layer_needs_no_gradient_of_its_inputs() -> None:
    # 2 · 5 · 3 · 4 = 120, forward and for the weights
    assert timing.mlp_step_operations((3, 4), batch=5) == 240


def test_the_rate_of_a_product() -> None:
    # 2 · 10³ operations in 4 microseconds
    assert timing.product_rate(10, 4.0) == 500.0


@pytest.mark.parametrize(
    ("ours", "at_most", "verdict"), [(1.0, 0.5, "holds"), (1.0, 0.49, "missed"), (3.0, 0.5, "missed"), (9.0, None, "")]
)
def test_a_line_says_whether_it_keeps_its_figure(ours: float, at_most: float | None, verdict: str) -> None:
    line = timing.row("work", ours, 2.0, at_most)
    assert line.ratio == ours / 2
    assert line.verdict == verdict


def test_the_table_shows_every_line_and_marks_what_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    timing.print_table(
        "title", [timing.row("fast", 1.0, 2.0, 0.6), timing.row("slow", 3.0, 2.0, 1.2), timing.row("other", 3.0, 2.0)], ["note"]
    )
    shown: Any = capsys.readouterr().out.splitlines()
    lines = {word: next(line for line in shown if f" {word} " in line) for word in ("fast", "slow", "other")}
    assert ["holds" in lines["fast"], "missed" in lines["slow"]] == [True, True]
    assert not any(word in lines["other"] for word in ("holds", "missed"))
    assert shown[-1] == "note"


def test_what_is_stored_can_be_read_back(tmp_path: Path) -> None:
    timing.store(tmp_path / "results.json", {"processor": "one"}, [timing.row("work", 1.0, 2.0, 0.6)], ["note"])
    stored = json.loads((tmp_path / "results.json").read_text())
    assert stored["machine"] == {"processor": "one"}
    assert stored["rows"] == [{"work": "work", "ours": 1.0, "theirs": 2.0, "ratio": 0.5, "at_most": 0.6}]
    assert stored["notes"] == ["note"]


def test_the_processor_has_a_name() -> None:
    assert timing.processor()
