"""What touches no array, and so serves both trees."""

from learnkit.training.accumulations import accumulate_grads
from learnkit.training.range_tests import lr_range_test, range_test_rate, steepest_rate
from learnkit.training.schedulers import ReduceOnPlateau, Scheduler
from learnkit.training.schedules import constant_rate, cosine_warmup, exponential_decay, one_cycle, one_cycle_momentum, step_decay
from learnkit.training.splits import split_sizes

# in the order of the lessons that introduce them
__all__ = [
    # 02 data
    "split_sizes",
    # 10 schedules
    "constant_rate",
    "step_decay",
    "exponential_decay",
    "cosine_warmup",
    "one_cycle",
    "one_cycle_momentum",
    "Scheduler",
    "ReduceOnPlateau",
    "range_test_rate",
    "lr_range_test",
    "steepest_rate",
    "accumulate_grads",
]
