"""The exercises of lesson 04: from scores to probabilities, a loss, its gradient and an answer."""

EXERCISES = ("softmax", "cross_entropy", "softmax_ce_grad", "predict", "bce_with_logits", "hinge")
