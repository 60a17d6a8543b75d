"""Data sets that come with scikit-learn: no download, and no copy of ours."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


def digits() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 1,797 handwritten digits: 8 by 8 gray values from 0 to 1, as rows of 64, and the digit each one shows.

    Returns
    -------
    images : (1797, 64) float32
        0 is paper and 1 is ink.
    labels : (1797,) int64
        0 to 9, about 180 of each.

    Notes
    -----
    The order of the file hides who wrote what: neighbors are often by one hand. Shuffle before splitting.

    References
    ----------
    Alpaydin & Kaynak 1998, Optical recognition of handwritten digits, UCI Machine Learning Repository; as bundled with
    scikit-learn (`sklearn.datasets.load_digits`).

    Examples
    --------
    >>> images, labels = digits()
    >>> images.shape, labels[:5]
    ((1797, 64), array([0, 1, 2, 3, 4]))
    """
    try:
        from sklearn.datasets import load_digits
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("the digits come with scikit-learn, which is not installed. Run: pip install scikit-learn") from error
    bundle: Any = load_digits()
    return (bundle.data / 16).astype(np.float32), bundle.target.astype(np.int64)
