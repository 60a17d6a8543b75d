"""Your neighbors decide: the scores of one image, as the other images of its batch change. "
"`explore_neighbors` is the explorer of lesson 13."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from learnkit.visual.canvas import LessonFigure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.explorers import Explorer, explore
from learnkit.visual.inputs import as_vector, number
from learnkit.visual.scores import draw_scores
from learnkit.visual.tasks import Task

KINDS = ("batch normalization", "layer normalization")
MODES = ("training", "evaluation")
SIZES = (2, 4, 8, 16, 32, 64)
DRAWS = 20


def explore_neighbors(scores_of: Callable[[str, str, int, int], ArrayLike], *, target: int) -> Explorer:
    """Explore what the other images of a batch do to one image: the layer, the mode, the batch size, and which neighbors.

    Parameters
    ----------
    scores_of : (kind, mode, batch size, draw) -> the ten scores of the image
        Kind is one of `KINDS`, mode one of `MODES`; the draw, from 0 on, says which neighbors.
    target : int
        What the image shows.

    Returns
    -------
    Explorer
        Of `draw_scores`, with the settings kind, mode, size and draw. Its figure's `data_table` also has what the network says, and how
        far the largest change of a score is from evaluation.
    """

    def draw(kind: str, mode: str, size: int, neighbors: int) -> LessonFigure:
        scores = as_vector("scores", scores_of(kind, mode, size, neighbors))
        still = as_vector("scores", scores_of(kind, "evaluation", size, neighbors))
        figure = draw_scores(scores, target=target, title=f"{kind}, {mode}, a batch of {size}")
        figure.data_table |= {
            "kind": kind,
            "mode": mode,
            "batch size": size,
            "says": int(scores.argmax()),
            "says in evaluation": int(still.argmax()),
            "largest change from evaluation": float(np.abs(scores - still).max()),
        }
        return figure

    controls: dict[str, Slider | Choice] = {
        "kind": Choice("layer", KINDS[0], {kind: kind for kind in KINDS}),
        "mode": Choice("mode", MODES[0], {mode: mode for mode in MODES}),
        "size": Choice("images in the batch", 16, {str(size): size for size in SIZES}),
        "neighbors": Slider("which neighbors", 0, low=0, high=DRAWS - 1, step=1),
    }
    return explore(draw, controls, title="Your neighbors decide", tasks=(_CHANGED, _FROZEN), summarize=_in_words, row="class")


def _in_words(table: Mapping[str, Any]) -> str:
    return (
        f"{table['kind']}, {table['mode']}, a batch of {table['batch size']}: the network says {table['says']}; its scores are at most "
        f"{number(table['largest change from evaluation'], 3)} from those in evaluation."
    )


_CHANGED = Task(
    goal="Make the network change its answer, without touching the image.",
    is_reached=lambda table: bool(table["says"] != table["says in evaluation"]),
    question="Where did you find other answers most often?",
    replies={
        "in small batches": "There mean and variance rest on few images, and each neighbor weighs a lot.",
        "in large batches": "There a neighbor is one of many, and the statistics hardly move. Compare 2 with 64.",
        "equally often in all": "Go through the neighbors at 2 and at 64, and count.",
    },
    right="in small batches",
)
_FROZEN = Task(
    goal="In training mode, make the neighbors powerless: no score differs from evaluation.",
    is_reached=lambda table: bool(table["mode"] == "training" and table["largest change from evaluation"] < 1e-9),
    question="Why do they not matter there?",
    replies={
        "layer normalization uses the numbers of one image only": "Mean and variance run along the features of the image itself.",
        "layer normalization remembers running statistics": "It remembers nothing: there are no running statistics to look up.",
        "the batch is large enough": "Try a batch of 2 with the same layer: still no change.",
    },
    right="layer normalization uses the numbers of one image only",
)
