"""What lesson 12 asks besides code: when to stop, a sum under dropout, what helps where, and a run that is broken."""

from learnkit.problems.questions import BrokenRunQuestion, ChoiceQuestion, NumberQuestion, Slip

LEARN = "2 · Learn, then memorize"
HAND = "4 · Dropout, by hand"
MODES = "5 · Two modes"
HELPS = "9 · When it helps, and when not"
SOFT = "8 · Softer targets"

WHEN_TO_STOP = ChoiceQuestion(
    id="12.when_to_stop",
    title="When to stop",
    text=(
        "Two fifths of all training and validation labels are wrong. Accuracy on training labels: 0.35, "
        "0.58, 0.80, 1.00 after 3, 15, 40 and 100 epochs; on "
        "validation labels: 0.33, 0.52, 0.43, 0.37. Which weights do you keep?"
    ),
    choices=("those after 3 epochs", "those after 15 epochs", "those after 40 epochs", "those after 100 epochs"),
    right="b",
    slips=(
        Slip("a", "It has hardly begun to learn: both accuracies still rise after that.", LEARN),
        Slip("c", "The training accuracy has passed the share of right labels, and validation has fallen: it memorizes already.", LEARN),
        Slip("d", "It reproduces every label, the wrong ones too. What counts is how it does on labels that it was not trained on.", LEARN),
    ),
    hints=(
        "Which of the two accuracies can tell learning from memorizing?",
        (
            "Training accuracy rises in both cases. Validation accuracy rises while the network learns what "
            "carries over, and falls when it learns exceptions."
        ),
        "look at the validation accuracy alone\nfind its highest value\nkeep the weights of that epoch",
    ),
    solution='when_to_stop = "b"\n# Validation is highest there, though two fifths of its labels are wrong too.',
)

KEPT_SUM = NumberQuestion(
    id="12.kept_sum",
    title="A sum under dropout",
    text=(
        "A unit adds up 20 inputs that are all 1, each times the weight 0.5. Dropout with p = 0.2 acts on "
        "the inputs. In one training step exactly 14 of them are "
        "kept. What is the sum?"
    ),
    right=8.75,
    slips=(
        Slip(7.0, "What is kept is made larger by one over the share that is kept on average; that factor is missing.", HAND),
        Slip(10.0, "That is the mean over many draws, and the sum in evaluation. In this step 14 inputs are there.", HAND),
        Slip(5.6, "It multiplies by 0.8 where it should divide.", HAND),
        Slip(35.0, "It divides by p, the share that is dropped.", HAND),
        Slip(17.5, "The weight 0.5 is missing.", HAND),
    ),
    hints=(
        "First one input that is kept: which value does it have after dropout?",
        "Dropout divides what it keeps by 1 - p, whatever the number that happens to be kept.",
        "value  <- 1 over (1 - 0.2)\nsum    <- 14 times the weight times that value",
    ),
    solution="kept_sum = 14 * 0.5 / (1 - 0.2)\n# The factor is that of p, not that of the 14 which happened to be kept.",
)

WHAT_HELPS = ChoiceQuestion(
    id="12.what_helps",
    title="What did the runs show?",
    text="Which of these statements did the runs of the lesson bear out? There is more than one.",
    choices=(
        "With many wrong labels, stronger weight decay kept the accuracy on right labels higher.",
        "On 300 rightly labeled digits dropout was better than nothing by more than the runs differed.",
        "With many wrong labels, label smoothing kept the network from memorizing.",
        "Dropout slowed memorizing down.",
        "The gradient of an L1 penalty made a third of the weights exactly 0.",
        "Early on, the network called most mislabeled digits by their true class.",
    ),
    right="adf",
    slips=(
        Slip("b", "Its mean was about the same, and the runs overlapped: that is no finding.", HELPS),
        Slip("c", "It reproduced the wrong labels all the same. Smoothing changes how sure a network is.", SOFT),
        Slip("e", "Its steps jump across 0. The exact zeros came from soft thresholding.", "7 · L1: exact zeros"),
    ),
    hints=(
        "For each statement, find the cell that compares the two, and look at the spread of its runs.",
        "A difference counts if it is larger than that between runs of the same kind.",
        "1. sections 2, 3 and 6 have curves on wrong labels\n2. section 7 counts zeros\n3. sections 8 and 9 compare ends",
    ),
    solution='what_helps = "a d f"\n# On clean digits nothing helped; smoothing changed no accuracy; zeros need soft thresholding.',
)

WHICH_RUN = BrokenRunQuestion(
    id="12.which_run",
    title="Which run is broken, and why?",
    text=(
        "Three networks with dropout 0.5, trained alike on the same data. After training each is measured twice on the same test set:\n\n"
        "| run | train accuracy | test accuracy, first | test accuracy, again |\n|---|---|---|---|\n"
        "| a | 0.99 | 0.958 | 0.958 |\n| b | 0.88 | 0.862 | 0.871 |\n| c | 0.98 | 0.955 | 0.955 |\n\n"
        "Which one is broken, and what is the cause?"
    ),
    runs=("a", "b", "c"),
    causes=(
        "it memorizes its training set",
        "it was measured in training mode",
        "its learning rate was too large",
        "its dropout was switched off in training",
    ),
    right="b 2",
    slips=(
        Slip("a", "It gives the same accuracy twice, and tests close to what it trains: nothing is wrong with it.", MODES),
        Slip("c", "Both measurements agree, and the test is a little below training, as one expects: that run is sound.", MODES),
        Slip("1", "Then the training accuracy would be far above that of the test.", LEARN),
        Slip("3", "Training is over when it is measured. What makes two measurements of the same weights differ?", MODES),
        Slip("4", "Then nothing random would be left, and both measurements would agree.", MODES),
    ),
    hints=(
        "Which run gives two answers to one question?",
        "The weights are the same in both measurements, and so is the data. So something in the network draws at random.",
        "1. compare the two last columns\n2. what in the network is random?\n3. when should it not be?",
    ),
    solution='which_run = "b 2"\n# Two accuracies from the same weights: dropout was still active. net.eval() was forgotten.',
)

QUESTIONS = (WHEN_TO_STOP, KEPT_SUM, WHAT_HELPS, WHICH_RUN)
