"""Where the computation runs: a CUDA GPU where there is one, else the CPU."""

import torch


def device(name: str | torch.device = "auto") -> torch.device:
    """Return the device to put tensors and models on.

    Parameters
    ----------
    name : "auto", "cpu", "cuda", "cuda:1", … or "mps"
        "auto" is "cuda" where PyTorch finds a CUDA GPU, else "cpu". It is never "mps", Apple's GPU, which has no float64;
        that one is there by name.

    Raises
    ------
    ValueError
        For a name that is no device, or a device that this machine does not have.

    Examples
    --------
    >>> device("cpu")
    device(type='cpu')
    >>> str(device("auto")) in ("cpu", "cuda")
    True

    See Also
    --------
    learnkit.reference.device, torch.device
    """
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        chosen = torch.device(name)
    except (RuntimeError, TypeError):
        chosen = None
    if chosen is None or chosen.type not in ("cpu", "cuda", "mps"):
        raise ValueError(f'device must be "auto", "cpu", "cuda", "cuda:1" or "mps"; got {str(name)!r}. "auto" picks what this machine has.')
    if chosen.type == "cuda":
        count = torch.cuda.device_count() if torch.cuda.is_available() else 0
        if (chosen.index or 0) >= count:
            raise ValueError(
                f"PyTorch finds {count} CUDA devices here; got device {str(name)!r}. "
                'Use lk.device("auto"), or install a CUDA build of PyTorch where there is a GPU.'
            )
    if chosen.type == "mps" and not torch.backends.mps.is_available():
        raise ValueError(f'PyTorch finds no Apple GPU here; got device {str(name)!r}. Use lk.device("auto").')
    return chosen
