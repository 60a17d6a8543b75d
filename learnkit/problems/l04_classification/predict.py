"""From scores to an answer: the class with the largest score, and the threshold of two classes that belongs on the probability."""

from typing import Any

import numpy as np

from learnkit.problems.drawing import few_scores, scores
from learnkit.problems.problem import Mistake, Probe, Problem

STUB = '''
def predict(logits):
    """The class that a model answers with, for each example.

    logits : raw scores, in one of two forms
        (N, C), one row an example: the answer is the class with the largest score
        (N,), one score an example, for two classes: the answer is 1 if the probability of class 1, sigmoid(score), is above one half,
        else 0
    Returns an array (N,) of integers.
    """
    ...
'''

SOLUTION = """
def predict(logits):
    if logits.ndim == 1:
        return (logits > 0).astype(int)
    return logits.argmax(axis=1)
"""


def right_answer(logits: Any) -> Any:
    return (logits > 0).astype(np.int64) if logits.ndim == 1 else logits.argmax(axis=1)


# Right answers written in other ways


def in_a_loop(logits: Any) -> Any:
    answers = []
    for scores_of_one in logits:
        if np.ndim(scores_of_one) == 0:
            answers.append(1 if scores_of_one > 0 else 0)
        else:
            answers.append(max(range(len(scores_of_one)), key=scores_of_one.__getitem__))
    return np.array(answers)


def as_two_columns(logits: Any) -> Any:
    """The score of "no" is 0: two classes are a table with a column of zeros before the scores."""
    table = logits if np.ndim(logits) == 2 else np.column_stack([np.zeros(len(logits)), logits])
    return np.argmax(table, axis=-1)


def by_probability(logits: Any) -> Any:
    if len(logits.shape) < 2:
        chance = 0.5 * (1 + np.tanh(logits / 2))
        return np.where(chance > 0.5, 1, 0)
    is_largest = logits == np.amax(logits, axis=1, keepdims=True)
    return is_largest @ np.arange(logits.shape[1])


def by_torch_operations(logits: Any) -> Any:
    import torch

    return torch.argmax(logits, dim=1) if logits.ndim == 2 else (torch.sigmoid(logits) > 0.5).long()


def by_torch_maximum(logits: Any) -> Any:
    import torch

    return torch.where(logits > 0, 1, 0) if logits.dim() == 1 else logits.max(dim=1).indices


# Mistakes. They differ from the right answer in one of the two forms; the other is right.


def two_classes(logits: Any) -> Any:
    return (logits > 0).astype(np.int64)


def half_on_score(logits: Any) -> Any:
    return (logits > 0.5).astype(np.int64) if logits.ndim == 1 else logits.argmax(axis=1)


def half_on_score_in_loop(logits: Any) -> Any:
    return np.array([int(score > 0.5) if np.ndim(score) == 0 else int(np.argmax(score)) for score in logits])


def rounded_score(logits: Any) -> Any:
    return np.round(np.clip(logits, 0, 1)).astype(int) if logits.ndim == 1 else logits.argmax(axis=1)


def yes_at_the_border(logits: Any) -> Any:
    return (logits >= 0).astype(np.int64) if logits.ndim == 1 else logits.argmax(axis=1)


def yes_at_the_border_in_loop(logits: Any) -> Any:
    return np.array([0 if score < 0 else 1 for score in logits]) if logits.ndim == 1 else np.argsort(logits, axis=1)[:, -1]


def above_zero_on_probability(logits: Any) -> Any:
    return (1 / (1 + np.exp(-logits)) > 0).astype(np.int64) if logits.ndim == 1 else logits.argmax(axis=1)


def always_yes_in_loop(logits: Any) -> Any:
    chance = (1 + np.tanh(logits / 2)) / 2
    return np.array([1 for p in chance if p >= 0]) if logits.ndim == 1 else np.argsort(logits, axis=1)[:, -1]


