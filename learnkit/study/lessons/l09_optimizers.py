"""What lesson 09 asks: four predictions, three questions about lessons 03 to 08, and five about itself for later; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

FAIR = Prediction(
    id="09.fair",
    question=(
        "Now each of the six rules gets the best of eight learning rates, chosen on the validation digits. How far apart are the best and "
        "the worst of them then, in mean test accuracy after 10 epochs?"
    ),
    kind="choice",
    default="5 to 20 points",
    right="below 5 points",
    choices=("above 20 points", "5 to 20 points", "below 5 points"),
    replies=(
        Reply(
            "below 5 points",
            "That is it. Most of the gap at the rate 0.01 was a gap between a rate that suits Adam and one that is a hundred "
            "times too small "
            "for SGD.",
        ),
        Reply(
            "5 to 20 points",
            "A fair guess after the first figure. But 0.01 was a good rate for two of the rules and far too small for the "
            "others; with rates "
            "of their own all end close together.",
        ),
        Reply(
            "above 20 points",
            "At the rate 0.01 it was more than that. One rate for all compares rates and not rules: SGD likes one a hundred times larger.",
        ),
    ),
    then="The result is shown in section 10.",
)

CONSTANT_SLOPE = Prediction(
    id="09.constant-slope",
    question=(
        "The gradient is the same in every step, and beta is 0.9. How many times as long as a step of plain gradient descent are the steps "
        "with momentum, after many of them?"
    ),
    kind="number",
    default=1.9,
    right=(9.9, 10.1),
    replies=(
        Reply(
            "10",
            "That is it: 1 + 0.9 + 0.81 + … = 1 / (1 - 0.9) = 10. Momentum 0.9 multiplies the learning rate by ten wherever the gradient "
            "keeps its direction.",
            within=(9.9, 10.1),
        ),
        Reply(
            "1.9",
            "That is the second step: the new gradient, and 0.9 of the first. The third adds 0.81 more, and so on; the sum "
            "1 + 0.9 + 0.81 + … ends at 10.",
            within=(1.85, 1.95),
        ),
        Reply(
            "0.9",
            "A velocity that kept 0.9 and took in 0.1 of the gradient would stay near 1. Here the gradient enters in full, on "
            "top of the 0.9 "
            "that is kept: the sum ends at 10.",
            within=(0.85, 0.95),
        ),
        Reply(
            "1",
            "That holds for a running mean, where the gradient enters with weight 0.1. Here it enters in full: 1 + 0.9 + 0.81 + … = 10.",
            within=(0.95, 1.05),
        ),
        Reply(
            "inf",
            "It would grow without end if the whole velocity were kept. Only 0.9 of it is: at 10 what is lost, 0.1 of 10, is "
            "what comes in.",
            within=(1e3, float("inf")),
        ),
    ),
    otherwise="It is 10: the velocity settles where what is lost in a step, 0.1 of it, is what comes in, one gradient.",
)

FIRST_STEP = Prediction(
    id="09.first-step",
    question="Two weights have gradients 0.001 and 1000. With lr 0.1, how far does the first step of Adam move them?",
    kind="choice",
    default="0.0001 and 100",
    right="0.1 and 0.1",
    choices=("0.0001 and 100", "0.1 and 0.1", "0.01 and 0.01", "0.32 and 0.32"),
    replies=(
        Reply(
            "0.1 and 0.1",
            "That is it. At the first step both corrected means hold one gradient only: g over the root of g² is 1 in size, whatever g is.",
        ),
        Reply(
            "0.0001 and 100",
            "That is what plain gradient descent does, lr times the gradient. Adam divides each gradient by its own size: both "
            "move by 0.1.",
        ),
        Reply(
            "0.01 and 0.01",
            "Equal is right. The factor 0.1 of the mean of gradients is what the correction takes out again, so the whole lr is left.",
        ),
        Reply(
            "0.32 and 0.32",
            "Equal is right. 0.32 would come out without the correction, 0.1 / √0.001 = 3.2 times lr; with it the step is lr.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="09.broken-run",
    question="The loss falls quickly, and then climbs again. What is wrong with this run?",
    kind="choice",
    default="the learning rate is too large",
    right="old gradients are never forgotten",
    choices=(
        "old gradients are never forgotten",
        "the learning rate is too large",
        "the labels are shuffled",
        "the optimizer is made anew in every step",
    ),
    replies=(
        Reply(
            "old gradients are never forgotten",
            "That is it. backward adds to what is there, and nobody called zero_grad: every step is made from the sum of all "
            "gradients since "
            "the start. It is momentum with a beta of 1, which never brakes.",
        ),
        Reply(
            "the learning rate is too large",
            "The usual suspect when a loss climbs. But a right run at this rate is far slower, and a third of the rate does not cure it. "
            "The gradient that is there before backward shows the cause: nobody forgets it.",
        ),
        Reply(
            "the labels are shuffled",
            "With shuffled labels the accuracy would stay near chance, 0.1. Here it reaches 0.9. The gradient that is there "
            "before backward "
            "shows the cause: nobody forgets it.",
        ),
        Reply(
            "the optimizer is made anew in every step",
            "Plain SGD keeps nothing between steps, so a new one is as good as the old. What is kept here is the gradient, in "
            "the parameters: "
            "nobody forgets it.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="09.r1",
        question="A valley has curvature 2 across and 0.02 along its floor. Above which learning rate does gradient descent diverge?",
        kind="number",
        right="1",
        within=(0.999, 1.001),
        explanation="The steepest direction decides: a step multiplies what is left there by 1 - 2 lr, and that leaves [-1, 1] "
        "above lr = 1.",
        from_lesson="03",
    ),
    Recall(
        id="09.r2",
        question="`loss.backward()` is called twice on the same loss, without `zero_grad` between. What is in `weight.grad`?",
        kind="choice",
        right="twice the gradient",
        choices=("the gradient", "twice the gradient", "the mean of both"),
        explanation="backward adds to what is there. That is what makes a value that is used twice work, and why a training "
        "step forgets first.",
        from_lesson="07",
    ),
    Recall(
        id="09.r3",
        question="He initialization of a layer with 200 inputs: which standard deviation do its weights get?",
        kind="number",
        right="0.1",
        within=(0.0999, 0.1001),
        explanation="The root of 2 over the number of inputs: √(2 / 200) = 0.1.",
        from_lesson="08",
    ),
    Recall(
        id="09.r4",
        question="Momentum with beta 0.95 and a gradient that never changes: how many times as long as those of plain descent "
        "do steps get?",
        kind="number",
        right="20",
        within=(19.9, 20.1),
        explanation="1 + 0.95 + 0.95² + … = 1 / (1 - 0.95) = 20.",
        from_lesson="09",
    ),
    Recall(
        id="09.r5",
        question="All gradients of a model become ten times as large. What happens to the steps of Adam?",
        kind="choice",
        right="they stay as they were",
        choices=("they get ten times as long", "they stay as they were", "they get ten times as short"),
        explanation="The mean of gradients and the root of the mean of squares both grow tenfold, and their quotient stays, "
        "apart from eps.",
        from_lesson="09",
    ),
    Recall(
        id="09.r6",
        question="Why does Adam divide its two means by 1 - beta to the power of t?",
        kind="choice",
        right="they start from 0 and are too small at first",
        choices=(
            "they start from 0 and are too small at first",
            "so that the learning rate falls with the steps",
            "so that nothing is divided by 0",
        ),
        explanation="The weights in a running mean that starts from 0 add up to 1 - beta to the power of t. Dividing makes them "
        "add up to 1.",
        from_lesson="09",
    ),
    Recall(
        id="09.r7",
        question="What does AdamW do with the weight decay that Adam does not?",
        kind="choice",
        right="it keeps the decay out of the gradient",
        choices=(
            "it keeps the decay out of the gradient",
            "it divides the decay by the root of the mean of squares",
            "it leaves the learning rate out of the decay",
        ),
        explanation="In the gradient the decay is divided by the gradient's size, so steep weights hardly shrink. AdamW takes "
        "the same share of all.",
        from_lesson="09",
    ),
    Recall(
        id="09.r8",
        question="Somebody compares two optimizers, both at lr 0.001, the default. What does the comparison show?",
        kind="choice",
        right="which of them 0.001 suits better",
        choices=("which rule is better", "which of them 0.001 suits better", "nothing, since defaults are always wrong"),
        explanation="One rate for all compares rates. Each rule needs the best of the same number of tries, chosen on validation data.",
        from_lesson="09",
    ),
)

QUESTIONS = LessonQuestions(lesson="09", title="Optimizers", predictions=(FAIR, CONSTANT_SLOPE, FIRST_STEP, BROKEN_RUN), recalls=RECALLS)


def _never_forgets() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train on digits without zero_grad; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    rows, _, _ = lk.split_indices(len(images), (0.6, 0.2, 0.2), rng=lk.rng(0))
    x, y = images[rows], labels[rows]

    def size(grads: list[Any]) -> float:
        return float(np.sqrt(sum((np.asarray(grad, dtype=np.float64) ** 2).sum() for grad in grads)))

    def train(lr: float, forgets: bool) -> tuple[dict[str, list[float]], float, float, float]:
        rng, order = lk.rng(0), lk.rng(100)
        net = lk.Sequential(lk.Linear(64, 32, rng=rng), lk.ReLU(), lk.Linear(32, 10, rng=rng))
        optimizer = lk.SGD(net.parameters(), lr=lr)
        with lk.no_grad():
            start = float(lk.cross_entropy(net(x), y).item())
        curves: dict[str, list[float]] = {"train loss": [], "train accuracy": []}
        before = after = 0.0
        for _ in range(20):
            for inputs, targets in lk.minibatches(x, y, batch_size=64, rng=order):
                if forgets:
                    optimizer.zero_grad()
                before = size([parameter.grad for parameter in net.parameters() if parameter.grad is not None])
                lk.cross_entropy(net(inputs), targets).backward()
                after = size([parameter.grad for parameter in net.parameters()])
                optimizer.step()
            with lk.no_grad():
                curves["train loss"].append(float(lk.cross_entropy(net(x), y).item()))
                curves["train accuracy"].append(float(lk.accuracy(net(x), y)))
        return curves, start, before, after

    curves, start, before, after = train(0.03, forgets=False)
    smaller = train(0.01, forgets=False)[0]["train loss"]
    accuracies = curves["train accuracy"]
    numbers = {
        "the loss before the first step": f"{start:.2f}; ln 10 is 2.30",
        "the accuracy on the training digits": f"{max(accuracies):.2f} at best, {accuracies[-1]:.2f} at the end",
        "the loss at a third of the learning rate": f"{min(smaller):.2f} at best, {smaller[-1]:.2f} at the end",
        "the length of the gradient right before backward, in the last step": f"{before:.0f}",
        "the length of the gradient right after backward, in the last step": f"{after:.0f}",
    }
    return curves, numbers


BROKEN_RUNS = {"09.broken-run": _never_forgets}
