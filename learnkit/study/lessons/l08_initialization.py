"""What lesson 08 asks: four predictions, three questions about lessons 05 and 06, and five about itself for later; and its broken run."""

from itertools import pairwise
from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

REPAIR = Prediction(
    id="08.repair",
    question=(
        "The network of ten layers stays at chance for ten epochs, at a learning rate of 0.05. One thing is changed and the rest stays: "
        "which change lets it learn?"
    ),
    kind="choice",
    default="a learning rate ten times larger",
    right="none of these three",
    choices=(
        "a learning rate ten times larger",
        "a learning rate ten times smaller",
        "four times as many epochs",
        "none of these three",
    ),
    replies=(
        Reply(
            "none of these three",
            "That is it. All three change how far it walks along its gradient; none of them changes the gradient, and that is where the "
            "fault lies.",
        ),
        Reply(
            "a learning rate ten times larger",
            "It would help if the gradient pointed to a better place and were ten times too small. Here the last layer is given nearly the "
            "same numbers for every digit: there is next to nothing that a step of any length could use.",
        ),
        Reply(
            "a learning rate ten times smaller",
            "It would help if the loss jumped about or grew. Here it stands still at ln 10: the steps are next to nothing already.",
        ),
        Reply(
            "four times as many epochs",
            "Patience helps where a loss falls slowly. This one does not fall: what the last layers are given is nearly the same for every "
            "digit, and more of the same does not change that.",
        ),
    ),
)

FIFTY_TANH = Prediction(
    id="08.fifty-tanh",
    question=(
        "Numbers of standard deviation 1 go through fifty layers of 100 units, with tanh and weights of standard deviation 0.01, in "
        "64-bit numbers. How large are the numbers that come out, as a standard deviation?"
    ),
    kind="choice",
    default="about 0.01",
    right="about 1e-50",
    choices=("about 0.01", "about 1e-5", "about 1e-50", "exactly 0"),
    replies=(
        Reply(
            "about 1e-50",
            "That is it. A sum of 100 terms with weights of 0.01 is about √100 · 0.01 = 0.1 times as large as its inputs, and fifty such "
            "factors make 1e-50.",
        ),
        Reply(
            "about 0.01",
            "That is the size of one weight. Each layer multiplies the signal by √100 · 0.01 = 0.1, and the factors of fifty layers are "
            "multiplied: 1e-50.",
        ),
        Reply(
            "about 1e-5",
            "You saw that it fades; it does so faster. Each layer takes a whole factor of √100 · 0.01 = 0.1, and fifty of them make 1e-50.",
        ),
        Reply(
            "exactly 0",
            "In 32-bit numbers it is, and section 9 shows it: they end near 1e-45. In 64-bit numbers 1e-50 is still a number.",
        ),
    ),
)

ZEROS = Prediction(
    id="08.zeros",
    question="A network of ten layers starts with all its weights and biases at 0. What happens in ten epochs?",
    kind="choice",
    default="it learns, more slowly",
    right="it stays at chance",
    choices=("it learns as well as from random weights", "it learns, more slowly", "it stays at chance", "the loss becomes nan"),
    replies=(
        Reply(
            "it stays at chance",
            "That is it. Every weight's gradient is a product with other weights or with activations, and all of those are 0. Only the "
            "last bias moves.",
        ),
        Reply(
            "it learns, more slowly",
            "In lesson 04 a single layer learned well from zeros. With two or more, the gradient of each weight is a product with other "
            "weights or activations, and those are 0: nothing moves but the last bias.",
        ),
        Reply(
            "it learns as well as from random weights",
            "In lesson 04 a single layer did. With two or more, the gradient of each weight is a product with other weights or "
            "activations, and those are 0: nothing moves but the last bias.",
        ),
        Reply(
            "the loss becomes nan",
            "Nothing overflows here: every score is 0, and the loss is ln 10. It stays there, because the gradient of every weight is 0.",
        ),
    ),
    then="The result is shown below when it is computed, with the other starts.",
)

