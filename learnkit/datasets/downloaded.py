"""Data sets that are downloaded once and read from the disk after that, each time with their digest checked.

Where they lie: `LEARNKIT_DATA`, or the platform's cache. ``learnkit data get`` downloads them before a lesson needs them.
"""

import numpy as np
from numpy.typing import NDArray

from learnkit.datasets.contents import DataError, WrongContent, content_of
from learnkit.datasets.downloads import obtain
from learnkit.datasets.idx_files import parse_idx
from learnkit.datasets.remote_files import REMOTE_FILES, RemoteFile, data_folder


def fashion_mnist(train: bool = True) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return pictures of clothes, 28 by 28 gray values from 0 to 255, and the kind of each.

    Parameters
    ----------
    train : bool
        The 60,000 to train with, or the 10,000 to test with.

    Returns
    -------
    images : (60000, 28, 28) or (10000, 28, 28) uint8
        0 is background. As bytes they take 47 MB, as float32 they would take 188 MB: divide by 255 one batch at a time.
    labels : (60000,) or (10000,) int64
        0 to 9, equally many of each; the words for them are ``describe("fashion_mnist").classes``.

    Raises
    ------
    DataError
        If the files are not there and cannot be downloaded.

    References
    ----------
    Xiao, Rasul & Vollgraf 2017, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. MIT license.

    See Also
    --------
    fetch, read_idx
    """
    train_images, train_labels, test_images, test_labels = REMOTE_FILES["fashion_mnist"]
    images, labels = (train_images, train_labels) if train else (test_images, test_labels)
    return parse_idx(_content(images)), parse_idx(_content(labels)).astype(np.int64)


def names() -> list[str]:
    """Return 32,033 given names in small letters a to z: of girls, then of boys, each the most frequent first.

    Raises
    ------
    DataError
        If the file is not there and cannot be downloaded.

    Notes
    -----
    29,494 are different: some 2,500 are given to girls and to boys. A split shares names between its parts unless they are dropped first.

    The file ends without a line break, so that counting its line breaks gives 32,032.

    References
    ----------
    Karpathy 2022, makemore (MIT license): from the public records of the US Social Security Administration, 2018.
    """
    return _content(REMOTE_FILES["names"][0]).decode("ascii").split()


def tiny_shakespeare() -> str:
    """Return 1,115,394 characters of Shakespeare's plays, 65 different ones: speakers, lines, and empty lines between speeches.

    Raises
    ------
    DataError
        If the file is not there and cannot be downloaded.

    References
    ----------
    Karpathy 2015, char-rnn; the text is in the public domain.
    """
    return _content(REMOTE_FILES["tiny_shakespeare"][0]).decode("ascii")


def _content(file: RemoteFile) -> bytearray:
    """Return the content of a file, downloaded if it is not there."""
    path = obtain(file, data_folder())
    try:
        content = content_of(path, file, keep=True)
        problem = content.problem()
    except WrongContent as error:
        problem = str(error)
    if problem:
        raise DataError(f"{path} changed while it was read: it {problem}. Run the same again.")
    return content.kept
