"""What lesson 06 asks besides code: the price of a check, what a check can and cannot say, the order of a back pass, and where it "
"breaks."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

ASK = "2 · Ask every number"
HAND = "3 · The smallest network, by hand"
LAYERS = "5 · One layer at a time"
NETWORK = "6 · The whole network"
CHECK = "7 · Check it: how small is a small step?"
KINKS = "8 · Where the check itself is wrong: kinks"
COST = "9 · What it costs"
LEARNED = "10 · Learned features"
WRONG = "11 · What goes wrong"

BY_HAND = NumberQuestion(
    id="06.by_hand",
    title="A gradient on paper",
    text=(
        "Two units share one input: h1 = max(2 x, 0) and h2 = max(−x + 5, 0). The score is s = 3 h1 − h2, and the loss is s squared. "
        "How does "
        "the loss move with x at x = 1, in units of loss for one unit of x?"
    ),
    right=28.0,
    rtol=1e-3,
    slips=(
        Slip(24.0, "That is what comes back through the first unit. The input is used twice, and the gradients of both uses add up.", HAND),
        Slip(4.0, "That is what comes back through the second unit. The other path belongs to it.", HAND),
        Slip(20.0, "On the second path one sign is lost: its weight is −1, and the score takes it with a minus as well.", HAND),
        Slip(14.0, "The square has the slope 2 s, and s is 2 here: a factor of 2 is missing.", HAND),
        Slip(7.0, "That is how the score moves with x. The loss is its square, and has a slope of its own.", HAND),
    ),
    hints=(
        "Go forward first and write down every value. Then begin at the loss.",
        "The input moves the score in two ways, through each unit. By the chain rule each path is a product of slopes, and the two "
        "products "
        "are added.",
        "forward: h1, h2, s\nslope of the loss along s\n"
        "path 1  <- that, times the weight of h1 in s, times the slope of h1 along x\n"
        "path 2  <- that, times the weight of h2 in s, times the slope of h2 along x\n"
        "result  <- their sum",
    ),
    solution=(
        "by_hand = 4 * (3 * 2 + (-1) * (-1))\n"
        "# h1 = 2, h2 = 4, s = 2, so the slope along s is 2 s = 4. Both units are on; the two paths carry 24 and 4."
    ),
)

HOW_OFTEN = NumberQuestion(
    id="06.how_often",
    title="What does the check cost?",
    text=(
        "A network has two layers, from 64 numbers to 32 units and from there to 10 scores, with biases. How many times does a "
        "gradient check "
        "of all its parameters by central differences compute the loss?"
    ),
    right=4820,
    rtol=0.0,
    atol=0.5,
    slips=(
        Slip(2410, "That is the number of parameters. Each of them is asked on both sides.", ASK),
        Slip(2411, "That is the price of a one-sided check: once for each parameter, and once where it stands.", CHECK),
        Slip(4736, "Those are the weights, on both sides. Biases are parameters, too.", ASK),
        Slip(2, "Twice for each parameter: moving all of them together would give one number, the slope along one direction.", ASK),
        Slip(3, "That is about the price of going forward and back. A check asks one parameter after the other.", COST),
    ),
    hints=(
        "How many numbers does the network learn, and how often is each of them moved?",
        "Every weight and every bias is moved to both sides, and each time the loss is computed once. The parameters are counted as in "
        "lesson "
        "05.",
        "parameters <- for both layers: inputs times outputs, plus outputs\ncomputed   <- two for each of them",
    ),
    solution="how_often = 2 * (64 * 32 + 32 + 32 * 10 + 10)\n# Twice for each of 2,410 parameters. Going back once gives all of them.",
)

WHAT_A_CHECK_SAYS = ChoiceQuestion(
    id="06.what_a_check_says",
    title="What a gradient check can say",
    text="Which of these statements hold? There is more than one.",
    choices=(
        "In 64-bit numbers a central difference with a step of 1e-5 agrees with a right gradient to about eight digits or more on a "
        "smooth loss.",
        "The smaller the step, the better the check.",
        "At a kink of ReLU a central difference can disagree with a right gradient.",
        "If training lowers the loss, the gradient is right.",
        "In 32-bit numbers a step of 1e-5 is too small for a check.",
        "A network that passes the check learns well.",
    ),
    right="ace",
    slips=(
        Slip("b", "Below some step the two values are so close that rounding is most of their difference.", CHECK),
        Slip("d", "Section 11 trains with wrong gradients, and the loss falls. Many directions lead down.", WRONG),
        Slip("f", "A right gradient says which way is down here. Start, rate and data decide how far that leads.", WRONG),
    ),
    hints=(
        "For each statement, look for the cell of the lesson that shows it or its opposite.",
        "A check compares two computations of one slope. Ask what can disturb the one by steps, and what a slope says at all.",
        "1. what happens on the left side of the U-curve?\n2. where has a function two slopes?\n3. does any step downhill need the "
        "gradient?",
    ),
    solution=(
        'what_a_check_says = "a c e"\n'
        "# Rounding limits small steps, kinks spoil single entries, 32-bit numbers need steps near 1e-2; and a check says nothing "
        "about learning."
    ),
)

BACK_IN_ORDER = OrderQuestion(
    id="06.back_in_order",
    title="The way back, in order",
    text=(
        "A network has one hidden layer with ReLU and is trained by cross-entropy. The forward pass is done and everything is kept. "
        "Put what "
        "follows in order. Two of the steps do not belong."
    ),
    items=(
        "multiply by the second weight: the gradient along the hidden values",
        "the gradient along the scores: probabilities less one-hot rows, divided by N",
        "take the step: all four parameters move",
        "multiply the transposed gradient along z by the inputs: the gradient of the first weight",
        "apply ReLU to the gradient",
        "set the gradient to 0 where the hidden unit was off: the gradient along z",
        "nudge every weight by 1e-5",
    ),
    needed="bafdc",
    before=("ac", "ba", "af", "fd", "dc"),
    slips=(
        Slip(
            "e",
            "ReLU was applied on the way forward. On the way back counts whether the unit was on, not the sign of the gradient.",
            LAYERS,
        ),
        Slip("g", "Nudges are the check of the gradient. The way back replaces them.", ASK),
        Slip("ca", "Step C moves the second weight before step A has used it: the loss was computed with the old one.", WRONG),
        Slip("df", "The gradient of the first weight is made of the gradient along z, which step F gives.", NETWORK),
        Slip("-f", "The order holds. But between the hidden values and z stands a bend.", LAYERS),
    ),
    hints=(
        "Write the forward pass as a chain: x, z, h, scores, loss. Which way does the gradient go?",
        "Each step takes the gradient along one thing of the chain and gives that along the one before it. Parameters move when all "
        "gradients "
        "are there.",
        "loss -> scores -> hidden values -> before the bend -> first weight\nand then the step",
    ),
    solution=(
        'back_in_order = "B A F D C"\n'
        "# From the loss to the scores, to h, to z, to the first weight; the step comes when every gradient is there."
    ),
)

BROKEN_GRADIENT = BrokenRunQuestion(
    id="06.broken_gradient",
    title="Which back pass is broken, and where?",
    text=(
        "Three people wrote the back pass of a network with one hidden layer, and checked it. The relative error of each parameter's "
        "gradient "
        "against central differences in 64-bit numbers, with no unit near its kink:\n\n"
        "| run | second weight | second bias | first weight | first bias |\n"
        "|---|---|---|---|---|\n"
        "| a | 2e-10 | 8e-11 | 4e-10 | 1e-10 |\n"
        "| b | 2e-10 | 8e-11 | 0.71 | 0.64 |\n"
        "| c | 3e-8 | 2e-8 | 7e-8 | 4e-8 |\n\n"
        "One of them is wrong. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the gradient along the scores has the wrong sign",
        "the step of the check was larger",
        "the mask of ReLU is missing",
        "the gradient of the first bias is a mean and not a sum",
    ),
    right="b 3",
    slips=(
        Slip("a", "All of its errors are as small as rounding allows. Nothing is wrong there."),
        Slip(
            "c",
            "Its errors are larger than those of the first run, alike everywhere, and still tiny: the step of the check can do that.",
            CHECK,
        ),
        Slip("1", "Whatever is wrong at the scores is wrong in everything behind it: the second weight would be off as well.", NETWORK),
        Slip("2", "A longer step changes all errors, and by little. Here two are right to ten digits.", CHECK),
        Slip("4", "Then the first bias would be wrong alone. Here its weight is wrong, too: something that both are made of.", NETWORK),
    ),
    hints=(
        "Find the first wrong number on the way back: the second layer comes before the first.",
        "A mistake spoils everything that comes after it on the way back, and nothing before. What lies between the second layer's "
        "gradients "
        "and the first layer's?",
        "1. which errors are far above rounding?\n2. what do these gradients share?\n3. which step makes that shared thing?",
    ),
    solution=(
        'broken_gradient = "b 3"\n'
        "# Scores and second layer are right; both gradients of the first layer are wrong. They share the gradient along z, made by "
        "the mask."
    ),
)

WHAT_IS_LEARNED = ChoiceQuestion(
    id="06.what_is_learned",
    title="What a hidden layer learns, and what it cannot",
    text="A network with one hidden layer of ReLU units is trained on digits. Which of these statements hold? There is more than one.",
    choices=(
        "A unit that is off for every training digit keeps its weights, at any learning rate.",
        "Sixteen random units are as good as sixteen learned ones, if only the scores are trained longer.",
        "The weights of neighboring pixels come to have the same sign, since the network is told which pixels are neighbors.",
        "A hidden weight can have a gradient although it appears in no score directly.",
        "A unit that is on for some of the digits can be off for all of them after training.",
        "The gradient of a hidden weight is 0 once all training digits are classified rightly.",
    ),
    right="ade",
    slips=(
        Slip(
            "b", "Section 10 trained the scores alone three times as long, at rates up to 20 times larger, and stayed far below.", LEARNED
        ),
        Slip(
            "c",
            "The network sees 64 numbers in any order. Strokes are in the data, and weights that look for them lower the loss.",
            LEARNED,
        ),
        Slip("f", "Cross-entropy goes on asking for surer answers: p − y is small then, and not 0.", NETWORK),
    ),
    hints=(
        "For each statement, look for the cell of section 10 that shows it or its opposite.",
        "A gradient of a hidden weight is a sum over examples: what arrives at the unit, if it was on, times the pixel. Ask when that "
        "is 0.",
        "1. which factor is 0 for a unit that is off?\n2. how far did longer training of the scores lead?\n3. what does the loss still "
        "want "
        "when all answers are right?",
    ),
    solution=(
        'what_is_learned = "a d e"\n'
        "# Off means no gradient; a hidden weight moves the scores through its unit; and section 10 counts units that went off on the way."
    ),
)

QUESTIONS = (BY_HAND, HOW_OFTEN, WHAT_A_CHECK_SAYS, BACK_IN_ORDER, WHAT_IS_LEARNED, BROKEN_GRADIENT)
