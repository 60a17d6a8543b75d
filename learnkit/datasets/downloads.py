"""Downloads that end with the right file or with a sentence that says why not.

A file is asked for at one address after the other. What arrives is checked as it comes, lies beside its place until all of it is there
and its digest is right, and is then put there in one step. What a broken line leaves is kept, and the next try goes on from it.
Two processes that want the same file download it once.

Resuming and a digest of the unwrapped content no library offers together: pooch digests the file as it lies on the disk, and begins anew
each time.
"""

import errno
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlsplit

from learnkit.datasets.contents import Content, DataError, WrongContent, content_of, problem_of
from learnkit.datasets.partial_files import Origin, PartialFile
from learnkit.datasets.remote_files import REMOTE_FILES, RemoteFile, data_folder
from learnkit.datasets.server_answers import PIECE, Broken, Refused, Unreachable, answer_of, continues, mark_of, pieces_of
from learnkit.datasets.transfer_bars import Report, transfer_bar

if TYPE_CHECKING:
    import requests

PAUSES = (0.5, 1.0, 2.0, 4.0)
"""Seconds before the next try at an address whose server failed or whose line broke; after the last, the next address is asked."""


def fetch(name: str, *, folder: Path | None = None) -> tuple[Path, ...]:
    """Return the files of a data set, and download those that are not there yet.

    Parameters
    ----------
    name : str
        "fashion_mnist", "names" or "tiny_shakespeare".
    folder : Path or None
        Where they are, or will be; None means `data_folder`: what ``LEARNKIT_DATA`` says, or the platform's cache.

    Returns
    -------
    tuple of Path
        Each holds, plain or in gzip, the content with the registered sha256.

    Raises
    ------
    ValueError
        If there is no such data set.
    DataError
        If a file cannot be had: no network, refused by all addresses, wrong content, a full disk, no permission; or if the file that
        lies there already has the wrong content. The message says which, and what to do.

    Notes
    -----
    Interrupting keeps what has arrived. A file in the folder that is right is used without a network, whoever put it there; one that
    is wrong is neither used nor changed.
    """
    if name not in REMOTE_FILES:
        raise ValueError(f"name must be one of {', '.join(REMOTE_FILES)}; got {name!r}.")
    place = data_folder() if folder is None else folder
    return tuple(obtain(file, place) for file in REMOTE_FILES[name])


def present(file: RemoteFile, folder: Path) -> list[Path]:
    """Return where the file lies in a folder, plain or in gzip; nothing is read."""
    path = folder / file.path
    # Path.is_file raises in a folder that may not be searched
    return [found for found in (path, path.with_name(f"{path.name}.gz")) if os.path.isfile(found)]


def obtain(file: RemoteFile, folder: Path) -> Path:
    """Return one file that is in the folder with the right content, or download it there.

    Raises
    ------
    DataError
        As in `fetch`.
    """
    path = right_file(file, folder)
    if path is not None:
        return path
    with _explained(file, folder):
        (folder / file.path).parent.mkdir(parents=True, exist_ok=True)
        with _alone(file, folder):
            # another process may have brought it while this one waited
            return right_file(file, folder) or _download(file, folder)


def right_file(file: RemoteFile, folder: Path) -> Path | None:
    """Return the file in the folder whose content is right, or None if there is none.

    Raises
    ------
    DataError
        If the file is there and wrong.
    """
    wrong = ""
    for path in present(file, folder):
        problem = problem_of(path, file)
        if not problem:
            return path
        wrong = f"{path} {problem}. It is not used. Delete it, and run the same again to download it."
    if wrong:
        raise DataError(wrong)
    return None


@contextmanager
def _alone(file: RemoteFile, folder: Path) -> Iterator[None]:
    """Hold the right to download a file; wait while another process has it."""
    from filelock import FileLock, Timeout

    path = folder / file.path
    lock = FileLock(path.with_name(f".{path.name}.lock"))
    try:
        lock.acquire(blocking=False)
    except Timeout:
        with transfer_bar(f"{file.name}: another process is downloading it"):
            lock.acquire()
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _explained(file: RemoteFile, folder: Path) -> Iterator[None]:
    """Turn what the disk says into what a person can do."""
    try:
        yield
    except OSError as error:
        _explain(error, file, folder)


def _explain(error: OSError, file: RemoteFile, folder: Path) -> NoReturn:
    reason = error.strerror or str(error)
    elsewhere = "set LEARNKIT_DATA to a folder of yours"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        free = shutil.disk_usage(folder).free if folder.exists() else 0
        text = f"the disk of {folder} is full: {file.name} needs {file.size / 1e6:.1f} MB, {free / 1e6:.1f} MB are free. "
        text += f"Free some and run the same again, which goes on from here, or {elsewhere} on another disk."
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        text = f"{folder} must be writable to put {file.name} there, and is not ({reason}). Change that, or {elsewhere}."
    elif error.errno in (errno.ENOTDIR, errno.EEXIST):
        text = f"{folder} must be a folder to put {file.name} there, and a file is in the way. Move the file, or {elsewhere}."
    else:
        text = f"{file.name} could not be written to {folder} ({reason}). Run the same again, or {elsewhere}."
    raise DataError(text) from error


