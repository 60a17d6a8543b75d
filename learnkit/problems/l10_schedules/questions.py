"""What lesson 10 asks besides code: a number of steps, statements that hold, the order of one step, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

FLOOR = "4 · Why a rate must fall"
WARMUP = "5 · Schedules, drawn and written"
DIGITS = "6 · On the digits"
BATCH = "8 · How large a batch?"
PIECES = "9 · A batch in pieces"
CLIP = "10 · Clipping"
BROKEN = "11 · A broken run"

STEPS_OF_A_RUN = NumberQuestion(
    id="10.steps_of_a_run",
    title="How long is the schedule?",
    text=(
        "A run goes 20 times through 1,348 digits, in batches of 16; the last batch of each pass is smaller. A schedule is to fall to 0 at "
        "the end of the run. How many steps long must it be?"
    ),
    right=1700.0,
    rtol=1e-4,
    unit="steps",
    slips=(
        Slip(20.0, "Those are the epochs. The optimizer takes many steps in each of them, and the schedule counts its steps.", BROKEN),
        Slip(1680.0, "The four digits that are left over make a batch too, a small one, in every epoch.", WARMUP),
        Slip(1685.0, "All digits of the run are not cut into batches at once: each epoch ends with a small batch of its own.", WARMUP),
        Slip(26960.0, "That is how many digits are looked at. A step looks at 16 of them.", WARMUP),
        Slip(85.0, "That is one epoch.", BROKEN),
    ),
    hints=(
        "How many batches are there in one epoch, the small one included?",
        "The steps of an epoch are its batches, the small last one included. The schedule is as long as all epochs together.",
        "batches of an epoch <- digits over the batch size, rounded up\nlength              <- that, times the epochs",
    ),
    solution="steps_of_a_run = 85 * 20\n# 1348 / 16 = 84.25: 84 full batches and one of 4 rows, 85 steps an epoch; 20 epochs.",
)

WHICH_HOLD = ChoiceQuestion(
    id="10.which_hold",
    title="What a larger batch, a clip and a decay do",
    text="Which of these statements hold? There is more than one.",
    choices=(
        "Clipping all gradients by their common norm keeps the direction of the step.",
        "Four times the batch, at the same rate and for the same epochs, goes about as far as before.",
        "The mean gradient of four times as many rows is off by half as much.",
        "A fall to 0 ends lower than a constant rate, whatever the rate.",
        "With noisy slopes and a constant rate, twice as many steps halve the distance that is left at the end.",
        "Of pieces of 4, 4 and 1 rows, the mean loss of the last counts a ninth in the loss of the whole batch.",
    ),
    right="acf",
    slips=(
        Slip("b", "The same epochs are a quarter of the steps, each as long as before: it goes about a quarter as far.", BATCH),
        Slip("d", "From a low rate the fall takes away half of a way that was too short already.", DIGITS),
        Slip(
            "e",
            "Once the start is forgotten, only the noise is left. It is renewed with every step, and more steps do not lower it.",
            FLOOR,
        ),
    ),
    hints=(
        "Which of them compare numbers of steps, and which look at a single step?",
        "The way that a run goes is the sum of its steps. The error of a mean shrinks with the root of how many it is taken of.",
        "1. what is multiplied by one factor keeps its direction\n"
        "2. rate times number of steps: how far a run goes\n"
        "3. the root of four; and one row of nine",
    ),
    solution=(
        'which_hold = "a c f"\n'
        "# One factor keeps the direction; an error of a mean goes with 1 / root of the rows; each row counts a ninth. In b the way is a "
        "quarter."
    ),
)

STEP_IN_ORDER = OrderQuestion(
    id="10.step_in_order",
    title="One step with everything, in order",
    text="One step of training with a batch in pieces, clipping and a schedule. Put it in order. Two of the items do not belong.",
    items=(
        "move the weights",
        "clip all gradients together by their norm",
        "set the rate of the next step: the schedule moves on",
        "forget the old gradients",
        "for each piece: forward, and backward from its share of the loss",
        "clip the gradient of each piece after its own backward",
        "forget the gradients before each further piece",
    ),
    needed="debac",
    before=("de", "eb", "ba", "ac"),
    slips=(
        Slip(
            "f",
            "What is clipped in between is part of a sum that is not complete yet: later pieces would count more than early ones.",
            CLIP,
        ),
        Slip("g", "Then only the last piece is left when the weights move.", PIECES),
        Slip("ab", "What is clipped after the step has been used already.", CLIP),
        Slip("ca", "The first step would be taken with the second rate; PyTorch warns of it.", WARMUP),
        Slip("-d", "The order holds. But backward() adds: the gradients of the last step are still there.", PIECES),
    ),
    hints=(
        "When is the gradient of the whole batch complete?",
        "Empty the gradient, fill it, shorten it, use it; and then set the rate of the next step.",
        "forget\n-> add up the pieces\n-> limit the sum\n-> move\n-> next rate",
    ),
    solution='step_in_order = "D E B A C"\n# The last piece completes the gradient; it is clipped, then used, and the schedule moves last.',
)

BROKEN_PIECES = BrokenRunQuestion(
    id="10.broken_pieces",
    title="Which run is broken, and why?",
    text=(
        "Three runs train the same network on the digits, from the same weights, at the same rate. Run a takes batches of 128 whole. "
        "Runs b and "
        "c take the same batches in 8 pieces of 16, as for a small memory. Length of the gradient at the first step, and training loss:\n\n"
        "| run | gradient at the first step | loss after epoch 1 | 5 | 15 |\n"
        "|---|---|---|---|---|\n"
        "| a | 0.27 | 1.9 | 0.2 | 0.05 |\n"
        "| b | 2.14 | 1.3 | 1.0 | 0.6 |\n"
        "| c | 0.27 | 1.9 | 0.2 | 0.05 |\n\n"
        "Which run is broken, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the gradients are forgotten before each piece",
        "the losses of the pieces are added up, and not their shares",
        "the last piece is smaller than the others",
        "the gradient is clipped",
    ),
    right="b 2",
    slips=(
        Slip("a", "It learns, and c, in pieces, agrees with it: nothing is wrong there."),
        Slip("c", "It agrees with the run on whole batches in every number. That is what pieces are to do."),
        Slip("1", "Then the gradient would be that of one piece, of about the length of the others.", PIECES),
        Slip("3", "A smaller last piece changes little, and here a batch of 128 makes eight equal ones.", PIECES),
        Slip("4", "Clipping makes a gradient shorter. This one is longer.", CLIP),
    ),
    hints=(
        "Divide the first gradient of one run by that of another. Which number of the text do you get?",
        "The gradient of a mean over all pieces is as long as that of the whole batch. The gradient of a sum is longer.",
        "1. 2.14 is how many times 0.27?\n2. how many pieces are there?\n3. what was forgotten?",
    ),
    solution='broken_pieces = "b 2"\n# Its gradient is 8 times as long, once for each piece: so is each step.',
)

QUESTIONS = (STEPS_OF_A_RUN, WHICH_HOLD, STEP_IN_ORDER, BROKEN_PIECES)
