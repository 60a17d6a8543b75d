"""The order of batches as a function of a seed and an epoch: what lets a run that was stopped go on with the batches that were left."""

from learnkit.training.requirements import require_count


def epoch_seed(seed: int, epoch: int) -> int:
    """Return the seed of the order that one epoch's batches come in: a whole number below 2⁶³, the same everywhere and always.

    Nothing has to be remembered from one epoch to the next: the order of epoch 7 is known without those before it. Not seed + epoch:
    two runs with seeds 0 and 1 would go through nearly the same orders, one epoch apart.

    Parameters
    ----------
    seed, epoch : int, at least 0

    Raises
    ------
    ValueError, TypeError
        If one of them is below 0 or not whole.

    Examples
    --------
    >>> epoch_seed(0, 1) == epoch_seed(0, 1), epoch_seed(0, 1) == epoch_seed(1, 0)
    (True, False)
    """
    import hashlib  # loaded here: it costs more than all of this package

    require_count("seed", seed, least=0)
    require_count("epoch", epoch, least=0)
    digest = hashlib.sha256(f"{int(seed)} {int(epoch)}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1  # PyTorch's generator on a CPU reads the last 32 bits alone: all must be mixed


def count_batches(rows: int, batch_size: int, drop_last: bool) -> int:
    """Return how many batches an epoch has.

    Examples
    --------
    >>> count_batches(7, 3, drop_last=False), count_batches(7, 3, drop_last=True)
    (3, 2)
    """
    return rows // batch_size if drop_last else -(-rows // batch_size)


def check_start(start: int, batches: int) -> None:
    """Raise unless an epoch can be begun at a batch; at its end it is empty."""
    require_count("start", start, least=0)
    if start > batches:
        raise ValueError(f"start must be from 0 to {batches}, the number of batches; got {start}.")
