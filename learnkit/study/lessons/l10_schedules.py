"""What lesson 10 asks: five predictions, three questions about earlier lessons, and six about itself for later; and its broken run."""

from functools import partial
from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

DECAY = Prediction(
    id="10.decay",
    question=(
        "The runs with the rate 0.1 once more, from the same weights and on the same batches, but now the rate falls from 0.1 to 0 along "
        "half a "
        "cosine. In all it has half of the rate to spend. Where is its test accuracy after 5 epochs, in the mean?"
    ),
    kind="choice",
    default="between those of 0.1 and 0.01",
    right="above all three constant rates",
    choices=(
        "below all three: it stops learning too early",
        "about that of the constant rate 0.1",
        "between those of 0.1 and 0.01",
        "above all three constant rates",
    ),
    replies=(
        Reply(
            "above all three constant rates",
            "That is it. The first half of the run goes as far as with 0.1, and the second half quiets down, as it would with a rate "
            "that was low "
            "from the start.",
        ),
        Reply(
            "between those of 0.1 and 0.01",
            "Its mean rate lies between them, so this is a fair guess. But it is not one rate in between: it is high while there is far "
            "to go and "
            "low when only noise is left, and ends above all three.",
        ),
        Reply(
            "about that of the constant rate 0.1",
            "The first half is about that of the constant rate. What keeps that one down in the end is its noise, and the noise shrinks "
            "with the "
            "rate: the run ends above all three.",
        ),
        Reply(
            "below all three: it stops learning too early",
            "That happens when the way is too long for the rates that are left, as from a low peak. From 0.1 half of the rates is more "
            "than "
            "enough, and the run ends above all three.",
        ),
    ),
    then="The result is shown below, in section 6.",
)

WARM_UP = Prediction(
    id="10.warm-up",
    question=(
        "Many programs let the rate rise from next to 0 for the first tenth of the run before it falls. How much does that add to the test "
        "accuracy on our digits, at highest rates from 0.03 to 0.1?"
    ),
    kind="choice",
    default="1 to 3 points",
    right="nothing that shows",
    choices=("more than 3 points", "1 to 3 points", "nothing that shows", "it costs more than 3 points"),
    replies=(
        Reply(
            "nothing that shows",
            "That is it, on this network. The first steps here do no damage that later ones do not repair, so there is nothing for a "
            "warm-up to prevent.",
        ),
        Reply(
            "1 to 3 points",
            "So many texts say, and for large networks they have reasons. On this small one the means differ by less than 1 point, which "
            "is less "
            "than the runs differ among themselves.",
        ),
        Reply(
            "more than 3 points",
            "It would, if the first steps at full rate ruined the weights for good. Here they do not: with and without it the means "
            "differ by "
            "less than 1 point.",
        ),
        Reply(
            "it costs more than 3 points",
            "A tenth of the run at lower rates is lost, and that costs little: the means differ by less than 1 point.",
        ),
    ),
)

BATCH = Prediction(
    id="10.batch",
    question=(
        "A batch of 512 in the place of 8: each gradient is eight times as exact. The rate and the number of epochs stay. What happens to "
        "the "
        "training loss after 15 epochs?"
    ),
    kind="choice",
    default="it is lower, since the gradients are more exact",
    right="it is much higher",
    choices=(
        "it is lower, since the gradients are more exact",
        "it is about the same, since the same digits are seen as often",
        "it is much higher",
    ),
    replies=(
        Reply(
            "it is much higher",
            "That is it. The same epochs are a sixty-fourth of the steps, each as long as before, so the run goes about a sixty-fourth "
            "as far.",
        ),
        Reply(
            "it is lower, since the gradients are more exact",
            "They are more exact, and each step is as long as before; but there are only a sixty-fourth of the steps. The run goes about a "
            "sixty-fourth as far, and its loss is much higher.",
        ),
        Reply(
            "it is about the same, since the same digits are seen as often",
            "Each digit is seen as often, and moves the weights a sixty-fourth as far: the loss is a mean over the batch. Unless the rate "
            "grows with the batch, the loss is much higher.",
        ),
    ),
)

