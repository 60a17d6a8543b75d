"""Random code in words: which statistics of its values are further off than chance explains."""

from learnkit.checking.expecting import EXACT, Expectation, measured
from learnkit.checking.observing import Observation
from learnkit.checking.writing import number


def statistics_lines(expectation: Expectation, place: int, run: Observation) -> list[str]:
    """Return a sentence for each of the first two statistics of a probe that are off, those that no chance explains first."""
    probe = expectation.problem.probes[place]
    found: list[tuple[float, str]] = []
    for statistic in probe.statistics:
        value, expected, error = measured(statistic, run, expectation.arguments(place))
        if error == 0:
            if abs(value - expected) > EXACT * (1 + abs(expected)) or value != value:
                found.append((float("inf"), f"{statistic.name} is {number(value)}, and must be {number(expected)}"))
        elif not abs(value - expected) <= expectation.limit * error:
            by = abs(value - expected) / error
            found.append((by, f"{statistic.name} is {number(value)}, where {number(expected)} ± {number(error)} is expected"))
    found.sort(key=lambda one: -one[0])
    lines = [f'On "{probe.name}" {found[0][1]}.'] if found else []
    lines += [f"And {text}." for _, text in found[1:2]]
    return [*lines, "Single values may be any; it is the long run that is wrong, by more than chance explains."]


def statistics_detail(expectation: Expectation, place: int, run: Observation) -> list[str]:
    """Return one indented line for each statistic of a probe: expected and received."""
    lines = [f'  on "{expectation.problem.probes[place].name}"']
    for statistic in expectation.problem.probes[place].statistics:
        value, expected, error = measured(statistic, run, expectation.arguments(place))
        spread = f" ± {number(error)}" if error else ""
        lines.append(f"    {statistic.name}: expected {number(expected)}{spread}   received {number(value)}")
    return lines
