"""Check an answer to an exercise: ``check`` explains what is wrong, ``hint`` opens the next hint, ``use`` continues either way,
``start`` puts an easier form of an exercise into a new cell.

``verdict`` is the same as ``check`` as a function that returns its finding and records nothing.
"""

from learnkit.checking.commands import check, hint, start, use
from learnkit.checking.engine import verdict
from learnkit.checking.verdicts import Verdict

__all__ = ["Verdict", "check", "hint", "start", "use", "verdict"]
