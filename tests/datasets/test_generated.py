"""Drawn classes: their geometry without noise, the distribution of their noise, and what is refused.

False alarms: a test by distribution fails a right implementation with a probability of at most 1e-6 over all seeds (bounds of five
standard errors, two-sided); with the seeds that are fixed here it never does.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sklearn.datasets import make_moons

from learnkit.datasets import blobs, moons, noisy_labels, rings, spirals, xor

PLANE: list[Callable[..., Any]] = [blobs, moons, spirals, rings, xor]


def generator(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def about(sample: Any, mean: float, std: float) -> None:
    """Fail unless the sample's mean and standard deviation are within five standard errors of those of a normal distribution."""
    sample = np.asarray(sample, dtype=np.float64)
    assert abs(sample.mean() - mean) < 5 * std / sample.size**0.5
    assert abs(sample.std() - std) < 5 * std / (2 * sample.size) ** 0.5


def test_the_comparison_with_a_distribution_can_fail() -> None:
    draw = generator().normal(size=10_000)
    about(draw, 0, 1)
    for wrong in (draw + 0.1, draw * 1.1):
        with pytest.raises(AssertionError):
            about(wrong, 0, 1)


# --- what all have in common --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("draw", PLANE)
def test_features_are_float32_in_the_plane_and_labels_int64(draw: Callable[..., Any]) -> None:
    features, labels = draw(7, rng=generator())
    assert (features.shape, features.dtype, labels.shape, labels.dtype) == ((7, 2), np.float32, (7,), np.int64)


@pytest.mark.parametrize("draw", PLANE)
def test_the_same_generator_gives_the_same_points_and_another_gives_others(draw: Callable[..., Any]) -> None:
    one, same, other = (draw(20, rng=generator(seed))[0] for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.parametrize("draw", PLANE)
def test_the_generator_goes_on(draw: Callable[..., Any]) -> None:
    rng = generator()
    assert (draw(20, rng=rng)[0] != draw(20, rng=rng)[0]).any()


@pytest.mark.parametrize("draw", PLANE)
def test_the_global_generator_is_neither_used_nor_moved(draw: Callable[..., Any]) -> None:
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    draw(20, rng=generator())
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize("draw", PLANE)
@pytest.mark.parametrize("n", [1, 2, 100, 101])
def test_classes_are_as_equal_in_number_as_they_can_be(draw: Callable[..., Any], n: int) -> None:
    counts = np.bincount(draw(n, rng=generator())[1], minlength=3 if draw in (blobs, spirals) else 2)
    assert counts.sum() == n
    assert counts.max() - counts.min() <= 1


@pytest.mark.parametrize("draw", PLANE)
def test_the_order_of_the_classes_is_mixed(draw: Callable[..., Any]) -> None:
    labels = draw(300, rng=generator())[1]
    # in order there would be at most 2 changes, in turn 299; mixed about half or two thirds of 299
    assert 100 < (labels[1:] != labels[:-1]).sum() < 250


@pytest.mark.parametrize("draw", PLANE)
@pytest.mark.parametrize("n", [0, -1])
def test_no_points_are_refused(draw: Callable[..., Any], n: int) -> None:
    with pytest.raises(ValueError, match=rf"^n must be at least 1; got {n}\.$"):
        draw(n, rng=generator())


@pytest.mark.parametrize(("draw", "name"), [(blobs, "spread"), *((draw, "noise") for draw in PLANE[1:])])
@pytest.mark.parametrize("value", [-0.1, float("nan")])
def test_noise_below_zero_is_refused_under_its_name(draw: Callable[..., Any], name: str, value: float) -> None:
    with pytest.raises(ValueError, match=rf"^{name} must be at least 0; got {value}\.$"):
        draw(5, **{name: value}, rng=generator())


# --- each one's geometry ------------------------------------------------------------------------------------------------------------------


def test_blobs_without_spread_are_their_centers() -> None:
    features, labels = blobs(9, centers=[(0, 1, 2), (5, 5, 5)], spread=0, rng=generator())
    np.testing.assert_array_equal(features, np.array([[0, 1, 2], [5, 5, 5]])[labels])


def test_blobs_are_normal_around_their_centers() -> None:
    centers = np.array([(-2.0, 0.0), (2.0, 0.0), (0.0, 3.0)])
    features, labels = blobs(60_000, spread=0.7, rng=generator())
    off = features - centers[labels]
    for sample in (off[:, 0], off[:, 1], off[labels == 2]):
        about(sample, 0, 0.7)
    # independent axes: a correlation of 60,000 pairs is within 5 / sqrt(60,000) of 0
    assert abs(np.corrcoef(off.T)[0, 1]) < 5 / 60_000**0.5


@pytest.mark.parametrize("centers", [(), (1.0, 2.0), [[]], [[[1.0]]]])
def test_centers_that_are_no_table_are_refused(centers: Any) -> None:
    with pytest.raises(ValueError, match=r"^centers must be \(C, D\), one row for each class; got shape "):
        blobs(5, centers=centers, rng=generator())


def test_moons_without_noise_are_two_half_circles() -> None:
    features, labels = moons(1000, noise=0, rng=generator())
    upper, lower = features[labels == 0], features[labels == 1]
    np.testing.assert_allclose(np.hypot(*upper.T), 1, atol=1e-6)
    assert upper[:, 1].min() > -1e-6
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1, atol=1e-6)
    assert lower[:, 1].max() < 0.5 + 1e-6


