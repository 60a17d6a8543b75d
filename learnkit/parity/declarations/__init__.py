"""Every concept's declaration: one module here for each module of `learnkit.reference`, with the same file name.

A declaration is a `Concept` in its module's ``CONCEPTS``. A public name of the reference is either declared, or listed with the
reason in ``NOT_COMPARED``; a test sees to it.
"""

from learnkit.parity.concepts import Concept
from learnkit.parity.declarations import (
    accumulations,
    activations,
    adam_optimizers,
    adaptive_optimizers,
    arithmetic,
    batches,
    calibration_metrics,
    classification_metrics,
    data_splits,
    divergences,
    dropouts,
    gradient_checks,
    gradient_clips,
    intervals,
    layers,
    linear_maps,
    linear_regressions,
    losses,
    modules,
    normalization_layers,
    normalizations,
    operations,
    optimizers,
    parameter_averages,
    range_tests,
    ranking_metrics,
    regression_losses,
    regression_metrics,
    schedulers,
    schedules,
    softmaxes,
    standardizing,
    tapes,
    tensors,
)

__all__ = ["CONCEPTS", "MODULES", "NOT_COMPARED"]

# in the order of the lessons
MODULES = (
    data_splits,
    standardizing,
    batches,
    linear_maps,
    regression_losses,
    losses,
    divergences,
    linear_regressions,
    softmaxes,
    classification_metrics,
    activations,
    gradient_checks,
    layers,
    modules,
    tensors,
    tapes,
    operations,
    arithmetic,
    optimizers,
    adaptive_optimizers,
    adam_optimizers,
    schedules,
    schedulers,
    range_tests,
    gradient_clips,
    accumulations,
    parameter_averages,
    ranking_metrics,
    calibration_metrics,
    regression_metrics,
    intervals,
    dropouts,
    normalizations,
    normalization_layers,
)

CONCEPTS: dict[str, Concept] = {concept.name: concept for module in MODULES for concept in module.CONCEPTS}

NOT_COMPARED = {
    "sample_dropout": "the same seed gives other numbers in another library; what is drawn is tested by its distribution",
    "rng": "the same seed gives other numbers in another library; what is drawn is tested by its distribution",
    "device": "names where the computation runs, and computes nothing",
    "op": "makes operations by hand, which autograd replaces; every operation it made is compared",
    "Operation": "a type: the contract of what op makes",
    "Module": "abstract; every layer is compared, with its names and its state",
    "OperationLayer": "the reference's way to make layers of operations; every layer it made is compared",
    "Node": "an entry of the tape; the gradients it carries are compared",
}
