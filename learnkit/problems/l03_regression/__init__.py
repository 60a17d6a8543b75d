"""The exercises of lesson 03: a loss for numbers, its gradient, the step, the loop, and the learning rate above which it diverges."""

EXERCISES = ("mse", "linreg_loss_grad", "gd_step", "fit_gd", "max_stable_lr", "mae", "huber", "mape")
