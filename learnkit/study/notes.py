"""What the study functions say: one display of a few sentences, as plain text and as HTML.

The HTML sets no colors but one gray, so it is readable in light and dark themes; it needs neither scripts nor trust. The same note has the
same bytes in every run. Outside IPython the plain text is printed.
"""

import html
import io
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from typing import Any

LETTERS = "abcdefghijklmnopqrstuvwxyz"
BOX = "border-left: 4px solid #888888; padding: 0.1em 1em; margin: 0.3em 0"


@dataclass(frozen=True)
class Note:
    """A few sentences under a heading.

    Parameters
    ----------
    title : what it is about, "Prediction 04.overflow"
    lines : paragraphs; a part between backticks is code
    choices : listed by letter after the first paragraph
    folded : a summary and further paragraphs, in HTML only, and shown when they are opened

    Examples
    --------
    >>> Note("Recall 04.r2", ("Does it double?",), ("yes", "no"))
    Recall 04.r2
    Does it double?
      a  yes
      b  no
    """

    title: str
    lines: tuple[str, ...]
    choices: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()

    def __repr__(self) -> str:
        listed = [f"  {letter}  {choice}" for letter, choice in zip(LETTERS, self.choices, strict=False)]
        return "\n".join([self.title, *self.lines[:1], *listed, *self.lines[1:]])

    def _repr_html_(self) -> str:
        items = [f"<li><code>{letter}</code>&ensp;{marked(choice)}</li>" for letter, choice in zip(LETTERS, self.choices, strict=False)]
        choices = [f'<ul style="list-style: none">{"".join(items)}</ul>'] if items else []
        paragraphs = [f"<p>{marked(line)}</p>" for line in self.lines]
        more = []
        if self.folded:
            inside = "".join(f"<p>{marked(line)}</p>" for line in self.folded[1:])
            more = [f"<details><summary>{marked(self.folded[0])}</summary>{inside}</details>"]
        parts = [f"<p><strong>{marked(self.title)}</strong></p>", *paragraphs[:1], *choices, *paragraphs[1:], *more]
        return f'<div role="note" style="{BOX}">\n{chr(10).join(parts)}\n</div>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}


def marked(text: str) -> str:
    """Return text as HTML: escaped, with what stands between backticks as code.

    Examples
    --------
    >>> marked("is `a < b` true?")
    'is <code>a &lt; b</code> true?'
    """
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(text, quote=False))


def in_ipython() -> bool:
    if "IPython" not in sys.modules:  # no session of IPython runs without it
        return False
    from IPython.core.getipython import get_ipython

    return get_ipython() is not None


def show(thing: object) -> None:
    """Show a note, a figure, a text or any other result, here and now."""
    if isinstance(thing, str):
        print(thing)
    elif in_ipython():
        from IPython.display import display

        display(thing)  # type: ignore[no-untyped-call]
    else:
        print(getattr(thing, "alt_text", "") or thing)  # a figure's words, where no picture can be shown


def warn(text: str) -> None:
    """Show a message about the record: in a notebook as a note, else on the error stream, away from results that a program reads."""
    note = Note("A message from learnkit", (text,))
    if in_ipython():
        show(note)
    else:
        print(note, file=sys.stderr)


@contextmanager
def hidden() -> Iterator[None]:
    """Let nothing that is printed or displayed inside appear; errors and warnings do."""
    if in_ipython():
        from IPython.utils.capture import capture_output

        with capture_output(stdout=True, stderr=False, display=True):
            yield
    else:
        with redirect_stdout(io.StringIO()):
            yield
