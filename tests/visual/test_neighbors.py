"""The explorer of lesson 13: neighbors change an answer, and the tasks are reached by looking."""

import numpy as np
import pytest

from learnkit.visual import explore_neighbors


def scores_of(kind: str, mode: str, size: int, draw: int) -> np.ndarray:
    scores = np.arange(10.0)
    if kind == "batch normalization" and mode == "training":
        scores[draw % 10] += 20 / size
    return scores


def test_it_begins_in_training_with_batch_normalization_and_says_what_changes() -> None:
    explorer = explore_neighbors(scores_of, target=3)
    assert explorer.values == {"kind": "batch normalization", "mode": "training", "size": 16, "neighbors": 0}
    assert explorer.data_table["largest change from evaluation"] == pytest.approx(1.25)
    assert explorer.data_table["says"] == 9
    assert "at most 1.25 from those in evaluation" in explorer.summary


def test_a_changed_answer_and_powerless_neighbors_are_reached() -> None:
    explorer = explore_neighbors(scores_of, target=3)
    changed, frozen = explorer.tasks
    assert not changed.reached
    assert not frozen.reached
    explorer.set(mode="evaluation")
    assert not changed.reached
    assert not frozen.reached
    explorer.set(mode="training", size=2)
    assert explorer.data_table["says"] == 0
    assert changed.reached
    assert changed.answer("in small batches").startswith("Done")
    explorer.set(kind="layer normalization")
    assert frozen.reached
    assert frozen.answer("layer normalization uses the numbers of one image only").startswith("Done")
