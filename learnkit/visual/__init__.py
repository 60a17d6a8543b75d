"""Figures as pure functions of plain inputs: the same input gives the same picture, byte for byte.

Each `draw_` function returns a matplotlib figure that also has `alt_text` (in words, what there is to see) and `data_table`
(the numbers that were drawn). `show` puts one into a notebook. A new figure is a function between `canvas.course_style` and
`canvas.finish`; an explorer is such a function with sliders on its arguments.
"""

from learnkit.visual.broadcasts import draw_broadcast, draw_shapes, explore_shapes
from learnkit.visual.canvas import LessonFigure
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.curves import draw_learning_curves, draw_lines
from learnkit.visual.explorers import Explorer, explore, explore_softmax
from learnkit.visual.gradients import draw_gradient_sizes
from learnkit.visual.histories import LivePlot, draw_history
from learnkit.visual.images import draw_digits
from learnkit.visual.log_probabilities import draw_log_probability
from learnkit.visual.memorizing import draw_memorizing, explore_memorizing
from learnkit.visual.neighbors import explore_neighbors
from learnkit.visual.scores import draw_scores, draw_softmax
from learnkit.visual.showing import show
from learnkit.visual.tasks import Task
from learnkit.visual.timings import draw_timings

__all__ = [
    "LessonFigure",
    "draw_shapes",
    "draw_broadcast",
    "draw_timings",
    "draw_digits",
    "draw_gradient_sizes",
    "draw_history",
    "draw_learning_curves",
    "draw_lines",
    "draw_log_probability",
    "draw_memorizing",
    "draw_scores",
    "draw_softmax",
    "LivePlot",
    "show",
    "Slider",
    "Choice",
    "Task",
    "Explorer",
    "explore",
    "explore_memorizing",
    "explore_neighbors",
    "explore_shapes",
    "explore_softmax",
]
