"""Data sets that come with scikit-learn: no download, and no copy of ours.

Each call returns fresh arrays: features in float32, classes in int64. What the columns are called and who measured them, `describe` says.
"""

import importlib
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
    bundle = _bundle("load_digits", "the digits come")
    return (bundle.data / 16).astype(np.float32), bundle.target.astype(np.int64)


def iris() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 150 flowers: length and width of sepals and petals, and which of three kinds of iris it is.

    Returns
    -------
    features : (150, 4) float32
        In cm.
    labels : (150,) int64
        0 setosa, 1 versicolor, 2 virginica; 50 of each, in this order.

    Notes
    -----
    The values are those of Fisher's paper and of R; the UCI copy has two wrong rows. Two rows are equal.

    References
    ----------
    Fisher 1936, The use of multiple measurements in taxonomic problems; `sklearn.datasets.load_iris`.

    Examples
    --------
    >>> features, labels = iris()
    >>> features[0], labels[0]
    (array([5.1, 3.5, 1.4, 0.2], dtype=float32), np.int64(0))
    """
    bundle = _bundle("load_iris", "the irises come")
    return bundle.data.astype(np.float32), bundle.target.astype(np.int64)


def wine() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 178 wines: 13 chemical measurements, and which of three growers it is from.

    Returns
    -------
    features : (178, 13) float32
        Each column in its own unit: hue is near 1, proline near 750.
    labels : (178,) int64
        0, 1 or 2: 59, 71 and 48 wines, in this order.

    References
    ----------
    Forina et al. 1991, PARVUS; UCI Machine Learning Repository; `sklearn.datasets.load_wine`.

    Examples
    --------
    >>> features, _ = wine()
    >>> features.std(axis=0).min() < 0.2, features.std(axis=0).max() > 300
    (np.True_, np.True_)
    """
    bundle = _bundle("load_wine", "the wines come")
    return bundle.data.astype(np.float32), bundle.target.astype(np.int64)


def breast_cancer() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Return 569 tumors: 30 measurements of their cell nuclei, and whether the tumor is malignant.

    Returns
    -------
    features : (569, 30) float32
        Mean, standard error and worst (mean of the three largest) of ten measurements.
    labels : (569,) int64
        1 malignant (212), 0 benign (357).

    Notes
    -----
    1 is what a test looks for, as in every metric of the course. **scikit-learn has it the other way round** (0 malignant).

    References
    ----------
    Street, Wolberg & Mangasarian 1993, Nuclear feature extraction for breast tumor diagnosis; `sklearn.datasets.load_breast_cancer`.

    Examples
    --------
    >>> _, labels = breast_cancer()
    >>> np.bincount(labels)
    array([357, 212])
    """
    bundle = _bundle("load_breast_cancer", "the tumors come")
    return bundle.data.astype(np.float32), 1 - bundle.target.astype(np.int64)


def diabetes(*, scaled: bool = False) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return 442 patients: ten measurements, and how far diabetes has gone a year later.

    Parameters
    ----------
    scaled : bool
        Every column less its mean, and of squared length 1 (so that its values are near 0.05), as scikit-learn returns it.

    Returns
    -------
    features : (442, 10) float32
        Age in years, sex (1 or 2), body mass index in kg/m², blood pressure in mm Hg, six blood values.
    targets : (442,) float32
        From 25 to 346, on a scale of its own.

    Notes
    -----
    The default is the raw values, and not scikit-learn's: scaled columns know the mean of rows that will be in a test part.

    References
    ----------
    Efron, Hastie, Johnstone & Tibshirani 2004, Least angle regression; `sklearn.datasets.load_diabetes`.

    Examples
    --------
    >>> features, targets = diabetes()
    >>> features[0, :4], targets[0]
    (array([ 59. ,   2. ,  32.1, 101. ], dtype=float32), np.float32(151.0))
    """
    bundle = _bundle("load_diabetes", "the patients' data come", scaled=scaled)
    return bundle.data.astype(np.float32), bundle.target.astype(np.float32)


def photograph(name: str) -> NDArray[np.uint8]:
    """Return a photograph in color.

    Parameters
    ----------
    name : "china" or "flower"
        A Chinese temple by danielbuechele, a dahlia by vultilion.

    Returns
    -------
    array (427, 640, 3) uint8
        Red, green and blue, from 0 to 255.

    Raises
    ------
    ValueError
        If there is no such photograph.

    Notes
    -----
    License: CC BY 2.0. Who shows a photograph names the photographer.

    References
    ----------
    `sklearn.datasets.load_sample_image`
    """
    if name not in ("china", "flower"):
        raise ValueError(f'name must be "china" or "flower"; got {name!r}.')
    try:
        importlib.import_module("PIL")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError("photographs are read by Pillow, which is not installed. Run: pip install pillow") from error
    return np.array(_datasets("the photographs come").load_sample_image(f"{name}.jpg"))


def _bundle(loader: str, what: str, **options: Any) -> Any:
    return getattr(_datasets(what), loader)(**options)


def _datasets(what: str) -> Any:
    try:
        return importlib.import_module("sklearn.datasets")
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(f"{what} with scikit-learn, which is not installed. Run: pip install scikit-learn") from error