def _download(file: RemoteFile, folder: Path) -> Path:
    import requests

    partial = PartialFile(folder / file.path)
    # the address that gave the first part comes first
    origin = partial.origin()
    urls = sorted(file.urls, key=lambda url: origin is None or url != origin.url)
    refusals: list[tuple[str, Refused]] = []
    with requests.Session() as session, transfer_bar(file.name) as report:
        for url in urls:
            try:
                content = _from_address(session, url, file, partial, report)
                break
            except Refused as refusal:
                refusals.append((url, refusal))
        else:
            raise DataError(_all_refused(file, folder, refusals))
    path = folder / f"{file.path}{'.gz' if content.wrapped else ''}"
    partial.become(path)
    return path


def _all_refused(file: RemoteFile, folder: Path, refusals: list[tuple[str, Refused]]) -> str:
    aside = f"or put the file in {(folder / file.path).parent}"
    if all(isinstance(refusal, Unreachable) for _, refusal in refusals):
        said = "; ".join(dict.fromkeys(f"{urlsplit(url).netloc} {refusal}" for url, refusal in refusals))
        return f"{file.name} cannot be downloaded: {said}. Is there a network? Run the same again, {aside}."
    said = "; ".join(f"{url} {refusal}" for url, refusal in refusals)
    return f"{file.name} cannot be downloaded: {said}. Run the same again later, {aside}."


def _from_address(session: "requests.Session", url: str, file: RemoteFile, partial: PartialFile, report: Report) -> Content:
    """Return the checked content that now lies in the partial file; try again while that may help."""
    failures, most = 0, partial.size
    while True:
        try:
            return _attempt(session, url, file, partial, report)
        except Broken as error:
            arrived = partial.size
            failures = failures + 1 if arrived <= most + PIECE else 1
            most = max(most, arrived)
            if failures > len(PAUSES):
                raise Refused(f"failed {failures} times, at last: {error}") from None
            time.sleep(PAUSES[failures - 1])


def _attempt(session: "requests.Session", url: str, file: RemoteFile, partial: PartialFile, report: Report) -> Content:
    """Ask once, from where the partial file ends, and return the checked content when all of it is there."""
    content = _kept(url, file, partial)
    if content.right:
        return content
    resumed = content.fed > 0
    headers = {"Accept-Encoding": "identity", "User-Agent": "learnkit"}  # the bytes as they lie there: a resumed file must fit together
    if resumed:
        headers["Range"] = f"bytes={content.fed}-"
        origin = partial.origin()
        if origin is not None and origin.mark:
            headers["If-Range"] = origin.mark
    with answer_of(session, url, headers) as response:
        if response.status_code in (206, 416) and not continues(response, content.fed):
            partial.discard()
            raise Broken("the server has no more of the file, or another part than was asked for")
        if resumed and response.status_code == 200:  # it cannot resume, or the file there has changed
            resumed, content = False, Content(file)
        if not resumed:
            partial.begin(Origin(url, mark_of(response)))
        problem = _receive(response, content, partial, report)
    if problem:
        partial.discard()
        if resumed:  # two versions of the file may have been joined: once more, from the beginning
            raise Broken(f"what arrived {problem}")
        raise Refused(f"gave a file that {problem}; it was deleted")
    return content


def _kept(url: str, file: RemoteFile, partial: PartialFile) -> Content:
    """Return what an earlier try left of this address; content without a byte if there is nothing of use."""
    origin = partial.origin()
    if origin is not None and origin.url == url:
        with suppress(WrongContent):
            content = content_of(partial.path, file)
            if content.right or not content.ended:
                return content
    return Content(file)


def _receive(response: "requests.Response", content: Content, partial: PartialFile, report: Report) -> str:
    """Append the body to the partial file, and return what is wrong with the whole, or an empty text."""
    length = response.headers.get("Content-Length", "")
    total = content.fed + int(length) if length.isdecimal() else None
    report(content.fed, total)
    with open(partial.path, "ab") as target:
        try:
            for piece in pieces_of(response):
                target.write(piece)
                content.feed(piece)
                report(content.fed, total)
        except WrongContent as error:
            return str(error)
        target.flush()
        os.fsync(target.fileno())
    if not content.ended and total is None and response.headers.get("Transfer-Encoding", "").lower() != "chunked":
        raise Broken("the line ended early")  # nobody said where the end is, so an end says nothing
    return content.problem()
