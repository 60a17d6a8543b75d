"""Parity of Adagrad and RMSprop, step by step: see `optimizers`."""

from learnkit.parity.concepts import Case
from learnkit.parity.declarations.optimizers import class_concept, drawn_steps, rule_concept, step_case

ADAGRAD_KEYS = ("step", "sum")
ADAGRAD_CASES = {
    "plain": step_case(),
    "weight decay": step_case(weight_decay=0.1),
    "a rate that decays": step_case(lr_decay=0.3),
    "a sum that starts above 0": step_case(initial_accumulator_value=0.5),
    "all settings": step_case(lr_decay=0.1, weight_decay=0.1, initial_accumulator_value=0.1, eps=1e-3),
}
ADAGRAD_EDGES = {
    "tiny gradients": Case(inputs=drawn_steps(3, 2, scale=1e-9), options={"lr": 0.1}, why="eps inside the root, or left out"),
    "a rate of 0": step_case(lr=0.0),
    "one value": Case(inputs=drawn_steps(1, 1), options={"lr": 0.1}),
}

RMSPROP_KEYS = ("square_avg", "grad_avg", "momentum_buffer")
RMSPROP_CASES = {
    "plain": step_case(lr=0.01),
    "alpha": step_case(lr=0.01, alpha=0.8),
    "weight decay": step_case(lr=0.01, weight_decay=0.1),
    "momentum": step_case(lr=0.01, momentum=0.9),
    "centered": step_case(lr=0.01, centered=True),
    "all settings": step_case(lr=0.01, alpha=0.9, eps=1e-3, weight_decay=0.1, momentum=0.7, centered=True),
}
RMSPROP_EDGES = {
    "tiny gradients": Case(inputs=drawn_steps(3, 2, scale=1e-7), options={"lr": 0.01}, why="eps inside the root"),
    "a mean that forgets at once": step_case(lr=0.01, alpha=0.0),
    "a rate of 0": step_case(lr=0.0, momentum=0.9),
    "one value": Case(inputs=drawn_steps(1, 1), options={"lr": 0.01, "momentum": 0.9}),
}

CONCEPTS = (
    rule_concept("adagrad_update", "Adagrad", ADAGRAD_KEYS, ADAGRAD_CASES, ADAGRAD_EDGES),
    class_concept("Adagrad", ADAGRAD_KEYS, ADAGRAD_CASES, ADAGRAD_EDGES),
    rule_concept("rmsprop_update", "RMSprop", RMSPROP_KEYS, RMSPROP_CASES, RMSPROP_EDGES),
    class_concept("RMSprop", RMSPROP_KEYS, RMSPROP_CASES, RMSPROP_EDGES),
)
