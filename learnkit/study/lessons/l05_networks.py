"""What lesson 05 asks: four predictions, three questions about lessons 01 to 04, and five about itself for later; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

TWO_LINEAR = Prediction(
    id="05.two-linear",
    question=(
        "Two linear layers, one behind the other, with nothing between them: `(x @ A.T + a) @ B.T + b`. Can they put the four corners "
        "of XOR on "
        "their sides, above 0 and below 0?"
    ),
    kind="choice",
    default="yes, with enough hidden units",
    right="no, whatever the weights",
    choices=("yes, two layers are enough", "yes, with enough hidden units", "no, whatever the weights"),
    replies=(
        Reply(
            "no, whatever the weights",
            "That is it. A sum of sums is a sum: the two layers can be multiplied out to a single one, and one straight line cannot "
            "separate "
            "XOR.",
        ),
        Reply(
            "yes, two layers are enough",
            "Two layers are enough if something bends between them. Here nothing does: multiplied out they are one linear layer, which "
            "draws "
            "one straight line.",
        ),
        Reply(
            "yes, with enough hidden units",
            "More units make more sums, and the next layer adds them all up again. Multiplied out the two layers are one linear layer, "
            "whatever "
            "the width between them.",
        ),
    ),
)

RANDOM_HIDDEN = Prediction(
    id="05.random-hidden",
    question=(
        "A hidden layer of 64 ReLU units stands before the scores. Its weights are drawn at random and never learned; only the scores "
        "on top are "
        "trained. What share of new points of the spiral does it get right?"
    ),
    kind="choice",
    default="about as many as the linear classifier, 0.5",
    right="above 0.9",
    choices=("about chance, 0.33", "about as many as the linear classifier, 0.5", "about 0.75", "above 0.9"),
    replies=(
        Reply(
            "above 0.9",
            "That is it. Sixty-four creases at random places cut the plane into so many regions that linear scores on top can follow "
            "the arms. "
            "Nobody had to learn where the creases lie.",
        ),
        Reply(
            "about as many as the linear classifier, 0.5",
            "That would be so without a bend. The bends make new features, and 64 random ones are enough for the scores to find a "
            "useful sum: it "
            "is above 0.9.",
        ),
        Reply(
            "about 0.75",
            "A fair guess: random units are worse than learned ones, and about 8 to 16 of them do come to this. With 64 the places "
            "matter little "
            "any more, and it is above 0.9.",
        ),
        Reply(
            "about chance, 0.33",
            "Random weights do not make random answers: the scores on top are learned, and what they are given still holds the position "
            "of the "
            "point. It is above 0.9.",
        ),
    ),
)

PIECES = Prediction(
    id="05.pieces",
    question=(
        "One input, ReLU units, one output: a line with bends. One layer of 16 units makes at most 17 straight pieces. Now eight layers "
        "of two units "
        "each, also 16 in all: every layer folds the interval from 0 to 1 in the middle. How many straight pieces are there on it at "
        "the end?"
    ),
    kind="number",
    default=17.0,
    right=(255.5, 256.5),
    replies=(
        Reply(
            "256",
            "That is it: a fold of what is folded already doubles the pieces. Eight times doubled is 256.",
            within=(255.5, 256.5),
        ),
        Reply(
            "17",
            "That is one bend for each unit, and it holds for one layer. A later layer meets a line that is folded already, and its "
            "bend shows in "
            "every fold: 256 pieces.",
            within=(16.5, 17.5),
        ),
        Reply(
            "16",
            "Two pieces for each of eight layers add up to 16. But a later layer folds all the pieces that are there, so they multiply: "
            "256 pieces.",
            within=(15.5, 16.5),
        ),
        Reply(
            "9",
            "One more piece for each layer would make 9. But a later layer folds all the pieces that are there, so each layer doubles "
            "them: 256 "
            "pieces.",
            within=(8.5, 9.5),
        ),
        Reply(
            "65536",
            "That is two to the power of 16, one doubling for each unit. A fold needs two units here, one to go up and one to turn "
            "down: two to "
            "the power of 8.",
            within=(65535.5, 65536.5),
        ),
    ),
    otherwise=(
        "There are 256: each layer folds the line in two, and a fold of what is folded already doubles the pieces. One layer adds "
        "pieces, several "
        "layers multiply them."
    ),
)

BROKEN_RUN = Prediction(
    id="05.broken-run",
    question="A hundred hidden units, and hardly better than none. What is wrong with this run?",
    kind="choice",
    default="there are too few hidden units",
    right="the biases of the hidden layer are 0",
    choices=(
        "there is no activation between the layers",
        "there are too few hidden units",
        "the biases of the hidden layer are 0",
        "the hidden units are all alike",
    ),
    replies=(
        Reply(
            "the biases of the hidden layer are 0",
            "That is it. Every unit is 0 at the origin, so every crease goes through it. The plane is cut into sectors, like a cake, "
            "and an arm "
            "that winds around the middle lies in most of them.",
        ),
        Reply(
            "there is no activation between the layers",
            "A good suspect, since the accuracy is that of a linear classifier. But half of the hidden values are exactly 0, and sums "
            "without a "
            "bend hardly ever are. At the origin every unit is 0: the biases are.",
        ),
        Reply(
            "there are too few hidden units",
            "With 300 of them it is no better, so it is not their number. At the origin every unit is 0: all creases go through one "
            "point, and "
            "more of them cut the same cake into thinner slices.",
        ),
        Reply(
            "the hidden units are all alike",
            "Then a single column would tell all the others, and there are many independent ones. They differ in direction; at the "
            "origin every "
            "one of them is 0, which only units without a bias are.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="05.r1",
        question="`x` has shape (300, 2), `weight` has shape (64, 2), `bias` has shape (64,). What is the shape of `x @ weight.T + bias`?",
        kind="text",
        right="(300, 64)",
        explanation="The inner lengths meet, (300, 2) with (2, 64), and the bias is added to each of the 300 rows.",
        from_lesson="01",
    ),
    Recall(
        id="05.r2",
        question="Features are scaled to mean 0 and spread 1. Which points give the mean and the spread that new points are scaled with?",
        kind="choice",
        right="the training points",
        choices=("the new points", "all points together", "the training points"),
        explanation="Statistics are learned, so they come from the training part alone. New points are scaled with what was found there.",
        from_lesson="02",
    ),
    Recall(
        id="05.r3",
        question="A classifier for three classes knows nothing: its scores are all 0. What is its cross-entropy in nats, to two decimals?",
        kind="number",
        right="1.1",
        within=(1.09, 1.105),
        explanation="Each class gets p = 1/3, and -ln(1/3) = ln 3 = 1.0986.",
        from_lesson="04",
    ),
    Recall(
        id="05.r4",
        question="Between two linear layers the activation is forgotten. Which function do the two make together?",
        kind="choice",
        right="that of one linear layer",
        choices=("that of one linear layer", "a curve of degree two", "none: the shapes do not fit"),
        explanation="(x Aᵀ + a) Bᵀ + b = x (B A)ᵀ + (a Bᵀ + b): one weight, one bias. However many layers there are, it is one.",
        from_lesson="05",
    ),
    Recall(
        id="05.r5",
        question="How many numbers does a network with widths 10, 5 and 2 learn?",
        kind="number",
        right="67",
        within=(66.5, 67.5),
        explanation="10 · 5 + 5 = 55 for the first layer and 5 · 2 + 2 = 12 for the second. The biases count.",
        from_lesson="05",
    ),
    Recall(
        id="05.r6",
        question="Inside a region of the plane that no crease crosses, the scores of a ReLU network are …",
        kind="choice",
        right="linear in the inputs",
        choices=("constant", "linear in the inputs", "smooth curves"),
        explanation="There each unit is either 0 or a plain sum, and sums of sums are sums. The scores bend at the creases only.",
        from_lesson="05",
    ),
    Recall(
        id="05.r7",
        question="A ReLU unit is 0 for every point of the training set. What does it contribute to the scores of these points?",
        kind="choice",
        right="nothing",
        choices=("its bias", "nothing", "a constant that the last bias makes up for"),
        explanation="What it gives is 0, whatever weight follows. Such a unit is called dead.",
        from_lesson="05",
    ),
    Recall(
        id="05.r8",
        question="Why does ReLU not stand behind the last layer of a classifier?",
        kind="choice",
        right="scores may be negative, and softmax compares them",
        choices=(
            "it would be too slow there",
            "scores may be negative, and softmax compares them",
            "softmax applies ReLU itself",
        ),
        explanation="Cut off at 0, the scores of many classes would be equal, and from zero weights nothing would be learned at all.",
        from_lesson="05",
    ),
)

QUESTIONS = LessonQuestions(lesson="05", title="Networks", predictions=(TWO_LINEAR, RANDOM_HIDDEN, PIECES, BROKEN_RUN), recalls=RECALLS)


def _creases_through_the_origin() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train scores on 100 random ReLU units without biases; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import spirals

    points, labels = spirals(300, rng=lk.rng(0))
    points = points.astype(np.float64)

    def layer(width: int) -> Any:
        angles = lk.rng(0).uniform(0, 2 * np.pi, width)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)  # (width, 2), and no bias: the defect

    def train(features: Any) -> dict[str, list[float]]:
        scaled = lk.Standardizer().fit(features).transform(features)
        weight, bias, rng, lr = np.zeros((3, scaled.shape[1])), np.zeros(3), lk.rng(0), 2 * float(lk.max_stable_lr(scaled))
        curves: dict[str, list[float]] = {"train loss": [], "train accuracy": []}
        for _ in range(200):
            for x, y in lk.minibatches(scaled, labels, batch_size=30, rng=rng):
                grad = lk.softmax(x @ weight.T + bias)
                grad[np.arange(len(y)), y] -= 1
                weight, bias = weight - lr * grad.T @ x / len(y), bias - lr * grad.sum(axis=0) / len(y)
            scores = scaled @ weight.T + bias
            curves["train loss"].append(float(lk.cross_entropy(scores, labels)))
            curves["train accuracy"].append(float(lk.accuracy(scores, labels)))
        return curves

    hidden = np.maximum(points @ layer(100).T, 0)
    curves, wider, none = train(hidden), train(np.maximum(points @ layer(300).T, 0)), train(points)
    at_origin = np.maximum(np.zeros(2) @ layer(100).T, 0)
    numbers = {
        "the accuracy on the same points without a hidden layer": f"{none['train accuracy'][-1]:.2f}",
        "the accuracy with 300 units in the place of 100": f"{wider['train accuracy'][-1]:.2f}",
        "the share of hidden values that are exactly 0": f"{(hidden == 0).mean():.2f}",
        "the smallest and the largest hidden value of a point at the origin": f"{at_origin.min():.2f} and {at_origin.max():.2f}",
        "how many of the 100 hidden units are no sums of the others": f"{np.linalg.matrix_rank(hidden)}",
    }
    return curves, numbers


BROKEN_RUNS = {"05.broken-run": _creases_through_the_origin}
