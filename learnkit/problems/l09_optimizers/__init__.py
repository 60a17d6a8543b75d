"""The exercises of lesson 09: the rules that turn a gradient into a step, and the step of training that they belong to."""

EXERCISES = ("momentum", "rmsprop", "adam", "adamw", "training_step", "adagrad", "nadam")
