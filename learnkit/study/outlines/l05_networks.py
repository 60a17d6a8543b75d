"""What lesson 05 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="05",
    objectives=(
        Objective(
            "say what an activation between two layers buys, and prove that nothing is gained without one",
            predictions=("05.two-linear",),
            sections=("4", "5"),
            exercises={
                "05.relu": ("derivative", "absolute"),
                "05.leaky_relu": ("everywhere", "slope-on-positive"),
                "05.gelu": ("probability-alone",),
                "05.same_scores": ("c", "e"),
                "05.xor_weights": ("three-of-four",),
            },
        ),
        Objective(
            "trace the shapes through a multilayer perceptron and write its forward pass",
            predictions=("05.random-hidden",),
            sections=("6",),
            exercises={"05.mlp_forward": ("bent-scores", "one-weight", "not-transposed"), "05.forward_pass": ("ac", "ea")},
        ),
        Objective(
            "count the numbers that a network learns",
            predictions=("05.random-hidden",),
            sections=("7",),
            exercises={"05.count_params": ("no-biases", "counts-units"), "05.how_many": (108736, 986)},
        ),
        Objective(
            "say what more units buy and what more layers could buy, and recognize a hidden layer that does nothing",
            predictions=("05.pieces", "05.broken-run"),
            sections=("9", "10", "12"),
            exercises={"05.broken_folds": ("1", "3"), "05.same_scores": ("f",)},
        ),
    ),
    terms=(
        Term("XOR", "One or the other, and not both: four points that no straight line can separate.", "2"),
        Term("unit", "One output of a layer: inputs times weights plus a bias, and then a bend.", "3"),
        Term("activation", "The function that bends the outputs of a layer.", "4"),
        Term("rectified linear unit", "max(x, 0): nothing below 0, unchanged above.", "5"),
        Term("leaky ReLU", "ReLU with a small slope below 0.", "5"),
        Term("tanh", "An S-shaped activation from −1 to 1.", "5"),
        Term("GELU", "x times the probability that a normal number is below x: a smooth ReLU.", "5"),
        Term("multilayer perceptron", "Linear layers with activations between them.", "6"),
        Term("hidden layer", "A layer between inputs and scores.", "6"),
        Term("crease", "The line along which a ReLU unit of two inputs bends.", "8"),
        Term("dead units", "Units that give 0 for every example.", "11"),
    ),
    symbols=(
        Symbol("h", "hidden", "(N, H)", "the outputs of a hidden layer"),
        Symbol("W_1, W_2", "weight_1, weight_2", "(H, D), (C, H)", "the weights of the layers"),
    ),
    symptoms=(
        Symptom(
            "a deep network is no better than a linear one",
            "the scores with and without the activation",
            "all hidden biases are 0, so that every crease goes through one point",
            "12",
        ),
        Symptom(
            "the loss stands still at ln C from the first step",
            "the smallest and the largest score",
            "an activation on the output layer cuts the scores off",
            "11",
        ),
    ),
)
