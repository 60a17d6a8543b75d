"""What lesson 01 asks besides code: which shapes meet, what a table of differences weighs, the rule in order, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

ALL = "8 · All distances at once"
BROADCAST = "4 · Broadcasting"
SILENT = "6 · No error, and wrong"
SHAPES = "2 · Shapes and axes"

WHAT_MEETS = ChoiceQuestion(
    id="01.what_meets",
    title="Which shapes meet?",
    text="Which of these sums work, and have the shape that stands behind them? There is more than one.",
    choices=(
        "`(8, 1, 6, 1) + (7, 1, 5)` is `(8, 7, 6, 5)`",
        "`(4, 3) + (4,)` is `(4, 3)`",
        "`(4, 3) + (4, 1)` is `(4, 3)`",
        "`(5, 1) + (5,)` is `(5, 5)`",
        "`(2, 3) + (3, 2)` is `(2, 3)`",
        "`(3, 1) + (1, 4)` is `(3, 1)`",
    ),
    right="acd",
    slips=(
        Slip("b", "Shapes are compared from the right: 3 meets 4, and neither is 1.", BROADCAST),
        Slip(
            "e", "A swapped order is no match: from the right 3 meets 2, and neither is 1. A transpose is never taken by itself.", BROADCAST
        ),
        Slip("f", "They meet, and both lengths of 1 give way, not only that of the second shape: the result is (3, 4).", BROADCAST),
    ),
    hints=(
        "Write each pair of shapes under each other, the last lengths in one column.",
        "At every place the two lengths are equal, or one of them is 1 or missing; then the longer one is the length of the result.",
        "for each place, from the right:\n"
        "    equal lengths     -> this length\n"
        "    one is 1, or none -> the other length\n"
        "    else              -> an error",
    ),
    solution=(
        'what_meets = "a c d"\n'
        "# From the right: lengths are equal, or one of them is 1 or missing. In b 3 meets 4, in e 3 meets 2; f is (3, 4)."
    ),
)

DIFFERENCES_IN_MB = NumberQuestion(
    id="01.differences_in_mb",
    title="What do the differences weigh?",
    text=(
        "`a` has shape (500, 100) and `b` has shape (2000, 100), in 64-bit numbers, 8 bytes each. How large is the array "
        "`a[:, None] - b`, in megabytes of a million bytes?"
    ),
    right=800.0,
    rtol=1e-3,
    unit="megabytes",
    slips=(
        Slip(
            8.0,
            "That is the size of the distances, one number for each pair. The differences have one for each pair and each feature.",
            ALL,
        ),
        Slip(100.0, "That is the number of entries in millions. Each takes 8 bytes.", ALL),
        Slip(6400.0, "That is megabits. There are 8 bits in a byte, and a 64-bit number has 8 bytes.", ALL),
        Slip(2.0, "Those are the two inputs. The difference repeats each of them along the other one.", ALL),
        Slip(400.0, "That would be with 32-bit numbers, 4 bytes each.", ALL),
        Slip(1.6, "That is b alone. The difference has a row for each pair.", ALL),
    ),
    hints=(
        "What shape has `a[:, None]`, and what is the shape of the difference?",
        "The number of entries is the product of the lengths of all axes. Each entry takes 8 bytes.",
        "shape   <- (500, 1, 100) with (2000, 100)\nentries <- the product of its lengths\nbytes   <- 8 times that",
    ),
    solution=(
        "differences_in_mb = 500 * 2000 * 100 * 8 / 1e6\n"
        "# The shape is (500, 2000, 100): a hundred million numbers of 8 bytes. The distances themselves take a hundredth of it."
    ),
)

RULE_IN_ORDER = OrderQuestion(
    id="01.rule_in_order",
    title="The rule, in order",
    text="How do two shapes meet? Put the steps in order. Two of them do not belong.",
    items=(
        "repeat each axis of length 1 as often as the other array says",
        "write the two shapes under each other, the last axes in one column",
        "write the two shapes under each other, the first axes in one column",
        "compute entry by entry",
        "stop with an error where two lengths differ and neither is 1",
        "put lengths of 1 in front of the shorter shape",
        "transpose one of the arrays if that makes it fit",
    ),
    needed="bfead",
    before=("bf", "fe", "ea", "ad"),
    slips=(
        Slip("c", "Then (4, 3) and (4,) would meet, and they do not: shapes are compared from the last axis on.", BROADCAST),
        Slip("g", "NumPy never transposes by itself: which axis is meant, only you know.", BROADCAST),
        Slip("ae", "Nothing is repeated before it is known that all lengths fit.", BROADCAST),
        Slip("fb", "How many lengths of 1 are missing in front is seen once the last axes stand under each other.", BROADCAST),
        Slip("-f", "The order holds. But a shape may have fewer axes than the other.", BROADCAST),
    ),
    hints=(
        "Begin with paper and pencil: two shapes, one below the other. At which end do they line up?",
        "Line up, fill up, compare, repeat, compute.",
        "line up from the right\n-> fill up on the left\n-> compare the lengths\n-> repeat where a length is 1\n-> compute",
    ),
    solution=(
        'rule_in_order = "B F E A D"\n'
        "# From the right; what is missing is 1; lengths that differ, none of them 1, are an error; a 1 is repeated."
    ),
)

BROKEN_ERROR = BrokenRunQuestion(
    id="01.broken_error",
    title="Which program is broken, and why?",
    text=(
        "Three programs measure how far predictions are from measurements, both 1,000 numbers, by the mean of the squared differences. "
        "They are tried on a **perfect** prediction, where the answer is 0:\n\n"
        "| program | shape of the differences | their memory | mean squared difference |\n"
        "|---|---|---|---|\n"
        "| a | (1000,) | 8 kB | 0.0 |\n"
        "| b | (1000, 1000) | 8 MB | 2.0 |\n"
        "| c | (1000, 1) | 8 kB | 0.0 |\n\n"
        "No program raised an error. Which one is broken, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the sum runs over the wrong axis",
        "a column (1000, 1) met a row (1000,)",
        "the numbers are integers and were rounded",
        "the arrays are too large for the memory",
    ),
    right="b 2",
    slips=(
        Slip("a", "One difference for each measurement, and 0 for a perfect prediction: nothing is wrong there."),
        Slip("c", "A column of 1,000 differences is as good as a row of them, and its mean is 0."),
        Slip("1", "A wrong axis changes what a mean has left over. The differences themselves have too many axes already.", SILENT),
        Slip("3", "Rounding could change a number a little. It cannot make a million differences out of a thousand.", SILENT),
        Slip("4", "8 MB is little for a computer. But why are there a million differences?", ALL),
    ),
    hints=(
        "How many differences are there between 1,000 predictions and 1,000 measurements?",
        "A shape with one axis more than expected is a sign that two arrays met crosswise: each entry of one with each entry of the other.",
        "1. which shape has more entries than there are measurements?\n"
        "2. which two shapes give it, by the rule of broadcasting?\n"
        "3. which of the causes says so?",
    ),
    solution=(
        'broken_error = "b 2"\n# (1000, 1) with (1000,) is (1000, 1000): each prediction is compared with every measurement. Nothing warns.'
    ),
)

QUESTIONS = (WHAT_MEETS, DIFFERENCES_IN_MB, RULE_IN_ORDER, BROKEN_ERROR)
