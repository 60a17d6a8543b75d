"""Show a figure in a notebook, together with what it shows in words.

The output that a notebook stores holds the picture and its alternative text, for screen readers, for pages where images are
off, and for a comparison of notebooks by text. Neither pyplot nor ``%matplotlib inline`` is needed.
"""

import sys

from learnkit.visual.canvas import LessonFigure, notebook_output


def _in_ipython() -> bool:
    if "IPython" not in sys.modules:  # no session of IPython runs without it
        return False
    from IPython.core.getipython import get_ipython

    return get_ipython() is not None


def show(figure: LessonFigure) -> None:
    """Show a figure here and now.

    In a notebook this is one output: the picture, and its `alt_text` as text and as the picture's alternative text. In a
    terminal, or a plain script, the words are written instead of the picture; ``figure.savefig("name.png")`` keeps it.

    Parameters
    ----------
    figure : LessonFigure
        From any function of `learnkit.visual`.

    Raises
    ------
    TypeError
        If it is another kind of object.
    ValueError
        If the figure does not say in words what it shows.

    Examples
    --------
    >>> from learnkit.visual.scores import draw_scores
    >>> show(draw_scores([2.0, 1.0, 0.0], target=0))
    Bars of the scores of 3 classes: 2, 1, 0. The largest is 2, for class 0, which is the right class.
    """
    if not hasattr(figure, "savefig"):
        raise TypeError(f"show takes a figure; got {type(figure).__name__}. Use a draw_ function of learnkit.visual.")
    if not getattr(figure, "alt_text", ""):
        raise ValueError("a figure needs alt_text: a sentence that says what there is to see. Use learnkit.visual.canvas.finish.")
    if not _in_ipython():
        sys.stdout.write(figure.alt_text + "\n")
        return
    from IPython.display import display

    data, metadata = notebook_output(figure)
    display(data, metadata=metadata, raw=True)  # type: ignore[no-untyped-call]