CLIP = Prediction(
    id="10.clip",
    question=(
        "A model has two parameters with the gradients (3, 4) and (0.1, 0). They are clipped to the norm 1, as one gradient of one "
        "model. What are "
        "the new gradients?"
    ),
    kind="choice",
    default="(0.6, 0.8) and (0.1, 0)",
    right="(0.6, 0.8) and (0.02, 0), rounded",
    choices=(
        "(0.6, 0.8) and (0.1, 0)",
        "(1, 1) and (0.1, 0)",
        "(0.6, 0.8) and (1, 0)",
        "(0.6, 0.8) and (0.02, 0), rounded",
    ),
    replies=(
        Reply(
            "(0.6, 0.8) and (0.02, 0), rounded",
            "That is it. All values together are √(9 + 16 + 0.01) = 5.001 long, and all are divided by that, the short gradient too.",
        ),
        Reply(
            "(0.6, 0.8) and (0.1, 0)",
            "That clips each parameter by itself, and turns the gradient of the model: its second part would weigh five times as much as "
            "before. "
            "Both are divided by the common norm, 5.001.",
        ),
        Reply(
            "(1, 1) and (0.1, 0)",
            "That limits every value by itself, and turns the gradient: (3, 4) and (1, 1) point in different directions. All values are "
            "divided by the common norm, 5.001.",
        ),
        Reply(
            "(0.6, 0.8) and (1, 0)",
            "That brings each parameter to length 1, the short one too. Clipping never makes anything longer; all values are "
            "divided by the common norm, 5.001.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="10.broken-run",
    question="The loss stays where it is after the first epoch, to the last digit. What is wrong with this run?",
    kind="choice",
    default="the highest rate is too low",
    right="the schedule was given epochs, and counts steps",
    choices=(
        "the highest rate is too low",
        "the schedule was given epochs, and counts steps",
        "all hidden units are dead",
        "the labels are shuffled",
    ),
    replies=(
        Reply(
            "the schedule was given epochs, and counts steps",
            "That is it. The rate was to fall to 0 in 15 epochs, and it did so in 15 steps, before a fifth of the first epoch was over.",
        ),
        Reply(
            "the highest rate is too low",
            "Too low a rate makes a loss creep, and here it does not move at all. Ten times the rate stops it at another height, and "
            "just as "
            "still: the rate is 0 since step 15.",
        ),
        Reply(
            "all hidden units are dead",
            "Then the first layer would have no gradient. The gradient is there, and nothing follows it: the rate is 0 since step 15.",
        ),
        Reply(
            "the labels are shuffled",
            "With shuffled labels the weights go on moving, and the loss with them. Here nothing moves: the rate is 0 since step 15.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="10.r1",
        question="SGD with momentum 0.9 meets the same gradient g again and again. How many times lr · g is each step in the end?",
        kind="number",
        right="10",
        within=(9.9, 10.1),
        explanation="The velocity is 0.9 of itself plus g, and comes to rest where v = 0.9 v + g: v = g / (1 - 0.9) = 10 g.",
        from_lesson="09",
    ),
    Recall(
        id="10.r2",
        question="`backward()` is called for two losses, and no gradient is set back in between. What is in `weight.grad`?",
        kind="choice",
        right="the sum of both gradients",
        choices=("the gradient of the second loss", "the sum of both gradients", "the mean of both gradients"),
        explanation="backward adds to what is there. That is why a training step begins with zero_grad, and what section 9 makes use of.",
        from_lesson="07",
    ),
    Recall(
        id="10.r3",
        question="How many parameters, weights and biases, has an MLP of the widths 64, 32 and 10?",
        kind="number",
        right="2410",
        within=(2409.5, 2410.5),
        explanation="64 · 32 + 32 for the hidden layer, 32 · 10 + 10 for the output: 2080 + 330 = 2410. It is the network of this lesson.",
        from_lesson="05",
    ),
    Recall(
        id="10.r4",
        question="One weight of curvature 1, noise of variance 1 on its slope, constant rate 0.5. At which variance does it come to rest?",
        kind="number",
        right="0.333",
        within=(0.32, 0.34),
        explanation="a σ² / (2 - a) = 0.5 / 1.5 = 1/3. At a rate of 0.05 it is 0.0256: the rate sets the floor.",
        from_lesson="10",
    ),
    Recall(
        id="10.r5",
        question="1,000 examples, batches of 32, the small last one kept, 10 epochs. How many steps long is a schedule for the whole run?",
        kind="number",
        right="320",
        within=(319.5, 320.5),
        explanation="1000 / 32 = 31.25, so an epoch has 32 steps, the last one with 8 rows; ten epochs have 320.",
        from_lesson="10",
    ),
    Recall(
        id="10.r6",
        question="The gradients of two parameters are (3, 4) and (12). They are clipped to the norm 1.3 together. What becomes of the 12?",
        kind="number",
        right="1.2",
        within=(1.19, 1.21),
        explanation="The common norm is √(9 + 16 + 144) = 13, so all are divided by 10: 1.2.",
        from_lesson="10",
    ),
    Recall(
        id="10.r7",
        question="The batch becomes four times as large, the epochs stay. By the linear rule, what is done to the learning rate?",
        kind="choice",
        right="it is multiplied by 4",
        choices=("it stays", "it is multiplied by 2", "it is multiplied by 4", "it is divided by 4"),
        explanation="There are a quarter of the steps, so each has to go four times as far. The rule ends where a step becomes too long.",
        from_lesson="10",
    ),
    Recall(
        id="10.r8",
        question="A batch comes in pieces of 4, 4 and 1 rows. By what is the mean loss of the last one multiplied before backward?",
        kind="choice",
        right="1/9",
        choices=("1", "1/3", "1/9", "1/4"),
        explanation="By its share of the rows: each row then counts the same. With 1/3 its row would count as much as four others.",
        from_lesson="10",
    ),
    Recall(
        id="10.r9",
        question="With a cosine to 0 a run ends worse than with the constant rate. Which highest rate was it probably?",
        kind="choice",
        right="a low one",
        choices=("a low one", "a high one", "it does not depend on the rate"),
        explanation="A cosine has half of the rate to spend. From a low rate that is too short a way; from a high one it takes noise away.",
        from_lesson="10",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="10", title="Schedules, batch size, clipping", predictions=(DECAY, WARM_UP, BATCH, CLIP, BROKEN_RUN), recalls=RECALLS
)


def _schedule_in_epochs() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train on digits with a schedule that is told 15 epochs and counts steps; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    x, y = images[rows].astype(np.float32), labels[rows]
    epochs = 15

    def train(lr: float) -> tuple[dict[str, list[float]], Any, Any, float]:
        net = lk.Sequential(lk.Linear(64, 32, rng=lk.rng(0)), lk.ReLU(), lk.Linear(32, 10, rng=lk.rng(1)))
        optimizer = lk.SGD(net.parameters(), lr=lr, momentum=0.9)
        scheduler = lk.Scheduler(optimizer, partial(lk.cosine_warmup, total_steps=epochs))  # the defect: it counts steps
        order, moved = lk.rng(50), 0.0
        curves: dict[str, list[float]] = {"train loss": [], "train accuracy": []}
        for _ in range(epochs):
            before = [parameter.data.copy() for parameter in net.parameters()]
            for xs, ys in lk.minibatches(x, y, batch_size=16, rng=order):
                loss = lk.cross_entropy(net(xs), ys)
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
                scheduler.step()
            moved = max(float(np.abs(old - new.data).max()) for old, new in zip(before, net.parameters(), strict=True))
            with lk.no_grad():
                scores = net(x)
            curves["train loss"].append(float(lk.cross_entropy(scores, y).item()))
            curves["train accuracy"].append(float(lk.accuracy(scores, y)))
        return curves, net, optimizer, moved

    curves, net, optimizer, moved = train(0.1)
    faster = train(1.0)[0]["train loss"]
    net.zero_grad()
    lk.cross_entropy(net(x), y).backward()
    first = float(np.linalg.norm(next(iter(net.parameters())).grad))
    numbers = {
        "the accuracy on the training digits": f"{curves['train accuracy'][-1]:.2f} after each of the epochs",
        "the gradient of the first layer at the end": f"{first:.1f} long: it is there",
        "how far the weights moved in the last epoch": f"{moved:g}: not one of them moved",
        "the rate at the last step": f"{optimizer.param_groups[0]['lr']:g}",
        "the loss at ten times the highest rate": f"{faster[0]:.2f} after epoch 1, {faster[-1]:.2f} after epoch {epochs}",
    }
    return curves, numbers


BROKEN_RUNS = {"10.broken-run": _schedule_in_epochs}
