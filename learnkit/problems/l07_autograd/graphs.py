"""Graphs that the probes of lesson 07 record, step by step: each step makes one node and keeps it under what it stands for, "x*x"."""

from typing import Any

from learnkit.problems.problem import Actor, Make, Ref

X, W = "x", "w"


def leaf(name: str, value: Any) -> Make:
    """A step that makes a leaf which wants a gradient."""
    return Make(name, Actor("leaf", (value,)))


def constant(name: str, value: Any) -> Make:
    """A step that makes a leaf which wants none."""
    return Make(name, Actor("constant", (value,)))


def product(name: str, a: str, b: str) -> Make:
    """A step that multiplies two nodes."""
    return Make(name, Actor("product", (Ref(a), Ref(b))))


def total(name: str, a: str, b: str) -> Make:
    """A step that adds two nodes."""
    return Make(name, Actor("total", (Ref(a), Ref(b))))


def refs(*names: str) -> list[Ref]:
    """Some nodes, by the names of their steps."""
    return [Ref(name) for name in names]
