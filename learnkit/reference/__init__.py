"""The mathematics in NumPy: every forward and every backward written out, one concept a module.

``from learnkit import reference as lk`` gives every name below; ``from learnkit import pytorch as lk`` gives the same names on
PyTorch tensors.
"""

from learnkit.reference.activations import gelu, leaky_relu, relu, sigmoid, tanh
from learnkit.reference.adam_optimizers import Adam, AdamW, NAdam, adam_update, adamw_update, nadam_update
from learnkit.reference.adaptive_optimizers import Adagrad, RMSprop, adagrad_update, rmsprop_update
from learnkit.reference.arithmetic import add, div, exp, getitem, log, matmul, mean, mul, neg, pow, reshape, sub, sum, transpose
from learnkit.reference.array_maps import affine, batched_outer, one_hot, pairwise_sq_dists, row_normalize
from learnkit.reference.batches import Batches, minibatches
from learnkit.reference.calibration_metrics import brier, calibration_bins, ece
from learnkit.reference.classification_metrics import (
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    f1_score,
    precision,
    precision_recall_f1,
    recall,
)
from learnkit.reference.data_splits import grouped_indices, split_indices, stratified_indices
from learnkit.reference.devices import device
from learnkit.reference.diagnostics import dead_fraction, grad_norms, signal_stats
from learnkit.reference.divergences import kl_divergence
from learnkit.reference.dropouts import Dropout, dropout, sample_dropout
from learnkit.reference.duplicates import drop_duplicates, find_leaks
from learnkit.reference.gradient_checks import gradcheck, numeric_grad, rel_error
from learnkit.reference.gradient_clips import clip_grad_norm, clip_grad_value
from learnkit.reference.image_transforms import add_noise, resize_bilinear, rotate_images, sample_shifts, scale_images, shift_images
from learnkit.reference.imputing import Imputer, impute_median
from learnkit.reference.initializers import he_normal, he_uniform, initialize, orthogonal, xavier_normal, xavier_uniform
from learnkit.reference.intervals import bootstrap_ci, sample_bootstrap_indices
from learnkit.reference.label_smoothings import smooth_labels
from learnkit.reference.layers import GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from learnkit.reference.linear_maps import linear
from learnkit.reference.linear_regressions import fit_gd, gd_step, linreg_loss_grad, max_stable_lr, normal_equation
from learnkit.reference.losses import bce_with_logits, cross_entropy, hinge
from learnkit.reference.low_rank_adapters import LoRALinear, lora_linear
from learnkit.reference.margin_losses import binary_hinge
from learnkit.reference.modules import Module, OperationLayer, Sequential
from learnkit.reference.normalization_layers import BatchNorm1d, LayerNorm, RMSNorm
from learnkit.reference.normalizations import batch_norm, fold_batch_norm, layer_norm, rms_norm, update_running
from learnkit.reference.operations import Operation, op, unbroadcast
from learnkit.reference.optimizers import SGD, sgd_update
from learnkit.reference.parameter_averages import EMA, ema_update
from learnkit.reference.penalties import l1_penalty, l2_penalty, soft_threshold
from learnkit.reference.perceptrons import count_params, mlp_backward, mlp_forward, mlp_init
from learnkit.reference.plain_initializers import constant, normal, ones, trunc_normal, uniform, zeros
from learnkit.reference.randomness import rng
from learnkit.reference.ranking_metrics import average_precision, precision_recall_curve, roc_auc, roc_curve
from learnkit.reference.regression_losses import huber, mae, mse
from learnkit.reference.regression_metrics import mape, r2_score, rmse
from learnkit.reference.residuals import Residual
from learnkit.reference.softmaxes import log_softmax, logsumexp, softmax
from learnkit.reference.standardizing import Standardizer
from learnkit.reference.tapes import Node, no_grad
from learnkit.reference.tensors import Parameter, Tensor, tensor
from learnkit.reference.transfers import feature_extractor, freeze, replace_head, unfreeze
from learnkit.training import (
    AverageWeights,
    CategoryEncoder,
    Checkpoint,
    ClipGradients,
    CSVLogger,
    EarlyStopping,
    PlateauStep,
    ProgressBar,
    ReduceOnPlateau,
    Scheduler,
    TensorBoard,
    Vocabulary,
    accumulate_grads,
    build_vocabulary,
    calculate_gain,
    constant_rate,
    cosine_warmup,
    discriminative_lrs,
    evaluate,
    exponential_decay,
    fan_in_out,
    fit,
    generators_of,
    latest_checkpoint,
    load_checkpoint,
    lr_range_test,
    one_cycle,
    one_cycle_momentum,
    pad_sequences,
    param_groups,
    range_test_rate,
    read_history,
    save_checkpoint,
    split_sizes,
    steepest_rate,
    step_decay,
    tokenize,
)

# in the order of the lessons that introduce them
__all__ = [
    # 01 arrays
    "rng",
    "device",
    "row_normalize",
    "affine",
    "one_hot",
    "pairwise_sq_dists",
    "batched_outer",
    # 02 data
    "split_sizes",
    "split_indices",
    "stratified_indices",
    "grouped_indices",
    "Standardizer",
    "Imputer",
    "impute_median",
    "CategoryEncoder",
    "minibatches",
    "Batches",
    "drop_duplicates",
    "find_leaks",
    "tokenize",
    "Vocabulary",
    "build_vocabulary",
    "pad_sequences",
    "resize_bilinear",
    "sample_shifts",
    "shift_images",
    "rotate_images",
    "scale_images",
    "add_noise",
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
    "binary_hinge",
    "kl_divergence",
    "accuracy",
    # 05 the multilayer perceptron
    "relu",
    "leaky_relu",
    "tanh",
    "gelu",
    "mlp_init",
    "mlp_forward",
    "count_params",
    # 06 backpropagation
    "mlp_backward",
    "op",
    "Operation",
    "numeric_grad",
    "rel_error",
    "gradcheck",
    "Module",
    "OperationLayer",
    "Sequential",
    "Residual",
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
    # 08 initialization
    "calculate_gain",
    "fan_in_out",
    "dead_fraction",
    "grad_norms",
    "signal_stats",
    "constant",
    "he_normal",
    "he_uniform",
    "initialize",
    "normal",
    "ones",
    "orthogonal",
    "trunc_normal",
    "uniform",
    "xavier_normal",
    "xavier_uniform",
    "zeros",
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
    # 11 the training loop
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
    "l1_penalty",
    "l2_penalty",
    "soft_threshold",
    "sample_dropout",
    "dropout",
    "Dropout",
    "smooth_labels",
    # 13 normalization
    "batch_norm",
    "update_running",
    "BatchNorm1d",
    "layer_norm",
    "LayerNorm",
    "rms_norm",
    "RMSNorm",
    "fold_batch_norm",
    # 20 transfer
    "discriminative_lrs",
    "param_groups",
    "feature_extractor",
    "freeze",
    "replace_head",
    "unfreeze",
    "LoRALinear",
    "lora_linear",
]
