"""What touches no array, and so serves both trees."""

from learnkit.training.splits import split_sizes

__all__ = ["split_sizes"]
