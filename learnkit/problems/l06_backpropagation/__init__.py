"""The exercises of lesson 06: how a gradient goes back through each kind of layer, through a network, and how it is checked."""

EXERCISES = (
    "linear_backward",
    "relu_backward",
    "tanh_backward",
    "sigmoid_backward",
    "numeric_grad",
    "mlp_backward",
    "rel_error",
)
