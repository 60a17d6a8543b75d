"""What lesson 13 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="13",
    objectives=(
        Objective(
            "write batch normalization, forward and backward, and derive its gradient",
            predictions=("13.large-steps",),
            sections=("3", "6"),
            exercises={
                "13.batchnorm_forward": ("normalized-by-n-minus-1", "eps-outside", "rows"),
                "13.batchnorm_backward": ("mean-constant", "variance-constant", "weight-gradient-by-x"),
            },
        ),
        Objective(
            "say what its two modes do, and what is remembered between them",
            predictions=("13.broken-run",),
            sections=("5", "10"),
            exercises={
                "13.batchnorm_forward": ("momentum-flipped", "batch-in-evaluation", "running-divided-by-n"),
                "13.running_mean": (0.38, 2.2),
                "13.what_holds": ("b", "g"),
            },
        ),
        Objective(
            "choose between batch and layer normalization for a batch size and a use",
            predictions=("13.large-steps", "13.small-batch", "13.batch-of-one"),
            sections=("4", "7", "8"),
            exercises={
                "13.layernorm_forward": ("by-the-batch",),
                "13.rmsnorm": ("centered",),
                "13.batch_of_two": ("c", "d"),
                "13.what_holds": ("d",),
            },
        ),
        Objective(
            "recognize what goes wrong with small and ragged batches, and fold a normalization away",
            predictions=("13.small-batch", "13.broken-run"),
            sections=("7", "9", "11"),
            exercises={"13.fold_batchnorm": ("bias-forgotten", "columns"), "13.which_run": ("1", "4")},
        ),
    ),
    terms=(
        Term("Batch normalization", "Normalizing each feature by its mean and variance over the batch, then scaling and shifting it.", "3"),
        Term("running statistics", "The mean and variance that the layer remembers in training and uses in evaluation.", "5"),
        Term("momentum", "Of batch normalization: the share of a new batch that enters the running statistics; 0.1 in PyTorch.", "5"),
        Term("Layer normalization", "Normalizing each example by the mean and variance of its own features.", "8"),
        Term("buffers", "Arrays that belong to a layer's state and that no optimizer moves, such as running statistics.", "12"),
    ),
    symbols=(
        Symbol("\\mu, \\sigma^2", "mean, var", "(D,)", "mean and variance of each feature over the batch"),
        Symbol("\\hat x", "hat", "(N, D)", "x, normalized"),
        Symbol("w, b", "weight, bias", "(D,)", "of a normalization: scale and shift of each feature"),
        Symbol("m", "momentum", "", "the share of a batch that enters the running statistics"),
    ),
    symptoms=(
        Symptom(
            "the training loss is low, and the test accuracy jumps from epoch to epoch",
            "the number of examples in the smallest batch",
            "a tiny last batch ruins the running statistics: drop_last=True",
            "11",
        ),
        Symptom(
            "a network with batch normalization learns next to nothing in tiny batches",
            "the batch size",
            "statistics of two or four examples; take layer normalization",
            "7",
        ),
        Symptom(
            "an image gets another answer in another batch",
            "net.training",
            "the network is still in training mode",
            "5",
        ),
        Symptom(
            "evaluation is worse than training by far, and steadily",
            "the running mean beside the mean of the data",
            "momentum taken the wrong way round, or too few batches",
            "10",
        ),
        Symptom(
            "the loss runs away at a large learning rate",
            "the largest activation of each layer",
            "nothing keeps the signal in range: normalize, or take smaller steps",
            "1",
        ),
    ),
)
