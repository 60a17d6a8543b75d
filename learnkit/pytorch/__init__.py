"""The same names on PyTorch tensors, on a CPU or a GPU: PyTorch's own operations, and autograd in place of every backward.

``from learnkit import pytorch as lk`` gives every name below; ``from learnkit import reference as lk`` gives the same names in
NumPy, with every gradient written out. What only one of the two has is listed, with the reason, beside the test that compares them.
"""

from learnkit.pytorch.activations import gelu, leaky_relu, relu, sigmoid, tanh
from learnkit.pytorch.adam_optimizers import Adam, AdamW, NAdam, adam_update, adamw_update, nadam_update
from learnkit.pytorch.adaptive_optimizers import Adagrad, RMSprop, adagrad_update, rmsprop_update
from learnkit.pytorch.arithmetic import add, div, exp, getitem, log, matmul, mean, mul, neg, pow, reshape, sub, sum, transpose
from learnkit.pytorch.batches import minibatches
from learnkit.pytorch.calibration_metrics import brier, calibration_bins, ece
from learnkit.pytorch.classification_metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    f1_score,
    precision,
    precision_recall_f1,
    recall,
)
from learnkit.pytorch.data_splits import split_indices
from learnkit.pytorch.devices import device
from learnkit.pytorch.divergences import kl_divergence
from learnkit.pytorch.dropouts import Dropout, dropout, sample_dropout
from learnkit.pytorch.gradient_checks import gradcheck, numeric_grad, rel_error
from learnkit.pytorch.gradient_clips import clip_grad_norm, clip_grad_value
from learnkit.pytorch.intervals import bootstrap_ci, sample_bootstrap_indices
from learnkit.pytorch.layers import GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from learnkit.pytorch.linear_maps import linear
from learnkit.pytorch.linear_regressions import fit_gd, gd_step, linreg_loss_grad, max_stable_lr, normal_equation
from learnkit.pytorch.losses import bce_with_logits, cross_entropy, hinge
from learnkit.pytorch.modules import Module, Sequential
from learnkit.pytorch.normalization_layers import BatchNorm1d, LayerNorm, RMSNorm
from learnkit.pytorch.normalizations import batch_norm, fold_batch_norm, layer_norm, rms_norm, update_running
from learnkit.pytorch.operations import unbroadcast
from learnkit.pytorch.optimizers import SGD, sgd_update
from learnkit.pytorch.parameter_averages import EMA, ema_update
from learnkit.pytorch.randomness import rng
from learnkit.pytorch.ranking_metrics import average_precision, precision_recall_curve, roc_auc, roc_curve
from learnkit.pytorch.regression_losses import huber, mae, mse
from learnkit.pytorch.regression_metrics import mape, r2_score, rmse
from learnkit.pytorch.softmaxes import log_softmax, logsumexp, softmax
from learnkit.pytorch.standardizing import Standardizer
from learnkit.pytorch.tapes import Node, no_grad
from learnkit.pytorch.tensors import Parameter, Tensor, tensor
from learnkit.training import (
    ReduceOnPlateau,
    Scheduler,
    accumulate_grads,
    constant_rate,
    cosine_warmup,
    exponential_decay,
    lr_range_test,
    one_cycle,
    one_cycle_momentum,
    range_test_rate,
    split_sizes,
    steepest_rate,
    step_decay,
)

# in the order of the lessons that introduce them
__all__ = [
    # 01 arrays
    "rng",
    "device",
    # 02 data
    "split_sizes",
    "split_indices",
    "Standardizer",
    "minibatches",
    # 03 regression
    "linear",
    "mse",
    "mae",
    "huber",
    "mape",
    "linreg_loss_grad",
    "gd_step",
    "fit_gd",
    "normal_equation",
    "max_stable_lr",
    # 04 classification
    "sigmoid",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cross_entropy",
    "bce_with_logits",
    "hinge",
    "kl_divergence",
    "accuracy",
    # 05 the multilayer perceptron
    "relu",
    "leaky_relu",
    "tanh",
    "gelu",
    # 06 backpropagation
    "numeric_grad",
    "rel_error",
    "gradcheck",
    "Module",
    "Sequential",
    "Linear",
    "Sigmoid",
    "Tanh",
    "ReLU",
    "LeakyReLU",
    "GELU",
    # 07 the tape
    "Tensor",
    "Parameter",
    "Node",
    "tensor",
    "no_grad",
    "unbroadcast",
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "pow",
    "exp",
    "log",
    "sum",
    "mean",
    "matmul",
    "reshape",
    "transpose",
    "getitem",
    # 09 optimizers
    "sgd_update",
    "SGD",
    "adagrad_update",
    "Adagrad",
    "rmsprop_update",
    "RMSprop",
    "adam_update",
    "Adam",
    "adamw_update",
    "AdamW",
    "nadam_update",
    "NAdam",
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
    "clip_grad_norm",
    "clip_grad_value",
    "accumulate_grads",
    "ema_update",
    "EMA",
    # 11 metrics
    "confusion_matrix",
    "precision_recall_f1",
    "precision",
    "recall",
    "f1_score",
    "balanced_accuracy",
    "roc_curve",
    "roc_auc",
    "precision_recall_curve",
    "average_precision",
    "calibration_bins",
    "ece",
    "brier",
    "rmse",
    "r2_score",
    "sample_bootstrap_indices",
    "bootstrap_ci",
    # 12 regularization
    "sample_dropout",
    "dropout",
    "Dropout",
    # 13 normalization
    "batch_norm",
    "update_running",
    "BatchNorm1d",
    "layer_norm",
    "LayerNorm",
    "rms_norm",
    "RMSNorm",
    "fold_batch_norm",
]
