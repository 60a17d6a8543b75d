"""A learner's own study: predictions before results, questions that come back, hints opened, progress.

In a lesson: ``predict`` asks, ``show_after`` and ``reveal`` answer, ``recall`` asks again later,
``broken_run`` hands out a training run to diagnose. Checking calls ``record_attempt``,
``next_hint`` and ``hints_opened``. All of it is in one readable file on the learner's machine (`learnkit.study.records`).
"""

from learnkit.study.broken_runs import broken_run
from learnkit.study.predictions import predict, reveal, show_after
from learnkit.study.progress import hints_opened, next_hint, record_attempt
from learnkit.study.recalls import recall

__all__ = ["predict", "show_after", "reveal", "recall", "broken_run", "record_attempt", "next_hint", "hints_opened"]
