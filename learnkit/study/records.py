"""The learner's own record: one JSON file on this machine, which nothing sends anywhere.

It holds predictions, the schedule of the recall questions, hints opened, attempts and lessons opened, in `LEARNKIT_HOME` or in the
platform's folder for user data. `update` reads, changes and writes it under a lock, whole or not at all, so two kernels may write at
once and a kill at any moment leaves a valid file. What cannot be written is kept in memory, said once, and written as soon as it can be.

Under ``LEARNKIT_ANSWERS=default``, the machine mode of builds and tests, the file is neither read nor written.
"""

import copy
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from learnkit.course.files import TEMPORARY, write_atomically
from learnkit.study.notes import warn

VERSION = 1
FILE = "record.json"
PATIENCE = 10.0  # seconds to wait for another kernel; a write takes a few milliseconds

ENTRIES: dict[str, dict[str, type]] = {
    "lessons": {"opened": str},
    "predictions": {"first": dict, "latest": dict, "changes": int},
    "recall": {"box": int, "due": str, "answers": list},
    "hints": {"opened": int},
    "problems": {"attempts": int, "latest": list},
}
"""The sections of a record, and what each of their entries must hold; it may hold more."""

Record = dict[str, Any]
T = TypeVar("T")


class Damaged(Exception):
    """The file is no record; the message says why."""


class TooNew(Exception):
    """The file was written by a later learnkit."""


def empty() -> Record:
    return {"version": VERSION, **{section: {} for section in ENTRIES}}


def now() -> datetime:
    return datetime.now(UTC)


