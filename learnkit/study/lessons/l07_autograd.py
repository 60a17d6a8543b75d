"""What lesson 07 asks: four predictions, three questions about lessons 01 to 06, and six about itself for later; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

X_TIMES_X = Prediction(
    id="07.x-times-x",
    question="`y = x * x` at x = 3. The gradient comes back through the product. What is in `x.grad` when it has arrived?",
    kind="number",
    default=3.0,
    right=(5.999, 6.001),
    replies=(
        Reply(
            "6",
            "That is it: the product sends 3 to its first input and 3 to its second. Both are x, and they add up to 2 x = 6.",
            within=(5.999, 6.001),
        ),
        Reply(
            "3",
            "That is what the product sends to one of its inputs. It has two, and both are x: 3 and 3 add up to 6, which is 2 x.",
            within=(2.99, 3.01),
        ),
        Reply(
            "9",
            "That is the value of y, or the product of the two gradients 3 and 3. Along a path slopes are multiplied; where two paths "
            "meet they "
            "are added: 3 + 3 = 6.",
            within=(8.99, 9.01),
        ),
        Reply(
            "1",
            "That is the gradient of y with respect to itself, where the way back starts. The product sends 1 · 3 to each of its two "
            "inputs, "
            "and both are x: 6.",
            within=(0.99, 1.01),
        ),
        Reply(
            "2",
            "The 2 of 2 x is there: x is used twice. Each use brings the other factor, 3, so it is 3 + 3 = 6.",
            within=(1.99, 2.01),
        ),
    ),
    otherwise="It is 6: the product sends the other factor, 3, to each of its two inputs. Both are x, and the two add up to 2 x = 6.",
)

CALLED_TWICE = Prediction(
    id="07.called-twice",
    question=(
        "`loss = (x*w + x) * w` has the gradient 2 along x. `backward` is called twice on this one graph, and nothing is done in between. "
        "What is in "
        "`x.grad` of PyTorch, and of the engine that we have so far?"
    ),
    kind="choice",
    default="2 and 2",
    right="4 and more than 4",
    choices=("2 and 2", "2 and 4", "4 and 4", "4 and more than 4"),
    replies=(
        Reply(
            "4 and more than 4",
            "That is it. Leaves add up, so PyTorch has 2 + 2. In ours the nodes in between add up as well, and the second call sends down "
            "what "
            "the first one left there.",
        ),
        Reply(
            "4 and 4",
            "PyTorch's is right: leaves add up from call to call. Ours also keeps the gradients of the nodes in between, and sends those "
            "of the "
            "first call down once more: more than 4.",
        ),
        Reply(
            "2 and 2",
            "The gradient is the same in both calls, and each call adds it: PyTorch has 4. In ours the nodes in between add up too, "
            "and it has more than 4.",
        ),
        Reply(
            "2 and 4",
            "Somebody adds up, and so does PyTorch: 4, since forgetting is left to zero_grad. Ours adds up between the leaves and the "
            "loss as "
            "well, and comes to more.",
        ),
    ),
)

COST = Prediction(
    id="07.cost",
    question=(
        "A network has a million weights. The gradient of its loss along all of them, by one way back through the graph, takes about as "
        "long "
        "as how many forward passes?"
    ),
    kind="choice",
    default="about a million",
    right="a few",
    choices=("two million", "about a million", "about a thousand, the root of it", "a few"),
    replies=(
        Reply(
            "a few",
            "That is it. Each operation of the forward pass has one rule, which runs once and costs a few times the operation. How many "
            "weights hang on it does not matter.",
        ),
        Reply(
            "two million",
            "That is what small steps take: two passes for each weight. The way back computes what all weights have in common once: it "
            "costs "
            "a few passes.",
        ),
        Reply(
            "about a million",
            "One pass for each weight would be so if each gradient were found by itself. All of them share the way from the loss down to "
            "their "
            "layer, and it is walked once: a few passes.",
        ),
        Reply(
            "about a thousand, the root of it",
            "It does grow much more slowly than the number of weights, and even more slowly than this: not at all. One rule for each "
            "operation "
            "makes a few passes.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="07.broken-run",
    question="The loss falls fast, turns around and climbs. What is wrong with this run?",
    kind="choice",
    default="the learning rate is too large",
    right="gradients are never forgotten",
    choices=(
        "the learning rate is too large",
        "gradients are never forgotten",
        "one of the rules is wrong",
        "the labels are shuffled",
    ),
    replies=(
        Reply(
            "gradients are never forgotten",
            "That is it. One batch, asked for twice in a row, has a gradient twice as long: it was added to what was there. Each step of "
            "the "
            "run takes the gradients of all steps before it.",
        ),
        Reply(
            "the learning rate is too large",
            "The usual suspect, and the climb looks like it. But one batch, asked for twice in a row, has a gradient twice as long: the "
            "first one "
            "was still there. That is so at any learning rate; old gradients are never forgotten.",
        ),
        Reply(
            "one of the rules is wrong",
            "Then small steps would give another gradient; they agree to more than six digits. What one batch has twice in a row tells: "
            "the second is "
            "twice as long, so the first one was still there.",
        ),
        Reply(
            "the labels are shuffled",
            "With shuffled labels accuracy stays near chance, 0.1; here it is above 0.8 after three epochs. One batch asked for twice has "
            "a "
            "gradient twice as long: old gradients are never forgotten.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="07.r1",
        question="A bias of shape (3,) is added to an array of shape (2, 3). In how many places is its first number used?",
        kind="number",
        right="2",
        within=(1.99, 2.01),
        explanation="Shapes are compared from the right: 3 meets 3, and the bias is used again in each of the 2 rows.",
        from_lesson="01",
    ),
    Recall(
        id="07.r2",
        question="A network has 99 weights and biases. How many forward passes does their gradient take by central differences?",
        kind="number",
        right="198",
        within=(197.9, 198.1),
        explanation="Each weight is moved up once and down once, and the loss is computed both times: 2 · 99 = 198.",
        from_lesson="06",
    ),
    Recall(
        id="07.r3",
        question="`y = x @ weight.T + bias`, and the gradient `grad_y` of shape (N, D_out) arrives. What is the gradient of `weight`?",
        kind="choice",
        right="grad_y.T @ x",
        choices=("x.T @ grad_y", "grad_y @ weight", "grad_y.T @ x"),
        explanation="The weight is (D_out, D_in), and (D_out, N) times (N, D_in) is the only product of the two that has this shape.",
        from_lesson="06",
    ),
    Recall(
        id="07.r4",
        question="`a = x + x`, `y = a * a` at x = 1. What is the gradient of y along x?",
        kind="number",
        right="8",
        within=(7.999, 8.001),
        explanation="a = 2, and the product sends 2 + 2 = 4 to it. The sum sends that 4 to x twice: 8, the slope of 4 x² at 1.",
        from_lesson="07",
    ),
    Recall(
        id="07.r5",
        question="Why does a node wait until all nodes that use it have had their turn?",
        kind="choice",
        right="its gradient is a sum over its uses, and its rule shall run once on the whole sum",
        choices=(
            "its value is not known before",
            "its gradient is a sum over its uses, and its rule shall run once on the whole sum",
            "memory is freed in that order",
        ),
        explanation="A rule that runs on a part runs again for the rest. Along all paths, the number of runs doubles with depth.",
        from_lesson="07",
    ),
    Recall(
        id="07.r6",
        question="A value of shape (4, 1) was broadcast to (2, 4, 3). Over which axes is its gradient summed?",
        kind="choice",
        right="the first and the last",
        choices=("the first", "the first and the last", "the last", "all three"),
        explanation="The first was missing and the last was repeated from 1 to 3. Both are summed; the last stays with length 1.",
        from_lesson="07",
    ),
    Recall(
        id="07.r7",
        question="Which of these stops a step of gradient descent from becoming a part of the graph?",
        kind="choice",
        right="making it under no_grad",
        choices=("calling zero_grad before it", "making it under no_grad", "calling backward twice"),
        explanation="no_grad records nothing. zero_grad forgets gradients; the graph is another matter.",
        from_lesson="07",
    ),
    Recall(
        id="07.r8",
        question="A forward pass takes 1 ms, and the network has 10,000 weights. About how long does the way back take?",
        kind="choice",
        right="1 to 5 ms",
        choices=("10 s", "20 s", "100 ms", "1 to 5 ms"),
        explanation="One rule for each operation, at a few times its cost. The number of weights enters the cost of both ways alike.",
        from_lesson="07",
    ),
    Recall(
        id="07.r9",
        question="What does `backward` do with the gradient that a leaf already has?",
        kind="choice",
        right="it adds the new one to it",
        choices=("it adds the new one to it", "it replaces it", "it raises an error"),
        explanation="Gradients of several calls add up, which is wanted for several losses. Between two steps zero_grad forgets them.",
        from_lesson="07",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="07", title="Automatic differentiation", predictions=(X_TIMES_X, CALLED_TWICE, COST, BROKEN_RUN), recalls=RECALLS
)


def _never_forgotten() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train a network on digits and never clear its gradients; return its curve, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    rows, _ = lk.split_indices(len(images), (0.75, 0.25), rng=lk.rng(0))
    x, y = images[rows].astype(np.float64), labels[rows]

    def fresh() -> list[Any]:
        return [
            lk.tensor(part.astype(np.float64), requires_grad=True) for layer in lk.mlp_init((64, 32, 10), rng=lk.rng(0)) for part in layer
        ]

    def scores(tensors: list[Any], inputs: Any) -> Any:
        w1, b1, w2, b2 = tensors
        return lk.linear(lk.relu(lk.linear(lk.tensor(inputs), w1, b1)), w2, b2)

    def length(gradients: list[Any]) -> float:
        return float(np.sqrt(sum((gradient**2).sum() for gradient in gradients)))

    def train(lr: float) -> tuple[list[float], list[float], list[float]]:
        """Return after each epoch its loss, the accuracy, and how much longer a step was than the gradient of its batch asks for."""
        tensors, order = fresh(), lk.rng(0)
        losses, accuracies, ratios = [], [], []
        for _ in range(15):
            epoch = []
            for inputs, targets in lk.minibatches(x, y, batch_size=64, rng=order):
                loss = lk.cross_entropy(scores(tensors, inputs), targets)
                before = [0.0 if tensor.grad is None else tensor.grad for tensor in tensors]
                loss.backward()  # the defect: what is in grad stays there
                with lk.no_grad():
                    for tensor in tensors:
                        tensor -= lr * tensor.grad
                epoch.append(loss.item())
                if len(targets) == 64:  # the last batch has four digits, and may have no gradient at all
                    own = [tensor.grad - old for tensor, old in zip(tensors, before, strict=True)]
            ratios.append(length([tensor.grad for tensor in tensors]) / length(own))
            losses.append(float(np.mean(epoch)))
            accuracies.append(float(lk.accuracy(scores(tensors, x).detach().numpy(), y)))
        return losses, accuracies, ratios

    def gradient_twice() -> tuple[float, float]:
        """Return how much longer the second gradient of one batch is, and how far the first is from small steps."""
        tensors, inputs, targets = fresh(), x[:64], y[:64]
        lengths = []
        for _ in range(2):
            lk.cross_entropy(scores(tensors, inputs), targets).backward()
            lengths.append(length([tensor.grad for tensor in tensors]))

        def loss_at(bias: Any) -> Any:
            return lk.cross_entropy(scores([*tensors[:3], lk.tensor(bias)], inputs), targets).item()

        return lengths[1] / lengths[0], lk.rel_error(tensors[3].grad / 2, lk.numeric_grad(loss_at, tensors[3].data))

    losses, accuracies, ratios = train(0.03)
    ratio, error = gradient_twice()
    numbers = {
        "the loss before the first step": f"{np.log(10):.1f}, near ln 10",
        "the accuracy on the training digits after 3 epochs": f"{accuracies[2]:.1f}",
        "the first gradient of one batch, compared with small steps": "equal to more than six digits" if error < 1e-6 else "not equal",
        "the gradient of one batch asked for twice, the second over the first": f"{ratio:.1f} times as long",
        "a step at the end of epoch 3, over the one that its batch alone asks for": f"{ratios[2]:.0f} times as long",
    }
    return {"train loss": losses}, numbers


BROKEN_RUNS = {"07.broken-run": _never_forgotten}
