"""Twelve questions on what the course takes as known. A miss names the refresher and the section that help."""

from learnkit.problems.questions import ChoiceQuestion, NumberQuestion, Slip

LINEAR_ALGEBRA, CALCULUS = "00_linear_algebra", "00_calculus"

SLICE_SUM = NumberQuestion(
    id="00.slice_sum",
    title="A slice",
    text="`v = [10, 20, 30, 40, 50]`. What is `sum(v[1:4])`?",
    right=90.0,
    rtol=1e-3,
    slips=(
        Slip(60.0, "That is the sum of the first three. Places are counted from 0, so place 1 holds 20.", "1 · Vectors and slices"),
        Slip(140.0, "The last place is not part of a slice: `1:4` takes the places 1, 2 and 3.", "1 · Vectors and slices"),
        Slip(100.0, "That begins at place 0 and ends before place 4. The slice begins at place 1.", "1 · Vectors and slices"),
    ),
    hints=(
        "Write the places 0, 1, 2, 3, 4 above the numbers, and mark where the slice begins.",
        "A slice `a:b` begins at place a and ends before place b, so it has b - a entries.",
        "places <- 1, 2, 3\ntake the three numbers at these places\nadd them",
    ),
    solution="slice_sum = sum([10, 20, 30, 40, 50][1:4])\n# Places 1, 2 and 3: the end of a slice is left out.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

MEAN_OF = NumberQuestion(
    id="00.mean_of",
    title="A mean",
    text="What is the mean of 2, 4, 4, 10?",
    right=5.0,
    rtol=1e-3,
    slips=(
        Slip(
            4.0,
            "That is the median, the middle of the sorted numbers. The mean is their sum divided by how many there are.",
            "2 · Mean and variance",
        ),
        Slip(20.0, "That is the sum. Divide it by how many numbers there are.", "2 · Mean and variance"),
        Slip(5.333333333333333, "The 4 that occurs twice counts twice: there are four numbers.", "2 · Mean and variance"),
    ),
    hints=(
        "A mean shares the whole out evenly. How large is the whole, and among how many?",
        "The mean is the sum of all numbers divided by their count; a number that occurs twice counts twice.",
        "total <- add all four numbers\nmean <- total divided by 4",
    ),
    solution="mean_of = (2 + 4 + 4 + 10) / 4\n# The sum, shared out among four.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

VARIANCE_OF = NumberQuestion(
    id="00.variance_of",
    title="A variance",
    text="What is the variance of 1, 4, 4, 7, the mean squared distance from their mean?",
    right=4.5,
    rtol=1e-3,
    slips=(
        Slip(18.0, "That is the sum of the squared distances. Their mean is asked.", "2 · Mean and variance"),
        Slip(2.1213203435596424, "That is the standard deviation, the root of the variance.", "2 · Mean and variance"),
        Slip(
            6.0,
            "That divides by one less than the count, as an estimate from a sample does. Here the mean of all four is asked.",
            "2 · Mean and variance",
        ),
        Slip(1.5, "That is the mean of the distances themselves. The variance squares them first.", "2 · Mean and variance"),
        Slip(20.5, "That is the mean of the squares. The distances from the mean are squared, not the numbers.", "2 · Mean and variance"),
    ),
    hints=(
        "First the mean, 4; then how far each number lies from it.",
        "The variance is the mean of the squared distances from the mean.",
        "mean <- 4\ndistances <- each number less the mean\nvariance <- mean of the squares of the distances",
    ),
    solution="variance_of = np.var([1, 4, 4, 7])\n# The distances from 4 are -3, 0, 0, 3, and their squares 9, 0, 0, 9.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

DOT_PRODUCT = NumberQuestion(
    id="00.dot_product",
    title="A dot product",
    text="What is the dot product of (2, 1, 3) and (4, 0, -1)?",
    right=5.0,
    rtol=1e-3,
    slips=(
        Slip(11.0, "The sign of the last product got lost: 3 times -1 takes 3 away.", "3 · Dot product and length"),
        Slip(9.0, "That adds all six numbers. Multiply entry by entry first, and add the products.", "3 · Dot product and length"),
        Slip(8.0, "The last product was left out: there are three, one for each place.", "3 · Dot product and length"),
        Slip(18.0, "That is the product of the two sums. Entry by entry: three products, then their sum.", "3 · Dot product and length"),
    ),
    hints=(
        "Entry by entry: three products, and one of them is 0.",
        "The dot product of two vectors is the sum of the products of their entries at the same places.",
        "products <- first times first, second times second, third times third\nadd the three products",
    ),
    solution="dot_product = np.dot([2, 1, 3], [4, 0, -1])\n# 8 + 0 - 3.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

LENGTH_OF = NumberQuestion(
    id="00.length_of",
    title="A length",
    text="How long is the vector (6, -8), by Pythagoras?",
    right=10.0,
    rtol=1e-3,
    slips=(
        Slip(14.0, "That adds the sizes of the entries. Pythagoras adds their squares and takes the root.", "3 · Dot product and length"),
        Slip(100.0, "That is the square of the length. The root is missing.", "3 · Dot product and length"),
        Slip(-2.0, "That adds the entries. A length is never negative: the entries are squared first.", "3 · Dot product and length"),
    ),
    hints=(
        "Draw it: 6 to the right, 8 down. How far is the end from the start?",
        "The length of a vector is the root of the sum of the squares of its entries.",
        "squares <- 36 and 64\nlength <- the root of their sum",
    ),
    solution="length_of = np.hypot(6, -8)\n# The root of 36 + 64.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

SHAPE_OF_PRODUCT = ChoiceQuestion(
    id="00.shape_of_product",
    title="The shape of a product",
    text="A matrix of 5 rows and 3 columns times a matrix of 3 rows and 2 columns: what is the shape of the product?",
    choices=("5 rows, 2 columns", "3 rows, 3 columns", "5 rows, 3 columns", "it does not exist"),
    right="a",
    slips=(
        Slip("b", "The inner lengths, 3 and 3, are the ones that are added up: they go away.", "5 · Products"),
        Slip("c", "Each row of the left meets each column of the right, and the right has 2 columns.", "5 · Products"),
        Slip("d", "The inner lengths are both 3, so rows of the left and columns of the right can be multiplied.", "5 · Products"),
    ),
    hints=(
        "Write the two shapes side by side: (5, 3) and (3, 2).",
        "Each row of the left is multiplied with each column of the right; for that the inner lengths must be equal.",
        "rows of the result    <- rows of the left\ncolumns of the result <- columns of the right",
    ),
    solution='shape_of_product = "a"\n# (5, 3) times (3, 2): the inner 3 is added up, the outer lengths stay.',
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

PRODUCT_ENTRY = NumberQuestion(
    id="00.product_entry",
    title="An entry of a product",
    text=(
        "$A$ has the rows (1, 2) and (3, 4), $B$ has the rows (5, 6) and (7, 8). Which number stands in row "
        "2, column 1 of the matrix product $AB$?"
    ),
    right=43.0,
    rtol=1e-3,
    slips=(
        Slip(
            21.0,
            "That is the product of two entries alone. Row 2 of A meets column 1 of B, entry by entry, and the products are added.",
            "5 · Products",
        ),
        Slip(23.0, "That is the product BA. The order matters: rows of the left, columns of the right.", "5 · Products"),
        Slip(22.0, "That is row 1, column 2. Row 2 of A is (3, 4), column 1 of B is (5, 7).", "5 · Products"),
        Slip(
            39.0, "That multiplies row 2 of A by a row of B. The columns of the right are taken: column 1 of B is (5, 7).", "5 · Products"
        ),
    ),
    hints=(
        "Which row of A, and which column of B, decide this entry?",
        "The entry in row i, column j of AB is the dot product of row i of A and column j of B.",
        "row <- (3, 4)\ncolumn <- (5, 7)\nmultiply entry by entry, and add",
    ),
    solution="product_entry = np.dot([3, 4], [5, 7])\n# Row 2 of A with column 1 of B: 15 + 28.",
    minutes=2,
    read_in=LINEAR_ALGEBRA,
)

SLOPE_AT = NumberQuestion(
    id="00.slope_at",
    title="A slope",
    text="What is the slope of $f(x) = x^3 - 2x$ at $x = 2$?",
    right=10.0,
    rtol=1e-3,
    slips=(
        Slip(4.0, "That is the value f(2). The slope is the value of the derivative there.", "2 · Rules"),
        Slip(12.0, "The derivative of -2x was left out: it takes 2 away.", "2 · Rules"),
        Slip(8.0, "The derivative of -2x is -2, and not -2x: at 2 it takes 2 away, not 4.", "2 · Rules"),
        Slip(2.0, "A factor is missing: the derivative of the cube of x is 3 times the square.", "2 · Rules"),
    ),
    hints=(
        "First the derivative as a formula, then its value at 2.",
        "The power comes down as a factor and goes down by one; the derivative of a sum is the sum of the derivatives.",
        "derivative <- one term for the power, one for the factor\nput in x = 2",
    ),
    solution="slope_at = 3 * 2**2 - 2\n# The derivative is 3x² - 2.",
    minutes=2,
    read_in=CALCULUS,
)

CHAIN_RULE = NumberQuestion(
    id="00.chain_rule",
    title="A function inside a function",
    text="What is the derivative of $(3x + 1)^2$ at $x = 1$?",
    right=24.0,
    rtol=1e-3,
    slips=(
        Slip(
            8.0,
            "That is the outer derivative alone. The chain rule multiplies it by the derivative of what is inside.",
            "3 · The chain rule",
        ),
        Slip(6.0, "The outer derivative was taken at x, or left out. It is taken at the inner value, 3x + 1 = 4.", "3 · The chain rule"),
        Slip(16.0, "That is the value of the function at 1. The derivative is asked.", "3 · The chain rule"),
        Slip(18.0, "That squares only a part of what is inside: the inner value is 3x + 1, and not 3x.", "3 · The chain rule"),
    ),
    hints=(
        "What is inside the brackets, and what is done to it?",
        "The chain rule: the derivative of the outer function, at the inner value, times the derivative of the inner function.",
        "inner <- 3x + 1, at x = 1\nouter derivative <- 2 times inner\ninner derivative <- 3\nmultiply the two derivatives",
    ),
    solution="chain_rule = 2 * (3 * 1 + 1) * 3\n# Outer derivative 2 · 4, inner derivative 3.",
    minutes=2,
    read_in=CALCULUS,
)

PARTIAL = NumberQuestion(
    id="00.partial",
    title="One variable at a time",
    text="$f(w, b) = (2w + b - 5)^2$. What is its partial derivative along $w$ at $w = 1, b = 1$?",
    right=-8.0,
    rtol=1e-3,
    slips=(
        Slip(
            -4.0,
            "That is the derivative along b, or the inner derivative was left out: w stands there with a factor 2.",
            "4 · Several variables",
        ),
        Slip(8.0, "The sign: 2w + b - 5 is negative there, and the derivative keeps its sign.", "4 · Several variables"),
        Slip(4.0, "That is the value of the function, a square, there. The derivative is asked.", "4 · Several variables"),
        Slip(-2.0, "That is what stands inside. The square gives a factor 2, and w another factor 2.", "4 · Several variables"),
    ),
    hints=(
        "Hold b still, as if it were a number: then it is a function of w alone.",
        "A partial derivative treats all other variables as constants; then the chain rule applies as always.",
        "inner <- 2w + b - 5, at w = 1 and b = 1\nouter derivative <- 2 times inner\ninner derivative along w <- 2\nmultiply",
    ),
    solution="partial = 2 * (2 * 1 + 1 - 5) * 2\n# Inside stands -2; times 2 from the square, times 2 from 2w.",
    minutes=2,
    read_in=CALCULUS,
)

DOWNHILL = ChoiceQuestion(
    id="00.downhill",
    title="Which way is down?",
    text=(
        "At some point the gradient of a loss is (3, -1): its partial derivatives along $w_1$ and $w_2$. "
        "Which small step makes the loss smaller the fastest?"
    ),
    choices=("more $w_1$, less $w_2$", "less $w_1$, more $w_2$", "less of both", "more of both"),
    right="b",
    slips=(
        Slip("a", "That is the direction of the gradient itself, in which the loss grows the fastest.", "5 · Downhill"),
        Slip("c", "Along $w_2$ the slope is negative: less of it makes the loss larger.", "5 · Downhill"),
        Slip("d", "Along $w_1$ the slope is positive: more of it makes the loss larger.", "5 · Downhill"),
    ),
    hints=(
        "Where the slope along one variable is positive, which way is down?",
        "The gradient points to where the function grows the fastest; the opposite direction is the one in which it falls the fastest.",
        "for each variable:\n    positive slope -> make it smaller\n    negative slope -> make it larger",
    ),
    solution='downhill = "b"\n# Against the gradient: minus 3 along the first, plus 1 along the second.',
    minutes=2,
    read_in=CALCULUS,
)

LOG_OF_PRODUCT = NumberQuestion(
    id="00.log_of_product",
    title="A logarithm",
    text="$\\ln a = 2$ and $\\ln b = 3$. What is $\\ln(a^2 b)$?",
    right=7.0,
    rtol=1e-3,
    slips=(
        Slip(12.0, "A logarithm makes a sum of a product: the two parts are added, not multiplied.", "6 · Exponentials and logarithms"),
        Slip(5.0, "The square was left out: it becomes a factor 2 in front of ln a.", "6 · Exponentials and logarithms"),
        Slip(8.0, "The factor 2 belongs to ln a alone; b is not squared.", "6 · Exponentials and logarithms"),
        Slip(10.0, "The factor 2 belongs to ln a alone: neither b is squared nor the whole.", "6 · Exponentials and logarithms"),
    ),
    hints=(
        "What does a logarithm make of a product, and what of a power?",
        "The logarithm of a product is the sum of the logarithms; the logarithm of a power is the exponent times the logarithm.",
        "ln of a² <- 2 times ln a\nln of the product <- the sum of the two",
    ),
    solution="log_of_product = 2 * 2 + 3\n# The power becomes a factor, the product a sum.",
    minutes=2,
    read_in=CALCULUS,
)

QUESTIONS = (
    SLICE_SUM,
    MEAN_OF,
    VARIANCE_OF,
    DOT_PRODUCT,
    LENGTH_OF,
    SHAPE_OF_PRODUCT,
    PRODUCT_ENTRY,
    SLOPE_AT,
    CHAIN_RULE,
    PARTIAL,
    DOWNHILL,
    LOG_OF_PRODUCT,
)
