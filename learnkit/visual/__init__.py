"""Figures as pure functions of plain inputs: the same input gives the same picture, byte for byte.

Each `draw_` function returns a matplotlib figure that also has `alt_text` (in words, what there is to see) and `data_table`
(the numbers that were drawn). `show` puts one into a notebook. A new figure is a function between `canvas.course_style` and
`canvas.finish`; an explorer is such a function with sliders on its arguments.
"""

from learnkit.visual.back_passes import draw_back_pass, explore_back_pass
from learnkit.visual.broadcasts import draw_broadcast, draw_shapes, explore_shapes
from learnkit.visual.canvas import LessonFigure
from learnkit.visual.chains import draw_chain, draw_layer_histograms, draw_signal_sizes, explore_chain
from learnkit.visual.controls import Choice, Slider
from learnkit.visual.curves import draw_learning_curves, draw_lines
from learnkit.visual.descents import draw_steps, draw_surface
from learnkit.visual.explorers import Explorer, explore, explore_softmax
from learnkit.visual.fits import draw_fit
from learnkit.visual.folds import draw_areas, draw_folds, explore_folds, plane_grid
from learnkit.visual.gradients import draw_gradient_sizes
from learnkit.visual.graphs import draw_backward, draw_graph, explore_backward
from learnkit.visual.histories import LivePlot, draw_history
from learnkit.visual.images import draw_digits
from learnkit.visual.log_probabilities import draw_log_probability
from learnkit.visual.memorizing import draw_memorizing, explore_memorizing
from learnkit.visual.neighbors import explore_neighbors
from learnkit.visual.races import draw_race, explore_race
from learnkit.visual.rate_sweeps import draw_rate_sweep
from learnkit.visual.schedules import draw_schedule, explore_schedule
from learnkit.visual.scores import draw_scores, draw_softmax
from learnkit.visual.showing import show
from learnkit.visual.tasks import Task
from learnkit.visual.timings import draw_timings
from learnkit.visual.unit_weights import draw_weights
from learnkit.visual.valleys import draw_descent, explore_descent

__all__ = [
    "LessonFigure",
    "draw_shapes",
    "draw_broadcast",
    "draw_timings",
    "draw_chain",
    "draw_layer_histograms",
    "draw_signal_sizes",
    "draw_descent",
    "draw_areas",
    "draw_back_pass",
    "draw_backward",
    "draw_digits",
    "draw_folds",
    "draw_fit",
    "draw_gradient_sizes",
    "draw_graph",
    "draw_history",
    "draw_learning_curves",
    "draw_lines",
    "draw_log_probability",
    "draw_memorizing",
    "draw_race",
    "draw_rate_sweep",
    "draw_schedule",
    "draw_scores",
    "draw_softmax",
    "draw_steps",
    "draw_surface",
    "draw_weights",
    "plane_grid",
    "LivePlot",
    "show",
    "Slider",
    "Choice",
    "Task",
    "Explorer",
    "explore",
    "explore_memorizing",
    "explore_neighbors",
    "explore_chain",
    "explore_back_pass",
    "explore_folds",
    "explore_race",
    "explore_backward",
    "explore_shapes",
    "explore_softmax",
    "explore_descent",
    "explore_schedule",
]
