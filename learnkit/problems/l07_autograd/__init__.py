"""The exercises of lesson 07: what an engine of automatic differentiation is made of."""

EXERCISES = ("unbroadcast", "topo_order", "accumulate", "backward", "matmul_backward", "zero_grad")
