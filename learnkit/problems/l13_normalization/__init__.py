"""The exercises of lesson 13: normalizing by the batch and by the example, backward, and folded away."""

EXERCISES = ("batchnorm_forward", "batchnorm_backward", "layernorm_forward", "fold_batchnorm", "rmsnorm")
