"""What the tests download: content that no gzip makes shorter, and the register entry that is right for it."""

import gzip
import hashlib
import os

from learnkit.datasets.remote_files import RemoteFile

REAL = os.environ.get("LEARNKIT_DATA", "")
"""Where the person who runs the tests keeps the published files; read before the tests point elsewhere."""

CONTENT = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(6000))  # 192,000 bytes


def remote(content: bytes, *urls: str, path: str = "texts/words.txt") -> RemoteFile:
    return RemoteFile(path, urls, len(content), hashlib.sha256(content).hexdigest(), len(content))


def wrapped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
