"""What lesson 07 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="07",
    objectives=(
        Objective(
            "draw the graph of a computation, and send gradients back through it by hand",
            predictions=("07.x-times-x",),
            sections=("2",),
            exercises={"07.gradient_by_hand": (24.0, 12.0), "07.matmul_backward": ("not-transposed", "wrong-side")},
        ),
        Objective(
            "say why the gradients of several uses add up, and in which order the values take their turns",
            predictions=("07.x-times-x",),
            sections=("3", "4", "6"),
            exercises={
                "07.accumulate": ("overwrites", "keeps-the-first"),
                "07.topo_order": ("before-its-inputs", "too-early-used"),
                "07.unbroadcast": ("mean-not-sum", "stretched-left"),
            },
        ),
        Objective(
            "build an engine that records and goes back, and show that it computes what the library computes",
            predictions=("07.called-twice",),
            sections=("4", "7"),
            exercises={"07.backward": ("from-the-front", "overwrites"), "07.one_backward": ("ag", "ba")},
        ),
        Objective(
            "say what `backward()` keeps and what it forgets, and use `zero_grad`, `no_grad` and `detach`",
            predictions=("07.called-twice", "07.broken-run"),
            sections=("5", "10", "11"),
            exercises={
                "07.zero_grad": ("leaves-only", "one-level"),
                "07.backward": ("forgets-the-call-before", "keeps-the-interior"),
                "07.what_holds": ("b", "d"),
                "07.broken_run": ("1", "3"),
            },
        ),
        Objective(
            "say what a gradient costs",
            predictions=("07.cost",),
            sections=("8",),
            exercises={"07.topo_order": ("every-path",), "07.backward": ("path-by-path",), "07.what_holds": ("f",)},
        ),
    ),
    terms=(
        Term("node", "A value in a computation, with what it was made of.", "2"),
        Term("graph", "All values of a computation, each with arrows to what it was made of.", "2"),
        Term("leaf", "A value that nothing was computed for: data, or a parameter.", "2"),
        Term("tape", "The record of a computation, in the order in which it was made.", "2"),
        Term("accumulate", "Adding a gradient to those that have arrived before.", "3"),
        Term("topological", "Of an order: each value comes after everything that it was made of.", "4"),
    ),
    symbols=(
        Symbol("\\bar x", "x.grad", "as x", "the gradient of the last value along x"),
        Symbol("g", "grad_output", "as the output", "the gradient that comes back to an operation"),
    ),
    symptoms=(
        Symptom(
            "gradients grow from step to step on the same batch",
            "the gradient of one parameter after one backward, and after two",
            "they accumulate: zero_grad() is missing",
            "5",
        ),
        Symptom(
            "backward takes very long on a graph with skips",
            "how often one value is visited",
            "the walk follows every path and not every value",
            "4",
        ),
    ),
)
