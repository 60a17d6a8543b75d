"""Parity of the training loop: every epoch's numbers and the weights, against a loop written out in plain PyTorch."""

from typing import Any

from learnkit.parity.concepts import Case, Concept, normal


def _net(lk: Any, weight: Any, bias: Any) -> Any:
    net = lk.Linear(weight.shape[1], weight.shape[0], rng=lk.rng(0), dtype=weight.dtype).to(getattr(weight, "device", "cpu"))
    net.load_state_dict({"weight": weight, "bias": bias})
    return net


def _fit(lk: Any, x: Any, y: Any, weight: Any, bias: Any, *, batch_size: int, epochs: int) -> dict[str, Any]:
    net, batches = _net(lk, weight, bias), lk.Batches(x, y, batch_size=batch_size, shuffle=False)
    optimizer = lk.SGD(net.parameters(), lr=0.1, momentum=0.9)
    scheduler = lk.Scheduler(optimizer, lambda step: 0.9**step)
    run = lk.fit(net, lk.mse, optimizer, batches, epochs=epochs, validation=batches, metrics={"mae": lk.mae}, scheduler=scheduler)
    logs = {f"{name} {logs['epoch']}": value for logs in run.history for name, value in logs.items()}
    return {**logs, **net.state_dict()}


def _loop(torch: Any, x: Any, y: Any, weight: Any, bias: Any, *, batch_size: int, epochs: int) -> dict[str, Any]:
    weight, bias = weight.clone().requires_grad_(), bias.clone().requires_grad_()
    optimizer = torch.optim.SGD([weight, bias], lr=0.1, momentum=0.9)
    mse, mae = torch.nn.functional.mse_loss, torch.nn.functional.l1_loss
    logs: dict[str, Any] = {}
    for epoch in range(epochs):
        losses: list[tuple[int, Any, Any]] = []
        for rows in torch.arange(len(x)).split(batch_size):
            output, lr = x[rows] @ weight.T + bias, 0.1 * 0.9 ** (epoch * -(-len(x) // batch_size) + len(losses))
            losses.append((len(rows), mse(output, y[rows]), mae(output, y[rows])))
            optimizer.param_groups[0]["lr"] = lr
            optimizer.zero_grad()
            losses[-1][1].backward()
            optimizer.step()
        means = [sum(count * pair[part].item() for count, *pair in losses) / len(x) for part in (0, 1)]
        output = x @ weight.T + bias
        values = [epoch, len(losses) * (epoch + 1), *means, mse(output, y).item(), mae(output, y).item(), lr]
        names = ("epoch", "step", "loss", "mae", "val_loss", "val_mae", "lr")
        logs |= {f"{name} {epoch}": value for name, value in zip(names, values, strict=True)}
    return {**logs, "weight": weight.detach(), "bias": bias.detach()}


def _evaluate(lk: Any, x: Any, y: Any, weight: Any, bias: Any, *, batch_size: int) -> dict[str, float]:
    batches = lk.Batches(x, y, batch_size=batch_size, shuffle=False)
    measured: dict[str, float] = lk.evaluate(_net(lk, weight, bias), lk.mse, batches, {"mae": lk.mae})
    return measured


def _at_once(torch: Any, x: Any, y: Any, weight: Any, bias: Any, *, batch_size: int) -> dict[str, Any]:
    output = torch.nn.functional.linear(x, weight, bias)
    return {"loss": torch.nn.functional.mse_loss(output, y), "mae": torch.nn.functional.l1_loss(output, y)}


def _case(rows: int, **options: int) -> Case:
    return Case(inputs=normal((rows, 3), (rows, 2), (2, 3), (2,)), options=options)


CONCEPTS = (
    Concept(
        name="fit",
        official="torch.optim.SGD",
        inputs=("x", "y", "weight", "bias"),
        arrays=True,
        run=_fit,
        call=_loop,
        cases={
            "a smaller last batch": _case(9, batch_size=4, epochs=3),
            "batches of the same size": _case(8, batch_size=4, epochs=2),
        },
        edges={
            "one epoch of one batch": _case(3, batch_size=5, epochs=1),
            "batches of one": _case(3, batch_size=1, epochs=2),
        },
    ),
    Concept(
        name="evaluate",
        official="torch.nn.functional.mse_loss",
        inputs=("x", "y", "weight", "bias"),
        arrays=True,
        run=_evaluate,
        call=_at_once,
        cases={
            "a smaller last batch": _case(9, batch_size=4),
            "batches of the same size": _case(8, batch_size=4),
        },
        edges={"one batch": _case(3, batch_size=5), "batches of one": _case(3, batch_size=1)},
    ),
)
