"""What lesson 01 asks: five predictions, three questions about Python and school mathematics, six about itself; and its broken result."""

from learnkit.study.questions import LessonQuestions, Prediction, Recall, Reply

SUM_AXIS_0 = Prediction(
    id="01.sum-axis-0",
    question="A table has 3 rows of 4 numbers, shape (3, 4). What is the shape of `table.sum(axis=0)`?",
    kind="choice",
    default="(3,)",
    right="(4,)",
    choices=("(3,)", "(4,)", "(1, 4)", "(3, 4)"),
    replies=(
        Reply("(4,)", "That is it. Axis 0 counts the rows; the sum runs along it, so it goes away and the 4 columns are left."),
        Reply(
            "(3,)",
            'You may have read it as "a sum for each row". The axis that is named is the one the sum runs along and that goes away: of '
            "(3, 4) the 3 is gone, and 4 sums are left, one a column.",
        ),
        Reply(
            "(1, 4)",
            "The right numbers, and the axis would still be there with length 1. That is what `keepdims=True` gives; without it the axis "
            "goes away, and (4,) is left.",
        ),
        Reply("(3, 4)", "A sum makes many numbers one, so an axis has to go: the one that is named, of length 3. What is left is (4,)."),
    ),
)

SHAPE = Prediction(
    id="01.shape",
    question="`a` has shape (5, 1, 3) and `b` has shape (4, 1). What is the shape of `a + b`?",
    kind="choice",
    default="an error",
    right="(5, 4, 3)",
    choices=("(5, 1, 3)", "(5, 4, 1)", "(5, 4, 3)", "an error"),
    replies=(
        Reply(
            "(5, 4, 3)",
            "That is it. From the right: 3 meets 1, 1 meets 4, 5 meets nothing. Each time the 1 or the missing length gives way.",
        ),
        Reply(
            "an error",
            "The two differ in every length, and in their number of axes: a fair guess. But a length of 1 fits any other, and so does a "
            "missing one. From the right: 3 and 1 give 3, 1 and 4 give 4, 5 and none give 5.",
        ),
        Reply(
            "(5, 1, 3)",
            "That would be the shape if b fitted into a. But b has 4 rows where a has one, and the rule works both ways: a is "
            "repeated too.",
        ),
        Reply(
            "(5, 4, 1)",
            "The 4 is right: the 1 of a gives way to it. In the last place 3 meets 1, and there the 1 gives way too: (5, 4, 3).",
        ),
    ),
)

COLUMN_MINUS_ROW = Prediction(
    id="01.column-minus-row",
    question=(
        "A model returns 100 predictions as a column, shape (100, 1). The measurements are a plain row of numbers, shape (100,). "
        "What is the "
        "shape of `predictions - measurements`?"
    ),
    kind="choice",
    default="(100, 1)",
    right="(100, 100)",
    choices=("(100,)", "(100, 1)", "(100, 100)", "an error"),
    replies=(
        Reply(
            "(100, 100)",
            "That is it. From the right 1 meets 100, and then 100 meets nothing: every prediction is compared with every measurement.",
        ),
        Reply(
            "(100, 1)",
            "So it is meant: 100 differences. But shapes are compared from the right: the 1 meets 100 and gives way, and the other "
            "100 meets "
            "nothing. Every prediction is compared with every measurement, (100, 100).",
        ),
        Reply(
            "(100,)",
            "So it is meant: 100 differences. NumPy does not drop the axis of length 1; from the right it meets 100 and is repeated. The "
            "result is (100, 100).",
        ),
        Reply(
            "an error",
            "An error would be a mercy. The rule has an answer: the 1 gives way to 100, the missing length to the other 100, and the "
            "result is "
            "(100, 100).",
        ),
    ),
    then="The result is shown in the next cell.",
)

