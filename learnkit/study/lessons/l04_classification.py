"""What lesson 04 asks: four predictions, three questions about lessons 01 to 03, and five about itself for later; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

UNTRAINED_LOSS = Prediction(
    id="04.untrained-loss",
    question=(
        "A model of ten classes knows nothing: all ten scores are 0. The loss is 0 for a model that is sure and right, and grows as the "
        "model gets worse. What is it for the model that knows nothing?"
    ),
    kind="number",
    default=1.0,
    right=(2.25, 2.35),
    replies=(
        Reply(
            "2.3026",
            "That is it: every class gets p = 1/10, so the loss is -ln 0.1 = ln 10 = 2.3026. Look for this number at the start of every "
            "training run with ten classes.",
            within=(2.25, 2.35),
        ),
        Reply(
            "1",
            "You may have thought of a loss that ends at 1, like a share of wrong answers; or you took the logarithm to base 10, where "
            "-log 0.1 is 1. This loss has no upper limit and uses the natural logarithm: -ln 0.1 = 2.3026.",
            within=(0.95, 1.05),
        ),
        Reply(
            "0.9",
            "That is the share of wrong answers when one guesses among ten classes. The loss looks at the probability of the right class "
            "instead, 1/10, and takes its negative logarithm: 2.3026.",
            within=(0.85, 0.95),
        ),
        Reply(
            "0.1",
            "That is the probability of the right class, 1/10, and a good start. The loss is its negative logarithm: -ln 0.1 = 2.3026.",
            within=(0.05, 0.15),
        ),
        Reply(
            "0",
            "The scores are 0, the loss is not: equal scores give each class p = 1/10, and -ln 0.1 = 2.3026. A loss of 0 would need p = 1 "
            "for the right class.",
            within=(-0.05, 0.05),
        ),
        Reply(
            "10",
            "That is the number of classes, and it is in the answer: the loss is its natural logarithm, ln 10 = 2.3026.",
            within=(9.5, 10.5),
        ),
        Reply(
            "3.32",
            "You computed it in bits, with the logarithm to base 2. In nats, with the natural logarithm, the same value is ln 10 = 2.3026.",
            within=(3.25, 3.4),
        ),
        Reply(
            "inf",
            "Infinite it would be if the model gave the right class the probability 0. Knowing nothing is milder: p = 1/10, and "
            "-ln 0.1 = 2.3026.",
            within=(float("inf"), float("inf")),
        ),
    ),
    otherwise=(
        "It is 2.3026: equal scores give each of the ten classes p = 1/10, and the loss is -ln 0.1 = ln 10. The number of classes alone "
        "decides it."
    ),
    then="The result is shown below when it is computed, in section 6.",
)

OVERFLOW = Prediction(
    id="04.overflow",
    question="What is `np.exp(1000.0) / np.exp(1000.0)` in 64-bit numbers?",
    kind="choice",
    default="1",
    right="nan",
    choices=("1", "inf", "nan", "0"),
    replies=(
        Reply(
            "nan",
            'That is it. Each exponential is too large for 64 bits and becomes inf, and inf / inf has no value: "not a number".',
        ),
        Reply(
            "1",
            "You computed with real numbers, and there it is 1. The computer has rounded both exponentials to inf before it divides, and "
            "inf / inf has no value: nan.",
        ),
        Reply(
            "inf",
            "You saw that the exponential is too large and becomes inf. So does the one below the line, and inf / inf has no value: nan.",
        ),
        Reply(
            "0",
            "A number divided by inf is 0; you saw the overflow below the line. The number above it is inf as well, and inf / inf has no "
            "value: nan.",
        ),
    ),
)

SQUARED_ERROR = Prediction(
    id="04.squared-error",
    question=(
        "Both losses train the badly taught model for 20 epochs, with the same learning rate, from the same weights. Where is squared "
        "error after softmax at the end, measured by test accuracy?"
    ),
    kind="choice",
    default="about equal with cross-entropy",
    right="far behind cross-entropy",
    choices=(
        "ahead of cross-entropy",
        "about equal with cross-entropy",
        "far behind cross-entropy",
        "behind, and a larger learning rate makes up for it",
    ),
    replies=(
        Reply(
            "far behind cross-entropy",
            "That is it. Where the model is sure and wrong, softmax is flat, and the gradient of squared error must pass back through it. "
            "The gradient of cross-entropy, p - y, does not shrink there.",
        ),
        Reply(
            "about equal with cross-entropy",
            "Both losses are smallest at the same place, so this is a fair guess. They differ on the way: where the model is sure and "
            "wrong, softmax is flat, and next to nothing of the squared error comes back through it.",
        ),
        Reply(
            "ahead of cross-entropy",
            "It worked well in regression, where the gradient grows with the error. After softmax it is the other way round: the surer the "
            "model is of a wrong class, the smaller the gradient. It ends far behind.",
        ),
        Reply(
            "behind, and a larger learning rate makes up for it",
            "Behind is right, and the learning rate is worth checking: the next experiment tries rates up to 40 times larger. A larger "
            "rate multiplies all gradients alike, so those of the confident mistakes stay the smallest; it does not make up for it.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="04.broken-run",
    question="The loss flattens high, the accuracy keeps rising. What is wrong with this run?",
    kind="choice",
    default="the learning rate is too small",
    right="softmax is applied twice",
    choices=(
        "softmax is applied twice",
        "the labels are shuffled",
        "the learning rate is too small",
        "the gradient is not divided by the batch size",
    ),
    replies=(
        Reply(
            "softmax is applied twice",
            "That is it. The loss is given numbers between 0 and 1, which are probabilities; it takes them for scores and applies softmax "
            "again. Scores in that range cannot make any class surer than e / (e + 9).",
        ),
        Reply(
            "the labels are shuffled",
            "With shuffled labels there is nothing to learn: accuracy would stay near chance, 0.1. Here it rises above 0.8. The range of "
            "what the loss is given shows the cause: probabilities, where scores belong.",
        ),
        Reply(
            "the learning rate is too small",
            "The usual suspect, and a slow loss does look like this. At ten times the rate the loss still stops above 1.46, so something "
            "holds it up. What the loss is given lies between 0 and 1: probabilities, where scores belong.",
        ),
        Reply(
            "the gradient is not divided by the batch size",
            "Then the gradient of 128 digits would be about twice that of 64; here it is not even as long. What the loss is given lies "
            "between 0 and 1: probabilities, where scores belong.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="04.r1",
        question="What is the shape of `a + b` if `a` has shape (32, 10) and `b` has shape (10,)?",
        kind="text",
        right="(32, 10)",
        explanation="Shapes are compared from the right: 10 meets 10, and b is added to each of the 32 rows.",
        from_lesson="01",
    ),
    Recall(
        id="04.r2",
        question="The loss is a mean over the batch, and the batch becomes twice as large. What happens to the size of its gradient?",
        kind="choice",
        right="it stays about as large",
        choices=("it doubles", "it stays about as large", "it halves"),
        explanation="The gradient of a mean is the mean of the gradients: twice as many terms, each with half the weight.",
        from_lesson="03",
    ),
    Recall(
        id="04.r3",
        question="Gradient descent on a bowl of curvature 4: above which learning rate does it diverge?",
        kind="number",
        right="0.5",
        within=(0.499, 0.501),
        explanation="A step multiplies the distance to the minimum by 1 - 4 lr. That stays between -1 and 1 up to lr = 2 / 4 = 0.5.",
        from_lesson="03",
    ),
    Recall(
        id="04.r4",
        question="A model for 100 classes knows nothing: all its scores are equal. What is its cross-entropy in nats, to one decimal?",
        kind="number",
        right="4.6",
        within=(4.55, 4.65),
        explanation="Each class gets p = 1/100, and -ln 0.01 = ln 100 = 4.605. For ten classes it is ln 10 = 2.303.",
        from_lesson="04",
    ),
    Recall(
        id="04.r5",
        question="Which of these changes what softmax gives?",
        kind="choice",
        right="multiplying every score by 2",
        choices=("adding 100 to every score", "multiplying every score by 2", "subtracting the largest score from every score"),
        explanation="Softmax sees only differences between scores. Adding a constant keeps them; multiplying by 2 doubles them.",
        from_lesson="04",
    ),
    Recall(
        id="04.r6",
        question="Softmax gives (0.7, 0.2, 0.1); the second class is right. What is the gradient of cross-entropy along the second score?",
        kind="number",
        right="-0.8",
        within=(-0.801, -0.799),
        explanation="The gradient is p - y, what the model said less what was right: 0.2 - 1 = -0.8. The other two are 0.7 and 0.1.",
        from_lesson="04",
    ),
    Recall(
        id="04.r7",
        question="A model is sure and wrong. Why does squared error after softmax hardly correct it?",
        kind="choice",
        right="its gradient passes back through softmax, which is flat there",
        choices=(
            "the squared error itself is close to zero there",
            "its gradient passes back through softmax, which is flat there",
            "its minimum is at other weights than that of cross-entropy",
        ),
        explanation=(
            "The slopes of softmax carry factors p, and p is near 0 or 1 when the model is sure, rightly or wrongly: there they vanish. "
            "The squared error itself is then near 2, its largest value."
        ),
        from_lesson="04",
    ),
    Recall(
        id="04.r8",
        question="Probabilities, not scores, are passed to `torch.nn.functional.cross_entropy`. How does that show?",
        kind="choice",
        right="the loss flattens far above 0 while accuracy rises",
        choices=(
            "PyTorch raises an error about its input",
            "the loss becomes nan after a few steps",
            "the loss flattens far above 0 while accuracy rises",
        ),
        explanation=(
            "Softmax is then applied twice. The second one sees scores between 0 and 1 only, so its largest probability stays well below "
            "1. Nothing complains."
        ),
        from_lesson="04",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="04", title="Classification", predictions=(UNTRAINED_LOSS, OVERFLOW, SQUARED_ERROR, BROKEN_RUN), recalls=RECALLS
)


def _softmax_twice() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train on digits with a loss that is given probabilities; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    x, y = images.astype(np.float64), labels
    rows, _ = lk.split_indices(len(x), (0.75, 0.25), rng=lk.rng(0))

    def gradient(x: Any, y: Any, weight: Any, bias: Any) -> tuple[Any, Any, Any]:
        logits, saved_linear = lk.linear.forward(x, weight, bias)
        p, saved_softmax = lk.softmax.forward(logits)
        _, saved_loss = lk.cross_entropy.forward(p, y)  # the defect: the loss takes scores
        grad_p, _ = lk.cross_entropy.backward(1.0, saved_loss)
        _, grad_weight, grad_bias = lk.linear.backward(lk.softmax.backward(grad_p, saved_softmax), saved_linear)
        return p, grad_weight, grad_bias

    def train(lr: float) -> tuple[dict[str, list[float]], Any, Any, Any]:
        weight, bias, rng = np.zeros((10, 64)), np.zeros(10), lk.rng(0)
        curves: dict[str, list[float]] = {"train loss": [], "train accuracy": []}
        for _ in range(20):
            for xs, ys in lk.minibatches(x[rows], y[rows], batch_size=64, rng=rng):
                _, grad_weight, grad_bias = gradient(xs, ys, weight, bias)
                weight, bias = weight - lr * grad_weight, bias - lr * grad_bias
            p = lk.softmax(x[rows] @ weight.T + bias)
            curves["train loss"].append(float(lk.cross_entropy(p, y[rows])))
            curves["train accuracy"].append(float(lk.accuracy(p, y[rows])))
        return curves, p, weight, bias

    curves, p, weight, bias = train(0.5)
    faster = train(5.0)[0]["train loss"]
    size = {n: np.linalg.norm(gradient(x[rows[:n]], y[rows[:n]], weight, bias)[1]) for n in (64, 128)}
    numbers = {
        "the loss before the first step": f"{np.log(10):.4f}, which is ln 10",
        "the accuracy on the training digits": f"{curves['train accuracy'][-1]:.2f} after 20 epochs",
        "the smallest and the largest number that the loss is given": f"{p.min():.2f} and {p.max():.2f}",
        "the loss at ten times the learning rate": f"{faster[-1]:.2f} after 20 epochs",
        "the gradient of 128 digits over that of 64": f"{size[128] / size[64]:.1f} times as long",
    }
    return curves, numbers


BROKEN_RUNS = {"04.broken-run": _softmax_twice}
