"""The figure of a run on wrong labels counts what it draws, and its explorer's tasks are reached by looking."""

import numpy as np
import pytest

from learnkit.visual import draw_memorizing, explore_memorizing

IMAGES = np.zeros((4, 64))
TRUE, GIVEN = np.array([0, 1, 2, 3]), np.array([5, 6, 7, 8])
# epoch 1: two true, one wrong label, one neither; epoch 2: all true; epoch 3: all wrong labels
RUN = {"said": [[0, 1, 7, 9], [0, 1, 2, 3], [5, 6, 7, 8]], "validation": [0.3, 0.6, 0.4], "test": [0.3, 0.9, 0.5]}


def test_the_shares_are_those_of_all_mislabeled_images() -> None:
    table = draw_memorizing(RUN, IMAGES, TRUE, GIVEN, epoch=1).data_table
    assert (table["its true class"], table["its wrong label"], table["neither"]) == (0.5, 0.25, 0.25)
    assert (table["validation accuracy"], table["highest validation accuracy"]) == (0.3, 0.6)


def test_the_test_accuracy_is_in_no_part_of_the_figure_until_it_is_asked_for() -> None:
    hidden = draw_memorizing(RUN, IMAGES, TRUE, GIVEN, epoch=2)
    assert "test accuracy" not in hidden.data_table
    assert "0.9" not in hidden.alt_text
    shown = draw_memorizing(RUN, IMAGES, TRUE, GIVEN, epoch=2, show_test=True)
    assert shown.data_table["test accuracy"] == 0.9
    assert "Test accuracy 0.9." in shown.alt_text


@pytest.mark.parametrize("epoch", [0, 4])
def test_an_epoch_that_is_not_there_is_refused(epoch: int) -> None:
    with pytest.raises(ValueError, match=f"epoch must be 1 to 3; got {epoch}"):
        draw_memorizing(RUN, IMAGES, TRUE, GIVEN, epoch=epoch)


def test_parts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="said must be"):
        draw_memorizing({"said": [[0, 1]], "validation": [0.3], "test": [0.3]}, IMAGES, TRUE, GIVEN, epoch=1)


def test_stopping_in_time_is_reached_with_the_test_hidden_only() -> None:
    explorer = explore_memorizing({"none": RUN, "other": RUN}, IMAGES, TRUE, GIVEN)
    stop, memorize = explorer.tasks
    explorer.set(epoch=2, show_test=True)
    assert not stop.reached
    explorer.set(show_test=False, run="other")
    assert not stop.reached
    explorer.set(run="none")
    assert stop.reached
    assert stop.answer("their true class").startswith("Done")
    assert memorize.reached  # the explorer begins at the last epoch
    assert memorize.answer("the validation accuracy").startswith("Done")
