"""What lesson 08 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="08",
    objectives=(
        Objective(
            "predict how large a signal, and a gradient, is after many layers, from the spread of the weights",
            predictions=("08.fifty-tanh",),
            sections=("4", "5", "6"),
            exercises={"08.signal_left": (0.0625, 0.5), "08.signal_stats": ("of-the-weights", "over-the-batch", "without-relu")},
        ),
        Objective(
            "choose a start for an activation and a depth, and say what the default of PyTorch does",
            predictions=("08.repair", "08.zeros"),
            sections=("7", "8"),
            exercises={"08.which_start": ("a", "c"), "08.xavier_uniform": ("pytorch-default",), "08.he_normal": ("no-2",)},
        ),
        Objective(
            "recognize signals that vanish or explode, and dead units, from plots and a few numbers",
            predictions=("08.fifty-tanh", "08.broken-run"),
            sections=("5", "9", "10"),
            exercises={
                "08.dead_fraction": ("share-of-zeros", "silent-examples", "once-is-enough"),
                "08.what_the_plot_says": ("c", "d"),
                "08.stuck_run": ("1", "2"),
            },
        ),
        Objective(
            "write the starts of Xavier and He and the orthogonal one, and check random code by its statistics",
            predictions=("08.repair",),
            sections=("7",),
            exercises={
                "08.he_normal": ("variance-as-width", "fan-out"),
                "08.xavier_uniform": ("width-as-bound", "fan-in-alone"),
                "08.orthogonal": ("random-normal", "gain-forgotten"),
            },
        ),
    ),
    terms=(
        Term("size", "How large a signal is: here its standard deviation, or the root of its mean square.", "4"),
        Term("fan-in", "How many inputs a unit adds up.", "4"),
        Term("fan-out", "How many units an input goes to.", "4"),
        Term("saturated", "Where an activation is flat, so that its slope, and with it the gradient, is nearly 0.", "5"),
        Term("vanishing", "Becoming smaller by a factor at each layer, until nothing is left.", "5"),
        Term("exploding", "Becoming larger by a factor at each layer.", "5"),
        Term("gain", "The factor by which the spread of the weights makes up for an activation; √2 for ReLU.", "6"),
        Term("dead", "Of a unit: giving 0 for every example, so that its weights get no gradient.", "9"),
    ),
    symbols=(
        Symbol("n_{\\text{in}}", "fan_in", "", "how many inputs a unit adds up"),
        Symbol("\\text{Var}(w)", "std ** 2", "", "the variance of the weights at the start"),
    ),
    symptoms=(
        Symptom(
            "a deep network does not learn at all, and its loss stays at ln C",
            "the standard deviation of each layer's outputs",
            "the signal vanishes: the weights are too small for the depth",
            "5",
        ),
        Symptom(
            "many units give 0 whatever the input",
            "the share of units that are 0 on the whole batch",
            "dead units: biases or weights were driven too far down",
            "9",
        ),
    ),
)
