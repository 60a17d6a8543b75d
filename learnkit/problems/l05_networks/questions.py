"""What lesson 05 asks besides code: a count, changes that leave a network as it is, the order of a forward pass, and a broken run."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

COUNT = "7 · How many numbers are learned?"
COLLAPSE = "4 · Two layers without a bend are one"
BEND = "5 · The bend"
SHAPES = "6 · Shapes through a network"
WRONG = "11 · What goes wrong"
BROKEN = "12 · A broken run"
EXPERIMENT = "9 · How many folds does a spiral need?"

HOW_MANY = NumberQuestion(
    id="05.how_many",
    title="How many numbers?",
    text=(
        "Digits of 28 by 28 pixels go into a network with two hidden layers, of 128 and of 64 units, and ten scores come out. How many "
        "numbers does it learn?"
    ),
    right=109386,
    rtol=0.0,
    atol=0.5,
    slips=(
        Slip(109184, "Those are the weights. Every output of a layer has a bias besides.", COUNT),
        Slip(
            986, "Those are the units, the numbers that flow through. What is learned stands between them: one weight for each pair.", COUNT
        ),
        Slip(202, "Those are the biases. Each unit also has one weight for each number that it is given.", COUNT),
        Slip(13002, "The inputs are 28 rows of 28 pixels: 784 numbers go in.", COUNT),
        Slip(108736, "The layer that makes the ten scores is missing.", COUNT),
        Slip(110160, "A bias was counted for each number that goes in. It belongs to what comes out.", COUNT),
    ),
    hints=(
        "How many numbers does one picture have, and how many layers learn?",
        "A layer learns one number for each pair of an input and an output, and one for each output. Three layers stand between four "
        "widths.",
        "widths <- 784, 128, 64, 10\nfor each pair of neighbors: product, and the second one once more\ntotal  <- the sum of the three",
    ),
    solution=(
        "how_many = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10\n"
        "# 109,386: nine of ten of them stand in the first layer, since its inputs are the most."
    ),
)

SAME_SCORES = ChoiceQuestion(
    id="05.same_scores",
    title="What leaves the scores as they were?",
    text=(
        "A network has one hidden layer with ReLU. Which of these changes leave its scores as they were, for every input? There is more "
        "than "
        "one."
    ),
    choices=(
        "Two hidden units change places: their rows of the first weight, their biases, and their columns of the second weight.",
        "One hidden unit's weights and bias are doubled, and its column of the second weight is halved.",
        "One hidden unit's weights and bias change sign, and so does its column of the second weight.",
        "A hidden unit whose bias is so low that it is 0 for every input of the data is taken away, for these inputs.",
        "A second linear layer with weight and bias is put behind the last one, with random numbers.",
        "ReLU is put behind the scores.",
    ),
    right="abd",
    slips=(
        Slip("c", "A unit that is on becomes one that is off: ReLU cuts on the other side of the crease. That holds for tanh.", BEND),
        Slip("e", "Two linear layers are one linear layer, but another one: random numbers change the scores.", COLLAPSE),
        Slip("f", "Negative scores become 0. Classes that were told apart then share a score.", WRONG),
    ),
    hints=(
        "Write the score of a network with two hidden units as a sum of two terms. What does each change do to a term?",
        "A sum does not know the order of its terms. And relu(2a) is 2 relu(a), while relu(-a) is not -relu(a).",
        "1. which changes only reorder a sum?\n2. which ones does a factor above 0, taken out of ReLU, undo?\n3. which terms are 0 anyway?",
    ),
    solution=(
        'same_scores = "a b d"\n# Order does not matter, a positive factor passes through ReLU, and a unit that is always 0 adds nothing.'
    ),
)

FORWARD_PASS = OrderQuestion(
    id="05.forward_pass",
    title="The forward pass, in order",
    text="A batch of digits goes through a network with one hidden layer, to a loss. Put the steps in order. Two of them do not belong.",
    items=(
        "ReLU: what is negative becomes 0",
        "log-sum-exp of each row less its right score, and the mean: the loss",
        "multiply by the first weight, transposed, and add the first bias",
        "ReLU on the scores, so that none is negative",
        "multiply by the second weight, transposed, and add the second bias",
        "each 8 by 8 picture becomes a row of 64 numbers",
        "multiply the first weight by the second and keep the product",
    ),
    needed="fcaeb",
    before=("fc", "ca", "ae", "eb"),
    slips=(
        Slip("d", "Scores may be negative, and softmax is at home with that. Cut off at 0, the classes would lose their order.", WRONG),
        Slip("g", "The product of the two weights would do only if there were no bend between them.", COLLAPSE),
        Slip("ac", "The bend comes after the first layer: it works on what that layer gives.", SHAPES),
        Slip("ea", "The second layer is given what is left after the bend.", SHAPES),
        Slip("-a", "The order holds. But without a bend the two layers are one.", COLLAPSE),
    ),
    hints=(
        "Write down the shapes: (N, 8, 8), then …, and at the end a single number.",
        "Linear, bend, linear: then come the scores, and what lesson 04 does with scores.",
        "pictures -> rows -> first layer -> bend\n-> second layer -> loss",
    ),
    solution='forward_pass = "F C A E B"\n# Rows, linear, bend, linear, loss: the scores go into the loss as they are.',
)

BROKEN_FOLDS = BrokenRunQuestion(
    id="05.broken_folds",
    title="Which run is broken, and why?",
    text=(
        "Three runs train the scores on top of a random hidden layer, on a spiral with three arms, for 10, 100 and 300 hidden units. "
        "Their accuracy "
        "on new points, and the share of all hidden values that are exactly 0:\n\n"
        "| run | 10 units | 100 units | 300 units | hidden values that are 0 |\n"
        "|---|---|---|---|---|\n"
        "| a | 0.82 | 0.97 | 0.98 | 0.50 |\n"
        "| b | 0.51 | 0.51 | 0.51 | 0.00 |\n"
        "| c | 0.44 | 0.60 | 0.63 | 0.97 |\n\n"
        "One of them will not get better however many units it gets. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the biases are 0, so that every crease goes through the origin",
        "there is no activation between the two layers",
        "the biases are so low that most units are off for every point",
        "the scores are cut off at 0",
    ),
    right="b 2",
    slips=(
        Slip("a", "Its accuracy is nearly 1 and cannot rise much further: nothing is wrong there.", EXPERIMENT),
        Slip("c", "It is poor, and gets better with each unit: a few of them are on for some points, and they help.", WRONG),
        Slip("1", "That makes an accuracy that stands still, too. But then half of the hidden values would be 0.", BROKEN),
        Slip("3", "Then nearly all hidden values would be 0. In the run that stands still none is.", WRONG),
        Slip("4", "Cut-off scores that start at 0 never leave it: the accuracy would be that of chance, 0.33.", WRONG),
    ),
    hints=(
        "Which run does not notice how many units it has?",
        "A width that makes no difference means that the network can do no more with 300 units than with 10. What makes two layers one, "
        "and "
        "what would ReLU do to about half of the values?",
        "1. find the row with three equal numbers\n2. compare it with the accuracy of a linear classifier on the spiral\n"
        "3. look at its hidden values: has anything cut them?",
    ),
    solution=(
        'broken_folds = "b 2"\n'
        "# Without a bend 300 units make the same straight borders as none. No hidden value is exactly 0: nothing has cut them."
    ),
)

QUESTIONS = (HOW_MANY, SAME_SCORES, FORWARD_PASS, BROKEN_FOLDS)
