"""Every name that a lesson or its exercises use is in the library, where this table says; or it says why the learner alone writes it."""

from dataclasses import dataclass
from typing import Any

import pytest

from learnkit import reference


@dataclass(frozen=True)
class ExerciseOnly:
    """A name that the library does not have, and why."""

    reason: str


Place = str | ExerciseOnly

SYLLABUS: dict[str, dict[str, Place]] = {
    "01": {
        "row_normalize": "row_normalize",
        "one_hot": "one_hot",
        "affine": "affine",
        "pairwise_sq_dists": "pairwise_sq_dists",
        "batched_outer": "batched_outer",
    },
    "02": {
        "split_indices": "split_indices",
        "Standardizer": "Standardizer",
        "Standardizer.fit": "Standardizer.fit",
        "Standardizer.transform": "Standardizer.transform",
        "CategoryEncoder": "CategoryEncoder",
        "CategoryEncoder.transform": "CategoryEncoder.transform",
        "minibatches": "minibatches",
        "impute_median": "impute_median",
        "prepare": ExerciseOnly("its subject is the caller: in which order splitting, imputing, scaling and encoding are called"),
        "find_leaks": "find_leaks",
        "resize_bilinear": "resize_bilinear",
        "build_vocabulary": "build_vocabulary",
        "encode": "Vocabulary.encode",
        "drop_duplicates": "drop_duplicates",
    },
    "03": {
        "mse": "mse",
        "linreg_loss_grad": "linreg_loss_grad",
        "gd_step": "gd_step",
        "fit_gd": "fit_gd",
        "normal_equation": "normal_equation",
        "max_stable_lr": "max_stable_lr",
        "mae": "mae",
        "the gradient of mae": "mae.backward",
        "huber": "huber",
        "the gradient of huber": "huber.backward",
        "mape": "mape",
    },
    "04": {
        "sigmoid": "sigmoid",
        "logsumexp": "logsumexp",
        "softmax": "softmax",
        "log_softmax": "log_softmax",
        "cross_entropy": "cross_entropy",
        "softmax_ce_grad": "cross_entropy.backward",
        "bce_with_logits": "bce_with_logits",
        "predict": ExerciseOnly("one line, logits.argmax(axis=1) or logits > 0, that a call would only hide"),
        "hinge": "hinge",
        "the gradient of hinge": "hinge.backward",
    },
    "05": {
        "relu": "relu",
        "leaky_relu": "leaky_relu",
        "tanh": "tanh",
        "gelu": "gelu",
        "mlp_init": "mlp_init",
        "mlp_forward": "mlp_forward",
        "count_params": "count_params",
        "xor_weights": ExerciseOnly("the answer to a puzzle, four points and nine numbers; mlp_forward takes them"),
    },
    "06": {
        "linear_backward": "linear.backward",
        "relu_backward": "relu.backward",
        "tanh_backward": "tanh.backward",
        "sigmoid_backward": "sigmoid.backward",
        "mlp_backward": "mlp_backward",
        "numeric_grad": "numeric_grad",
        "rel_error": "rel_error",
    },
    "07": {
        "Tensor": "Tensor",
        "add": "add",
        "mul": "mul",
        "matmul": "matmul",
        "sum": "sum",
        "exp": "exp",
        "log": "log",
        "relu": "relu",
        "unbroadcast": "unbroadcast",
        "topo_order": ExerciseOnly("the tape visits nodes from the youngest to the oldest, a topological order that needs no search"),
        "accumulate": "Tensor.accumulate",
        "backward": "Tensor.backward",
        "zero_grad": "Tensor.zero_grad",
        "no_grad": "no_grad",
        "detach": "Tensor.detach",
        "the gradient of matmul": "matmul.backward",
    },
    "08": {
        "fan_in_out": "fan_in_out",
        "xavier_uniform": "xavier_uniform",
        "he_normal": "he_normal",
        "orthogonal": "orthogonal",
        "signal_stats": "signal_stats",
        "grad_norms": "grad_norms",
        "dead_fraction": "dead_fraction",
    },
    "09": {
        "SGD": "SGD",
        "RMSProp": "RMSprop",
        "Adam": "Adam",
        "AdamW": "AdamW",
        "momentum": "sgd_update",
        "rmsprop": "rmsprop_update",
        "adam": "adam_update",
        "adamw": "adamw_update",
        "adagrad": "adagrad_update",
        "nadam": "nadam_update",
        "training_step": ExerciseOnly(
            "zero_grad, forward, backward, step: the four lines that fit repeats, and that the learner is to know"
        ),
    },
    "10": {
        "step_decay": "step_decay",
        "cosine_warmup": "cosine_warmup",
        "one_cycle": "one_cycle",
        "lr_range_test": "lr_range_test",
        "clip_grad_norm": "clip_grad_norm",
        "accumulate_grads": "accumulate_grads",
        "reduce_on_plateau": "ReduceOnPlateau",
    },
    "11": {
        "evaluate": "evaluate",
        "confusion_matrix": "confusion_matrix",
        "precision_recall_f1": "precision_recall_f1",
        "roc_curve": "roc_curve",
        "roc_auc": "roc_auc",
        "average_precision": "average_precision",
        "ece": "ece",
        "EarlyStopping": "EarlyStopping",
        "bootstrap_ci": "bootstrap_ci",
    },
    "12": {
        "the loss of l2_loss_grad": "l2_penalty",
        "l2_loss_grad": "l2_penalty.backward",
        "soft_threshold": "soft_threshold",
        "dropout_forward": "dropout.forward",
        "dropout_backward": "dropout.backward",
        "label_smoothing": "smooth_labels",
    },
    "13": {
        "batchnorm_forward": "batch_norm.forward",
        "batchnorm_backward": "batch_norm.backward",
        "layernorm_forward": "layer_norm.forward",
        "layernorm_backward": "layer_norm.backward",
        "rmsnorm": "rms_norm",
        "fold_batchnorm": "fold_batch_norm",
    },
    "20": {
        "freeze": "freeze",
        "param_groups": "param_groups",
        "lora_linear": "lora_linear",
        "discriminative_lrs": "discriminative_lrs",
        "feature_extractor": "feature_extractor",
        "replace_head": "replace_head",
    },
}