BROKEN_RUN = Prediction(
    id="08.broken-run",
    question="The loss falls a little and then flattens high; the accuracy stops near 0.3. What is wrong with this run?",
    kind="choice",
    default="the weights start too small",
    right="all units of a layer start alike",
    choices=(
        "the weights start too small",
        "most units are dead",
        "the labels are shuffled",
        "all units of a layer start alike",
    ),
    replies=(
        Reply(
            "all units of a layer start alike",
            "That is it. Units with the same weights get the same gradient and stay the same: a hundred of them compute what one does.",
        ),
        Reply(
            "the weights start too small",
            "The usual suspect in this lesson. Then signal and gradient would fade from layer to layer, and the loss would stand still; "
            "here both have ordinary sizes. Count the different units instead.",
        ),
        Reply(
            "most units are dead",
            "These are tanh units, which are never exactly 0 for a whole batch; the share of silent ones is 0. They are alive, and all the "
            "same: count the different ones.",
        ),
        Reply(
            "the labels are shuffled",
            "Then the accuracy would stay near 0.1, and it is more than twice that: something is learned. A hundred units that are all the "
            "same can do no more.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="08.r1",
        question="A linear layer takes 100 numbers to 50. How many numbers does it learn, its biases included?",
        kind="number",
        right="5050",
        within=(5049.5, 5050.5),
        explanation="100 · 50 weights and 50 biases, one for each output.",
        from_lesson="05",
    ),
    Recall(
        id="08.r2",
        question="y = x Wᵀ with W of shape (outputs, inputs), and g is the gradient along y. What is the gradient along x?",
        kind="choice",
        right="g W",
        choices=("g Wᵀ", "g W", "gᵀ x"),
        explanation="Forward multiplies by the transposed weight, backward by the weight: each input collects from all outputs it went to.",
        from_lesson="06",
    ),
    Recall(
        id="08.r3",
        question="A ReLU was given −2, and the gradient 5 comes back to its output. What arrives at its input?",
        kind="number",
        right="0",
        within=(-1e-9, 1e-9),
        explanation="Below 0 the slope of ReLU is 0, and the gradient is multiplied by the slope.",
        from_lesson="06",
    ),
    Recall(
        id="08.r4",
        question="A linear layer sums over 400 inputs. Which standard deviation of its weights keeps the size of the signal?",
        kind="number",
        right="0.05",
        within=(0.0495, 0.0505),
        explanation="n σ² = 1, so σ = 1/√400 = 0.05.",
        from_lesson="08",
    ),
    Recall(
        id="08.r5",
        question="The same layer of 400 inputs is followed by ReLU. Which variance does He's rule give its weights?",
        kind="number",
        right="0.005",
        within=(0.00495, 0.00505),
        explanation="2 / fan_in = 2/400. The 2 makes up for the half of the mean square that ReLU takes.",
        from_lesson="08",
    ),
    Recall(
        id="08.r6",
        question="Each layer multiplies the signal by 0.5. How large is what is left of 1 after ten layers?",
        kind="number",
        right="0.001",
        within=(0.0009, 0.0011),
        explanation="0.5 to the power of 10 is 1/1024. Factors of layers multiply, so that being a little off is a lot off in depth.",
        from_lesson="08",
    ),
    Recall(
        id="08.r7",
        question="After ReLU, 50 % of all activations of a batch are exactly 0. Is that a sign of dead units?",
        kind="choice",
        right="no: a unit is dead if it is 0 for every example",
        choices=(
            "yes: half of the units are dead",
            "no: a unit is dead if it is 0 for every example",
            "no: dead units have large activations",
        ),
        explanation="Half of all sums are below 0, for some examples in one unit and for others in the next. Those units still learn.",
        from_lesson="08",
    ),
    Recall(
        id="08.r8",
        question="A deep network stays at ln 10 from the first step on. Which numbers do you print first?",
        kind="choice",
        right="the standard deviation of each layer's output, and of its gradient",
        choices=(
            "the test accuracy of each class",
            "the standard deviation of each layer's output, and of its gradient",
            "the loss at twenty learning rates",
        ),
        explanation="They show at which layer the signal or the gradient is lost. A learning rate cannot bring back what never arrives.",
        from_lesson="08",
    ),
)

QUESTIONS = LessonQuestions(lesson="08", title="Initialization", predictions=(REPAIR, FIFTY_TANH, ZEROS, BROKEN_RUN), recalls=RECALLS)


def _all_alike() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train on digits from weights that are 1 / fan_in everywhere; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    x = lk.Standardizer().fit(images[rows].astype(np.float64)).transform(images[rows].astype(np.float64))
    y = labels[rows]

    def mean_of_inputs(shape: Any, *, rng: Any, dtype: Any) -> Any:
        return np.full(shape, 1 / shape[1], dtype=dtype)  # the defect: no two units differ

    sizes = (64, 100, 100, 100)
    layers: list[Any] = []
    for width, next_width in pairwise(sizes):
        layers += [lk.Linear(width, next_width, rng=lk.rng(0), dtype=np.float64), lk.Tanh()]
    net = lk.Sequential(*layers, lk.Linear(100, 10, rng=lk.rng(0), dtype=np.float64))
    lk.initialize(net, mean_of_inputs, rng=lk.rng(0))
    order, optimizer = lk.rng(0), lk.SGD(net.parameters(), lr=0.1)
    curves: dict[str, list[float]] = {"train loss": [], "train accuracy": []}
    sizes_at_start = lk.signal_stats(net, lk.tensor(x))["std"]
    for _ in range(15):
        for inputs, targets in lk.minibatches(x, y, batch_size=64, rng=order):
            loss = lk.cross_entropy(net(lk.tensor(inputs)), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with lk.no_grad():
            scores = net(lk.tensor(x))
            curves["train loss"].append(float(lk.cross_entropy(scores, y).item()))
            curves["train accuracy"].append(float(lk.accuracy(scores, y)))
    outputs = lk.tensor(x)
    with lk.no_grad():
        for layer in list(net)[:6]:
            outputs = layer(outputs)
    optimizer.zero_grad()
    lk.cross_entropy(net(lk.tensor(x)), y).backward()
    norms = lk.grad_norms(net)
    different = len(np.unique(outputs.data.round(6), axis=1).T)
    numbers = {
        "the spread of the outputs of the third layer": f"{sizes_at_start[5]:.1f} before training, {outputs.data.std():.1f} after it",
        "the length of the gradient of the first weight and of the third": f"{norms['0.weight']:.2f} and {norms['4.weight']:.2f}",
        "the share of units of the third layer that are 0 for all digits": f"{lk.dead_fraction(outputs):.2f}",
        "how many of the 100 units of the third layer differ from each other": f"{different}",
        "the accuracy of always naming the most frequent class": f"{np.bincount(y).max() / len(y):.2f}",
    }
    return curves, numbers


BROKEN_RUNS = {"08.broken-run": _all_alike}
