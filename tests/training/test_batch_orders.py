"""Batches: orders that follow from seed and epoch alone, epochs begun in the middle, and what is refused; on both trees."""

from typing import Any

import numpy as np
import pytest

from learnkit import reference
from learnkit.training.batch_orders import epoch_seed


@pytest.fixture(params=["reference", "pytorch"])
def lk(request: pytest.FixtureRequest) -> Any:
    if request.param == "pytorch":
        pytest.importorskip("torch")
        from learnkit import pytorch

        return pytorch
    return reference


def make(lk: Any, rows: int = 23, **options: Any) -> Any:
    """Target i belongs to the row (10 i, 10 i + 1)."""
    inputs = 10 * np.arange(rows)[:, None] + np.array([0, 1])
    return lk.Batches(lk.tensor(inputs), lk.tensor(np.arange(rows)), **{"batch_size": 4, "seed": 0, **options})


def order(batches: Any, epoch: int = 0, start: int = 0) -> list[list[int]]:
    return [targets.tolist() for _, targets in batches.epoch(epoch, start)]


def flat(order: list[list[int]]) -> list[int]:
    return [row for batch in order for row in batch]


def test_every_row_comes_once_beside_its_target(lk: Any) -> None:
    for epoch in range(3):
        seen = list(make(lk).epoch(epoch))
        assert sorted(flat([targets.tolist() for _, targets in seen])) == list(range(23))
        for inputs, targets in seen:
            assert inputs.tolist() == [[10 * row, 10 * row + 1] for row in targets.tolist()]


def test_the_length_is_the_number_of_batches(lk: Any) -> None:
    for rows, options in [(23, {}), (24, {}), (23, {"drop_last": True}), (1, {}), (24, {"drop_last": True})]:
        batches = make(lk, rows, **options)
        assert len(batches) == len(order(batches))
    assert [len(batch) for batch in order(make(lk, 23))] == [4, 4, 4, 4, 4, 3]
    assert [len(batch) for batch in order(make(lk, 23, drop_last=True))] == [4] * 5


@pytest.mark.worked_example("Batches")
def test_five_rows_in_batches_of_two(lk: Any) -> None:
    # 5 = 2 + 2 + 1: three batches, and two where a smaller last one is left out; row i is (10 i, 10 i + 1)
    batches = make(lk, 5, batch_size=2)
    assert isinstance(batches, lk.Batches)
    assert len(batches) == 3
    assert len(make(lk, 5, batch_size=2, drop_last=True)) == 2
    assert sorted(row for inputs, _ in batches.epoch(0) for row in inputs.tolist()) == [[0, 1], [10, 11], [20, 21], [30, 31], [40, 41]]


def test_the_same_seed_and_epoch_give_the_same_order_whatever_came_before(lk: Any) -> None:
    batches = make(lk)
    later = order(batches, 7)
    order(batches, 0)
    assert order(batches, 7) == later == order(make(lk), 7)


def test_each_epoch_and_each_seed_has_an_order_of_its_own(lk: Any) -> None:
    # two of 36 orders of 23 rows are equal by chance with probability 630 / 23! < 1e-19
    orders = [tuple(flat(order(make(lk, seed=seed), epoch))) for seed in range(6) for epoch in range(6)]
    assert len(set(orders)) == 36


def test_an_epoch_begun_in_the_middle_goes_on_with_the_batches_that_are_left(lk: Any) -> None:
    batches = make(lk)
    for start in range(len(batches) + 1):
        assert order(batches, 3, start) == order(batches, 3)[start:]


def test_the_order_of_the_rows_does_not_depend_on_the_batch_size(lk: Any) -> None:
    assert flat(order(make(lk, batch_size=4), 2)) == flat(order(make(lk, batch_size=7), 2))


def test_without_shuffling_rows_come_in_their_order(lk: Any) -> None:
    assert flat(order(make(lk, shuffle=False, seed=None), 5)) == list(range(23))


def test_every_row_is_as_likely_in_every_place(lk: Any) -> None:
    # 3000 epochs of 5 rows: 25 counts of mean 600 and variance 480. χ² of 16 degrees is above 48 in one of 20,000 seeds; the seed is fixed
    counts = np.zeros((5, 5))
    batches = make(lk, 5, batch_size=5, seed=1)
    for epoch in range(3000):
        counts[np.arange(5), flat(order(batches, epoch))] += 1
    assert ((counts - 600) ** 2 / 600).sum() < 48


def test_the_settings_say_what_the_orders_follow_from(lk: Any) -> None:
    assert make(lk).settings == {"rows": 23, "batch_size": 4, "seed": 0, "shuffle": True, "drop_last": False}


def test_the_global_generator_is_left_alone() -> None:
    torch = pytest.importorskip("torch")
    from learnkit import pytorch

    before = torch.get_rng_state()
    order(make(pytorch))
    assert torch.equal(torch.get_rng_state(), before)


def test_seeds_are_mixed_in_all_their_bits() -> None:
    # PyTorch's generator on a CPU reads 32 bits of a seed. 1000 of them are all different but for a chance of 1e6 / 2 / 2^32 = 1e-4
    assert len({epoch_seed(seed, epoch) % 2**32 for seed in range(10) for epoch in range(100)}) == 1000
    assert all(0 <= epoch_seed(seed, 0) < 2**63 for seed in (0, 2**32, 2**64, 10**30))


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"seed": None}, ValueError, r"shuffle=True draws an order: pass seed=…, or shuffle=False\."),
        ({"seed": -1}, ValueError, "seed must be at least 0; got -1"),
        ({"seed": 0.5}, TypeError, "seed must be a whole number; got 0.5"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1; got 0"),
        ({"batch_size": 2.5}, TypeError, "batch_size must be a whole number; got 2.5"),
        ({"rows": 0}, ValueError, "inputs and targets must have the same number of rows, at least 1; got 0 and 0"),
        ({"rows": 3, "drop_last": True}, ValueError, "drop_last leaves nothing of 3 rows in batches of 4"),
    ],
)
def test_what_makes_no_batches_is_refused(lk: Any, options: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^{message}"):
        make(lk, **options)


@pytest.mark.parametrize(("epoch", "start"), [(-1, 0), (0, -1), (0, 7)])
def test_an_epoch_or_a_start_that_is_none_is_refused_at_the_call(lk: Any, epoch: int, start: int) -> None:
    with pytest.raises(ValueError, match=r"^(epoch|start) must be"):
        make(lk).epoch(epoch, start)


def test_batches_must_be_asked_for_an_epoch(lk: Any) -> None:
    with pytest.raises(TypeError, match="not iterable"):
        list(make(lk))
