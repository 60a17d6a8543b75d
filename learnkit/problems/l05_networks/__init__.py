"""The exercises of lesson 05: activations, the forward pass of a network, its size, and a network for XOR."""

EXERCISES = ("relu", "leaky_relu", "mlp_forward", "count_params", "gelu", "xor_weights")
