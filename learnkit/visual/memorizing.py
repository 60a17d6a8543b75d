"""A network on labels of which many are wrong: what it says of the mislabeled images, epoch by epoch, beside its accuracy.

`draw_memorizing` draws one epoch of a run, `explore_memorizing` lets the learner scrub through the epochs of several.
"""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike, NDArray

from learnkit.visual.canvas import SMALL, LessonFigure, add_title, course_style, finish, new_figure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import Floats, as_floats, number
from learnkit.visual.palettes import INK, OTHER_LOOKS, PAPER, SOFT_INK
from learnkit.visual.tasks import Task

COLUMNS, ROWS = 6, 4
NAMES = ("its true class", "its wrong label", "neither")
MARKS = ("✓", "✗", "·")


def draw_memorizing(
    run: Mapping[str, ArrayLike], images: ArrayLike, true: ArrayLike, given: ArrayLike, *, epoch: int, show_test: bool = False
) -> LessonFigure:
    """Draw one epoch of a run: 24 mislabeled images with what the network says of them, and the curves with this epoch marked.

    Parameters
    ----------
    run : mapping with "said", (epochs, M) classes that the network says of M mislabeled images, and two accuracies, (epochs,) each:
        "validation", on labels as noisy as those of the training set, and "test", on right labels
    images : (M, 64), gray values from 0 to 1; the first 24 are drawn, all are counted
    true, given : (M,) the true class of each, and the wrong label that it has
    epoch : int
        From 1 to the number of epochs.
    show_test : bool
        Whether the accuracy on right labels is drawn too.

    Returns
    -------
    LessonFigure
        Its `data_table` has the epoch, the shares of the M images that are said to be their true class, their wrong label and neither,
        the validation accuracy, and with `show_test` the test accuracy.

    Raises
    ------
    ValueError
        If the parts of the run do not fit, or there is no such epoch.
    """
    said, validation, test = np.asarray(run["said"]), as_floats("validation", run["validation"]), as_floats("test", run["test"])
    pictures, right, wrong = as_floats("images", images), np.asarray(true), np.asarray(given)
    epochs, count = said.shape if said.ndim == 2 else (0, 0)
    if count == 0 or not validation.shape == test.shape == (epochs,) or pictures.shape != (count, 64) or right.shape != wrong.shape:
        shapes = [np.shape(part) for part in (said, validation, test, pictures, right, wrong)]
        raise ValueError(f"said must be (epochs, M), the accuracies (epochs,), images (M, 64), the classes (M,); got {shapes}.")
    if not 1 <= epoch <= epochs:
        raise ValueError(f"epoch must be 1 to {epochs}; got {epoch}.")
    now = said[epoch - 1]
    kinds = np.where(now == right, 0, np.where(now == wrong, 1, 2))
    shares = [float((kinds == kind).mean()) for kind in range(3)]
    lines = {
        "validation accuracy": validation,
        NAMES[0]: (said == right).mean(axis=1),
        NAMES[1]: (said == wrong).mean(axis=1),
        **({"test accuracy": test} if show_test else {}),
    }
    with course_style():
        figure = new_figure(3.6)
        left, axes = figure.subplots(1, 2, width_ratios=(1.0, 1.25))
        _thumbnails(left, pictures, now, kinds)
        _curves(axes, lines, epoch)
        add_title(figure, f"epoch {epoch}: of {count} mislabeled digits")
        parts = ", ".join(f"{number(share, 2)} {name}" for share, name in zip(shares, NAMES, strict=True))
        ends = f" Test accuracy {number(test[epoch - 1], 3)}." if show_test else ""
        text = (
            f"Epoch {epoch} of {epochs}. Shares of {count} mislabeled digits that the network says to be {parts}. "
            f"Validation accuracy {number(validation[epoch - 1], 3)}, highest {number(validation.max(), 3)} at epoch "
            f"{int(validation.argmax()) + 1}.{ends}"
        )
        table = {
            "epoch": epoch,
            **dict(zip(NAMES, shares, strict=True)),
            "validation accuracy": float(validation[epoch - 1]),
            "highest validation accuracy": float(validation.max()),
        }
        if show_test:
            table["test accuracy"] = float(test[epoch - 1])
        return finish(figure, alt_text=text, data_table=table)


