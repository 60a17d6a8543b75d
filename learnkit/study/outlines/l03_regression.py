"""What lesson 03 promises and leaves behind."""

from learnkit.study.outlines.outline import Objective, Outline, Symbol, Symptom, Term

OUTLINE = Outline(
    lesson="03",
    objectives=(
        Objective(
            "measure how wrong a line is by one number, and say why it is a mean of squares",
            predictions=("03.double-n",),
            sections=("1", "9"),
            exercises={
                "03.mse": ("every-pair", "not-squared", "sum"),
                "03.mae": ("slope-of-the-square",),
                "03.huber": ("border-on-the-square",),
            },
        ),
        Objective(
            "derive the gradient of that number, and check the derivation",
            predictions=("03.double-n",),
            sections=("5",),
            exercises={"03.linreg_loss_grad": ("gradients-not-divided", "sign", "two-missing", "not-transposed")},
        ),
        Objective(
            "say what a learning rate does along one direction, and which is the largest that works",
            predictions=("03.overshoot",),
            sections=("6",),
            exercises={"03.max_stable_lr": ("one-over", "flattest", "bias-forgotten"), "03.largest_rate": (4.0, 0.125)},
        ),
        Objective(
            "read a loss surface, and explain why features in different units make descent crawl",
            predictions=("03.raw-steps",),
            sections=("7", "8"),
            exercises={"03.read_the_surface": ("b", "d"), "03.max_stable_lr": ("sum-of-curvatures", "largest-feature")},
        ),
        Objective(
            "recognize by its curve a rate that is too large, one that is too small, a saddle, and a loss that compares the wrong numbers",
            predictions=("03.saddle", "03.broken-run"),
            sections=("10", "11"),
            exercises={
                "03.broken_descent": ("1", "3"),
                "03.fit_gd": ("gradient-once", "uphill"),
                "03.gd_step": ("uphill", "no-learning-rate"),
            },
        ),
    ),
    terms=(
        Term("linear regression", "Fitting a line, or a plane, to numbers: inputs times weights, plus a bias.", "1"),
        Term("gradient descent", "Taking small steps against the gradient of a loss, again and again.", "1"),
        Term("gradient", "The slopes of the loss along all weights, as one vector.", "3"),
        Term("mean squared error", "The mean over the examples of the squared difference of prediction and target.", "4"),
        Term("learning rate", "The factor by which a gradient becomes a step.", "6"),
        Term("curvature", "How fast a slope changes along a direction: the second derivative.", "6"),
        Term("Hessian", "The matrix of all second derivatives of a loss.", "7"),
        Term("condition number", "The largest curvature divided by the smallest.", "7"),
        Term("normal equations", "The linear equations whose solution is the best line.", "8"),
        Term("mean absolute error", "The mean over the examples of the size of the difference.", "9"),
        Term("Huber loss", "Squared for small differences and linear for large ones.", "9"),
    ),
    symbols=(
        Symbol("\\theta", "theta", "(D + 1,)", "all weights and the bias, as one vector"),
        Symbol("H", "hessian", "(D + 1, D + 1)", "the second derivatives of the loss"),
        Symbol("\\text{lr}", "lr", "", "the learning rate"),
    ),
    symptoms=(
        Symptom(
            "the loss grows at each step, by a factor",
            "the largest curvature times the learning rate",
            "a rate above 2 over the largest curvature",
            "10",
        ),
        Symptom(
            "the loss falls fast, and then hardly at all",
            "the condition number of the features",
            "features in different units: standardize them",
            "8",
        ),
        Symptom(
            "the loss ends exactly at the variance of the targets",
            "the shape of prediction less target",
            "a column met a row, and all pairs were compared",
            "11",
        ),
    ),
)
