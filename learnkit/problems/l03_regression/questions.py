"""What lesson 03 asks besides code: a loss surface to read, the largest rate of a valley, a descent in order, a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

GRADIENT = "5 · The gradient"
STEP = "6 · The step, along one direction"
VALLEY = "7 · Many directions: the valley"
SCALED = "8 · The question, answered"
WRONG = "10 · What goes wrong, and what it looks like"

READ_THE_SURFACE = ChoiceQuestion(
    id="03.read_the_surface",
    title="Read a loss surface",
    text=(
        "A linear regression has two weights. Its loss is drawn over them as contour lines: each line joins places of equal loss, and "
        "from line to line the loss changes by the same amount. They are long, narrow ellipses around one point. Which statements "
        "hold? There is more than one."
    ),
    choices=(
        "Where the lines lie close together, the gradient is long.",
        "From anywhere, the direction of steepest descent points at the middle of the ellipses.",
        "At every place the gradient stands at a right angle to the contour line.",
        "Starting in another corner, gradient descent may end in another minimum.",
        "Along the flat direction, the long axis, the curvature is 0.",
        "The narrower the ellipses, the larger the condition number.",
    ),
    right="acf",
    slips=(
        Slip(
            "b", "Only on circles. On a narrow ellipse the steepest way leads across the valley, and the path goes back and forth.", VALLEY
        ),
        Slip("d", "The mean squared error of a linear model is a bowl: its curvature is nowhere negative, so it has one bottom.", VALLEY),
        Slip("e", "It is small there, and not 0: going along the long axis the lines are crossed too, only farther apart.", VALLEY),
    ),
    hints=(
        "Sketch three ellipses, put a point beside the long axis, and draw the shortest way to the next line inward.",
        "The loss does not change along a contour line. So the gradient has no part along it, and it is long where "
        "a short way changes the loss much.",
        "1. how far is it to the next line: along the gradient, and along the long axis?\n"
        "2. does the shortest way to the next line lead to the middle?\n"
        "3. how many bottoms has a bowl?",
    ),
    solution=(
        'read_the_surface = "a c f"\n'
        "# Close lines are a steep slope; along a line nothing changes; the lengths of the axes are 1 over the roots of the curvatures."
    ),
)

LARGEST_RATE = NumberQuestion(
    id="03.largest_rate",
    title="The largest learning rate",
    text=(
        "A loss has curvature 8 along one direction and 0.5 along the other, at right angles. Up to which learning rate does gradient "
        "descent converge?"
    ),
    right=0.25,
    rtol=1e-3,
    slips=(
        Slip(4.0, "That is 2 over the smaller curvature. With it the steep direction grows by a factor of 31 in every step.", VALLEY),
        Slip(0.125, "At that rate the steep direction is done in one step. It still converges at more, up to twice that.", STEP),
        Slip(16.0, "That is the condition number. It says how much slower the flat direction is, and not how large a step may be.", VALLEY),
        Slip(0.2353, "That is the rate at which both directions shrink equally fast, 2 over the sum. Larger ones converge too.", VALLEY),
        Slip(2.0, "That is 1 over the smaller curvature: right for the flat direction alone.", VALLEY),
    ),
    hints=(
        "By which factor does one step multiply the distance to the bottom, along each of the two directions?",
        "Along a direction of curvature c a step multiplies the distance by 1 - lr c. It converges while the size of that is below 1, in "
        "both directions.",
        "for each direction: 1 - lr c lies between -1 and 1\n-> lr is below 2 over c\nresult <- what both allow",
    ),
    solution="largest_rate = 2 / 8\n# The steepest direction decides: 1 - 8 lr must stay above -1.",
)

ONE_DESCENT = OrderQuestion(
    id="03.one_descent",
    title="Fit a line, in order",
    text="Put the steps of a fit by gradient descent in order, from the data to the first move. Two of them do not belong.",
    items=(
        "subtract the learning rate times its gradient from weight and bias",
        "multiply the differences by the inputs and take the mean: the gradient",
        "scale the features by mean and deviation of the training part",
        "scale the targets of the test part by their own mean",
        "start with weight 0 and bias 0",
        "predictions less targets: the differences",
        "predict with the weight and bias of now",
        "choose the weight whose training loss was largest",
    ),
    needed="cegfba",
    before=("cg", "eg", "gf", "fb", "ba"),
    slips=(
        Slip("d", "Targets of the test part take no part in training, and nothing is learned from them, not even a mean."),
        Slip("h", "Gradient descent has one weight at a time, and moves it downhill."),
        Slip("bf", "The gradient is made of the differences; they have to be there first.", GRADIENT),
        Slip("ab", "Step A moves against the gradient that step B makes.", STEP),
        Slip("-c", "The order holds. But the features come in other units, and the descent would crawl.", SCALED),
    ),
    hints=(
        "Begin with the data, end with the move. What does each step need from the one before?",
        "Data first, then a start, then forward: predictions and differences. The gradient is made of those, and the move of the gradient.",
        "prepare the data -> a start\n-> predictions -> differences -> gradient -> move",
    ),
    solution='one_descent = "C E G F B A"\n# Scaled inputs and a start; forward to the differences; the gradient from them; then the step.',
)

BROKEN_DESCENT = BrokenRunQuestion(
    id="03.broken_descent",
    title="Which run is broken, and why?",
    text=(
        "Three runs fit the patients of the lesson by gradient descent, 200 steps each. Always predicting the mean has a loss of 6,207, "
        "the best line 2,782. Their training loss:\n\n"
        "| run | before step 1 | 2 | 10 | 100 | after 200 steps |\n"
        "|---|---|---|---|---|---|\n"
        "| a | 29,579 | 12,588 | 2,791 | 2,784 | 2,783 |\n"
        "| b | 29,579 | 28,920 | 24,392 | 6,180 | 3,238 |\n"
        "| c | 29,579 | 26,859 | 13,881 | 6,207 | 6,207 |\n\n"
        "One of them will not get better however long it runs. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the learning rate is too small",
        "predictions are a column and targets a row: every prediction is compared with every target",
        "the learning rate is too large",
        "the features are not scaled",
    ),
    right="c 2",
    slips=(
        Slip("a", "It reaches the loss of the best line: nothing is wrong there."),
        Slip("b", "It is slow, but it falls all the time, and it is below the mean already."),
        Slip(
            "1",
            "A run that is too slow goes on falling. This one stands still since step 100, on the loss of always predicting the mean.",
            WRONG,
        ),
        Slip("3", "A rate that is too large makes the loss rise, and not stand still.", WRONG),
        Slip(
            "4",
            "Without scaling a run is slow, and it goes on falling. This one stands still on the loss of always predicting the mean.",
            WRONG,
        ),
    ),
    hints=(
        "Which run stands still, and on which of the two losses in the text?",
        "A model that does no better than the mean has learned the bias and nothing about the patients. What keeps the inputs out?",
        "1. which run stands still above the best line?\n"
        "2. what does a model predict that has exactly that loss?\n"
        "3. which cause makes all predictions alike?",
    ),
    solution=(
        'broken_descent = "c 2"\n'
        "# Compared with all targets at once, every prediction is best at their mean: the model learns the mean and stops."
    ),
)

QUESTIONS = (READ_THE_SURFACE, LARGEST_RATE, ONE_DESCENT, BROKEN_DESCENT)