def test_moons_lie_on_those_of_scikit_learn() -> None:
    theirs, kinds = make_moons(20_001, noise=0.0)
    features, labels = moons(200, noise=0, rng=generator())
    for kind in (0, 1):
        gaps = np.linalg.norm(features[labels == kind][:, None] - theirs[kinds == kind][None], axis=2).min(axis=1)
        assert gaps.max() < np.pi / 10_000  # the distance of two of their neighbors


def test_moons_are_spread_evenly_along_the_half_circle() -> None:
    features, labels = moons(20_000, noise=0, rng=generator())
    angle = np.arctan2(*features[labels == 0].T[::-1])  # in [0, π]
    counts = np.histogram(angle, 10, (0, np.pi))[0]
    # 10,000 in ten bins: 1,000 each, a standard error of 30
    assert abs(counts - 1000).max() < 5 * (1000 * 0.9) ** 0.5


def test_the_places_on_the_half_circles_are_drawn_and_not_at_equal_distances() -> None:
    places = []
    for seed in (1, 2):
        features, labels = moons(50, noise=0, rng=generator(seed))
        # t of both classes: (cos t, sin t), and (1 - cos t, 1/2 - sin t)
        cosine = np.where(labels == 0, features[:, 0], 1 - features[:, 0])
        places.append(np.sort(np.arccos(np.clip(cosine, -1, 1))))
    assert abs(places[0] - places[1]).max() > 0.01
    # gaps of uniform places are exponential: their spread is near their mean, and that of equal ones is 0
    assert np.diff(places[0]).std() > 0.5 * np.diff(places[0]).mean()


def test_moons_have_the_noise_that_is_asked_for() -> None:
    features, _ = moons(20_000, noise=0.3, rng=generator(3))
    still, _ = moons(20_000, noise=0, rng=generator(3))
    about(features - still, 0, 0.3)


def test_no_line_separates_the_moons_well() -> None:
    features, labels = moons(2000, noise=0.1, rng=generator())
    ones = np.hstack([features, np.ones((2000, 1))])
    guess = ones @ np.linalg.lstsq(ones, labels, rcond=None)[0] > 0.5
    assert 0.8 < (guess == labels).mean() < 0.93


def test_spirals_without_noise_stand_at_the_angle_of_their_radius() -> None:
    features, labels = spirals(3000, num_classes=4, turns=0.5, noise=0, rng=generator())
    radius, angle = np.hypot(*features.T), np.arctan2(features[:, 1], features[:, 0])
    off = angle - 2 * np.pi * (labels / 4 + 0.5 * radius)
    # angles are equal up to whole turns, and near the origin float32 knows them badly
    np.testing.assert_allclose((np.exp(1j * off) - 1)[radius > 0.01], 0, atol=1e-4)


def test_the_radius_of_a_spiral_is_uniform() -> None:
    radius = np.hypot(*spirals(10_000, rng=generator())[0].T)
    assert radius.max() <= 1
    counts = np.histogram(radius, 10, (0, 1))[0]
    assert abs(counts - 1000).max() < 5 * (1000 * 0.9) ** 0.5


def test_the_noise_of_a_spiral_is_in_its_angle() -> None:
    noisy, _ = spirals(20_000, noise=0.2, rng=generator(4))
    still, _ = spirals(20_000, noise=0, rng=generator(4))
    np.testing.assert_allclose(np.hypot(*noisy.T), np.hypot(*still.T), rtol=1e-5)
    turned = (noisy[:, 0] + 1j * noisy[:, 1]) / (still[:, 0] + 1j * still[:, 1])
    about(np.angle(turned), 0, 0.2)


def test_an_arm_turned_by_a_third_is_the_next_arm() -> None:
    # a rotation by 120° takes the region of arm 0 to that of arm 1: the angles differ by 2π/3 at every radius
    features, labels = spirals(6000, noise=0, rng=generator())
    place = features[:, 0] + 1j * features[:, 1]
    offset = [np.angle((place / np.exp(2j * np.pi * 0.65 * abs(place)))[labels == c]) for c in range(3)]
    middle = [np.median(np.where(part < -0.5, part + 2 * np.pi, part)) for part in offset]
    np.testing.assert_allclose(np.diff(middle), 2 * np.pi / 3, atol=1e-3)


