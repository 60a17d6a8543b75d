"""What lesson 09 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="09",
    objectives=(
        Objective(
            "write momentum, RMSprop, Adam and AdamW from their formulas, and say what each keeps from step to step",
            predictions=("09.constant-slope", "09.first-step"),
            sections=("5", "6", "7"),
            exercises={
                "09.momentum": ("forgets", "damped", "rate-inside"),
                "09.rmsprop": ("no-root", "sums-up", "forgets"),
                "09.adam": ("betas-swapped", "forgets", "keeps-the-corrected"),
            },
        ),
        Objective(
            "say why momentum is fast along a valley, and what stops it from going wild",
            predictions=("09.constant-slope",),
            sections=("4", "5"),
            exercises={"09.momentum": ("keeps-all", "keeps-the-gradient"), "09.reach": (0.06, 15.0)},
        ),
        Objective(
            "explain bias correction, and why `eps` stands where it stands",
            predictions=("09.first-step",),
            sections=("7",),
            exercises={"09.adam": ("uncorrected", "half-corrected", "eps-inside", "from-step-0"), "09.rmsprop": ("eps-inside",)},
        ),
        Objective(
            "say what decoupled weight decay is, and when it differs from the other kind",
            predictions=("09.fair",),
            sections=("8",),
            exercises={"09.adamw": ("through-the-gradient", "after-the-step", "without-rate")},
        ),
        Objective(
            "tune learning rates fairly, and tell a better rule from a better rate",
            predictions=("09.fair", "09.broken-run"),
            sections=("10", "11"),
            exercises={"09.fair": ("a", "c"), "09.comparison": ("d", "ac"), "09.broken_step": ("1", "3")},
        ),
    ),
    terms=(
        Term("optimizer", "The rule that makes a step of a gradient, with what it remembers from earlier steps.", "1"),
        Term("SGD", "Stochastic gradient descent: a step against the gradient of a mini-batch, times the learning rate.", "1"),
        Term("state", "What an optimizer keeps from step to step.", "3"),
        Term("Momentum", "Stepping along a running sum of gradients, of which a share is forgotten at each step.", "5"),
        Term("velocity", "That running sum.", "5"),
        Term("RMSprop", "Dividing each gradient by the root of a running mean of its squares.", "6"),
        Term("Adagrad", "Dividing each gradient by the root of the sum of all its squares so far.", "6"),
        Term("Adam", "Running means of gradients and of their squares, both corrected for having started at 0.", "7"),
        Term("Weight decay", "Taking a small share of each weight away at each step.", "8"),
        Term("AdamW", "Adam with weight decay that does not go through the gradient.", "8"),
    ),
    symbols=(
        Symbol("\\text{lr}", "lr", "", "the learning rate"),
        Symbol("v", "velocity", "as w", "the velocity of momentum"),
        Symbol("\\beta_1, \\beta_2", "betas", "", "the shares that Adam's running means keep"),
        Symbol("\\hat s", "s_hat", "as w", "the corrected running mean of squared gradients"),
    ),
    symptoms=(
        Symptom(
            "the loss falls, and then runs away",
            "the length of the gradient at each step, beside that of one fresh batch",
            "gradients of earlier steps are still added: zero_grad() is missing",
            "11",
        ),
        Symptom(
            "one optimizer beats another by far",
            "the best rate of each, out of the same number of tries",
            "the rates were not tuned alike",
            "10",
        ),
        Symptom(
            "the same weight decay shrinks some weights and leaves others",
            "what is left of two weights with large and small gradients",
            "the decay goes through Adam's division: take AdamW",
            "8",
        ),
    ),
)
