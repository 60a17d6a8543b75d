"""What touches no array, and so serves both trees."""

from learnkit.training.accumulations import accumulate_grads
from learnkit.training.category_encoders import CategoryEncoder
from learnkit.training.checkpoint_callbacks import Checkpoint, latest_checkpoint
from learnkit.training.checkpoints import load_checkpoint, save_checkpoint
from learnkit.training.early_stopping import EarlyStopping
from learnkit.training.fans import calculate_gain, fan_in_out
from learnkit.training.generators import generators_of
from learnkit.training.loops import evaluate, fit
from learnkit.training.progress_bars import ProgressBar
from learnkit.training.range_tests import lr_range_test, range_test_rate, steepest_rate
from learnkit.training.run_logs import CSVLogger, TensorBoard, read_history
from learnkit.training.schedulers import ReduceOnPlateau, Scheduler
from learnkit.training.schedules import constant_rate, cosine_warmup, exponential_decay, one_cycle, one_cycle_momentum, step_decay
from learnkit.training.splits import split_sizes
from learnkit.training.step_callbacks import AverageWeights, ClipGradients, PlateauStep
from learnkit.training.transfer_groups import discriminative_lrs, param_groups
from learnkit.training.vocabularies import Vocabulary, build_vocabulary, pad_sequences, tokenize

# in the order of the lessons that introduce them
__all__ = [
    "split_sizes",
    "CategoryEncoder",
    "tokenize",
    "Vocabulary",
    "build_vocabulary",
    "pad_sequences",
    "calculate_gain",
    "fan_in_out",
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
    "fit",
    "evaluate",
    "ProgressBar",
    "EarlyStopping",
    "PlateauStep",
    "ClipGradients",
    "AverageWeights",
    "CSVLogger",
    "read_history",
    "TensorBoard",
    "Checkpoint",
    "latest_checkpoint",
    "save_checkpoint",
    "load_checkpoint",
    "generators_of",
    "discriminative_lrs",
    "param_groups",
]