def down_the_columns(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else logits.argmax(axis=0)


def down_the_columns_in_loop(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.array([int(np.argsort(column)[-1]) for column in logits.T])


def place_in_whole_table(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else logits.argmax()


def place_in_whole_table_in_loop(logits: Any) -> Any:
    flat = [float(score) for row in np.atleast_2d(logits) for score in row]
    return two_classes(logits) if logits.ndim == 1 else flat.index(max(flat))


def values_not_places(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else logits.max(axis=1)


def values_not_places_in_loop(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.array([sorted(row)[-1] for row in logits])


def smallest_score(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else logits.argmin(axis=1)


def smallest_score_in_loop(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.array([list(row).index(min(row)) for row in logits])


def yes_or_no_everywhere(logits: Any) -> Any:
    return (logits > 0).astype(np.int64)


def yes_or_no_everywhere_in_loop(logits: Any) -> Any:
    return np.array([1 if score > 0 else 0 for score in logits.ravel()]).reshape(logits.shape)


def largest_everywhere(logits: Any) -> Any:
    return logits.argmax(axis=-1)


def largest_everywhere_in_loop(logits: Any) -> Any:
    if logits.ndim == 1:
        return max(range(len(logits)), key=logits.__getitem__)
    return np.array([max(range(len(row)), key=row.__getitem__) for row in logits])


def probabilities(logits: Any) -> Any:
    if logits.ndim == 1:
        return 1 / (1 + np.exp(-logits))
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def probabilities_in_loop(logits: Any) -> Any:
    if logits.ndim == 1:
        return (np.tanh(logits / 2) + 1) / 2
    return np.array([np.exp(row - np.logaddexp.reduce(row)) for row in logits])


def one_hot_rows(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.eye(logits.shape[1], dtype=int)[logits.argmax(axis=1)]


def one_hot_rows_by_comparison(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.array([[int(score == max(row)) for score in row] for row in logits])


def signs(logits: Any) -> Any:
    return np.sign(logits).astype(int) if logits.ndim == 1 else logits.argmax(axis=1)


def signs_in_loop(logits: Any) -> Any:
    return np.array([int(score > 0) - int(score < 0) for score in logits]) if logits.ndim == 1 else np.argsort(logits)[:, -1]


def signs_with_no_at_the_border(logits: Any) -> Any:
    return np.where(logits > 0, 1, -1) if logits.ndim == 1 else logits.argmax(axis=1)


def counted_from_one(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else logits.argmax(axis=1) + 1


def counted_from_one_in_loop(logits: Any) -> Any:
    return two_classes(logits) if logits.ndim == 1 else np.array([1 + int(np.argsort(row)[-1]) for row in logits])


def square_scores(rng: np.random.Generator) -> tuple[Any, ...]:
    """A square batch, not symmetric: the largest of row n and of column n stand at different places."""
    while True:
        drawn = few_scores(rng, 3, 3)
        if (drawn.argmax(axis=0) != drawn.argmax(axis=1)).any() and len(set(drawn.argmax(axis=1).tolist())) > 1:
            return (drawn,)


def wide_scores(rng: np.random.Generator) -> tuple[Any, ...]:
    return (scores(rng, 4, 7),)


def two_class_scores(rng: np.random.Generator) -> tuple[Any, ...]:
    """Some scores on each side of 0, none at 0, none between 0 and 0.5."""
    sizes = rng.integers(6, 40, size=5) / 10
    return (sizes * rng.permutation([1, 1, -1, -1, -1]),)


def scores_between_0_and_half(rng: np.random.Generator) -> tuple[Any, ...]:
    """Scores whose probabilities lie above one half, while they lie below it themselves."""
    return (np.append(rng.choice([0.1, 0.2, 0.3, 0.4], size=2, replace=False), [-0.3, 1.5]),)


def border_scores(rng: np.random.Generator) -> tuple[Any, ...]:
    return (rng.permutation(np.array([0.0, rng.integers(6, 40) / 10, -rng.integers(6, 40) / 10])),)


TRAIN = "9 · Train on digits"
TWO = "10 · Two classes"
QUESTION = "1 · The question"

PROBLEM = Problem(
    id="04.predict",
    title="The answer of a classifier",
    stub=STUB,
    reference=right_answer,
    axes={"logits": "NC"},
    probes=(
        Probe("a square batch, 3 examples and 3 classes", "rows and columns are mixed up unseen here", square_scores),
        Probe("a batch of 4 with 7 classes", "a wrong axis gives 7 answers", wide_scores),
        Probe("two classes, one score each", "one score an example", two_class_scores),
        Probe("two classes, scores between 0 and 0.5", "a score of 0.3 is a probability of 0.57", scores_between_0_and_half),
        Probe("two classes, a score of exactly 0", "its probability is one half, and not above", border_scores),
        Probe("a single example", "a batch of one is a batch", lambda rng: (few_scores(rng, 1, 4),), is_edge=True),
        Probe(
            "all scores negative",
            "the largest of negative scores is still the largest",
            lambda rng: (few_scores(rng, 2, 3) - 9,),
            is_edge=True,
        ),
    ),
    mistakes=(
        Mistake(
            "half-on-the-score",
            half_on_score,
            half_on_score_in_loop,
            "It compares the score with 0.5. One half belongs on the probability; a score of 0.3 already means a probability of 0.57.",
            TWO,
            variants=(rounded_score,),
            line=("return (logits > 0).astype(int)", "return (logits > 0.5).astype(int)"),
        ),
        Mistake(
            "yes-at-the-border",
            yes_at_the_border,
            yes_at_the_border_in_loop,
            "It says yes to a score of exactly 0. Its probability is one half, and the exercise asks for more than that.",
            TWO,
        ),
        Mistake(
            "always-yes",
            above_zero_on_probability,
            always_yes_in_loop,
            "It compares the probability with 0, the border of the score. A probability is always above 0.",
            TWO,
        ),
        Mistake(
            "minus-one-for-no",
            signs,
            signs_in_loop,
            "It answers −1 for no. The two classes are called 0 and 1 here.",
            TWO,
            variants=(signs_with_no_at_the_border,),
        ),
        Mistake(
            "largest-of-the-batch",
            largest_everywhere,
            largest_everywhere_in_loop,
            "With one score an example it picks the example with the largest score. Each example wants an answer of its own, yes or no.",
            TWO,
        ),
        Mistake(
            "wrong-axis",
            down_the_columns,
            down_the_columns_in_loop,
            "For each class it says which example has the largest score. Asked is, for each example, which class has.",
            QUESTION,
            line=("return logits.argmax(axis=1)", "return logits.argmax(axis=0)"),
        ),
        Mistake(
            "flattened",
            place_in_whole_table,
            place_in_whole_table_in_loop,
            "It finds the one largest score of the whole table. Every row has a largest score of its own.",
            QUESTION,
        ),
        Mistake(
            "values",
            values_not_places,
            values_not_places_in_loop,
            "It returns the largest scores themselves. The answer is the place where they stand, the number of the class.",
            QUESTION,
        ),
        Mistake(
            "smallest",
            smallest_score,
            smallest_score_in_loop,
            "It answers with the class of the smallest score. A high score speaks for its class.",
            QUESTION,
        ),
        Mistake(
            "threshold-for-all",
            yes_or_no_everywhere,
            yes_or_no_everywhere_in_loop,
            "It says yes or no to every class of an example. Classes compete: one answer a row.",
            QUESTION,
        ),
        Mistake(
            "probabilities",
            probabilities,
            probabilities_in_loop,
            "It stops at the probabilities. They say how sure the model is; the answer is one class for each example.",
            TRAIN,
        ),
        Mistake(
            "one-hot",
            one_hot_rows,
            one_hot_rows_by_comparison,
            "It returns one-hot rows. Asked is the number of the class, one integer an example.",
            QUESTION,
        ),
        Mistake(
            "counts-from-one",
            counted_from_one,
            counted_from_one_in_loop,
            "It counts the classes from 1. The first column is class 0.",
            QUESTION,
        ),
    ),
    alternatives=(in_a_loop, as_two_columns, by_probability),
    torch_alternatives=(by_torch_operations, by_torch_maximum),
    hints=(
        "How many axes do the scores have in each of the two forms? What is the sigmoid of 0?",
        "Softmax and sigmoid keep the order of the scores, so the answer can be read off the scores themselves: for a row the "
        "place of the largest, "
        "for a single score the side of the border on which it lies. The border is the score whose probability is one half.",
        "if the scores have one axis:\n"
        "    result <- 1 where the score is above the border, else 0, as integers\n"
        "else:\n"
        "    result <- for each row, the column of its largest score",
    ),
    solution=SOLUTION,
    minutes=5,
)
