"""What lesson 01 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="01",
    objectives=(
        Objective(
            "read the shape of an array, and say what a sum, a slice or a product makes of it",
            predictions=("01.sum-axis-0",),
            sections=("2", "8"),
            exercises={"01.row_normalize": ("columns", "no-keepdims"), "01.what_meets": ("b", "e"), "01.affine": ("weight-transposed",)},
        ),
        Objective(
            "broadcast on purpose: make two arrays meet in the axes that you mean, and see when they meet in others",
            predictions=("01.shape", "01.column-minus-row", "01.broken-result"),
            sections=("4", "6", "11"),
            exercises={
                "01.one_hot": ("whole-columns",),
                "01.affine": ("bias-per-row",),
                "01.rule_in_order": ("c", "g"),
                "01.broken_error": ("3",),
            },
        ),
        Objective(
            "replace loops over numbers by one expression, and say what that gains and what it costs",
            predictions=("01.speed",),
            sections=("8", "9"),
            exercises={"01.pairwise_sq_dists": ("cross-term-once", "row-with-row"), "01.differences_in_mb": (8.0, 6400.0)},
        ),
        Objective(
            "work with this course: `predict`, `check`, `hint`, `use` and `start`",
            predictions=("01.sum-axis-0",),
            sections=("7",),
            exercises={"01.center_rows": ("no-keepdims",)},
        ),
    ),
    terms=(
        Term("array", "A block of numbers of one kind.", "2"),
        Term("shape", "How long an array is along each axis.", "2"),
        Term("axis", "A direction of an array; axes are counted from 0.", "2"),
        Term("dtype", "The kind of number that an array holds.", "2"),
        Term("squared distance", "The sum of the squared differences of two points' coordinates.", "3"),
        Term("Broadcasting", "Using a length of 1 again and again, so that two shapes meet.", "4"),
        Term("one-hot", "A row of zeros with a 1 at the place of a class.", "4"),
        Term("matrix product", "Each row of the left times each column of the right, added up.", "5"),
        Term("nan", '"Not a number": what 0/0 gives, and what every sum that meets it becomes.', "6"),
        Term("view", "A second name for the numbers of an array: what is written into it is in the array.", "6"),
        Term("probes", "The inputs on which `check` tries an answer.", "7"),
        Term("bias", "One number for each output, added after the matrix product.", "8"),
        Term("tensors", "What PyTorch calls arrays.", "12"),
    ),
    symbols=(
        Symbol("N", "len(x)", "", "the number of examples, the rows of a table"),
        Symbol("D", "x.shape[1]", "", "the number of features, the columns of a table"),
        Symbol("x", "x", "(N, D)", "inputs, one row an example"),
        Symbol("d(a, b)", "pairwise_sq_dists(a, b)", "(M, N)", "the squared distances of the rows of a to the rows of b"),
    ),
    symptoms=(
        Symptom(
            "the error of perfect predictions is not 0",
            "the shape of predictions - targets",
            "a column (N, 1) met a row (N,): all pairs were compared",
            "6",
        ),
        Symptom(
            "a division by sums works on square tables and raises on others",
            "the sums of the rows of the result",
            "the sum has lost its axis: keepdims=True is missing",
            "6",
        ),
        Symptom("nan appears after a division", "the smallest sum that was divided by", "a row of zeros: 0/0", "6"),
        Symptom("an input has changed after a call", "the input before and after", "the function wrote into a view with -=", "6"),
        Symptom("the memory is used up by a distance table", "pairs times features times 8 bytes", "all differences are held at once", "8"),
    ),
)