def stamp(moment: datetime) -> str:
    """Return a moment as it is written in the record, ``2025-01-31T14:25:30+00:00``."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def moment(text: str) -> datetime:
    """Return the moment that a stamp stands for.

    Raises
    ------
    ValueError
        If it is no date, or says no time zone.
    """
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return value


def machine_mode() -> bool:
    """Return whether nobody is asked: a build or a test of the notebooks runs."""
    return os.environ.get("LEARNKIT_ANSWERS") == "default"


def record_path() -> Path:
    """Return where the record is, or would be."""
    named = os.environ.get("LEARNKIT_HOME")
    if named:
        return Path(named).expanduser().absolute() / FILE
    from platformdirs import user_data_path  # loaded here: it costs as much as the rest of this package

    return user_data_path("learnkit", appauthor=False) / FILE


def parse(data: bytes) -> Record:
    """Return the record that the bytes of a file hold.

    Raises
    ------
    Damaged, TooNew
    """
    try:
        record = json.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise Damaged(f"it is not valid JSON: {error}") from None
    if not isinstance(record, dict) or not isinstance(record.get("version"), int):
        raise Damaged("it has no version")
    if record["version"] > VERSION:
        raise TooNew(f"it has version {record['version']}, and this learnkit reads version {VERSION}")
    try:
        for section, fields in ENTRIES.items():
            for name, entry in record[section].items():
                for field, kind in fields.items():
                    if not isinstance(entry[field], kind):
                        raise TypeError(f"{field} of {name}")
        _read_through(record)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Damaged(f"an entry is not as learnkit writes it: {error}") from None
    return record


def _read_through(record: Record) -> None:
    """Touch what the lessons rely on, so that a wrong value is met here and not in the middle of a lesson."""
    for lesson in record["lessons"].values():
        moment(lesson["opened"])
    for entry in record["recall"].values():
        moment(entry["due"])
        for answer in entry["answers"]:
            moment(answer["at"]), str(answer["answer"]), bool(answer["right"])
    for entry in record["predictions"].values():
        for answer in (entry["first"], entry["latest"]):
            moment(answer["at"]), str(answer["answer"])
    for entry in record["problems"].values():
        for attempt in (*entry["latest"], entry.get("first_pass") or {"passed": True}):
            bool(attempt["passed"])


def as_json(record: Record) -> str:
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False, allow_nan=False) + "\n"


def free_name(path: Path, word: str) -> Path:
    """Return a name beside `path` that is not taken: ``record-damaged-2025-01-31-142530.json``."""
    base = f"{path.stem}-{word}-{now():%Y-%m-%d-%H%M%S}"
    names = (path.with_name(f"{base}{number}.json") for number in ("", *(f"-{n}" for n in range(2, 1000))))
    return next(name for name in names if not name.exists())


class MemoryRecord:
    """A record that lives as long as the process: for machines."""

    def __init__(self) -> None:
        self.record = empty()

    def read(self) -> Record:
        return copy.deepcopy(self.record)

    def update(self, change: Callable[[Record], T]) -> T:
        return change(self.record)


class RecordFile:
    """The record in its file.

    Changes that could not be written wait in `waiting`; they are applied to what is read, so the lesson goes on, and are written before
    the next change that can be.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting: list[Callable[[Record], Any]] = []
        self.last = empty()  # the record as it was last read or written
        self.said: set[str] = set()

    def read(self) -> Record:
        """Return a copy of the record, with what waits to be written."""
        try:
            self.last = self._load()
        except Damaged:
            self.update(lambda record: None)  # sets it aside, under the lock
        except (OSError, TooNew) as trouble:
            self._say(trouble)
        return self._with_waiting()

    def update(self, change: Callable[[Record], T]) -> T:
        """Apply a change to the record in the file, and return what the change returns.

        `change` may run more than once, on different copies: it depends on nothing but the record it is given.
        """
        try:
            with self._lock():
                record = self._load_or_set_aside()
                before = as_json(record)
                for earlier in self.waiting:
                    earlier(record)
                result = change(record)
                if (text := as_json(record)) != before:
                    self._write(text)
        except (OSError, TooNew) as trouble:
            with suppress(OSError, Damaged, TooNew):
                self.last = self._load()  # what cannot be written may still be read
            known, record = self._with_waiting(), self._with_waiting()
            result = change(record)
            if record != known:
                self.waiting.append(change)
            self._say(trouble)
            return result
        if self.waiting:
            self.waiting.clear()
            self.said.clear()
            warn("Your learning record can be written again. What was kept in memory is now in it.")
        self.last = record
        return result

    def move_away(self, word: str) -> Path | None:
        """Rename the file, under the lock, and return its new name; None if there is none.

        Raises
        ------
        OSError
            If it cannot be renamed; it is then where it was.
        """
        if not self.path.exists():
            return None
        with self._lock():
            backup = free_name(self.path, word)
            os.replace(self.path, backup)
        self.waiting.clear()
        self.last = empty()
        return backup

    def _with_waiting(self) -> Record:
        record = copy.deepcopy(self.last)
        for change in self.waiting:
            change(record)
        return record

    def _load(self) -> Record:
        try:
            return parse(self.path.read_bytes())
        except FileNotFoundError:
            return empty()

    def _load_or_set_aside(self) -> Record:
        """Return the record; a damaged file is renamed first, so that nothing of it is lost. The lock is held."""
        try:
            return self._load()
        except Damaged as damage:
            aside = free_name(self.path, "damaged")
            os.replace(self.path, aside)
            warn(
                f"Your learning record could not be read: {damage}. It was set aside as {aside.name} in {aside.parent}, and a new one is "
                "begun. Your notebooks are not affected."
            )
            return empty()

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """Keep other kernels out; the system lets go of the lock when a process ends, however it ends."""
        from filelock import FileLock

        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        patience = 0.1 if self.waiting else PATIENCE  # a lock that does not open delays a lesson once, not at every call
        lock = FileLock(self.path.with_name(self.path.name + ".lock"), timeout=patience, poll_interval=0.005)
        try:
            lock.acquire()
        except NotImplementedError:  # a file system without locks: a write is still whole
            yield
            return
        try:
            yield
        finally:
            lock.release()

    def _write(self, text: str) -> None:
        """Write the file, and remove what killed writers left: whoever writes holds the lock, so no temporary file is in use."""
        for leftover in self.path.parent.glob(f"{TEMPORARY}*"):
            with suppress(OSError):
                leftover.unlink()
        for wait in (0.02, 0.2, 0.0):
            try:
                return write_atomically(self.path, text)
            except PermissionError:
                if os.name != "nt" or not wait:
                    raise
                time.sleep(wait)  # Windows replaces no file while another process reads it

    def _say(self, trouble: OSError | TooNew) -> None:
        """Say once what keeps the record from being written."""
        kind = "too new" if isinstance(trouble, TooNew) else "unusable"
        if kind in self.said:
            return
        self.said.add(kind)
        if isinstance(trouble, TooNew):
            warn(
                f"Your learning record was left as it is: {trouble}. The lesson goes on, and what you do now is remembered until this "
                "kernel stops. Update learnkit to go on with your record."
            )
        else:
            warn(
                f"Your learning record in {self.path.parent} cannot be used now ({trouble.strerror or trouble}). The lesson goes on; what "
                "you do is remembered until this kernel stops, and is written as soon as that works. Free some space, or set LEARNKIT_HOME "
                "to a folder of yours."
            )


_open: dict[Path, RecordFile] = {}
_memory = MemoryRecord()


def current() -> RecordFile | MemoryRecord:
    """Return the record in use: the file's, or for machines the one in memory."""
    if machine_mode():
        return _memory
    path = record_path()
    return _open.setdefault(path, RecordFile(path))


def read() -> Record:
    return current().read()


def update(change: Callable[[Record], T]) -> T:
    return current().update(change)


def open_lesson(record: Record, question_id: str, at: datetime) -> None:
    """Note in `record` that the lesson of a question or a problem was opened, if that is not known yet."""
    record["lessons"].setdefault(question_id.split(".", 1)[0], {"opened": stamp(at)})
