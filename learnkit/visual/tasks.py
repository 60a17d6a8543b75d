"""What an explorer asks: a `Task`, and the `Attempt` at it.

A task is never done by the sliders alone. They reach its goal, which is read from the numbers of the figure; then its question
wants an answer.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Task:
    """A goal for the sliders, and a question about what the learner saw on the way.

    Parameters
    ----------
    goal : str
        An order: "Make the loss smaller than 0.01."
    is_reached : function of a data table
        Says whether the figure with this `data_table` shows the goal.
    question : str
        It cannot be answered by the goal alone: "Which slider cannot change the loss?"
    replies : mapping of str to str
        To each choice, what is said to whoever takes it: one or two sentences.
    right : str
        The right choice.
    """

    goal: str
    is_reached: Callable[[Mapping[str, Any]], bool]
    question: str
    replies: Mapping[str, str]
    right: str

    def __post_init__(self) -> None:
        if self.right not in self.replies or len(self.replies) < 2:
            raise ValueError(f"a task needs two or more choices with {self.right!r} among them; got {list(self.replies)}.")


@dataclass
class Attempt:
    """A task and how far the learner is with it.

    Attributes
    ----------
    reached : bool
        Whether the figure has shown the goal; it stays, so that the sliders are free for looking the answer up.
    done : bool
        Whether the question was answered rightly after that; it stays too.
    verdict : str
        Where the task stands, in words.
    """

    task: Task
    reached: bool = field(default=False, init=False)
    done: bool = field(default=False, init=False)
    verdict: str = field(default="Goal not reached yet.", init=False)

    def see(self, table: Mapping[str, Any]) -> None:
        """Look at the numbers of a figure."""
        if not self.reached and self.task.is_reached(table):
            self.reached, self.verdict = True, "Goal reached. Now answer the question."

    def answer(self, choice: str) -> str:
        """Check an answer and return the verdict.

        Parameters
        ----------
        choice : str
            One of the task's choices.

        Raises
        ------
        ValueError
            If there is no such choice.
        """
        if choice not in self.task.replies:
            raise ValueError(f"the choices are {', '.join(map(repr, self.task.replies))}; got {choice!r}.")
        reply = self.task.replies[choice]
        if not self.reached:
            self.verdict = "Reach the goal first, then answer."
        elif choice == self.task.right:
            self.done, self.verdict = True, f"Done. “{choice}” is right. {reply}"
        else:
            self.verdict = f"Not yet: “{choice}” is not it. {reply}"
        return self.verdict
