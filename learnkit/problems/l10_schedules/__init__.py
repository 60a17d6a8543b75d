"""The exercises of lesson 10: a schedule, clipping, accumulation, a test of rates, and cuts on a plateau."""

EXERCISES = ("cosine_warmup", "clip_grad_norm", "accumulate_grads", "lr_range_test", "reduce_on_plateau")
