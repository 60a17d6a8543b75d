"""A problem of each kind that lesson 04 has not: a class with a state, an iterator, a callable, random code, a training step.

Each is whole: probes, mistakes with two implementations, alternatives, hints. They stand here to test the engine.
"""

from kinds import minibatches, numeric_grad, standardizer, training_step

KINDS = (
    standardizer.PROBLEM,
    minibatches.PROBLEM,
    numeric_grad.PROBLEM,
    training_step.PROBLEM,
)
