"""What lesson 13 asks: four predictions, three questions about earlier lessons, five about itself; and its broken run."""

import numpy as np

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

LARGE_STEPS = Prediction(
    id="13.large-steps",
    question=(
        "Six hidden layers, well initialized. Trained at a learning rate of 0.1 they read 0.93 to 0.96 of "
        "the test digits. What happens at 1.0, with "
        "batch normalization and without?"
    ),
    kind="choice",
    default="both fail",
    right="with it all is well, without it training fails",
    choices=(
        "both fail",
        "both learn, a little worse",
        "with it all is well, without it training fails",
        "with it training fails, without it all is well",
    ),
    replies=(
        Reply(
            "with it all is well, without it training fails",
            "That is it, and it is the clearest thing that batch normalization does here: it tolerates large steps.",
        ),
        Reply("both fail", "Without it, yes. With it every run reads more than 0.95, better than at 0.1."),
        Reply("both learn, a little worse", "Without it the loss runs away within a few steps. With it the runs are better than at 0.1."),
        Reply("with it training fails, without it all is well", "The other way round: without it the loss runs away within a few steps."),
    ),
)

BATCH_OF_ONE = Prediction(
    id="13.batch-of-one",
    question="A batch of a single image, in training mode. What does the formula of batch normalization give, whatever the image shows?",
    kind="choice",
    default="the image, unchanged",
    right="the bias",
    choices=("the image, unchanged", "the bias", "nan", "all ones"),
    replies=(
        Reply(
            "the bias", "That is it: the only value is its own mean, so x less the mean is 0. PyTorch refuses such a batch with an error."
        ),
        Reply(
            "the image, unchanged", "A mean is taken away first, and the mean of one value is that value: 0 is left, whatever the image."
        ),
        Reply("nan", "It would be 0/0 without eps. With it, 0 divided by the root of eps is 0, and the bias is left."),
        Reply("all ones", "With two images one gets 1 or -1. With one, x less its mean is 0."),
    ),
)