def _thumbnails(axes: Axes, pictures: Floats, said: NDArray[np.integer], kinds: NDArray[np.integer]) -> None:
    """Draw up to 24 digits, each with what is said of it and a mark that does without color."""
    for place in range(min(len(pictures), ROWS * COLUMNS)):
        x, y = place % COLUMNS, place // COLUMNS
        axes.imshow(pictures[place].reshape(8, 8), cmap="gray_r", vmin=0, vmax=1, extent=(x + 0.1, x + 0.9, y + 0.72, y + 0.06))
        kind = int(kinds[place])
        color = OTHER_LOOKS[kind + 1].color if kind < 2 else SOFT_INK  # as the two curves
        axes.add_patch(Rectangle((x + 0.06, y + 0.02), 0.88, 0.74, fill=False, edgecolor=color, linewidth=3.0 if kind == 1 else 1.2))
        axes.text(x + 0.5, y + 0.87, f"{int(said[place])} {MARKS[kind]}", ha="center", va="center", fontsize=SMALL, color=INK)
    axes.set(xlim=(0, COLUMNS), ylim=(ROWS, 0), xlabel=f"{MARKS[0]} {NAMES[0]}   {MARKS[1]} {NAMES[1]}\n{MARKS[2]} {NAMES[2]}")
    axes.set_facecolor(PAPER)
    axes.grid(False)
    axes.set_xticks([])
    axes.yaxis.set_visible(False)
    axes.set_aspect("auto")


def _curves(axes: Axes, lines: Mapping[str, Floats], epoch: int) -> None:
    x = np.arange(1, len(next(iter(lines.values()))) + 1)
    for (name, values), look in zip(lines.items(), (*OTHER_LOOKS, *OTHER_LOOKS), strict=False):
        axes.plot(x, values, color=look.color, linestyle=look.linestyle, label=name)
    axes.axvline(epoch, color=SOFT_INK, linewidth=1.2)
    axes.set(xlabel="epoch", ylabel="share", ylim=(-0.03, 1.03), xlim=(0, len(x) + 1))
    axes.legend(fontsize=SMALL, loc="upper center", bbox_to_anchor=(0.5, 1.28), ncols=2, frameon=False)


def explore_memorizing(runs: Mapping[str, Mapping[str, ArrayLike]], images: ArrayLike, true: ArrayLike, given: ArrayLike) -> Explorer:
    """Explore how networks learn first and memorize later: a run to choose and an epoch to stop at, with two tasks.

    Parameters
    ----------
    runs : dict of name to such a run
        All of one length; the first is the one without regularization.
    images, true, given : as in `draw_memorizing`

    Returns
    -------
    Explorer
        Of `draw_memorizing`, with the settings run, epoch and show_test.
    """
    last = len(np.asarray(next(iter(runs.values()))["validation"]))

    def draw(run: str, epoch: int, show_test: bool) -> LessonFigure:
        figure = draw_memorizing(runs[run], images, true, given, epoch=epoch, show_test=show_test)
        figure.data_table["run"] = run
        return figure

    controls: dict[str, Slider | Choice] = {
        "run": Choice("regularization", next(iter(runs)), {name: name for name in runs}),
        "epoch": Slider("epoch", last, low=1, high=last, step=1),
        "show_test": Choice("accuracy on right labels", False, {"hidden": False, "shown": True}),
    }
    return explore(draw, controls, title="Learn, then memorize", tasks=(_stop_early(next(iter(runs))), _MEMORIZE), row="number")


def _stop_early(first: str) -> Task:
    return Task(
        goal="Without regularization, stop where the validation accuracy is within 0.02 of its highest; the test stays hidden.",
        is_reached=lambda table: bool(
            table["run"] == first
            and "test accuracy" not in table
            and table["validation accuracy"] >= table["highest validation accuracy"] - 0.02
        ),
        question="What does the network say there of most digits whose label is wrong?",
        replies={
            "their true class": (
                "It was never told. The other digits of that class taught it, and it has not yet had time to learn exceptions."
            ),
            "their wrong label": "That comes later. Count the marks at this epoch, and again at the last one.",
            "something else": "A few. Count the marks: one of the three is in clear majority.",
        },
        right="their true class",
    )


_MEMORIZE = Task(
    goal="Find an epoch and a run in which more than nine tenths of the wrong labels are memorized.",
    is_reached=lambda table: bool(table[NAMES[1]] > 0.9),
    question="Which curve tells you, without any right label, that this has happened?",
    replies={
        "the training accuracy": "It only rises: for the training labels, memorizing is success.",
        "the validation accuracy": (
            "It has passed its highest point and falls, though its labels are as noisy as those of the training set."
        ),
        "none: one needs right labels": "Look again: the validation labels are noisy too, and their curve has a highest point.",
    },
    right="the validation accuracy",
)
