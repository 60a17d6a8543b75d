"""What lesson 06 asks: four predictions, three questions about lessons 03 to 05, and five about itself for later; and its broken run."""

from typing import Any

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

BEST_STEP = Prediction(
    id="06.best-step",
    question=(
        "A gradient is checked by central differences, (f(x + h) − f(x − h)) / 2h, in 64-bit numbers. Which step h comes closest to "
        "the true "
        "slope?"
    ),
    kind="choice",
    default="1e-12",
    right="1e-5",
    choices=("1e-2", "1e-5", "1e-12"),
    replies=(
        Reply(
            "1e-5",
            "That is it. A longer step follows the curve instead of its slope; a shorter one is lost in rounding: the two values agree in "
            "nearly all of their digits, and the difference keeps what is left.",
        ),
        Reply(
            "1e-12",
            "On paper the shortest step is the best one, since the slope is a limit. The computer keeps 16 digits: at 1e-12 the two values "
            "agree in about 12 of them, and two or three digits are left. 1e-5 is the best of the three.",
        ),
        Reply(
            "1e-2",
            "Rounding is no trouble there, and you may have thought of that. But the function bends over such a step, and the error "
            "grows with "
            "the square of it. 1e-5 is the best of the three.",
        ),
    ),
    then="The result is the U-shaped curve below.",
)

AT_A_KINK = Prediction(
    id="06.at-a-kink",
    question="ReLU at exactly 0, checked by central differences with h = 1e-5: what slope do they give?",
    kind="number",
    default=0.0,
    right=(0.49, 0.51),
    replies=(
        Reply(
            "0.5",
            "That is it: up by h the value is h, down by h it is 0, and h over 2h is a half. It is the mean of the slopes on both "
            "sides, and "
            "neither of them.",
            within=(0.49, 0.51),
        ),
        Reply(
            "0",
            "0 is the slope that PyTorch and the library take there. The differences know nothing of that: up by h ReLU gives h, down "
            "by h it "
            "gives 0, and h over 2h is a half.",
            within=(-0.01, 0.01),
        ),
        Reply(
            "1",
            "On the right of 0 the slope is 1. The lower point stands on the left, where ReLU gives 0: h less 0, over 2h, is a half.",
            within=(0.99, 1.01),
        ),
    ),
    otherwise="They give 0.5: ReLU is h at the upper point and 0 at the lower one, and h over 2h is a half.",
)

NO_MASK = Prediction(
    id="06.no-mask",
    question=(
        "Somebody forgets ReLU on the way back: the gradient goes through all hidden units, also through those that were off. The network "
        "trains for 30 epochs. Where is the test accuracy? (Chance is 0.1; with the hidden layer left at random it was about 0.6.)"
    ),
    kind="choice",
    default="near chance",
    right="above 0.8",
    choices=("near chance", "near 0.6, as if the hidden layer stood still", "above 0.8"),
    replies=(
        Reply(
            "above 0.8",
            "That is it. The direction is wrong and still leads down: the second layer's gradients are right, and those of the first layer "
            "point roughly the right way. A falling loss is no proof of a right gradient.",
        ),
        Reply(
            "near chance",
            "A wrong gradient should fail, one would think. But any direction that points roughly downhill lowers the loss, and the "
            "second layer "
            "makes the best of whatever the first one does. It ends above 0.8.",
        ),
        Reply(
            "near 0.6, as if the hidden layer stood still",
            "The hidden layer does move, by gradients that are wrong in size and partly in direction, and mostly still lead down. It "
            "ends above "
            "0.8.",
        ),
    ),
)

