"""What lesson 13 asks besides code: a batch of two, what differs between the layers, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, Slip

NORMALIZE = "3 · Normalize by the batch"
MODES = "5 · Two modes, two sets of statistics"
SMALL = "7 · Small batches"
LAYER = "8 · Normalize by the example"
BROKEN = "11 · A broken run"

RUNNING_MEAN = NumberQuestion(
    id="13.running_mean",
    title="What is remembered",
    text=(
        "The running mean of a feature is 2. Two training batches follow, with means 4 and 0. Momentum is 0.1, as PyTorch's default. What "
        "is the running mean after both, to two digits after the point?"
    ),
    right=1.98,
    rtol=1e-3,
    slips=(
        Slip(0.38, "Momentum is taken as the share of the old that stays. It is the share of the new that enters.", MODES),
        Slip(2.0, "That is the mean of all three, or the old one. Each batch moves it by a tenth of the distance.", MODES),
        Slip(2.2, "That is after the first batch. The second one moves it again.", MODES),
        Slip(1.8, "That is the second batch alone. The first one had moved it before.", MODES),
    ),
    hints=(
        "How far does the first batch move it, and from where to where?",
        "Each batch moves the running mean by a tenth of the way towards its own mean.",
        "after the first  <- 0.9 times 2 plus 0.1 times 4\nafter the second <- 0.9 times that plus 0.1 times 0",
    ),
    solution="running_mean = 0.9 * (0.9 * 2 + 0.1 * 4) + 0.1 * 0\n# 2 becomes 2.2, and that 0.9 of itself.",
)

WHAT_HOLDS = ChoiceQuestion(
    id="13.what_holds",
    title="Which statements hold?",
    text="Which statements hold for the layers as PyTorch has them? There is more than one.",
    choices=(
        "In training, batch normalization makes the scores of an image depend on the other images of its batch.",
        "In evaluation, batch normalization does so too.",
        "Layer normalization has no running statistics.",
        "Layer normalization needs a batch of two at least.",
        "A linear layer right before batch normalization needs no bias.",
        "Batch normalization in evaluation can be put into the linear layer before it.",
        "A momentum of 0.1 keeps a tenth of the old running mean at each batch.",
    ),
    right="acef",
    slips=(
        Slip("b", "In evaluation the statistics are fixed numbers; the neighbors are not looked at.", MODES),
        Slip("d", "It takes its statistics along the features of one example. A batch of one is as good as any.", LAYER),
        Slip("g", "Momentum is the share of the new that enters: nine tenths of the old stay.", MODES),
    ),
    hints=(
        "For each layer and each mode: which numbers go into the mean?",
        "A constant that is added before the mean is taken away has no effect; and a fixed scale and shift is a linear map.",
        "1. where do mean and variance come from, in each mode?\n2. what does a constant added to all do to x less its mean?\n"
        "3. what are fixed statistics, seen as a map?",
    ),
    solution=('what_holds = "a c e f"\n# The mean takes a bias away again; with fixed statistics the layer is a scale and a shift.'),
)

BATCH_OF_TWO = ChoiceQuestion(
    id="13.batch_of_two",
    title="A batch of two",
    text=(
        "Batch normalization without scale and shift, in training, on a batch of two images whose features all differ by much more than "
        "the root of eps. What are the normalized features of the first image?"
    ),
    choices=(
        "each is close to 1 or to -1",
        "each is close to 0",
        "they are spread like a normal distribution",
        "they are those of evaluation",
    ),
    right="a",
    slips=(
        Slip("b", "That would be so if the two were equal. Their distance from the mean is half of what they differ by.", SMALL),
        Slip("c", "Of two numbers, each is as far from their mean as the other: no room is left for a distribution.", SMALL),
        Slip("d", "In evaluation the running statistics are used, which two images do not decide.", SMALL),
    ),
    hints=(
        "Take the numbers 3 and 7. What is their mean, and what their standard deviation?",
        "Two numbers lie on both sides of their mean, each as far from it as their standard deviation, divided by N.",
        "mean     <- half of the sum\ndistance <- half of the difference, for both\nstandard deviation <- the same number",
    ),
    solution=(
        'batch_of_two = "a"\n# Of 3 and 7 the mean is 5 and the standard deviation 2: -1 and 1. All that is left is which one is larger.'
    ),
)

WHICH_RUN = BrokenRunQuestion(
    id="13.which_run",
    title="Which run is broken, and why?",
    text=(
        "Three networks with batch normalization, trained on 1,347 images at a rate of 0.5. The test accuracy after the last five epochs, "
        "in evaluation mode:\n\n"
        "| run | test accuracy |\n|---|---|\n| a | 0.98, 0.98, 0.98, 0.98, 0.98 |\n| b | 0.56, 0.76, 0.53, 0.66, 0.42 |\n"
        "| c | 0.97, 0.97, 0.98, 0.97, 0.98 |\n\nThe training loss of all three is low. Which one is broken, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the learning rate is too large",
        "the test images were normalized by their own batch",
        "the last batch of each epoch has three images, and ruins the running statistics",
        "it has learned its training images by heart",
    ),
    right="b 3",
    slips=(
        Slip("a", "That one is steady and right in 98 of 100: nothing is wrong with it.", BROKEN),
        Slip("c", "It is steady, and within a point of the best: nothing is wrong with it.", BROKEN),
        Slip("1", "Then the training loss would not be low.", BROKEN),
        Slip("2", "It was measured in evaluation mode, where the running statistics are used.", MODES),
        Slip("4", "Then it would test badly and *steadily*. What changes from epoch to epoch, though training is as good as done?", BROKEN),
    ),
    hints=(
        "Training is fine and evaluation is not. What does evaluation use that training does not?",
        "The running statistics take a share of every batch, the last one of the epoch most recently. How many images are in it?",
        "1. divide 1,347 by 64\n2. how many images are left for the last batch?\n3. how good is a variance from so few?",
    ),
    solution=(
        'which_run = "b 3"\n# 1,347 = 21 · 64 + 3: a tenth of the running statistics comes from three images. drop_last=True cures it.'
    ),
)

QUESTIONS = (RUNNING_MEAN, WHAT_HOLDS, BATCH_OF_TWO, WHICH_RUN)
