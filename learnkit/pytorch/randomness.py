"""Random numbers that come in by name: every draw of the course takes an ``rng``, and none touches a global one.

Sources: Matsumoto & Nishimura 1998, Mersenne Twister (PyTorch's generator on a CPU); Salmon et al. 2011, Parallel random numbers:
as easy as 1, 2, 3 (Philox, on a GPU).
"""

import numbers

import torch

from learnkit.pytorch.devices import device as _checked_device


def rng(seed: int, device: str | torch.device | None = None) -> torch.Generator:
    """Return a generator of random numbers that starts from a seed.

    Parameters
    ----------
    seed : int, at least 0
    device : optional
        Where the generator draws; the CPU if None. A generator belongs to one device, and layers made with it start there.

    Notes
    -----
    The same seed gives other numbers on another kind of device, and others again in ``learnkit.reference``: different generators,
    the same distributions.

    Examples
    --------
    >>> torch.randint(10, (5,), generator=rng(0))
    tensor([4, 9, 3, 0, 3])

    See Also
    --------
    learnkit.reference.rng, torch.Generator
    """
    if not isinstance(seed, numbers.Integral) or isinstance(seed, bool) or seed < 0:
        raise ValueError(f"seed must be a whole number, at least 0; got {seed!r}.")
    return torch.Generator("cpu" if device is None else _checked_device(device)).manual_seed(int(seed))