SMALL_BATCH = Prediction(
    id="13.small-batch",
    question=(
        "Batches of 2. Which network reads the test digits better after three epochs, the one with "
        "batch normalization or the one with layer normalization?"
    ),
    kind="choice",
    default="about equal",
    right="layer normalization, by far",
    choices=("batch normalization, by far", "about equal", "layer normalization, by far"),
    replies=(
        Reply(
            "layer normalization, by far",
            "That is it. Of two images batch normalization leaves only which one is larger, feature by feature.",
        ),
        Reply("about equal", "Not here: statistics of two images are hardly any. Every normalized feature becomes 1 or -1."),
        Reply(
            "batch normalization, by far",
            "The other way round: its statistics come from two images, and every normalized feature becomes 1 or -1.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="13.broken-run",
    question="The training loss is low, and the test accuracy jumps between 0.4 and 0.9 from epoch to epoch. What is wrong?",
    kind="choice",
    default="the learning rate is too large",
    right="the last batch of each epoch is tiny",
    choices=(
        "the learning rate is too large",
        "the network memorizes its training digits",
        "the last batch of each epoch is tiny",
        "the test digits are from elsewhere",
    ),
    replies=(
        Reply(
            "the last batch of each epoch is tiny",
            "That is it: three digits. A tenth of the running mean and variance, which evaluation uses, comes from them.",
        ),
        Reply("the learning rate is too large", "Then the training loss would jump too. It is low."),
        Reply(
            "the network memorizes its training digits",
            "That gives a gap that stays. It does not make the accuracy jump from epoch to epoch.",
        ),
        Reply(
            "the test digits are from elsewhere",
            "They are from the same collection, drawn at random. And they do not change between epochs.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="13.r1",
        question="What does `net.eval()` change in a network with dropout?",
        kind="choice",
        right="dropout passes its input on",
        choices=("gradients are no longer recorded", "dropout passes its input on", "the weights are frozen"),
        explanation="It switches layers to evaluation mode, and nothing else. The layer of this lesson has two modes as well.",
        from_lesson="12",
    ),
    Recall(
        id="13.r2",
        question="A linear layer of 64 inputs, weights of standard deviation s, ReLU before and after. Which s keeps the signal's size?",
        kind="choice",
        right="the root of 2/64",
        choices=("1/64", "the root of 1/64", "the root of 2/64"),
        explanation="He initialization: ReLU halves the mean square, and the 2 makes up for it.",
        from_lesson="08",
    ),
    Recall(
        id="13.r3",
        question="y = a x, and the loss has the gradient g along y. What is its gradient along x, if a depends on x too?",
        kind="choice",
        right="a g, plus what goes through a",
        choices=("a g", "a g, plus what goes through a", "g"),
        explanation="A value that is used in several places gets the sum of the gradients of all ways. Section 6 needs exactly that.",
        from_lesson="06",
    ),
    Recall(
        id="13.r4",
        question="By which variance does batch normalization normalize in training: divided by N, or by N - 1?",
        kind="choice",
        right="N",
        choices=("N", "N - 1"),
        explanation="By N. The one that it remembers for evaluation is divided by N - 1.",
        from_lesson="13",
    ),
    Recall(
        id="13.r5",
        question="Momentum 0.1 in PyTorch's BatchNorm: which share of the running mean is new after a batch?",
        kind="number",
        right="0.1",
        within=(0.0999, 0.1001),
        explanation="The share that enters is momentum; 0.9 stays. Some other libraries mean it the other way round.",
        from_lesson="13",
    ),
    Recall(
        id="13.r6",
        question="Which layer gives the same answer for an image in any batch, in training too?",
        kind="choice",
        right="layer normalization",
        choices=("batch normalization", "layer normalization", "dropout"),
        explanation="It takes mean and variance from the features of the one image.",
        from_lesson="13",
    ),
    Recall(
        id="13.r7",
        question="1,347 examples in batches of 64: how many are in the last batch?",
        kind="number",
        right="3",
        within=(2.9, 3.1),
        explanation="21 batches of 64 make 1,344. Under batch normalization leave such a rest out: drop_last=True.",
        from_lesson="13",
    ),
    Recall(
        id="13.r8",
        question="What can be done with a batch normalization that follows a linear layer, once training is over?",
        kind="choice",
        right="fold it into the linear layer",
        choices=("leave it out", "fold it into the linear layer", "keep it in training mode"),
        explanation="With fixed statistics it is a scale and a shift of each output: a new weight and a new bias.",
        from_lesson="13",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="13", title="Normalization", predictions=(LARGE_STEPS, BATCH_OF_ONE, SMALL_BATCH, BROKEN_RUN), recalls=RECALLS
)


def _ragged_last_batch() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train with batch normalization and a last batch of three; return two curves, and numbers that tell causes apart."""
    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    images = images.astype(np.float64)
    train, test = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    train = train[:1347]
    scaler = lk.Standardizer().fit(images[train])
    x, x_test = scaler.transform(images[train]), scaler.transform(images[test])
    rng, layers = lk.rng(10), []
    for size in (64, 64, 64):
        linear = lk.Linear(size, 64, rng=rng, dtype=np.float64)
        linear.weight.data = rng.normal(0, np.sqrt(2 / size), (64, size))
        layers += [linear, lk.BatchNorm1d(64, dtype=np.float64), lk.ReLU()]
    net = lk.Sequential(*layers, lk.Linear(64, 10, rng=rng, dtype=np.float64))
    optimizer, sizes = lk.SGD(net.parameters(), lr=0.5), []
    curves: dict[str, list[float]] = {"train loss": [], "test accuracy": []}
    for _ in range(12):
        net.train()
        losses = []
        for inputs, targets in lk.minibatches(x, labels[train], batch_size=64, rng=rng):  # the defect: drop_last is missing
            loss, saved = lk.cross_entropy.forward(net.forward(inputs), targets)
            optimizer.zero_grad()
            net.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
            optimizer.step()
            losses.append(float(loss) * len(inputs) / len(train))
            sizes.append(len(inputs))
        net.eval()
        curves["train loss"].append(sum(losses))
        curves["test accuracy"].append(float(lk.accuracy(net.forward(x_test), labels[test])))
    largest = max(float(abs(parameter.data).max()) for parameter in net.parameters())
    numbers = {
        "the training loss of the last epoch": f"{curves['train loss'][-1]:.3f}",
        "the number of images in the smallest batch": f"{min(sizes)}",
        "the test accuracy of the last five epochs": ", ".join(f"{value:.2f}" for value in curves["test accuracy"][-5:]),
        "the largest weight": f"{largest:.1f}",
        "the learning rate": "0.5",
    }
    return curves, numbers


BROKEN_RUNS = {"13.broken-run": _ragged_last_batch}
