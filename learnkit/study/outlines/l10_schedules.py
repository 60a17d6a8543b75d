"""What lesson 10 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="10",
    objectives=(
        Objective(
            "design a schedule: pick its shape, its highest rate and its length, and say what each does to a run",
            predictions=("10.decay",),
            sections=("4", "5", "6"),
            exercises={
                "10.cosine_warmup": ("not-clamped", "never-full", "quarter-cosine"),
                "10.reduce_on_plateau": ("against-the-last", "rest-is-counted"),
            },
        ),
        Objective(
            "explain warm-up, clipping and accumulation, and say when each of them does nothing",
            predictions=("10.warm-up", "10.clip"),
            sections=("6", "9", "10"),
            exercises={
                "10.clip_grad_norm": ("each-by-itself", "always-scales"),
                "10.accumulate_grads": ("mean-of-means", "zero-inside"),
                "10.which_hold": ("b", "d"),
            },
        ),
        Objective(
            "find the range of useful rates with one short test",
            predictions=("10.decay",),
            sections=("7",),
            exercises={"10.lr_range_test": ("equal-distances", "lowest-loss")},
        ),
        Objective(
            "relate batch size and learning rate, and say where the relation ends",
            predictions=("10.batch",),
            sections=("8",),
            exercises={"10.which_hold": ("e",), "10.steps_of_a_run": (1680.0, 26960.0)},
        ),
        Objective(
            "tell a schedule that counts epochs from one that counts steps by looking at the loss",
            predictions=("10.broken-run",),
            sections=("11",),
            exercises={"10.cosine_warmup": ("epochs-for-steps",), "10.broken_pieces": ("1", "3")},
        ),
    ),
    terms=(
        Term("schedule", "A rule that says which learning rate each step has.", "5"),
        Term("sweep", "Trying several values of a setting, all else equal.", "6"),
        Term("plateau", "A stretch of training in which a measured number does not get better.", "6"),
        Term("range test", "A short run whose rate grows at each step, to see where the loss falls and where it breaks.", "7"),
        Term("linear rule", "A batch k times as large takes a rate k times as large.", "8"),
        Term("micro-batches", "The pieces of a batch that is too large to be computed at once.", "9"),
        Term("gradient accumulation", "Adding the gradients of micro-batches, weighted by their sizes, before one step.", "9"),
        Term("Clipping", "Making the gradient shorter where it is longer than a limit, and leaving its direction.", "10"),
    ),
    symbols=(
        Symbol("t", "step", "", "the number of the step, from 0"),
        Symbol("T", "total_steps", "", "the length of a schedule in steps"),
        Symbol("w", "warmup_steps", "", "the number of warm-up steps"),
    ),
    symptoms=(
        Symptom(
            "the loss stops falling early, or never calms down",
            "the learning rate of the last step",
            "the schedule counts epochs where it should count steps, or the other way round",
            "11",
        ),
        Symptom(
            "a few steps throw a run far back",
            "the norm of all gradients together at each step",
            "rare, long gradients: clip them by their common norm",
            "10",
        ),
        Symptom(
            "accumulated gradients differ from those of the whole batch",
            "the sizes of the micro-batches",
            "a mean of means: the last piece is smaller and counts as much",
            "9",
        ),
    ),
)
