"""The exercises of lesson 01: whole arrays instead of loops, axes that are kept, and shapes that meet."""

EXERCISES = ("row_normalize", "affine", "one_hot", "pairwise_sq_dists", "center_rows", "batched_outer")