BROKEN_RUN = Prediction(
    id="06.broken-run",
    question="The loss falls slowly and the accuracy stays far below that of section 10. What is wrong with this run?",
    kind="choice",
    default="the learning rate is too small",
    right="the mask of ReLU is turned around",
    choices=(
        "the mask of ReLU is turned around",
        "the hidden layer is not trained",
        "the gradient of the first bias is missing",
        "the learning rate is too small",
    ),
    replies=(
        Reply(
            "the mask of ReLU is turned around",
            "That is it. The gradient goes through the units that were off, which changed nothing, and stops at those that made the "
            "scores. The "
            "hidden layer moves, and not downhill.",
        ),
        Reply(
            "the hidden layer is not trained",
            "The accuracy is even below that of a random hidden layer. Ask how far the first weight has moved: it has. The mask is "
            "turned around.",
        ),
        Reply(
            "the gradient of the first bias is missing",
            "Then the run would look like a right one: section 11 trains without it. Ask for the error of the first layer's gradients. "
            "Both "
            "are wrong: the mask is turned around.",
        ),
        Reply(
            "the learning rate is too small",
            "A common reason for slow curves. Ask for the accuracy at five times the rate: it does not get there either. The mask is "
            "turned "
            "around.",
        ),
    ),
    then="The cause is shown below when the run is reproduced.",
)

RECALLS = (
    Recall(
        id="06.r1",
        question=(
            "Lesson 04: the scores of a batch are `x @ weight.T + bias`, with x of shape (N, D) and a gradient along the scores of "
            "shape (N, C). "
            "What is the gradient of the weight?"
        ),
        kind="choice",
        right="grad_scores.T @ x",
        choices=("grad_scores.T @ x", "x @ grad_scores", "x.T @ grad_scores"),
        explanation="The gradient has the shape of the weight, (C, D): (C, N) times (N, D). This lesson derives it, index by index.",
        from_lesson="04",
    ),
    Recall(
        id="06.r2",
        question="Lesson 05: the forward pass of an MLP returned the scores and a list. What did the list hold for each layer?",
        kind="choice",
        right="what the layer was given",
        choices=("what the layer was given", "the weights before the step", "the gradient of the layer"),
        explanation="What goes into a layer is needed on the way back: the gradient of its weight is made of it.",
        from_lesson="05",
    ),
    Recall(
        id="06.r3",
        question="The loss is (w − 3)². One step of gradient descent from w = 1 with learning rate 0.25 leads to which w?",
        kind="number",
        right="2",
        within=(1.999, 2.001),
        explanation="The slope is 2 (w − 3) = −4 at w = 1, and 1 − 0.25 · (−4) = 2.",
        from_lesson="03",
    ),
    Recall(
        id="06.r4",
        question="A value is used twice. Through the first use the loss has the slope 3 along it, through the second 4. Its gradient?",
        kind="number",
        right="7",
        within=(6.999, 7.001),
        explanation="A small change of the value moves the loss in both ways at once: the gradients of all uses add up.",
        from_lesson="06",
    ),
    Recall(
        id="06.r5",
        question="Which step is best for central differences in 32-bit numbers?",
        kind="choice",
        right="about 1e-2",
        choices=("about 1e-2", "about 1e-5", "about 1e-8"),
        explanation=(
            "32-bit numbers keep 7 digits, so rounding takes over far earlier than in 64-bit numbers, where the best step is near "
            "1e-5. That is "
            "why gradients are checked in 64 bits."
        ),
        from_lesson="06",
    ),
    Recall(
        id="06.r6",
        question=(
            "A network has two layers. The check finds the gradients of the second layer right and both of the first layer wrong. "
            "Where is the "
            "mistake?"
        ),
        kind="choice",
        right="between the two layers",
        choices=("in the gradient along the scores", "between the two layers", "in the gradient of the first bias alone"),
        explanation=(
            "A mistake spoils everything that comes after it on the way back. The first gradients that are wrong share what comes back "
            "through "
            "the hidden units."
        ),
        from_lesson="06",
    ),
    Recall(
        id="06.r7",
        question="A network has 100 parameters. How often is the loss computed to check all of them by central differences?",
        kind="number",
        right="200",
        within=(199.5, 200.5),
        explanation="Each parameter is moved to both sides. Going forward and back once gives all 100 slopes.",
        from_lesson="06",
    ),
    Recall(
        id="06.r8",
        question="The training loss falls in every epoch. Is the gradient right?",
        kind="choice",
        right="perhaps: many wrong gradients lower the loss too",
        choices=(
            "yes, or it would not fall",
            "perhaps: many wrong gradients lower the loss too",
            "no: a right gradient makes it fall at once",
        ),
        explanation=(
            "Any direction that points roughly downhill lowers the loss. Lesson 06 trained above 0.9 with a gradient that was missing, "
            "and above "
            "0.8 with one that was wrong. Only a check tells."
        ),
        from_lesson="06",
    ),
)

