"""What lesson 04 asks besides code: a number, statements that hold, the order of a training step, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

GRADIENT = "7 · The gradient is $p - y$"
OVERFLOW = "5 · The overflow"
SOFTMAX = "4 · Softmax, and what it cannot see"
BROKEN = "11 · A broken run"

LOWEST_LOSS = NumberQuestion(
    id="04.lowest_loss",
    title="How low can it go?",
    text=(
        "A model of **three** classes applies softmax to its scores, and then hands the probabilities to a cross-entropy that applies "
        "softmax again. What is the smallest loss that it can reach, in nats, to three digits?"
    ),
    right=0.5514447,
    rtol=2e-3,
    unit="nats",
    slips=(
        Slip(0.0, "A loss of 0 needs a score far above the others. What goes into the second softmax lies between 0 and 1.", BROKEN),
        Slip(1.4612, "That is the floor of ten classes. With three, fewer wrong classes stand in the sum.", BROKEN),
        Slip(
            1.0986123, "That is ln 3, the loss of a model that knows nothing: all three scores equal. The best it can do is better.", BROKEN
        ),
        Slip(1.5514447, "That is the logarithm of the sum alone. The loss takes the score of the right class away from it.", BROKEN),
        Slip(0.3132617, "That is the floor of two classes. How many wrong classes has a model of three?", BROKEN),
    ),
    hints=(
        "What are the largest and the smallest number that can go into the second softmax?",
        "The loss is the log-sum-exp of what goes in, less the entry of the right class. It is smallest when the right class has the "
        "largest entry that is possible and the others the smallest.",
        "entries  <- the best probabilities: 1 for the right class, 0 for each other\n"
        "loss     <- ln of the sum of exp(entry), less the entry of the right class",
    ),
    solution=(
        "lowest_loss = np.log(np.e + 2) - 1\n"
        "# The first softmax gives (1, 0, 0) at best; the log-sum-exp of that is ln(e + 1 + 1), and the right entry is 1."
    ),
)

WHAT_HOLDS = ChoiceQuestion(
    id="04.what_holds",
    title="What a change of the scores leaves alone",
    text="Which of these statements hold, for any scores? There is more than one.",
    choices=(
        "Adding 5 to all scores of one row leaves the loss as it was.",
        "Multiplying all scores by 2 leaves every predicted class as it was.",
        "Multiplying all scores by 2 leaves the loss as it was.",
        "With finite scores the loss of an example can be exactly 0, apart from rounding.",
        "The gradient of an example's scores adds up to 0.",
        "Adding 5 to the scores of one class, in every row, leaves the loss as it was.",
    ),
    right="abe",
    slips=(
        Slip("c", "The order of the scores stays, and the distances between them double: the probabilities become more extreme.", SOFTMAX),
        Slip("d", "A loss of 0 needs p = 1 for the right class. The exponentials of the other scores are small, and not 0.", SOFTMAX),
        Slip("f", "That class has moved against the others in each row: the differences within a row are other ones.", SOFTMAX),
    ),
    hints=(
        "Try each one on the scores (2, 1, 0), by hand or in three lines of NumPy.",
        "Softmax sees differences of scores only. So ask of each change what it does to the differences.",
        "1. which changes keep all differences?\n2. which keep only their signs?\n3. what do the entries of p - y add up to?",
    ),
    solution=(
        'what_holds = "a b e"\n'
        "# A shift keeps all differences; a factor keeps their order, and with it the largest; p and y both add up to 1."
    ),
)

ONE_STEP = OrderQuestion(
    id="04.one_step",
    title="One step of training, in order",
    text="Put what happens for one mini-batch in order. Two of the steps do not belong.",
    items=(
        "move the weights against the gradient, by the learning rate",
        "divide each row of exponentials by its sum: the probabilities",
        "compute the scores of the batch",
        "round the probabilities to 0 or 1",
        "take 1 away at the right classes and divide by N: the gradient along the scores",
        "subtract each row's largest score, and take exponentials",
        "multiply by the inputs: the gradient along the weights",
        "compute the gradient of the whole training set",
    ),
    needed="cfbega",
    before=("cf", "fb", "be", "eg", "ga"),
    slips=(
        Slip("d", "Rounding throws away how sure the model is, and its slope is 0 almost everywhere: nothing could be learned.", GRADIENT),
        Slip("h", "A step of mini-batch training looks at its batch only. That is what makes it cheap."),
        Slip("ag", "Step A moves by the gradient that step G makes: it cannot come before it."),
        Slip("bf", "Exponentials of scores are divided by their sum; they have to be there first.", OVERFLOW),
        Slip("-f", "The order holds. But softmax needs exponentials, and safe ones.", OVERFLOW),
    ),
    hints=(
        "Begin with the inputs, end with the weights that have moved. What does each step need from the one before?",
        "Forward: inputs, scores, probabilities. Backward: along the scores first, then along the weights, by the chain rule.",
        "scores -> exponentials -> probabilities\n-> gradient along the scores -> gradient along the weights -> move",
    ),
    solution='one_step = "C F B E G A"\n# Forward to the probabilities, back through the scores to the weights, and then the step.',
)

BROKEN_RUN = BrokenRunQuestion(
    id="04.broken_run",
    title="Which run is broken, and why?",
    text=(
        "Three runs train a linear model on the digits for 20 epochs. Their training loss, and their accuracy on test digits:\n\n"
        "| run | loss after epoch 1 | 5 | 20 | accuracy after epoch 1 | 5 | 20 |\n"
        "|---|---|---|---|---|---|---|\n"
        "| a | 1.6 | 0.4 | 0.2 | 0.3-0.7 | 0.9 | 0.95 |\n"
        "| b | 2.30 | 2.28 | 2.22 | 0.0-0.2 | 0.1-0.3 | 0.6-0.7 |\n"
        "| c | 2.33 | 2.32 | 2.27 | 0.0-0.2 | 0.0-0.2 | 0.0-0.2 |\n\n"
        "One of them will not get better however long it runs. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the learning rate is too small",
        "the labels do not belong to the images",
        "softmax is applied twice",
        "the gradient is a sum and not a mean",
    ),
    right="c 2",
    slips=(
        Slip("a", "Its loss falls and its accuracy rises: nothing is wrong there."),
        Slip("b", "Its loss hardly moves, and yet its accuracy rises from chance to 0.6: it learns, slowly."),
        Slip("1", "A small rate is slow, but accuracy creeps up with it. Here it stays at chance while the loss falls.", BROKEN),
        Slip("3", "With softmax applied twice the loss stops high, near 1.5, but the accuracy rises to 0.86.", BROKEN),
        Slip("4", "A sum makes steps N times as long: the loss would jump about, and not crawl.", GRADIENT),
    ),
    hints=(
        "Look at both columns: which run has a loss that falls and an accuracy that does not follow?",
        "What a model learns on the training set shows on test images only if the two have something in common.",
        "1. accuracy at chance in every epoch: nothing of use is learned\n"
        "2. yet the training loss falls below ln 10: something is learned\n"
        "3. what can be learned by heart, and is of no use elsewhere?",
    ),
    solution=(
        'broken_run = "c 2"\n'
        "# With shuffled labels there is nothing to learn but noise: the training loss falls a little, and the accuracy stays at chance."
    ),
)

QUESTIONS = (LOWEST_LOSS, WHAT_HOLDS, ONE_STEP, BROKEN_RUN)
