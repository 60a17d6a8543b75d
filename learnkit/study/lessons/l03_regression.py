"""What lesson 03 asks: five predictions, three questions about lessons 01 and 02, six about itself for later; and its broken run."""

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

DOUBLE_N = Prediction(
    id="03.double-n",
    question=(
        "The loss is the mean of the squared errors over N patients. Every patient is entered a second time, so that there are 2N rows. "
        "What happens to the gradient?"
    ),
    kind="choice",
    default="it doubles",
    right="it stays the same",
    choices=("it doubles", "it stays the same", "it halves"),
    replies=(
        Reply(
            "it stays the same",
            "That is it. Twice as many terms, each with half the weight. The gradient of a mean does not grow with the amount of data, and "
            "so the right learning rate does not change with it either.",
        ),
        Reply(
            "it doubles",
            "So it would if the loss were a sum: twice as many patients, twice the pull. A mean divides by their number, and 2 / 2N leaves "
            "the gradient as it was.",
        ),
        Reply(
            "it halves",
            "You saw that a mean divides by the number of patients, and that number doubles. The number of terms doubles as well, and the "
            "two cancel: it stays the same.",
        ),
    ),
    then="The result is shown below, at the end of section 5.",
)

OVERSHOOT = Prediction(
    id="03.overshoot",
    question=(
        "On the bowl L = 2w² a learning rate of 0.25 leads to the bottom in a single step. What happens with 0.4, starting at w = 1?"
    ),
    kind="choice",
    default="it moves away from the bottom",
    right="it jumps to the other side and still ends at the bottom",
    choices=(
        "it stops before the bottom",
        "it jumps to the other side and still ends at the bottom",
        "it jumps to and fro between two places for ever",
        "it moves away from the bottom",
    ),
    replies=(
        Reply(
            "it jumps to the other side and still ends at the bottom",
            "That is it. Each step multiplies w by 1 - 0.4 · 4 = -0.6: the other side, and nearer. It goes wrong only once a step lands "
            "farther out than it began, from twice the perfect rate on.",
        ),
        Reply(
            "it moves away from the bottom",
            "More than the perfect rate is too far, and still it lands nearer than it began: 1 - 0.4 · 4 = -0.6, the other side. It "
            "moves away "
            "only above 0.5, twice the perfect rate.",
        ),
        Reply(
            "it jumps to and fro between two places for ever",
            "That happens at exactly 0.5, where a step multiplies w by -1. At 0.4 the factor is -0.6: the other side, and nearer "
            "each time.",
        ),
        Reply(
            "it stops before the bottom",
            "A smaller rate would come to it more slowly, from the same side. A rate of 0.4 goes too far: w is multiplied by "
            "1 - 0.4 · 4 = -0.6, which is on the other side, and nearer.",
        ),
    ),
)

RAW_STEPS = Prediction(
    id="03.raw-steps",
    question=(
        "On the scaled features, descent is within 1 % of the loss of the best line after fewer than 64 steps. How many does it take in "
        "the units of the file, with the best learning rate that does not diverge?"
    ),
    kind="choice",
    default="about 500",
    right="more than 16,000",
    choices=("about 500", "about 2,000", "about 8,000", "more than 16,000"),
    replies=(
        Reply(
            "more than 16,000",
            "That is it. The steepest direction, along which all measurements grow together, forbids a larger rate, and the flattest "
            "is more "
            "than ten million times flatter.",
        ),
        Reply(
            "about 500",
            "A factor of ten or so would be plain bad luck with units. The curvatures differ by a factor of more than ten million "
            "here: even "
            "16,000 steps are not enough.",
        ),
        Reply(
            "about 2,000",
            "The first 200 steps of section 1 look as if that might do. But the loss creeps more and more slowly: after 2,000 steps it is "
            "still more than 10 % above that of the best line, and even after 16,000 it is not within 1 %.",
        ),
        Reply(
            "about 8,000",
            "The right idea, and still too hopeful: even after 16,000 steps the loss is more than 5 % above that of the best line.",
        ),
    ),
)