SPEED = Prediction(
    id="01.speed",
    question=(
        "The distances of one digit to 1,348 others are computed twice: by two nested loops over numbers, and by one expression on whole "
        "arrays. How many times faster is the expression?"
    ),
    kind="choice",
    default="2 to 5 times",
    right="more than 20 times",
    choices=("about as fast", "2 to 5 times", "5 to 20 times", "more than 20 times"),
    replies=(
        Reply(
            "more than 20 times",
            "That is it. The arithmetic is the same. What falls away is Python's work around each number: to fetch it, to look up "
            "its type, "
            "to make an object for the result.",
        ),
        Reply(
            "about as fast",
            "The number of additions and products is indeed the same. But around each of them Python fetches an object, looks up its "
            "type and "
            "makes a new object; the arrays do that once for all numbers.",
        ),
        Reply(
            "2 to 5 times",
            "Faster is right, and the factor is larger. Around each number Python does about a hundred times the work of the arithmetic "
            "itself, and the arrays do it once for all numbers.",
        ),
        Reply(
            "5 to 20 times",
            "The order is close, and the machine has more to give. Around each number Python does about a hundred times the work of the "
            "arithmetic itself; the arrays do it once for all numbers.",
        ),
    ),
)

BROKEN_RESULT = Prediction(
    id="01.broken-result",
    question="Each of 64 digits was divided by the sum of its own 64 values. The rows do not add up to 1. What is wrong?",
    kind="choice",
    default="values of 32 bits were rounded",
    right="the sums have lost their axis",
    choices=(
        "values of 32 bits were rounded",
        "the sums run along the wrong axis",
        "the sums have lost their axis",
        "a digit is blank, and 0 was divided by 0",
    ),
    replies=(
        Reply(
            "the sums have lost their axis",
            "That is it. The sums have shape (64,) and lie along the columns: pixel d of every digit is divided by the ink of digit "
            "d. With "
            "65 digits it would have raised an error.",
        ),
        Reply(
            "values of 32 bits were rounded",
            "Rounding would show in the seventh digit. These sums are off by up to 28 percent: each value was divided by the sum of "
            "another "
            "digit, because the sums, of shape (64,), lie along the columns.",
        ),
        Reply(
            "the sums run along the wrong axis",
            "Close. Then the columns would add up to 1, and they do not. The sums are those of the rows, and having lost their axis they "
            "lie along the columns.",
        ),
        Reply(
            "a digit is blank, and 0 was divided by 0",
            "Then there would be nan among the sums, and here are none. The sums of the rows, of shape (64,), lie along the columns.",
        ),
    ),
)

