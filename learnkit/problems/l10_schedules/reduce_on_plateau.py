"""Cuts on a plateau: what counts as better, how long is waited, and the rest after a cut."""

from typing import Any

import numpy as np

from learnkit.problems.problem import THE_EXERCISE, Mistake, Probe, Problem

STUB = '''
def reduce_on_plateau(losses, lr, factor, patience, threshold, cooldown):
    """The learning rate after each epoch, if it is cut whenever the loss has stopped to improve.

    losses : (N,) array, the loss of each epoch, all above 0
    lr, factor : the rate at the beginning; a cut multiplies the rate by factor
    patience : at least 1; so many bad epochs in a row are borne, and the next one cuts
    threshold : a share of the best loss; an epoch is good if its loss is below best * (1 - threshold). The best loss is that of the last
        good epoch, and the first epoch is good
    cooldown : so many epochs after a cut no bad epoch is counted; good ones still renew the best. Counting begins anew after it
    Returns an array (N,): the rate after each epoch, a cut in that epoch included.
    """
    ...
'''

SOLUTION = """
def reduce_on_plateau(losses, lr, factor, patience, threshold, cooldown):
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)
"""


def right_answer(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


# Right answers written in other ways


def good_epochs(losses: Any, threshold: Any) -> list[bool]:
    """Say of each epoch whether it is good: this does not depend on the cuts."""
    good, best = [], None
    for loss in losses:
        good.append(best is None or loss < best - threshold * best)
        best = loss if good[-1] else best
    return good


def by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """The epochs are counted from where counting begins: after the last good epoch, or after the rest of the last cut."""
    rates, begin = np.full(len(losses), float(lr)), 0
    for epoch, is_good in enumerate(good_epochs(losses, threshold)):
        if is_good:
            begin = max(begin, epoch + 1)
        elif epoch - begin >= patience:
            rates[epoch:] *= factor
            begin = epoch + 1 + cooldown
    return rates


def by_cuts(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    cuts: list[int] = []
    count = 0
    for epoch, is_good in enumerate(good_epochs(losses, threshold)):
        rests = bool(cuts) and epoch <= cuts[-1] + cooldown
        count = 0 if is_good or rests else count + 1
        if count == patience + 1:
            cuts.append(epoch)
            count = 0
    return np.array([lr * factor ** sum(cut <= epoch for cut in cuts) for epoch in range(len(losses))])


class Plateau:
    def __init__(self, lr: Any) -> None:
        self.lr, self.best, self.bad, self.rest = float(lr), None, 0, 0

    def look(self, loss: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> float:
        if self.best is None or loss / self.best < 1 - threshold:
            self.best, self.bad = loss, 0
            self.rest = max(0, self.rest - 1)
        elif self.rest:
            self.rest -= 1
        elif self.bad == patience:
            self.lr, self.bad, self.rest = self.lr * factor, 0, cooldown
        else:
            self.bad += 1
        return self.lr


def by_object(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    plateau = Plateau(lr)
    return np.array([plateau.look(loss, factor, patience, threshold, cooldown) for loss in losses])


# Mistakes: one loop whose parts are replaced, and the same in terms of places


def walk(losses: Any, lr: Any, factor: Any, patience: Any, cooldown: Any, is_good: Any) -> Any:
    """Cut as asked, with another idea of a good epoch: (loss, those before it, the best so far) -> bool; the best is the last good one."""
    rates, begin, best = np.full(len(losses), float(lr)), 0, None
    for epoch, loss in enumerate(losses):
        if epoch == 0 or is_good(loss, losses[:epoch], best):
            best, begin = loss, max(begin, epoch + 1)
        elif epoch - begin >= patience:
            rates[epoch:] *= factor
            begin = epoch + 1 + cooldown
    return rates


def against_the_last(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    last, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        bad = 0 if loss < last * (1 - threshold) else bad + 1
        last = loss
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def against_the_last_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return walk(losses, lr, factor, patience, cooldown, lambda loss, before, best: loss < before[-1] * (1 - threshold))


def absolute(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best - threshold:
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def absolute_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return walk(losses, lr, factor, patience, cooldown, lambda loss, before, best: best - loss > threshold)


def any_is_better(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best:
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def any_is_better_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return walk(losses, lr, factor, patience, cooldown, lambda loss, before, best: loss < before.min())


def best_creeps(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """The best is the smallest loss, also of an epoch that was not good enough."""
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        bad = 0 if loss < best * (1 - threshold) else bad + 1
        best = min(best, loss)
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def best_creeps_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return walk(losses, lr, factor, patience, cooldown, lambda loss, before, best: loss < before.min() * (1 - threshold))


def impatient(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad >= patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def impatient_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return by_places(losses, lr, factor, patience - 1, threshold, cooldown)


def rest_is_counted(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """Bad epochs of the rest count; only the cut itself waits for its end."""
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting = resting - 1
        elif bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def rest_is_counted_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    rates, begin, earliest = np.full(len(losses), float(lr)), 0, 0
    for epoch, is_good in enumerate(good_epochs(losses, threshold)):
        if is_good:
            begin = epoch + 1
        elif epoch - begin >= patience and epoch >= earliest:
            rates[epoch:] *= factor
            begin, earliest = epoch + 1, epoch + 1 + cooldown
    return rates


def no_rest(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    return by_places(losses, lr, factor, patience, threshold, 0)


def no_rest_in_a_loop(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, rates = np.inf, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if bad > patience:
            lr, bad = lr * factor, 0
        rates.append(lr)
    return np.array(rates)


def never_forgives(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """Bad epochs are counted through, also over good ones."""
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best = loss
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, bad, resting = lr * factor, 0, cooldown
        rates.append(lr)
    return np.array(rates)


def never_forgives_by_good(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    rates, count, free = np.full(len(losses), float(lr)), 0, 0
    for epoch, is_good in enumerate(good_epochs(losses, threshold)):
        if epoch < free:
            continue
        count += not is_good
        if count > patience:
            rates[epoch:] *= factor
            count, free = 0, epoch + 1 + cooldown
    return rates


def cuts_on(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """After a cut the bad epochs are not forgotten: every further bad one cuts again."""
    best, bad, resting, rates = np.inf, 0, 0, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if resting > 0:
            resting, bad = resting - 1, 0
        if bad > patience:
            lr, resting = lr * factor, cooldown
        rates.append(lr)
    return np.array(rates)


def cuts_on_by_places(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    rates, begin = np.full(len(losses), float(lr)), 0
    for epoch, is_good in enumerate(good_epochs(losses, threshold)):
        if is_good:
            begin = max(begin, epoch + 1)
        elif epoch - begin >= patience:
            rates[epoch:] *= factor
            begin = epoch + 1 + cooldown if cooldown else begin
    return rates


def one_cut(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    """Each cut begins from the first rate."""
    rates = by_cuts(losses, lr, factor, patience, threshold, cooldown)
    return np.where(rates < lr, lr * factor, lr)


def one_cut_in_a_loop(losses: Any, lr: Any, factor: Any, patience: Any, threshold: Any, cooldown: Any) -> Any:
    best, bad, now, rates = np.inf, 0, lr, []
    for loss in losses:
        if loss < best * (1 - threshold):
            best, bad = loss, 0
        else:
            bad = bad + 1
        if bad > patience:
            now = lr * factor
        rates.append(now)
    return np.array(rates)


# Probes


def curve(values: list[float], *, patience: int, threshold: float = 0.01, cooldown: int = 0) -> Any:
    """Return what draws the scale of some losses, and the rates; the losses are in units of their first one."""

    def make(rng: np.random.Generator) -> tuple[Any, ...]:
        scale = int(rng.integers(10, 31)) / 10
        lr, factor = int(rng.integers(1, 10)) / 10, float(rng.choice([0.1, 0.2, 0.25]))
        return (scale * np.array(values)).round(6), lr, factor, patience, threshold, cooldown

    return make


PROBLEM = Problem(
    id="10.reduce_on_plateau",
    title="Cut the rate when the loss has stopped to improve",
    stub=STUB,
    reference=right_answer,
    backends=("numpy",),
    library_calls=(
        "learnkit.reference.ReduceOnPlateau",
        "learnkit.training.ReduceOnPlateau",
        "torch.optim.lr_scheduler.ReduceLROnPlateau",
    ),
    probes=(
        Probe("five epochs, a patience of 1", "one bad epoch is borne, the next one cuts", curve([1, 0.5, 0.6, 0.7, 0.8], patience=1)),
        Probe(
            "a jump up, and a slow way back",
            "below the last loss, and above the best",
            curve([1, 0.5, 0.9, 0.8, 0.7, 0.6, 0.55, 0.52], patience=2),
        ),
        Probe(
            "good epochs in between",
            "a good epoch makes the count begin anew",
            curve([1, 1.1, 1.1, 0.9, 1, 1, 0.8, 0.85, 0.7, 0.9, 0.9, 0.9], patience=2),
        ),
        Probe(
            "a long plateau, and a rest after each cut",
            "what is bad during the rest is not counted",
            curve([1, *[1.2] * 14], patience=1, cooldown=3),
        ),
        Probe(
            "a long plateau without a rest",
            "after a cut the count begins anew",
            curve([1, *[1.1] * 11], patience=2),
            is_edge=True,
        ),
        Probe(
            "losses of a hundredth",
            "a threshold in the unit of the loss would be larger than the loss",
            curve([0.01, 0.008, 0.0064, 0.005, 0.004, 0.003], patience=1, threshold=0.1),
        ),
        Probe(
            "a little better each time",
            "less than the threshold is not good, and the best is not renewed",
            curve([1, 0.97, 0.94, 0.91, 0.88, 0.85, 0.82, 0.8], patience=1, threshold=0.08),
        ),
        Probe("a good epoch during the rest", "it renews the best", curve([1, 1.1, 1.1, 0.5, 0.8, 0.8, 0.8], patience=1, cooldown=2)),
        Probe("a single epoch", "the first epoch is good", curve([1], patience=1), is_edge=True),
    ),
    mistakes=(
        Mistake(
            "rest-is-counted",
            rest_is_counted,
            rest_is_counted_by_places,
            "Bad epochs during the cooldown are counted, and so the next cut comes too early: patience begins when the cooldown has ended.",
            THE_EXERCISE,
        ),
        Mistake(
            "no-rest",
            no_rest,
            no_rest_in_a_loop,
            "The cooldown has no effect: right after a cut epochs are counted as at any other time.",
            THE_EXERCISE,
            line=("resting, bad = resting - 1, 0", "resting = resting - 1"),
        ),
        Mistake(
            "against-the-last",
            against_the_last,
            against_the_last_by_places,
            "A loss is compared with the one before it. After a jump up each small step back then looks good, though nothing has been won.",
            THE_EXERCISE,
        ),
        Mistake(
            "absolute-threshold",
            absolute,
            absolute_by_places,
            "The threshold is taken in the unit of the loss. It is a share of the best loss.",
            THE_EXERCISE,
            line=("if loss < best * (1 - threshold):", "if loss < best - threshold:"),
        ),
        Mistake(
            "no-threshold",
            any_is_better,
            any_is_better_by_places,
            "Any loss below the best is good for it, however little. The threshold says how much better it has to be.",
            THE_EXERCISE,
            line=("if loss < best * (1 - threshold):", "if loss < best:"),
        ),
        Mistake(
            "best-creeps",
            best_creeps,
            best_creeps_by_places,
            "The best is renewed by epochs that were not good enough. A loss that creeps down then never becomes a good one.",
            THE_EXERCISE,
        ),
        Mistake(
            "one-too-early",
            impatient,
            impatient_by_places,
            "It cuts one epoch too early: so many bad epochs are borne, and the one after them cuts.",
            THE_EXERCISE,
            line=("if bad > patience:", "if bad >= patience:"),
        ),
        Mistake(
            "never-forgives",
            never_forgives,
            never_forgives_by_good,
            "Bad epochs are counted over good ones in between. Only those in a row count.",
            THE_EXERCISE,
        ),
        Mistake(
            "cuts-on",
            cuts_on,
            cuts_on_by_places,
            "After a cut the bad epochs are not forgotten, so that each further one cuts again.",
            THE_EXERCISE,
        ),
        Mistake(
            "one-cut",
            one_cut,
            one_cut_in_a_loop,
            "Each cut begins with the first rate, so the rate is never cut twice.",
            THE_EXERCISE,
        ),
    ),
    alternatives=(by_places, by_cuts, by_object),
    hints=(
        "Which numbers do you have to remember from epoch to epoch? Play the first probe through with a pencil.",
        "Four things are remembered: the rate, the best loss, the number of bad epochs in a row, and the epochs of rest that are left. "
        "Each epoch is judged good or bad first; a rest then empties the count; only then is the count compared with the patience.",
        "for each loss:\n"
        "    good: renew the best and empty the count; bad: count it\n"
        "    during a rest: one epoch of it less, and empty the count\n"
        "    count above patience: cut, empty the count, begin a rest\n"
        "    keep the rate of this epoch",
    ),
    solution=SOLUTION,
    level=3,
    minutes=15,
    is_core=False,
)
