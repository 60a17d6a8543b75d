"""The files that can be downloaded: where their publishers keep them, how long they are, and the digest that decides.

Size and digest are those of the content, not of the gzip wrapper around it: the wrappers differ between mirrors, the content does not.
A file from anywhere is right if its content is.
"""

import os
from dataclasses import dataclass
from pathlib import Path

FASHION = (
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
)


@dataclass(frozen=True)
class RemoteFile:
    """One file.

    Attributes
    ----------
    path : str
        Its place below the data folder, without the ``.gz`` that it may have there.
    urls : tuple of str
        Addresses, to be tried in this order.
    size, sha256 : int, str
        Of its content.
    download : int
        How many bytes its publisher sends, for those who must decide; mirrors may differ.
    """

    path: str
    urls: tuple[str, ...]
    size: int
    sha256: str
    download: int

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


def _fashion(name: str, size: int, sha256: str, download: int) -> RemoteFile:
    return RemoteFile(f"fashion-mnist/{name}", tuple(f"{place}{name}.gz" for place in FASHION), size, sha256, download)


REMOTE_FILES: dict[str, tuple[RemoteFile, ...]] = {
    "fashion_mnist": (
        _fashion("train-images-idx3-ubyte", 47_040_016, "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", 26_421_880),
        _fashion("train-labels-idx1-ubyte", 60_008, "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", 29_515),
        _fashion("t10k-images-idx3-ubyte", 7_840_016, "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", 4_422_102),
        _fashion("t10k-labels-idx1-ubyte", 10_008, "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", 5_148),
    ),
    "names": (
        RemoteFile(
            "names.txt",
            (
                "https://raw.githubusercontent.com/karpathy/makemore/master/names.txt",
                "https://github.com/karpathy/makemore/raw/master/names.txt",
            ),
            228_145,
            "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d",
            228_145,
        ),
    ),
    "tiny_shakespeare": (
        RemoteFile(
            "tinyshakespeare.txt",
            (
                "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",
                "https://github.com/karpathy/char-rnn/raw/master/data/tinyshakespeare/input.txt",
            ),
            1_115_394,
            "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
            1_115_394,
        ),
    ),
}


def data_folder() -> Path:
    """Return where downloaded data are kept: `LEARNKIT_DATA`, or the platform's folder for what can be had again."""
    named = os.environ.get("LEARNKIT_DATA")
    if named:
        return Path(named).expanduser().absolute()
    from platformdirs import user_cache_path  # loaded here: most commands do not ask

    return user_cache_path("learnkit", appauthor=False) / "data"
