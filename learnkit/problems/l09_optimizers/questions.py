"""What lesson 09 asks besides code: a length, fair comparisons, their order, and a run whose optimizer is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, OrderQuestion, Slip

MOMENTUM = "5 · Momentum: remember the way"
ADAM = "7 · Adam: both, and a correction"
FAIRLY = "10 · A fair comparison"
BROKEN = "11 · A broken run"

REACH = NumberQuestion(
    id="09.reach",
    title="How long do the steps get?",
    text=("A weight has the gradient 3 in every step. SGD runs with lr 0.02 and momentum 0.8. How long is a step after very many of them?"),
    right=0.3,
    rtol=1e-3,
    slips=(
        Slip(0.06, "That is the first step, lr times the gradient. The velocity goes on growing after it.", MOMENTUM),
        Slip(0.108, "That is the second step: a gradient, and 0.8 of the one before. All the earlier ones count too.", MOMENTUM),
        Slip(0.6, "That would be momentum 0.9, ten times the first step. Here the share that is kept is another one.", MOMENTUM),
        Slip(15.0, "That is the velocity. The step is lr times it.", MOMENTUM),
        Slip(
            0.048,
            "You multiplied by the momentum once. The velocity is a sum of gradients, each faded once for every step since.",
            MOMENTUM,
        ),
        Slip(0.02, "That is lr, the step of Adam. Momentum does not divide by the size of the gradient.", ADAM),
    ),
    hints=(
        "Write down the velocity after one, two and three steps. By what does it grow each time?",
        "The velocity settles where one step takes away as much of it as comes in: the share that is lost of it is one gradient.",
        "velocity <- the v for which v = 0.8 v + gradient\nstep     <- lr times velocity",
    ),
    solution="reach = 0.02 * 3 / (1 - 0.8)\n"
    "# v = 0.8 v + 3 holds for v = 15: momentum 0.8 makes steps five times as long on a straight way.",
)

FAIR = ChoiceQuestion(
    id="09.fair",
    title="What is a fair comparison?",
    text="Two optimizers are compared on one problem. Which of these are fair to both? There is more than one.",
    choices=(
        "Both run at lr 0.001, the default of both.",
        "Each gets ten rates, spread over the same number of powers of ten; each range is widened if the best rate lies at its end.",
        "Rule A gets its best of twenty rates, rule B the rate that its paper recommends.",
        "Each gets eight rates; the rate is chosen by the accuracy on the test set.",
        "Each gets eight rates; the best single run of all seeds is reported for each.",
        "Each gets eight rates, the validation loss chooses one, and then come ten new seeds.",
    ),
    right="bf",
    level=2,
    minutes=4,
    slips=(
        Slip("a", "The same number means other steps to each rule. This compares how well 0.001 suits them.", FAIRLY),
        Slip("c", "Twenty tries against one: the one with more tries wins more often, whatever the rules are.", FAIRLY),
        Slip("d", "A test set that chooses is a validation set. The number that it gives for the chosen rate is too good.", FAIRLY),
        Slip(
            "e",
            "The best run of many shows luck as well. What a rule does on the average, and how far its runs spread, is what counts.",
            FAIRLY,
        ),
    ),
    hints=(
        "Ask of each: has one of the two had more chances, or better ones, than the other? And has anything been chosen by the test set?",
        "Fair means: the same number of tries for both, chosen on data that neither was trained on, and a last look with new seeds.",
        "1. the same effort for both?\n2. chosen without the test set?\n3. reported over several seeds, and not the luckiest?",
    ),
    solution=(
        'fair = "b f"\n'
        "# Both give the same number of tries to each rule and choose without the test set; the others favor a rate, a rule, or luck."
    ),
)

COMPARISON = OrderQuestion(
    id="09.comparison",
    title="A comparison, in order",
    text="Put the steps of a fair comparison of two optimizers in order. Two of them do not belong.",
    items=(
        "train with each rate of the list, three seeds each, for both optimizers",
        "report mean and spread of the test accuracy",
        "write down the list of rates and the number of epochs, for both",
        "choose the rate whose test accuracy is best",
        "for each optimizer choose the rate with the lowest mean validation loss",
        "train with the chosen rates and ten new seeds",
        "leave out the seeds that did not converge",
    ),
    needed="caefb",
    before=("ca", "ae", "ef", "fb"),
    slips=(
        Slip("d", "What chooses cannot judge: the test accuracy of the chosen rate would be too good.", FAIRLY),
        Slip("g", "A run that does not converge is a result. Left out, a rule looks steadier than it is.", FAIRLY),
        Slip("ac", "A list that grows while one looks at results gives more tries to the rule one likes better.", FAIRLY),
        Slip("fe", "The new seeds are for the chosen rate. To choose it, runs at all rates come first.", FAIRLY),
        Slip("-f", "The order holds. But the runs that chose the rate flatter it: something must be run again.", FAIRLY),
    ),
    hints=(
        "What has to be fixed before the first run? And which data may be looked at only once?",
        "Plan, runs, choice, new runs, report. The test set comes in at the very end.",
        "the plan -> runs at all rates -> a choice by validation\n-> runs with new seeds at that choice -> the report",
    ),
    solution='comparison = "C A E F B"\n# Plan, run, choose by validation, run again with new seeds, and only then look at the test set.',
)

BROKEN_STEP = BrokenRunQuestion(
    id="09.broken_step",
    title="Which run is broken, and why?",
    text=(
        "Three runs train the network of this lesson on the digits. All are right but one. Their train loss, the mean of five "
        "seeds, and what they keep:\n\n"
        "| run | optimizer | loss after epoch 1 | 5 | 10 | values kept in the state at the end of a step |\n"
        "|---|---|---|---|---|---|\n"
        "| a | SGD, lr 0.03 | 2.28 | 2.17 | 1.94 | none |\n"
        "| b | SGD, lr 0.03, momentum 0.9 | 2.28 | 2.17 | 1.94 | a velocity for each weight |\n"
        "| c | Adam, lr 0.01 | 1.34 | 0.20 | 0.10 | two means for each weight |\n\n"
        "Which run is not what it says, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "the learning rate is too small",
        "the optimizer is made anew for every batch",
        "old gradients are never forgotten",
        "the labels do not belong to the images",
    ),
    right="b 2",
    level=2,
    minutes=4,
    slips=(
        Slip("a", "It is slow, as plain descent is at a small rate. Which other run should be faster than it, and is not?"),
        Slip("c", "Its loss falls quickly and goes on falling: nothing is wrong there."),
        Slip(
            "1", "With a velocity that lasts, this rate counts like one ten times as large. What would make it count only once?", MOMENTUM
        ),
        Slip("3", "Gradients that add up would make it faster than the other run at this rate, at first. It is exactly as slow.", BROKEN),
        Slip(
            "4",
            "With other labels nothing would be learned, and the loss would stay near 2.30. This one falls as that of the right run.",
            BROKEN,
        ),
    ),
    hints=(
        "Compare the losses of the three runs, number by number. Which two are alike, and should they be?",
        "Momentum that works makes steps up to ten times as long. It needs a velocity that lasts from one batch to the next.",
        "1. find two runs that do the same and should not\n2. ask which of them lacks something\n"
        "3. what is in the state when the next step begins?",
    ),
    solution=(
        'broken_step = "b 2"\n'
        "# A new optimizer has an empty state, so its velocity is the gradient: plain descent. There is a velocity, and it is thrown away."
    ),
)

QUESTIONS = (REACH, FAIR, COMPARISON, BROKEN_STEP)