RECALLS = (
    Recall(
        id="01.r1",
        question="In Python, what is `[3, 1, 4, 1, 5][1:3]`?",
        kind="text",
        right="[1, 4]",
        explanation="A slice starts at index 1, the second item, and stops before index 3. Arrays are sliced in the same way.",
        from_lesson="00",
    ),
    Recall(
        id="01.r2",
        question="In Python, after `row = [1, 2]`, `table = [row, row]` and `table[0][0] = 9`: what is `table`?",
        kind="choice",
        right="[[9, 2], [9, 2]]",
        choices=("[[9, 2], [1, 2]]", "[[9, 2], [9, 2]]", "[[9, 9], [1, 2]]"),
        explanation=(
            "Both items of the table are the same list under two names. A row of an array is such a second name too, as section 6 shows."
        ),
        from_lesson="00",
    ),
    Recall(
        id="01.r3",
        question="From school: how far is the point (1, 2) from the point (4, 6)?",
        kind="number",
        right="5",
        within=(4.999, 5.001),
        explanation=(
            "The differences are 3 and 4, the squares 9 and 16, and the root of their sum, 25, is 5. This lesson needs no more geometry."
        ),
        from_lesson="00",
    ),
    Recall(
        id="01.r4",
        question="What is the shape of `a + b` if `a` has shape (6, 1) and `b` has shape (5,)?",
        kind="text",
        right="(6, 5)",
        explanation="From the right: 1 meets 5 and gives 5; 6 meets nothing and stays. The column is repeated 5 times, the row 6 times.",
        from_lesson="01",
    ),
    Recall(
        id="01.r5",
        question="What is the shape of `x.mean(axis=1)` if `x` has shape (32, 10)?",
        kind="text",
        right="(32,)",
        explanation="The mean runs along axis 1, of length 10, and that axis goes away. One mean for each of the 32 rows is left.",
        from_lesson="01",
    ),
    Recall(
        id="01.r6",
        question="`x` has shape (100, 3). Which line takes from each row its own mean?",
        kind="choice",
        right="x - x.mean(axis=1, keepdims=True)",
        choices=("x - x.mean(axis=1)", "x - x.mean(axis=0)", "x - x.mean(axis=1, keepdims=True)"),
        explanation=(
            "The means must be a column, (100, 1). Without keepdims they have shape (100,) and meet the 3: an error here, and a wrong "
            "result where a table is square."
        ),
        from_lesson="01",
    ),
    Recall(
        id="01.r7",
        question="A loss is computed from predictions of shape (50, 1) and targets of shape (50,). How many differences are there?",
        kind="number",
        right="2500",
        within=(2499.5, 2500.5),
        explanation="A column meets a row: (50, 1) and (50,) give (50, 50). No error is raised, so assert the shape.",
        from_lesson="01",
    ),
    Recall(
        id="01.r8",
        question="`a` has shape (20, 8) and `b` has shape (30, 8). How many numbers does `a[:, None] - b` hold?",
        kind="number",
        right="4800",
        within=(4799.5, 4800.5),
        explanation=(
            "Its shape is (20, 30, 8): one difference for each pair and each feature, 20 · 30 · 8 = 4800. The distances are only 600."
        ),
        from_lesson="01",
    ),
    Recall(
        id="01.r9",
        question="Why do exercises try a table that is square and one that is not?",
        kind="choice",
        right="a lost axis raises an error on one and gives wrong numbers on the other",
        choices=(
            "square tables are faster to compute",
            "a lost axis raises an error on one and gives wrong numbers on the other",
            "one of the two may be too large for the memory",
        ),
        explanation=(
            "Row sums of shape (3,) fit a (3, 3) table along the wrong axis and do not fit (5, 4) at all. A function that works on "
            "one shape "
            "only has not been tested."
        ),
        from_lesson="01",
    ),
)

QUESTIONS = LessonQuestions(
    lesson="01", title="Arrays", predictions=(SUM_AXIS_0, SHAPE, COLUMN_MINUS_ROW, SPEED, BROKEN_RESULT), recalls=RECALLS
)


def _lost_axis() -> tuple[dict[str, list[float]], dict[str, str]]:
    """Divide 64 digits of 64 values by sums that have lost their axis; return the sums of the rows, and numbers that tell causes apart."""
    from learnkit.datasets import digits

    table = digits()[0][:64]
    divided = table / table.sum(axis=1)  # the defect: the axis is not kept
    rows, columns = divided.sum(axis=1), divided.sum(axis=0)
    try:
        larger = digits()[0][:65]
        outcome = f"no error, and sums from {(larger / larger.sum(axis=1)).sum():.2f}"
    except ValueError as error:
        outcome = f"{type(error).__name__}: {error}"
    numbers = {
        "the smallest and the largest sum of a row": f"{rows.min():.2f} and {rows.max():.2f}",
        "the smallest and the largest sum of a column": f"{columns.min():.2f} and {columns.max():.2f}",
        "the shape of the sums that were divided by": f"{table.sum(axis=1).shape}",
        "the least ink of a digit": f"{table.sum(axis=1).min():.2f}",
        "the same with 65 digits": outcome,
    }
    return {"sum of the row": [float(value) for value in rows]}, numbers


BROKEN_RUNS = {"01.broken-result": _lost_axis}
