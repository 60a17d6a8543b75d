"""Parity of the running mean of parameters, after each of six updates."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, normal

UPDATES = 6


def _seen(averages: Any, update: int) -> dict[str, Any]:
    return {f"average {index} after update {update + 1}": average * 1 for index, average in enumerate(averages)}


def _averaged(lk: Any, weight: Any, moves: Any, *, decay: float) -> dict[str, Any]:
    parameters = [lk.Parameter(weight * 1), lk.Parameter(weight[0] * 2)]
    ema, seen = lk.EMA(iter(parameters), decay), {}
    for update in range(UPDATES):
        if update == 3:
            saved, ema = ema.state_dict(), lk.EMA(parameters, decay)
            ema.load_state_dict(saved)
        for parameter in parameters:
            parameter.data = parameter.data + moves[update]
        ema.update()
        seen.update(_seen(ema.averages, update))
    with ema.applied():
        seen["applied"] = parameters[0].data * 1
    seen["put back"] = parameters[0].data * 1
    return seen


def _official(torch: Any, weight: Any, moves: Any, *, decay: float) -> dict[str, Any]:
    net = torch.nn.ParameterList([weight * 1, weight[0] * 2])
    swa = torch.optim.swa_utils
    averaged, seen = swa.AveragedModel(net, multi_avg_fn=swa.get_ema_multi_avg_fn(decay)), {}
    for update in range(UPDATES):
        with torch.no_grad():
            for parameter in net:
                parameter += moves[update]
        averaged.update_parameters(net)
        seen.update(_seen([parameter.detach() for parameter in averaged.parameters()], update))
    return {**seen, "applied": averaged.module[0].detach() * 1, "put back": net[0].detach() * 1}


CONCEPTS = (
    Concept(
        name="ema_update",
        official="torch.optim.swa_utils.get_ema_avg_fn",
        inputs=("average", "param"),
        arrays=True,
        call=lambda torch, average, param, *, decay: torch.optim.swa_utils.get_ema_avg_fn(decay)(average, param, 1),
        cases={"a mean": Case(inputs=normal((3, 2), (3, 2)), options={"decay": 0.9})},
        edges={
            "keeps nothing": Case(inputs=normal((3,), (3,)), options={"decay": 0.0}),
            "keeps all": Case(inputs=normal((3,), (3,)), options={"decay": 1.0}),
        },
    ),
    Concept(
        name="EMA",
        official="torch.optim.swa_utils.AveragedModel",
        inputs=("weight", "moves"),
        arrays=True,
        run=_averaged,
        call=_official,
        cases={"six updates, saved after the third": Case(inputs=normal((3, 2), (UPDATES, 2)), options={"decay": 0.8})},
        edges={"keeps nothing": Case(inputs=normal((1, 2), (UPDATES, 2)), options={"decay": 0.0})},
    ),
)