ROWS = [(lesson, name, place) for lesson, names in SYLLABUS.items() for name, place in names.items()]
PLACES = [(lesson, name, place) for lesson, name, place in ROWS if isinstance(place, str)]
EXCUSED = [(lesson, name, place) for lesson, name, place in ROWS if isinstance(place, ExerciseOnly)]


def problem_of(place: str) -> str | None:
    """Return why a place is none: "linear.backward" needs a public ``linear`` whose ``backward`` somebody has written."""
    first, *rest = place.split(".")
    if first not in reference.__all__:
        return f"{first} is no public name of learnkit.reference"
    found: Any = getattr(reference, first)
    is_operation = hasattr(found, "backward_rule")
    for part in rest:
        if not hasattr(found, part):
            return f"{place} does not exist"
        found = getattr(found, part)
    if is_operation and rest == ["backward"] and found.__name__ == "backward":  # what op puts there until a rule is written
        return f"{first} has no backward rule"
    return None if callable(found) else f"{place} cannot be called"


@pytest.mark.parametrize(("lesson", "name", "place"), PLACES, ids=[f"{lesson}-{name}" for lesson, name, _ in PLACES])
def test_a_name_of_the_syllabus_is_where_the_table_says(lesson: str, name: str, place: str) -> None:
    assert problem_of(place) is None


@pytest.mark.parametrize(("lesson", "name", "place"), EXCUSED, ids=[f"{lesson}-{name}" for lesson, name, _ in EXCUSED])
def test_what_the_learner_alone_writes_is_not_in_the_library_and_has_a_reason(lesson: str, name: str, place: ExerciseOnly) -> None:
    assert name not in reference.__all__
    assert len(place.reason.split()) >= 5


def test_every_lesson_of_the_mathematics_has_its_rows() -> None:
    assert list(SYLLABUS) == [f"{number:02}" for number in range(1, 14)] + ["20"]
    assert min(len(names) for names in SYLLABUS.values()) >= 5


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        ("softmaxx", "softmaxx is no public name of learnkit.reference"),
        ("softmaxes", "softmaxes is no public name of learnkit.reference"),  # a module, which the package has as an attribute too
        ("softmax.backwards", "softmax.backwards does not exist"),
        ("Standardizer.refit", "Standardizer.refit does not exist"),
        ("softmax.is_selective", "softmax.is_selective cannot be called"),
    ],
)
def test_a_place_that_is_none_is_noticed(place: str, problem: str) -> None:
    assert problem_of(place) == problem


def test_an_operation_whose_gradient_nobody_wrote_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reference, "softmax", reference.op(lambda x: (x, None)))
    assert problem_of("softmax.backward") == "softmax has no backward rule"
    assert problem_of("softmax.forward") is None