QUESTIONS = LessonQuestions(lesson="06", title="Backpropagation", predictions=(BEST_STEP, AT_A_KINK, NO_MASK, BROKEN_RUN), recalls=RECALLS)


def _mask_turned_around() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Train on digits with a back pass whose mask is turned around; return curves, and numbers that tell four causes apart."""
    import numpy as np

    from learnkit import reference as lk
    from learnkit.datasets import digits

    images, labels = digits()
    x_all, y_all = images.astype(np.float64), labels
    rows, others = lk.split_indices(len(x_all), (0.75, 0.25), rng=lk.rng(0))

    def forward(x: Any, params: Any) -> Any:
        (w1, b1), (w2, b2) = params
        z = x @ w1.T + b1
        h = np.maximum(z, 0)
        return h @ w2.T + b2, (x, z, h)

    def back(y: Any, scores: Any, kept: Any, params: Any) -> Any:
        (x, z, h), (_, (w2, _)) = kept, params
        grad = lk.softmax(scores)
        grad[np.arange(len(y)), y] -= 1
        grad = grad / len(y)
        grad_z = grad @ w2 * (z <= 0)  # the defect
        return [(grad_z.T @ x, grad_z.sum(axis=0)), (grad.T @ h, grad.sum(axis=0))]

    def train(lr: float) -> tuple[dict[str, list[float]], float, Any, Any]:
        first = params = [(w.astype(np.float64), b.astype(np.float64)) for w, b in lk.mlp_init((64, 16, 10), rng=lk.rng(0))]
        rng = lk.rng(100)
        curves: dict[str, list[float]] = {"train loss": [], "test accuracy": []}
        for _ in range(30):
            for x, y in lk.minibatches(x_all[rows], y_all[rows], batch_size=64, rng=rng):
                scores, kept = forward(x, params)
                grads = back(y, scores, kept, params)
                params = [(w - lr * gw, b - lr * gb) for (w, b), (gw, gb) in zip(params, grads, strict=True)]
            curves["train loss"].append(float(lk.cross_entropy(forward(x_all[rows], params)[0], y_all[rows])))
            curves["test accuracy"].append(float(lk.accuracy(forward(x_all[others], params)[0], y_all[others])))
        moved = float(np.linalg.norm(params[0][0] - first[0][0]) / np.linalg.norm(first[0][0]))
        return curves, moved, first, params

    curves, moved, first, _ = train(0.2)
    faster = train(1.0)[0]
    x, y = x_all[rows[:8]], y_all[rows[:8]]
    scores, kept = forward(x, first)
    grads = back(y, scores, kept, first)

    def error(layer: int, part: int) -> float:
        def loss(value: Any) -> Any:
            changed = [list(pair) for pair in first]
            changed[layer][part] = value
            return lk.cross_entropy(forward(x, changed)[0], y)

        return lk.rel_error(grads[layer][part], lk.numeric_grad(loss, first[layer][part]))

    second = max(error(1, 0), error(1, 1))
    numbers = {
        "the relative error of the second layer's gradients": "below 1e-7" if second < 1e-7 else f"{second:.1e}",
        "the relative error of the first weight's gradient, and of the first bias's": f"{error(0, 0):.1f} and {error(0, 1):.1f}",
        "how far the first weight has moved": f"{moved:.1f} times its own length at the start",
        "the test accuracy at five times the learning rate": f"{faster['test accuracy'][-1]:.2f} after 30 epochs",
        "the loss before the first step": f"{lk.cross_entropy(forward(x_all[rows], first)[0], y_all[rows]):.2f}; ln 10 is {np.log(10):.2f}",
    }
    return curves, numbers


BROKEN_RUNS = {"06.broken-run": _mask_turned_around}
