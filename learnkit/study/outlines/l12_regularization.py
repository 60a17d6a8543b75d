"""What lesson 12 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="12",
    objectives=(
        Objective(
            "tell from curves whether a network learns or memorizes, and stop it in time",
            predictions=("12.memory", "12.recovered"),
            sections=("1", "2"),
            exercises={"12.when_to_stop": ("a", "c", "d")},
        ),
        Objective(
            "write weight decay and the L1 penalty, with their gradients, and say what each does to the weights",
            predictions=("12.clean",),
            sections=("3", "7"),
            exercises={"12.l2_loss_grad": ("no-half", "two-in-gradient", "bias-too"), "12.soft_threshold": ("through-zero", "shrunk")},
        ),
        Objective(
            "write dropout, forward and backward, and say what differs between training and evaluation",
            predictions=("12.expected", "12.broken-run"),
            sections=("4", "5", "6", "10"),
            exercises={
                "12.dropout_forward": ("keep-probability", "not-scaled", "always-active"),
                "12.dropout_backward": ("new-draw", "not-scaled"),
                "12.kept_sum": (7.0, 5.6),
                "12.which_run": ("4", "1"),
            },
        ),
        Objective(
            "smooth labels, and say what that is good for and what not",
            predictions=("12.recovered",),
            sections=("8",),
            exercises={"12.label_smoothing": ("over-the-others", "share-missing"), "12.what_helps": ("c",)},
        ),
        Objective(
            "say when regularization helps, and when it does not",
            predictions=("12.clean",),
            sections=("9",),
            exercises={"12.what_helps": ("b", "c")},
        ),
    ),
    terms=(
        Term("early stopping", "Keeping the weights of the epoch at which the validation accuracy, or loss, was best.", "2"),
        Term("regularization", "Anything that keeps a model from fitting what does not carry over to new data.", "2"),
        Term("overfits", "What a model does that fits its training data ever better and new data ever less.", "2"),
        Term("Weight decay", "Half of λ times the squared weights, added to the loss: each step makes weights smaller by a share.", "3"),
        Term("L2 penalty", "Another name for that, after the norm whose square it is.", "3"),
        Term("Dropout", "Setting values to 0 at random while training, and dividing the others by the share that is kept.", "4"),
        Term("modes", "Training and evaluation: some layers do something else in each.", "5"),
        Term("L1 penalty", "λ times the absolute weights, added to the loss: each step makes weights smaller by the same amount.", "7"),
        Term("Soft thresholding", "Moving a value towards 0 by a fixed amount, and stopping there.", "7"),
        Term("Label smoothing", "Targets that keep 1 − ε for the right class and spread ε evenly over all classes.", "8"),
    ),
    symbols=(
        Symbol("\\lambda", "weight_decay", "", "the strength of a penalty"),
        Symbol("p", "p", "", "in dropout: the probability that a value is dropped"),
        Symbol("m", "keep", "as x", "the mask of dropout: 1 where a value is kept"),
        Symbol("\\varepsilon", "label_smoothing", "", "the share of a target that is spread over all classes"),
        Symbol("S(w, t)", "soft_threshold(w, t)", "as w", "w, moved towards 0 by t"),
    ),
    symptoms=(
        Symptom(
            "training accuracy goes to 1 and validation accuracy falls",
            "the epoch of the best validation accuracy",
            "the network memorizes: stop there, or regularize",
            "1",
        ),
        Symptom(
            "accuracy is low and jumps, in training and in test alike",
            "the accuracy of the same weights, measured twice",
            "dropout is active while measuring: net.eval() is missing",
            "10",
        ),
        Symptom(
            "an L1 penalty leaves no weight at exactly 0",
            "the share of weights that are 0",
            "its gradient jumps across 0; soft thresholding stops there",
            "7",
        ),
        Symptom(
            "a regularizer seems to help by half a point",
            "the same with three other seeds, and the spread of both",
            "the gain is smaller than the spread between runs",
            "9",
        ),
    ),
)
