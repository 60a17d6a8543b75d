"""The part of a download that has arrived, and what must be known to go on with it.

Beside ``names.txt`` stands ``.names.txt.part``, the bytes as they came, and ``.names.txt.part.json``: from which address, and by which
mark the server would tell that the file there has changed since.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Origin:
    """Where bytes come from, and the server's mark of that version: an ETag or a date, or nothing."""

    url: str
    mark: str


class PartialFile:
    """What has arrived of the file that will stand at a path."""

    def __init__(self, path: Path) -> None:
        self.path = path.with_name(f".{path.name}.part")
        self._note = path.with_name(f".{path.name}.part.json")

    @property
    def size(self) -> int:
        """The bytes that have arrived."""
        return self.path.stat().st_size if self.path.exists() else 0

    def origin(self) -> Origin | None:
        """Return where the bytes came from, or None if there are none or nobody knows."""
        try:
            note = json.loads(self._note.read_text(encoding="utf-8"))
            known = Origin(note["url"], note["mark"])
        except (OSError, ValueError, TypeError, KeyError):
            return None
        return known if self.size and isinstance(known.url, str) and isinstance(known.mark, str) else None

    def begin(self, origin: Origin) -> None:
        """Forget what there is, and note where the next bytes come from."""
        # in this order a program that is killed in between never leaves old bytes under a new note
        self.discard()
        self._note.write_text(json.dumps({"url": origin.url, "mark": origin.mark}), encoding="utf-8")

    def discard(self) -> None:
        """Delete the bytes and the note."""
        for path in (self.path, self._note):
            with suppress(FileNotFoundError):
                path.unlink()

    def become(self, path: Path) -> None:
        """Put the bytes in their place, in one step."""
        self.path.replace(path)
        self.discard()
