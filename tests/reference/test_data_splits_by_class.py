"""stratified_indices and grouped_indices of both trees: shares of classes are kept, groups stay together, nothing is lost."""

import itertools
from typing import Any

import numpy as np
import pytest

from learnkit import pytorch, reference
from learnkit.training.splits import assign_groups, class_sizes

both = pytest.mark.parametrize("lk", [reference, pytorch], ids=["reference", "pytorch"])


def given(lk: Any, values: Any) -> Any:
    return np.asarray(values) if lk is reference else pytorch.tensor(values)


def parts_of(lk: Any, name: str, values: Any, fractions: tuple[float, ...], seed: int = 0) -> list[list[int]]:
    return [np.asarray(part).tolist() for part in getattr(lk, name)(given(lk, values), fractions, rng=lk.rng(seed))]


@pytest.mark.worked_example("stratified_indices")
@both
def test_each_class_is_cut_by_itself(lk: Any) -> None:
    # of 8 and 4 examples three quarters are 6 and 3
    targets = [0] * 8 + [1] * 4
    train, test = parts_of(lk, "stratified_indices", targets, (0.75, 0.25))
    assert sorted(train + test) == list(range(12))
    assert sorted(targets[i] for i in train) == [0] * 6 + [1] * 3
    assert sorted(targets[i] for i in test) == [0] * 2 + [1]


@both
def test_shares_agree_with_scikit_learn_to_half_an_example_a_class(lk: Any) -> None:
    from sklearn.model_selection import StratifiedShuffleSplit

    rng = np.random.default_rng(3)
    targets = rng.choice(4, size=203, p=[0.5, 0.3, 0.15, 0.05])
    _, theirs = next(StratifiedShuffleSplit(1, test_size=0.3, random_state=0).split(targets, targets))
    _, ours = parts_of(lk, "stratified_indices", targets, (0.7, 0.3))
    for value in range(4):
        assert abs((targets[ours] == value).sum() - (targets[theirs] == value).sum()) <= 1


@both
def test_what_is_drawn_depends_on_the_seed_and_not_on_the_order_of_classes_alone(lk: Any) -> None:
    targets = [0, 1] * 20
    first = parts_of(lk, "stratified_indices", targets, (0.5, 0.5))
    assert first == parts_of(lk, "stratified_indices", targets, (0.5, 0.5))
    assert first != parts_of(lk, "stratified_indices", targets, (0.5, 0.5), seed=1)
    assert [targets[i] for i in first[0]] != sorted(targets[i] for i in first[0])  # classes are mixed


@both
def test_a_class_that_is_too_small_is_named(lk: Any) -> None:
    with pytest.raises(ValueError, match="class 7: 1 examples are too few for fractions"):
        parts_of(lk, "stratified_indices", [0, 0, 0, 7], (0.5, 0.5))


@both
@pytest.mark.parametrize("fractions", [(0.6, 0.4), (0.5, 0.25, 0.25)])
def test_no_group_is_in_two_parts_and_sizes_are_near(lk: Any, fractions: tuple[float, ...]) -> None:
    groups = np.random.default_rng(0).integers(20, size=400)
    parts = parts_of(lk, "grouped_indices", groups, fractions)
    assert sorted(itertools.chain(*parts)) == list(range(400))
    for one, other in itertools.combinations(parts, 2):
        assert not set(groups[one]) & set(groups[other])
    largest = np.bincount(groups).max()
    for part, fraction in zip(parts, fractions, strict=True):
        assert abs(len(part) - 400 * fraction) <= largest


@pytest.mark.worked_example("grouped_indices")
@both
def test_groups_of_3_2_and_1_in_halves(lk: Any) -> None:
    # of 6 examples each part lacks 3: the group of 3 fills one, 2 + 1 the other
    groups = [7, 7, 7, 5, 5, 6]
    parts = parts_of(lk, "grouped_indices", groups, (0.5, 0.5))
    assert sorted(sorted(groups[i] for i in part) for part in parts) == [[5, 5, 6], [7, 7, 7]]


@both
def test_other_seeds_give_other_groups(lk: Any) -> None:
    groups = list(range(30))
    assert parts_of(lk, "grouped_indices", groups, (0.5, 0.5)) != parts_of(lk, "grouped_indices", groups, (0.5, 0.5), seed=1)


def test_the_largest_group_goes_where_most_is_lacking() -> None:
    # 10 examples, parts lack 6 and 4. The group of 5 to the first (1 left), 3 to the second (1 left), then 1 and 1, the first part first
    assert assign_groups([3, 1, 5, 1], (0.6, 0.4)) == [1, 0, 0, 1]


def test_no_part_stays_empty_even_if_one_group_is_huge() -> None:
    assert sorted(set(assign_groups([1000, 1, 1], (0.9, 0.05, 0.05)))) == [0, 1, 2]
    assert sorted(assign_groups([5, 5], (0.99, 0.01))) == [0, 1]


def test_sizes_of_a_class_are_rounded_by_the_largest_remainder() -> None:
    assert class_sizes("3", 7, (0.5, 0.5)) == [4, 3]


@both
def test_what_does_not_fit_is_refused(lk: Any) -> None:
    cases = [
        ("stratified_indices", [0, 1, 0, 1], (0.5, 0.4), "add up to 0.9"),
        ("stratified_indices", [], (0.5, 0.5), "at least one example"),
        ("grouped_indices", [], (0.5, 0.5), "at least one example"),
        ("grouped_indices", [3, 3, 3], (0.5, 0.5), "1 groups are too few for 2 parts"),
        ("grouped_indices", [1, 2, 3], (0.5, 0.6), "add up to 1.1"),
    ]
    for name, values, fractions, text in cases:
        with pytest.raises(ValueError, match=text):
            parts_of(lk, name, values, fractions)
