"""What lesson 12 asks: five predictions, three questions about earlier lessons, five about itself; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

MEMORY = Prediction(
    id="12.memory",
    question=(
        "300 digits to learn from, and 120 of them carry a wrong label, drawn at random. A network of 26,122 "
        "weights trains on them for 100 "
        "epochs. What share of the 300 labels, the wrong ones included, does it reproduce in the end?"
    ),
    kind="number",
    default=0.6,
    right=(0.97, 1.0),
    replies=(
        Reply("1", "That is it, or nearly: with 87 weights for each label, it learns every one of them by heart.", within=(0.97, 1.0)),
        Reply(
            "0.6",
            "That is the share of right labels: you trusted it to see through the wrong ones. It does at first. In the end it "
            "reproduces nearly all 300.",
            within=(0.55, 0.7),
        ),
        Reply(
            "0.9",
            "Close. Nothing stops it before the end: with 26,122 weights it has room for every label, and reproduces nearly all 300.",
            within=(0.8, 0.969),
        ),
    ),
    otherwise="It reproduces all 300, or nearly all. With 87 weights for each label there is room for every one, right or wrong.",
)

RECOVERED = Prediction(
    id="12.recovered",
    question=(
        "The same training, stopped where the accuracy on 200 other noisy labels is best. For how many of "
        "the 120 mislabeled digits, digits it "
        "was trained on, does the network say the true class?"
    ),
    kind="choice",
    default="about 12, by chance",
    right="more than 80",
    choices=("none, it was told otherwise", "about 12, by chance", "about half, 60", "more than 80"),
    replies=(
        Reply(
            "more than 80",
            "That is it. What the other digits of a class have in common is learned first; exceptions have to be "
            "learned one by one, and that "
            "takes longer.",
        ),
        Reply(
            "about 12, by chance",
            "A fair guess if the network learned label by label. It learns what many digits share, and that "
            "speaks against the wrong label: more "
            "than 80 of 120 come out right.",
        ),
        Reply(
            "none, it was told otherwise",
            "That is the end of training. Early on it has learned what most threes look like, and not yet which of them is called a 7.",
        ),
        Reply("about half, 60", "The right direction, and it is better than that: more than 80 of 120, in every run below."),
    ),
)

EXPECTED = Prediction(
    id="12.expected",
    question=("Dropout with p = 0.3 on a million ones. What is the mean of the output, in training and in evaluation?"),
    kind="choice",
    default="0.7 and 1",
    right="1 and 1",
    choices=("0.7 and 1", "0.7 and 0.7", "1 and 1", "1 and 0.7"),
    replies=(
        Reply("1 and 1", "That is it. What is kept is divided by 0.7, so that the mean stays; in evaluation nothing happens at all."),
        Reply(
            "0.7 and 1",
            (
                "That is dropout without its factor. The next layer would see smaller sums in training than in use; "
                "so what is kept is divided by 0.7."
            ),
        ),
        Reply(
            "0.7 and 0.7",
            (
                "That is the form of the first paper: scale in use by 0.7, so that both agree. PyTorch scales in "
                "training instead, and leaves use alone."
            ),
        ),
        Reply(
            "1 and 0.7",
            "The training part is right. In evaluation nothing is dropped and nothing is scaled: the ones come back as they are.",
        ),
    ),
)

CLEAN = Prediction(
    id="12.clean",
    question=(
        "The same network on 300 digits with right labels. Which change makes the accuracy on new digits "
        "better by more than the spread over "
        "the runs?"
    ),
    kind="choice",
    default="dropout",
    right="none of the three",
    choices=("weight decay", "dropout", "an L1 penalty", "none of the three"),
    replies=(
        Reply("none of the three", "That is it. Where the labels are right, learning all of them by heart does little harm here."),
        Reply(
            "dropout",
            "Its mean is a hair higher, and the runs lie on top of each other. A gain that is smaller than the spread is no finding.",
        ),
        Reply("weight decay", "Many texts say so. On these clean digits it changes nothing that one could tell from chance."),
        Reply("an L1 penalty", "On clean digits it costs a little accuracy: it pulls on weights that were useful."),
    ),
)

BROKEN_RUN = Prediction(
    id="12.broken-run",
    question="Training and test accuracy of a network with dropout, both measured after each epoch. Both are low and jumpy. What is wrong?",
    kind="choice",
    default="the learning rate is too large",
    right="dropout is active while the accuracy is measured",
    choices=(
        "the learning rate is too large",
        "the network memorizes its training digits",
        "dropout is active while the accuracy is measured",
        "weight decay is too strong",
    ),
    replies=(
        Reply(
            "dropout is active while the accuracy is measured",
            (
                "That is it. The same weights give two accuracies when they are measured twice: something random is "
                "at work in the measurement."
            ),
        ),
        Reply(
            "the learning rate is too large",
            "Jumpy curves can come from that. But then two measurements of the same weights would agree, and here they do not.",
        ),
        Reply(
            "the network memorizes its training digits",
            "Then the training accuracy would be near 1 and far above the test accuracy. Here both are low, and close together.",
        ),
        Reply(
            "weight decay is too strong",
            "That would lower both, and it would not make them jump between two measurements of the same weights.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="12.r1",
        question="With momentum 0 and no other change, what does `weight_decay=0.1` of SGD add to the gradient of a weight that is 2?",
        kind="number",
        right="0.2",
        within=(0.1999, 0.2001),
        explanation="It adds weight_decay times the weight, 0.1 · 2. In SGD that is the gradient of an L2 penalty; lesson 09 showed it.",
        from_lesson="09",
    ),
    Recall(
        id="12.r2",
        question="AdamW takes weight decay out of the gradient. What does it do with a weight w in one step, besides Adam's own step?",
        kind="choice",
        right="it subtracts lr · weight_decay · w",
        choices=("it subtracts weight_decay · w", "it subtracts lr · weight_decay · w", "it adds weight_decay · w to the gradient"),
        explanation="The decay is decoupled from the gradient and scaled by the learning rate, so that Adam's division does not touch it.",
        from_lesson="09",
    ),
    Recall(
        id="12.r3",
        question="A model is chosen by its accuracy on the validation set. Is that accuracy an honest estimate for new data?",
        kind="choice",
        right="no, it is too high on average",
        choices=("yes", "no, it is too high on average", "no, it is too low on average"),
        explanation="The best of several is partly lucky. An honest number comes from data that chose nothing: the test set, used once.",
        from_lesson="11",
    ),
    Recall(
        id="12.r4",
        question="Dropout with p = 0.2 keeps a value of 3. What comes out, in training?",
        kind="number",
        right="3.75",
        within=(3.7499, 3.7501),
        explanation="What is kept is divided by 1 - p: 3 / 0.8 = 3.75, so that the mean over many draws is 3.",
        from_lesson="12",
    ),
    Recall(
        id="12.r5",
        question="The penalty is (λ/2) Σ w². What does it add to the gradient of one weight?",
        kind="text",
        right="λ w",
        also=("λw", "lambda w", "lambda * w", "λ * w", "w λ", "lambda*w", "λ·w", "λ · w"),
        explanation="The half cancels the 2 of the square. Without the half, the gradient would be 2λw.",
        from_lesson="12",
    ),
    Recall(
        id="12.r6",
        question="Which of the two makes weights exactly 0: an L1 penalty by its gradient, or by soft thresholding?",
        kind="choice",
        right="soft thresholding",
        choices=("its gradient", "soft thresholding", "both", "neither"),
        explanation="The gradient's steps jump to and fro across 0. Soft thresholding stops there.",
        from_lesson="12",
    ),
    Recall(
        id="12.r7",
        question="Label smoothing with ε = 0.1 and ten classes: what is the target of the right class?",
        kind="number",
        right="0.91",
        within=(0.9099, 0.9101),
        explanation="It keeps 1 - ε = 0.9 and gets its own tenth of ε: 0.9 + 0.01.",
        from_lesson="12",
    ),
    Recall(
        id="12.r8",
        question="What does `net.eval()` change in a network of linear layers and dropout?",
        kind="choice",
        right="dropout passes its input on",
        choices=("gradients are no longer recorded", "the weights can no longer change", "dropout passes its input on"),
        explanation="eval() switches layers to evaluation. Gradients are switched off by no_grad, and weights are frozen by neither.",
        from_lesson="12",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="12", title="Regularization", predictions=(MEMORY, RECOVERED, EXPECTED, CLEAN, BROKEN_RUN), recalls=RECALLS
)


def _dropout_in_evaluation() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train with dropout and measure in training mode; return the two curves, and numbers that tell causes apart."""
    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    rng = lk.rng(0)
    order = rng.permutation(len(images))
    train, test = order[:1000], order[1000:]
    masks = lk.rng(1)
    layers = [lk.Linear(64, 64, rng=rng), lk.ReLU(), lk.Dropout(0.5, rng=masks), lk.Linear(64, 64, rng=rng), lk.ReLU()]
    net = lk.Sequential(*layers, lk.Dropout(0.5, rng=masks), lk.Linear(64, 10, rng=rng))
    optimizer = lk.Adam(net.parameters(), lr=1e-3)

    def accuracy(rows: Any) -> float:
        return float(lk.accuracy(net.forward(images[rows]), labels[rows]))

    curves: dict[str, list[float]] = {"train accuracy": [], "test accuracy": []}
    for _ in range(30):
        for x, y in lk.minibatches(images[train], labels[train], batch_size=32, rng=rng):
            _, saved = lk.cross_entropy.forward(net.forward(x), y)
            optimizer.zero_grad()
            net.backward(lk.cross_entropy.backward(1.0, saved)[0], needs_input_grad=False)
            optimizer.step()
        curves["train accuracy"].append(accuracy(train))  # the defect: net.eval() is missing here
        curves["test accuracy"].append(accuracy(test))
    once, again = accuracy(test), accuracy(test)
    largest = max(float(abs(parameter.data).max()) for parameter in net.parameters())
    numbers = {
        "the test accuracy of the last weights, measured twice": f"{once:.3f} and {again:.3f}",
        "the training loss of the last epoch": f"{float(lk.cross_entropy(net.forward(images[train]), labels[train])):.2f}",
        "the largest weight": f"{largest:.2f}",
        "the learning rate and the optimizer": "0.001, Adam",
        "the number of parameters": f"{sum(parameter.data.size for parameter in net.parameters()):,}",
    }
    return curves, numbers


BROKEN_RUNS = {"12.broken-run": _dropout_in_evaluation}
