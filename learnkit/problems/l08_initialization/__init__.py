"""The exercises of lesson 08: three ways to draw weights, the sizes of signals layer by layer, and units that are dead."""

EXERCISES = ("he_normal", "xavier_uniform", "orthogonal", "signal_stats", "dead_fraction")
