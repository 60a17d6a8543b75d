"""What lesson 07 asks besides code: a gradient by hand, statements that hold, the order of the way back, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

BY_HAND = "2 · The smallest example, by hand"
USES = "3 · Used twice: gradients add up"
ORDER = "4 · In which order?"
CALLS = "5 · Called twice: what is kept, and what is not"
COST = "8 · What a gradient costs"
BROKEN = "11 · A broken run"

GRADIENT_BY_HAND = NumberQuestion(
    id="07.gradient_by_hand",
    title="Back through a graph, by hand",
    text="`a = x + x`, `b = a * a`, `c = b + a`, at x = 3. What is the gradient of c along x?",
    right=26.0,
    rtol=1e-6,
    slips=(
        Slip(24.0, "The way through b is right. But c uses a directly as well, and that use sends a gradient too.", USES),
        Slip(13.0, "That is the gradient that a has when it is whole. a is made of x twice, and each of the two receives it.", USES),
        Slip(14.0, "The product sends its gradient to a twice, once for each factor: 6 and 6. You have one of them.", USES),
        Slip(12.0, "That is what comes to a through the product. c uses a directly as well, and a is made of x twice.", USES),
        Slip(42.0, "That is the value of c. Asked is by how much it moves for each step of x.", BY_HAND),
        Slip(2.0, "That is the slope of a. What c does when a moves is a factor of its own.", BY_HAND),
    ),
    hints=(
        "Draw the graph: four nodes. How many arrows lead into a, seen from the right? And into x?",
        "Go back from c, where the gradient is 1. Along an arrow multiply by the slope; where several arrows arrive, add.",
        "gradient of b <- 1\n"
        "gradient of a <- 1, from c directly, and what the product sends to each of its two factors\n"
        "gradient of x <- that of a, twice",
    ),
    solution=(
        "gradient_by_hand = 26\n"
        "# a = 6 has the gradient 1 + 6 + 6 = 13, and it is made of x twice: 2 · 13. Or: c = 4 x² + 2 x has the slope 8 x + 2."
    ),
)

WHAT_HOLDS = ChoiceQuestion(
    id="07.what_holds",
    title="What is kept, and what is not",
    text="Which of these statements hold, in the library and in PyTorch? There is more than one.",
    choices=(
        "Two calls of backward on two losses, without zero_grad, leave the gradient of their sum in the leaves.",
        "zero_grad removes what a tensor was made of.",
        "Under no_grad nothing is recorded, and values come out as usual.",
        "detach gives a tensor with another value.",
        "A node runs its rule once in each call of backward, however many nodes use it.",
        "A constant receives a gradient that is 0.",
    ),
    right="ace",
    slips=(
        Slip("b", "It forgets gradients. What was recorded stays, and backward could go through it again.", CALLS),
        Slip("d", "The value is the same. What is cut off is its past: gradients do not go on from there.", CALLS),
        Slip("f", "Its grad is None: nothing was computed for it. A 0 would say that it was.", CALLS),
    ),
    hints=(
        "Try each of them in two lines with `lk.tensor(np.array(3.0), requires_grad=True)`.",
        "Keep three things apart: values, gradients, and what was recorded. Each word touches one of them.",
        "1. which word forgets gradients?\n2. which two keep something from being recorded?\n3. what adds up, and what starts anew?",
    ),
    solution=(
        'what_holds = "a c e"\n'
        "# Leaves add up from call to call; no_grad and detach concern what is recorded; a rule runs when its node's gradient is whole."
    ),
)

ONE_BACKWARD = OrderQuestion(
    id="07.one_backward",
    title="One step with an engine, in order",
    text="Put what happens in one step of training in order, from the weights to new weights. Two of the steps do not belong.",
    items=(
        "run the rule of each node, from the last to the first, and add up what arrives",
        "change the weights, with nothing being recorded",
        "run the loss once more for each weight, with that weight moved a little",
        "compute the loss, and record each operation on the way",
        "derive a formula for the gradient of this loss",
        "sort the nodes so that each comes after its inputs",
        "give the loss the gradient 1",
        "forget the gradients of the weights, so that the next step starts clean",
    ),
    needed="dfgabh",
    before=("df", "fa", "ga", "dg", "ab", "bh"),
    slips=(
        Slip("c", "Those are small steps, two passes for each weight. The rules make them unnecessary.", COST),
        Slip("e", "Nobody derives it. Each operation knows its own slopes, and the chain rule does the rest.", BY_HAND),
        Slip("ag", "A rule turns the gradient of its node into those of the inputs. The last node has to have one first.", ORDER),
        Slip("af", "The order says whose turn it is. Without it a rule may run before its node's gradient is whole.", ORDER),
        Slip("ba", "A step needs gradients, and they have to be there first.", BROKEN),
        Slip("-h", "The order holds. But the next step would add its gradients to those that are still there.", BROKEN),
    ),
    hints=(
        "Begin with what has to be there before anything can go back.",
        "Forward and recorded first. Then an order, a start at the loss, the walk; then the step, and a clean slate for the next one.",
        "record -> order -> start with 1 -> rules\n-> step, not recorded -> forget",
    ),
    solution=(
        'one_backward = "D F G A B H"\n'
        "# Sorting and the start at the loss may come in either order. The rules need both, the step needs the rules."
    ),
)

BROKEN_RUN = BrokenRunQuestion(
    id="07.broken_run",
    title="Which run is broken, and why?",
    text=(
        "Three runs train the network of 16 bumps on 300 points of the spirals. Noted are the loss, and how many nodes the graph of the "
        "loss "
        "has:\n\n"
        "| run | loss at step 1 | 50 | 100 | nodes at step 1 | 50 | 100 |\n"
        "|---|---|---|---|---|---|---|\n"
        "| a | 1.45 | 0.60 | 0.34 | 12 | 12 | 12 |\n"
        "| b | 1.45 | 0.60 | 0.34 | 12 | 404 | 804 |\n"
        "| c | 1.45 | 0.70 | 0.62 | 12 | 12 | 12 |\n\n"
        "One of them will come to an end for lack of memory. Which one, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "old gradients are never forgotten",
        "the step itself is recorded, and becomes part of the next graph",
        "the rules run once for each path",
        "the learning rate is too small",
    ),
    right="b 2",
    slips=(
        Slip("a", "Its loss falls, and the graph stays as it is: nothing is wrong there."),
        Slip("c", "It learns more slowly, and its graph is the same at every step: nothing piles up there."),
        Slip(
            "1", "Gradients that add up change the steps, and with them the loss. The graph would have twelve nodes at every step.", BROKEN
        ),
        Slip("3", "That costs time at every step alike, and adds no node. Here something grows from step to step.", ORDER),
        Slip("4", "A small rate shows in the loss alone. Here the graph grows.", ""),
    ),
    hints=(
        "Look at the nodes: how many more are there after each step?",
        "Eight nodes more a step, from weights that were nodes without inputs. What did they become?",
        "1. the graph holds all steps so far\n2. so the weights of a step were made of something\n3. what was that, and how is it kept "
        "off the tape?",
    ),
    solution=(
        'broken_run = "b 2"\n'
        "# The new weights hang on the old ones. Under no_grad, or on .data, the step stays outside and the weights stay leaves."
    ),
)

QUESTIONS = (GRADIENT_BY_HAND, WHAT_HOLDS, ONE_BACKWARD, BROKEN_RUN)