ON_THE_RIDGE = Prediction(
    id="03.saddle",
    question=(
        "The surface L = u² - v² rises along u and falls without end along v. Descent starts at u = 1.5, v = 0, exactly on the line "
        "between the two "
        "slopes. Where is it after 200 steps at rate 0.05?"
    ),
    kind="choice",
    default="far down one of the slopes",
    right="at (0, 0)",
    choices=("far down one of the slopes", "at (0, 0)", "still near (1.5, 0)"),
    replies=(
        Reply(
            "at (0, 0)",
            "That is it. The slope along v is -2v, which is 0 all the way. Nothing ever pushes it off the line, and at (0, 0) the whole "
            "gradient is 0.",
        ),
        Reply(
            "far down one of the slopes",
            "A ball would roll off. Descent does only what the gradient says, and along v that is -2v: exactly 0 on this line. It "
            "needs a push, "
            "however small.",
        ),
        Reply(
            "still near (1.5, 0)",
            "Along u it is an ordinary bowl, and each step multiplies u by 0.9: after 200 steps u is 0 to nine digits. Along v the "
            "slope is "
            "exactly 0, so it ends at (0, 0).",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="03.broken-run",
    question="The loss falls fast and then stands still, far above that of the best line. What is wrong with this run?",
    kind="choice",
    default="the learning rate is too small",
    right="every prediction is compared with every target",
    choices=(
        "the learning rate is too small",
        "the features are not scaled",
        "every prediction is compared with every target",
        "the gradient is not divided by the number of patients",
    ),
    replies=(
        Reply(
            "every prediction is compared with every target",
            "That is it. A column of predictions less a row of targets is a table. Against all targets at once the best prediction "
            "is their "
            "mean, for every patient.",
        ),
        Reply(
            "the learning rate is too small",
            "Then the loss would still be falling, and a larger rate would end lower. It stands still on the loss of always predicting the "
            "mean. The shape of the differences shows why: every prediction meets every target.",
        ),
        Reply(
            "the features are not scaled",
            "In raw units the loss is high too, and it creeps on; and a look at the features shows mean 0 and deviation 1. The differences "
            "have the shape of a table: every prediction meets every target.",
        ),
        Reply(
            "the gradient is not divided by the number of patients",
            "Then every step would be hundreds of times too long, and the loss would grow without bound. It stands still. The "
            "differences have "
            "the shape of a table: every prediction meets every target.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="03.r1",
        question="`x` has shape (332, 10) and `weight` has shape (10,). What is the shape of `x @ weight`?",
        kind="text",
        right="(332,)",
        explanation="Each row of ten numbers meets the ten weights and becomes one number: 332 predictions.",
        from_lesson="01",
    ),
    Recall(
        id="03.r2",
        question="From which rows are the mean and the standard deviation taken that scale the test part?",
        kind="choice",
        right="from the training part",
        choices=("from the training part", "from the test part", "from all rows together"),
        explanation=(
            "What is applied to the test part is learned from the training part: the test rows stand for data that nobody has seen."
        ),
        from_lesson="02",
    ),
    Recall(
        id="03.r3",
        question="Ages have mean 50 and standard deviation 10 in the training part. What does an age of 65 become when it is standardized?",
        kind="number",
        right="1.5",
        within=(1.499, 1.501),
        explanation="Less the mean, over the deviation: (65 - 50) / 10 = 1.5. It lies one and a half deviations above the mean.",
        from_lesson="02",
    ),
    Recall(
        id="03.r4",
        question="One prediction is 3 too high, the other 1 too low. What is the mean squared error?",
        kind="number",
        right="5",
        within=(4.999, 5.001),
        explanation="(9 + 1) / 2 = 5. The signs are gone, and the larger error counts nine times as much as the smaller one.",
        from_lesson="03",
    ),
    Recall(
        id="03.r5",
        question="A bowl has curvature 10. Up to which learning rate does gradient descent converge?",
        kind="number",
        right="0.2",
        within=(0.1999, 0.2001),
        explanation="A step multiplies the distance to the bottom by 1 - 10 lr. That stays between -1 and 1 up to lr = 2 / 10.",
        from_lesson="03",
    ),
    Recall(
        id="03.r6",
        question="Why does gradient descent crawl on features in very different units?",
        kind="choice",
        right="the steepest direction limits the rate, and the flattest needs a far larger one",
        choices=(
            "the best line is another one in those units",
            "the steepest direction limits the rate, and the flattest needs a far larger one",
            "there are more minima in which it gets stuck",
        ),
        explanation=(
            "The best line predicts the same in any units, and the loss has one bottom. Only the curvatures differ, and one "
            "rate serves all."
        ),
        from_lesson="03",
    ),
    Recall(
        id="03.r7",
        question="The gradient of the mean squared error along the bias is 2/N times what?",
        kind="choice",
        right="the sum of the differences, predictions less targets",
        choices=(
            "the sum of the differences, predictions less targets",
            "the sum of the differences times the inputs",
            "the sum of the squared differences",
        ),
        explanation="The bias moves every prediction by 1, so each example pulls with 2/N times its own difference, and the pulls add up.",
        from_lesson="03",
    ),
    Recall(
        id="03.r8",
        question="A loss rises, faster and faster, and then is nan. What do you try first?",
        kind="choice",
        right="a smaller learning rate",
        choices=("more steps", "a smaller learning rate", "another start"),
        explanation=(
            "Along the steepest direction each step lands farther out than it began. Neither patience nor another start "
            "changes that factor."
        ),
        from_lesson="03",
    ),
    Recall(
        id="03.r9",
        question="One of 40 targets is off by 10. Which loss lets it pull the line the least?",
        kind="choice",
        right="the mean absolute error",
        choices=("the mean squared error", "the mean absolute error", "both alike"),
        explanation=(
            "In the squared error the pull grows with the distance. In the absolute error every point pulls with the same strength."
        ),
        from_lesson="03",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="03", title="Regression", predictions=(DOUBLE_N, OVERSHOOT, RAW_STEPS, ON_THE_RIDGE, BROKEN_RUN), recalls=RECALLS
)


def _column_less_row() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Fit patients with a loss that compares every prediction with every target; return its curve, and numbers that tell causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import diabetes

    features, progression = diabetes()
    rows, _ = lk.split_indices(len(features), (0.75, 0.25), rng=lk.rng(0))
    y = progression[rows].astype(np.float64)
    x = lk.Standardizer().fit(features[rows].astype(np.float64)).transform(features[rows].astype(np.float64))

    def train(lr: float) -> tuple[list[float], np.ndarray, np.ndarray]:
        weight, bias, losses = np.zeros((10, 1)), 0.0, []
        for _ in range(200):
            difference = x @ weight + bias - y  # the defect: (331, 1) less (332,) is (331, 331)
            losses.append(float((difference**2).mean()))
            grad_predictions = 2 / len(y) * difference.mean(axis=1, keepdims=True)
            weight, bias = weight - lr * x.T @ grad_predictions, bias - lr * grad_predictions.sum()
        return losses, x @ weight + bias, difference

    losses, predictions, difference = train(0.1)
    numbers = {
        "the loss of always predicting the mean": f"{y.var():.0f}",
        "the smallest and the largest prediction": f"{predictions.min():.0f} and {predictions.max():.0f}",
        "the shape of predictions less targets": f"{difference.shape}",
        "the loss at twice the learning rate": f"{train(0.2)[0][-1]:.0f} before step 200",
        "mean and deviation of the features": f"{np.abs(x.mean(axis=0)).max():.1f} and {x.std(axis=0).mean():.1f}, for every one",
    }
    return {"train loss": losses}, numbers


BROKEN_RUNS = {"03.broken-run": _column_less_row}
