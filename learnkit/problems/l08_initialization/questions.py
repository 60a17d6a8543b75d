"""What lesson 08 asks besides code: how much is left after twenty layers, what plots of signals say, and three runs that are stuck."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, Slip

LAYER = "4 · One layer: what a sum does to a signal"
FIFTY = "5 · Fifty layers: what a product does"
RULES = "7 · Three rules for a start"
WRONG = "9 · What goes wrong"
ALIKE = "10 · A broken run"

SIGNAL_LEFT = NumberQuestion(
    id="08.signal_left",
    title="What is left after eight layers?",
    text=(
        "Numbers of root mean square 1 go through eight layers of 200 units with ReLU. The weights are normal, with standard deviation "
        "0.05. What is the root mean square of what comes out, on average over such networks?"
    ),
    right=0.00390625,
    rtol=0.02,
    slips=(
        Slip(0.0625, "ReLU is left out. It halves the mean square at every layer.", RULES),
        Slip(1.5258789e-05, "That is the mean square. The size that is asked for is its root.", LAYER),
        Slip(0.00024414, "ReLU halves the mean square, and not the size.", RULES),
        Slip(0.0078125, "That is the answer for seven layers. Each of the eight has its factor.", FIFTY),
        Slip(0.5, "That is the factor of one layer. The factors of all layers are multiplied.", FIFTY),
    ),
    hints=(
        "By what does one layer multiply the mean square, before ReLU and after it?",
        "A sum over n inputs multiplies the mean square by n times the variance of a weight, and ReLU halves it. Eight layers do so eight "
        "times; the size is the root of the mean square.",
        "one layer   <- 200 times the squared standard deviation, halved\nmean square <- that to the power of 8\nanswer      <- its root",
    ),
    solution=(
        "signal_left = (200 * 0.05**2 / 2) ** (8 / 2)\n"
        "# A layer multiplies the mean square by 0.25: the size by 0.5. Eight layers: 0.5 to the power of 8."
    ),
)

WHAT_THE_PLOT_SAYS = ChoiceQuestion(
    id="08.what_the_plot_says",
    title="Reading the sizes of signals and gradients",
    text=(
        "Somebody plots, for twenty layers of 300 units before training, the standard deviation of each layer's outputs and of the "
        "gradient along them. Which of these statements hold? There is more than one."
    ),
    choices=(
        "tanh: outputs flat at 0.9, gradients a million times larger at the first layer than at the last: the weights are too wide.",
        "ReLU: both fall by 0.7 a layer on a logarithmic axis: Xavier was used where He belongs.",
        "Outputs that fall along a straight line on a logarithmic axis lose the same amount at each layer.",
        "If the outputs are flat, the gradients are flat too.",
        "ReLU: all outputs of layer 12 are 0, and so are the gradients of layers 1 to 11: the units of layer 12 are all dead.",
        "Outputs flat, gradients a million times smaller at the first layer than at the last: a larger learning rate makes up for that.",
    ),
    right="abe",
    slips=(
        Slip("c", "A straight line on a logarithmic axis is a constant factor, and not a constant amount.", FIFTY),
        Slip("d", "Wide weights under tanh keep the outputs flat, since they cannot leave −1 to 1, and make the gradients grow.", FIFTY),
        Slip("f", "One rate multiplies the steps of all layers. What is enough for the first is far too much for the last.", FIFTY),
    ),
    hints=(
        "Set the explorer to each of these plots. Which of them can you make, and with which gain?",
        "Ask of each line: is it a factor or an amount a layer? Which limit does the activation set? And what does a single rate do to all "
        "layers?",
        "1. which activation holds its outputs between two bounds?\n"
        "2. by what does a ReLU layer multiply at gain 1?\n"
        "3. what comes back through a layer of zeros?",
    ),
    solution=(
        'what_the_plot_says = "a b e"\n'
        "# tanh bounds outputs and not gradients; ReLU at gain 1 multiplies by 0.71; nothing passes back through a layer of dead units."
    ),
)

WHICH_START = ChoiceQuestion(
    id="08.which_start",
    title="Which starts suit this network?",
    text=(
        "A network has fifteen layers of 128 units with ReLU, and its inputs are standardized. Which starts of its weights keep the size "
        "of the signal? Biases start at 0. There is more than one."
    ),
    choices=(
        "the default of PyTorch's linear layer",
        "normal, with variance 2 / fan_in",
        "normal, with standard deviation 0.01",
        "zero everywhere, so that no direction is preferred",
        "normal, with variance 1 / fan_in",
        "orthogonal, with gain √2",
        "normal, with standard deviation 1",
    ),
    right="bf",
    slips=(
        Slip("a", "It keeps 0.41 of the size at each ReLU layer: after fourteen of them about 4 millionths are left.", RULES),
        Slip("c", "With 128 inputs a layer then keeps 0.08 of the size. After fifteen of them nothing is left.", FIFTY),
        Slip("d", "Then the gradient of every weight is 0, and nothing but the last bias moves.", "8 · Which start learns?"),
        Slip("e", "That keeps the size through a linear layer. ReLU takes half of the mean square at each of fifteen layers.", RULES),
        Slip("g", "A sum of 128 terms is then eight times as large as each of them after ReLU, at every layer.", FIFTY),
    ),
    hints=(
        "By what does each start multiply the size, in one layer?",
        "The variance of a weight, times the number of inputs, times what ReLU leaves of the mean square: that is one layer's factor.",
        "1. compute n times the variance for each start\n2. halve it for ReLU\n3. which come out as 1?",
    ),
    solution=(
        'which_start = "b f"\n'
        "# 128 · 2/128 = 2, and ReLU leaves half of it: a factor of 1. √2 times a matrix that keeps lengths does the same."
    ),
)

STUCK_RUN = BrokenRunQuestion(
    id="08.stuck_run",
    title="Which run cannot learn, and why?",
    text=(
        "Three networks of six layers with ReLU are trained on the digits. Measured on the training digits, before the first step and "
        "after ten epochs; the outputs are those of the fifth layer, the gradient that of the first weight:\n\n"
        "| run | loss | std of outputs | dead units | length of the gradient at the end |\n"
        "|---|---|---|---|---|\n"
        "| a | 3.03, then 0.01 | 1.0, then 1.9 | 0.03, then 0.05 | 0.01 |\n"
        "| b | 2.30, then 2.30 | 0, then 0 | 1.00, then 1.00 | 0 |\n"
        "| c | 2.31, then 1.95 | 0.04, then 0.69 | 0.20, then 0.11 | 0.63 |\n\n"
        "One of them will not get better however long it runs. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the weights start too small",
        "the weights start too large",
        "its biases start far below 0",
        "all units of a layer start alike",
    ),
    right="b 3",
    slips=(
        Slip("a", "Its loss falls to almost 0, and its signals have ordinary sizes: nothing is wrong there."),
        Slip("c", "It starts with small signals, and grows out of that: its loss has begun to fall.", FIFTY),
        Slip("1", "Small weights make small outputs, and not outputs that are exactly 0 for every digit.", WRONG),
        Slip("2", "Large weights make large outputs and a large first loss. Here the first loss is ln 10.", WRONG),
        Slip("4", "Units that are alike answer alike, but they answer. Here all are silent from the start.", ALIKE),
    ),
    hints=(
        "In which run does no gradient reach the first weight? What stands in its way?",
        "A unit that is 0 for every digit passes no gradient back. What makes a sum negative for every digit, whatever the weights are?",
        "1. dead units: what share at the start?\n2. the loss at the start: ordinary, or huge?\n3. what is added to each sum before ReLU?",
    ),
    solution=(
        'stuck_run = "b 3"\n# A bias far below 0 makes the sums of a late layer negative for all digits: ReLU and its slope are 0 there.'
    ),
)

QUESTIONS = (SIGNAL_LEFT, WHAT_THE_PLOT_SAYS, WHICH_START, STUCK_RUN)
