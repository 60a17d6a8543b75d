"""The exercises of lesson 12: penalties on weights, dropout forward and backward, and softer targets."""

EXERCISES = ("dropout_forward", "dropout_backward", "l2_loss_grad", "label_smoothing", "soft_threshold")