@pytest.mark.parametrize("draw", [spirals, rings])
def test_no_classes_are_refused(draw: Callable[..., Any]) -> None:
    with pytest.raises(ValueError, match=r"^num_classes must be at least 1; got 0\.$"):
        draw(5, num_classes=0, rng=generator())


def test_rings_without_noise_have_the_radius_of_their_class() -> None:
    features, labels = rings(600, num_classes=3, noise=0, rng=generator())
    np.testing.assert_allclose(np.hypot(*features.T), labels + 1, rtol=1e-6)
    assert set(labels.tolist()) == {0, 1, 2}


def test_rings_are_even_around_and_noisy_along_the_radius() -> None:
    features, labels = rings(20_000, noise=0.1, rng=generator())
    about(np.hypot(*features.T) - labels - 1, 0, 0.1)
    counts = np.histogram(np.arctan2(*features.T), 10, (-np.pi, np.pi))[0]
    assert abs(counts - 2000).max() < 5 * (2000 * 0.9) ** 0.5


def test_xor_without_noise_is_the_four_corners_and_their_exclusive_or() -> None:
    # (+1, +1) and (-1, -1) agree: 0. (+1, -1) and (-1, +1) differ: 1
    features, labels = xor(1000, noise=0, rng=generator())
    found = {(*map(float, corner), int(label)) for corner, label in zip(features, labels, strict=True)}
    assert found == {(1.0, 1.0, 0), (-1.0, -1.0, 0), (1.0, -1.0, 1), (-1.0, 1.0, 1)}


def test_the_four_corners_of_xor_are_equally_likely() -> None:
    features, _ = xor(40_000, noise=0, rng=generator())
    counts = np.unique(features, axis=0, return_counts=True)[1]
    # a class has 20,000 points at two corners: 10,000 each, a standard error of 71
    assert abs(counts - 10_000).max() < 5 * (20_000 * 0.25) ** 0.5


def test_xor_has_the_noise_that_is_asked_for() -> None:
    noisy, still = (xor(20_000, noise=noise, rng=generator(5))[0] for noise in (0.4, 0))
    about(noisy - still, 0, 0.4)


# --- wrong labels -------------------------------------------------------------------------------------------------------------------------


def test_a_share_of_p_times_nine_tenths_of_ten_classes_is_wrong() -> None:
    labels = np.arange(50_000) % 10
    wrong = (noisy_labels(labels, p=0.4, num_classes=10, rng=generator()) != labels).mean()
    # 0.4 · 0.9 = 0.36, standard error sqrt(0.36 · 0.64 / 50,000) = 0.00215
    assert abs(wrong - 0.36) < 5 * 0.00215


def test_wrong_labels_are_uniform_over_the_other_classes() -> None:
    noisy = noisy_labels(np.full(40_000, 2), p=1.0, num_classes=4, rng=generator())
    # 10,000 each, with the old one among them; standard error sqrt(40,000 · 1/4 · 3/4) = 87
    assert abs(np.bincount(noisy, minlength=4) - 10_000).max() < 5 * 87


def test_p_zero_changes_nothing() -> None:
    labels = np.arange(100) % 7
    np.testing.assert_array_equal(noisy_labels(labels, p=0.0, num_classes=7, rng=generator()), labels)


def test_the_given_labels_stay_as_they_are() -> None:
    labels = np.zeros(100, dtype=np.int64)
    noisy = noisy_labels(labels, p=1.0, num_classes=5, rng=generator())
    assert not labels.any()
    assert noisy.dtype == np.int64
    assert not np.shares_memory(noisy_labels(labels, p=0.0, num_classes=5, rng=generator()), labels)


def test_no_labels_give_no_labels() -> None:
    assert noisy_labels(np.zeros(0, dtype=int), p=0.5, num_classes=3, rng=generator()).shape == (0,)


@pytest.mark.parametrize(
    ("labels", "options", "kind", "message"),
    [
        ([0.0, 1.0], {}, TypeError, r"^labels must be integers; got float64\. Use labels\.astype\(int\) if they are whole\.$"),
        ([True, False], {}, TypeError, r"^labels must be integers; got bool"),
        ([0, 3], {}, ValueError, r"^labels must be \(N,\), each from 0 to 2; got shape \(2,\) and values from 0 to 3\.$"),
        ([0, -1], {}, ValueError, "values from -1 to 0"),
        ([[0], [1]], {}, ValueError, r"got shape \(2, 1\)"),
        ([0, 1], {"p": 1.5}, ValueError, r"^p must be a probability, from 0 to 1; got 1\.5\.$"),
        ([0, 1], {"p": -0.1}, ValueError, "got -0.1"),
        ([0, 1], {"p": float("nan")}, ValueError, "got nan"),
    ],
)
def test_labels_and_probabilities_that_are_none_are_refused(
    labels: list[Any], options: dict[str, float], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        noisy_labels(labels, **({"p": 0.5} | options), num_classes=3, rng=generator())
