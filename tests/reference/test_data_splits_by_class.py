"""stratified_indices and grouped_indices of both trees: shares of classes are kept, groups stay together, nothing is lost."""

import itertools
from typing import Any

import hypothesis
import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st

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


def test_what_is_left_of_classes_goes_to_the_parts_in_turn() -> None:
    # halves of 3 are 1.5: up and down, then down and up; of 5 in fifths nothing is left
    assert class_sizes(["a", "b", "c"], [3, 3, 3], (0.5, 0.5)) == [[2, 1], [1, 2], [2, 1]]
    assert class_sizes(["a"], [5], (0.4, 0.6)) == [[2, 3]]


def test_a_class_is_in_every_part_before_it_is_rounded() -> None:
    # shares 1.5 and 0.5: the one left goes where there is none
    assert class_sizes(["a"], [2], (0.75, 0.25)) == [[1, 1]]
    # shares 4, 0.5, 0.5: one is left for two empty parts
    with pytest.raises(ValueError, match=r"^class a: 5 examples are too few .* sizes \[4, 1, 0\]. Join it with another class"):
        class_sizes(["a"], [5], (0.8, 0.1, 0.1))


@settings(max_examples=300, deadline=None, derandomize=True)
@hypothesis.given(st.lists(st.integers(20, 300), min_size=1, max_size=40), st.lists(st.integers(1, 20), min_size=1, max_size=5))
def test_each_class_has_its_share_and_the_parts_their_sizes(counts: list[int], weights: list[int]) -> None:
    fractions = [weight / sum(weights) for weight in weights]
    hypothesis.assume(min(fractions) * min(counts) >= 1)
    rows = np.array(class_sizes([str(name) for name in range(len(counts))], counts, fractions))
    assert rows.sum(axis=1).tolist() == counts
    assert np.abs(rows - np.outer(counts, fractions)).max() < 1 + 1e-9
    total = rows.sum(axis=0)
    if len(weights) <= 2:
        assert np.abs(total - sum(counts) * np.array(fractions)).max() <= 0.5 + 1e-9
    assert np.abs(total - sum(counts) * np.array(fractions)).max() < 2


@both
def test_many_small_classes_do_not_make_one_part_larger(lk: Any) -> None:
    # 50 classes of 3 in halves: each by itself would give 2 to the first part, 100 and 50 in all
    train, test = parts_of(lk, "stratified_indices", np.repeat(np.arange(50), 3), (0.5, 0.5))
    assert (len(train), len(test)) == (75, 75)


@both
def test_parts_have_the_sizes_of_scikit_learn(lk: Any) -> None:
    from sklearn.model_selection import StratifiedShuffleSplit

    for seed in range(5):
        targets = np.random.default_rng(seed).integers(7, size=160)
        theirs = next(StratifiedShuffleSplit(1, test_size=0.25, random_state=seed).split(targets, targets))
        ours = parts_of(lk, "stratified_indices", targets, (0.75, 0.25))
        assert [len(part) for part in ours] == [len(part) for part in theirs]


@both
def test_the_seed_moves_only_groups_of_equal_size(lk: Any) -> None:
    groups = np.repeat(np.arange(6), [10, 8, 7, 5, 3, 2])
    found = {tuple(sorted(set(groups[parts_of(lk, "grouped_indices", groups, (0.7, 0.3), seed=seed)[1]]))) for seed in range(10)}
    assert len(found) == 1


@both
def test_groups_are_nearer_to_the_fractions_than_those_of_scikit_learn(lk: Any) -> None:
    from sklearn.model_selection import GroupShuffleSplit

    off = {"ours": 0.0, "theirs": 0.0}
    for seed in range(20):
        groups = np.repeat(np.arange(12), np.random.default_rng(seed).integers(1, 40, size=12))
        _, theirs = next(GroupShuffleSplit(1, test_size=0.25, random_state=seed).split(groups, groups=groups))
        train, test = parts_of(lk, "grouped_indices", groups, (0.75, 0.25), seed=seed)
        assert not set(groups[train]) & set(groups[test])
        off["ours"] += abs(len(test) / len(groups) - 0.25)
        off["theirs"] += abs(len(theirs) / len(groups) - 0.25)
    assert off["ours"] < off["theirs"] / 3


@both
def test_what_does_not_fit_is_refused(lk: Any) -> None:
    cases = [
        ("stratified_indices", [0, 1, 0, 1], (0.5, 0.4), "add up to 0.9"),
        ("stratified_indices", [], (0.5, 0.5), "at least one example"),
        ("stratified_indices", [0.0, 1.0, float("nan")], (0.5, 0.5), "targets must hold a class for each example; got NaN"),
        ("grouped_indices", [0.0, 1.0, float("nan")], (0.5, 0.5), "groups must hold a group for each example; got NaN"),
        ("grouped_indices", [], (0.5, 0.5), "at least one example"),
        ("grouped_indices", [3, 3, 3], (0.5, 0.5), "1 groups are too few for 2 parts"),
        ("grouped_indices", [1, 2, 3], (0.5, 0.6), "add up to 1.1"),
    ]
    for name, values, fractions, text in cases:
        with pytest.raises(ValueError, match=text):
            parts_of(lk, name, values, fractions)
