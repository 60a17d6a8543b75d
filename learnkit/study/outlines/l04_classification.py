"""What lesson 04 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="04",
    objectives=(
        Objective(
            "turn any scores into probabilities, and compute them without overflow",
            predictions=("04.overflow",),
            sections=("4", "5"),
            exercises={"04.softmax": ("no-shift", "global-max"), "04.bce_with_logits": ("log-of-sigmoid", "overflow")},
        ),
        Objective(
            "write the cross-entropy loss and say why it fits classification",
            predictions=("04.untrained-loss", "04.squared-error"),
            sections=("6", "8"),
            exercises={"04.cross_entropy": ("log-of-p-plus-eps", "softmax-twice", "expects-one-hot"), "04.what_holds": ("c", "d")},
        ),
        Objective(
            "derive its gradient, $p - y$, and check the derivation by numbers",
            predictions=("04.squared-error",),
            sections=("7",),
            exercises={"04.softmax_ce_grad": ("sign", "no-mean", "softmax-slope-twice"), "04.hinge": ("gradient-sign",)},
        ),
        Objective(
            "say why squared error gets stuck where cross-entropy learns",
            predictions=("04.squared-error",),
            sections=("8",),
            exercises={"04.softmax_ce_grad": ("squared-error", "along-probabilities"), "04.what_holds": ("d",)},
        ),
        Objective(
            "train a classifier on real digits, in NumPy and in PyTorch, and know what its loss is before the first step",
            predictions=("04.untrained-loss", "04.broken-run"),
            sections=("9", "12"),
            exercises={"04.predict": ("half-on-the-score", "wrong-axis"), "04.one_step": ("-f",), "04.broken_run": ("1", "3")},
        ),
    ),
    terms=(
        Term(
            "linear classifier",
            "A model that gives each class a score, the inputs times weights plus a bias, and answers with the class of the largest.",
            "1",
        ),
        Term("softmax", "The function that turns scores into probabilities: exponentials, divided by their sum.", "4"),
        Term("logits", "The scores that go into softmax; any real numbers.", "4"),
        Term("temperature", "What all scores are divided by before softmax: below 1 the model becomes surer, above 1 less sure.", "4"),
        Term(
            "log-sum-exp",
            "The logarithm of a sum of exponentials, computed with the largest score taken out, so that nothing overflows.",
            "5",
        ),
        Term("likelihood", "The probability that a model gives to all the labels that were seen, together.", "6"),
        Term("cross-entropy", "The mean of $-\\ln p_y$, the negative logarithm of the probability of the right class.", "6"),
        Term("nats", "The unit of information in natural logarithms; 1 nat is 1.44 bits.", "6"),
        Term("one-hot", "A row of zeros with a 1 at the place of a class.", "7"),
        Term("epochs", "Passes over all training examples, each in a new order.", "9"),
        Term("sigmoid", "Softmax of two classes, $1 / (1 + e^{-z})$: the probability of yes from one score.", "10"),
        Term("binary cross-entropy", "The cross-entropy of a yes-or-no answer, from one score.", "10"),
    ),
    symbols=(
        Symbol("z", "logits", "(N, C)", "scores, one a class"),
        Symbol("p", "probabilities", "(N, C)", "what softmax makes of the scores"),
        Symbol("y", "targets", "(N,)", "the right class of each example; as a one-hot row, (N, C)"),
        Symbol("L", "loss", "", "the mean loss of a batch"),
        Symbol("W", "weight", "(C, D)", "the weights of a linear map, one row an output"),
        Symbol("b", "bias", "(C,)", "one number added to each output"),
    ),
    symptoms=(
        Symptom(
            "the loss becomes nan",
            "the largest score before softmax",
            "an exponential overflowed: the largest score was not taken out",
            "5",
        ),
        Symptom(
            "the loss of confident mistakes never goes above 27.6",
            "the loss of the logits (100, 0) for class 1",
            "a logarithm of p + 1e-12 instead of log-sum-exp",
            "5",
        ),
        Symptom(
            "the loss stops at 1.46 with ten classes, and accuracy is fine",
            "the smallest loss that is possible, ln(e + C - 1) - 1",
            "softmax is applied twice",
            "11",
        ),
        Symptom(
            "a model that was badly taught hardly moves",
            "the size of the gradient of the scores",
            "squared error on probabilities: its gradient vanishes where the model is sure and wrong",
            "8",
        ),
    ),
)
