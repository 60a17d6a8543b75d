"""What lesson 06 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="06",
    objectives=(
        Objective(
            "apply the chain rule to a network, layer by layer, and write its back pass",
            predictions=("06.no-mask",),
            sections=("3", "5", "6"),
            exercises={
                "06.linear_backward": ("weight-transposed", "through-transposed-weight", "bias-not-summed"),
                "06.relu_backward": ("times-x", "relu-of-gradient"),
                "06.tanh_backward": ("formula-on-input",),
                "06.sigmoid_backward": ("formula-on-input",),
                "06.mlp_backward": ("first-layer-first", "no-mask"),
                "06.by_hand": (24.0, 4.0),
            },
        ),
        Objective(
            "check any gradient by small steps, and find the place where a wrong one goes wrong",
            predictions=("06.broken-run",),
            sections=("2", "7", "11", "12"),
            exercises={
                "06.numeric_grad": ("one-sided", "not-restored", "all-at-once"),
                "06.rel_error": ("absolute", "zero-over-zero"),
                "06.broken_gradient": ("1", "2"),
            },
        ),
        Objective(
            "say how long such a step should be, and where the check itself fails",
            predictions=("06.best-step", "06.at-a-kink"),
            sections=("7", "8"),
            exercises={"06.what_a_check_says": ("b", "d"), "06.numeric_grad": ("one-sided", "whole-numbers")},
        ),
        Objective(
            "say what a hidden layer gains when it is learned",
            predictions=("06.no-mask",),
            sections=("10",),
            exercises={"06.what_is_learned": ("b", "c", "f")},
        ),
    ),
    terms=(
        Term("relative error", "The length of a difference, divided by the lengths of the two that differ.", "7"),
        Term("central", "Of a small step: taken to both sides, so that the largest error cancels.", "7"),
        Term("learned features", "What the units of a hidden layer have come to answer to.", "10"),
        Term("dead", "Of a unit: giving 0 for every example.", "10"),
    ),
    symbols=(
        Symbol("h", "h", "", "the length of a small step"),
        Symbol("\\partial L / \\partial W", "grad_weight", "as W", "the gradient of the loss along a weight"),
    ),
    symptoms=(
        Symptom(
            "the loss falls, and the accuracy stays far too low",
            "the relative error of each layer's gradient against small steps",
            "a wrong line in the back pass of that layer, such as a mask that is turned around",
            "12",
        ),
        Symptom(
            "a gradient check fails in a few entries only",
            "the inputs of ReLU that lie within a step of 0",
            "a kink between the two steps: the check is wrong there, and not the gradient",
            "8",
        ),
    ),
)
