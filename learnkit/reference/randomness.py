"""Random numbers that come in by name: every draw of the course takes an ``rng``, and none touches a global one.

Source: O'Neill 2014, PCG: a family of simple fast space-efficient statistically good algorithms (NumPy's default generator).
"""

import numpy as np

from learnkit.reference.devices import device as _checked_device


def rng(seed: int, device: str | None = None) -> "np.random.Generator":
    """Return a generator of random numbers that starts from a seed.

    Parameters
    ----------
    seed : int, at least 0
    device : "cpu" or None
        There for the PyTorch twin, whose generators belong to a device.

    Notes
    -----
    The same seed gives other numbers in ``learnkit.pytorch``: another generator, the same distributions.

    Examples
    --------
    >>> rng(0).integers(10, size=5)
    array([8, 6, 5, 2, 3])

    See Also
    --------
    learnkit.pytorch.rng, torch.Generator
    """
    if not isinstance(seed, (int, np.integer)) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be a whole number, at least 0; got {seed!r}.")
    if device is not None:
        _checked_device(device)
    return np.random.default_rng(seed)
