"""Where the computation runs. NumPy has one place, the CPU; the PyTorch twin of this module finds a GPU."""


def device(name: str = "auto") -> str:
    """Return the device to put tensors and models on: here always "cpu".

    Parameters
    ----------
    name : "auto" or "cpu"

    Raises
    ------
    ValueError
        For any other device.

    Examples
    --------
    >>> device("auto")
    'cpu'

    See Also
    --------
    learnkit.pytorch.device, torch.device
    """
    if name not in ("auto", "cpu"):
        raise ValueError(
            f'NumPy computes on the CPU; got device {name!r}. For a GPU: from learnkit import pytorch as lk; lk.device("auto").'
        )
    return "cpu"
