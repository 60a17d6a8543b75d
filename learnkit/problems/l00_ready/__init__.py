"""Twelve questions before lesson 01: what the course takes as known. No code is asked."""

EXERCISES = ()
