"""One use of every public name of ``learnkit.pytorch``, with its gradient, on a device of choice."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import torch

from learnkit import pytorch as lk
from learnkit import reference


def values(device: Any, *shape: int, grad: bool = True) -> torch.Tensor:
    """Return floating-point values of a shape, the same on every device."""
    made = torch.linspace(0.1, 0.9, torch.Size(shape).numel(), device=device).reshape(shape)
    return made.requires_grad_(grad)


def classes(device: Any, *rows: int) -> torch.Tensor:
    return torch.zeros(rows, dtype=torch.int64, device=device)


def backward(function: Callable[..., torch.Tensor], *inputs: Any, **options: Any) -> None:
    function(*inputs, **options).sum().backward()


def layer(make: Callable[..., Any]) -> Callable[[Any], None]:
    return lambda device: backward(make().to(device), values(device, 4, 3))


def plain(function: Callable[..., torch.Tensor], **options: Any) -> Callable[[Any], None]:
    return lambda device: backward(function, values(device, 4, 3), **options)


def two(function: Callable[..., torch.Tensor]) -> Callable[[Any], None]:
    return lambda device: backward(function, values(device, 4, 3), values(device, 3))


def _generator(device: Any) -> torch.Generator | None:
    return None if str(device) == "meta" else lk.rng(0, device)  # there are no generators on meta


def _linear(device: Any) -> None:
    net = lk.Linear(3, 2, rng=_generator(device), device=device)
    backward(net, values(device, 4, 3))


def _minibatches(device: Any) -> None:
    generator = _generator(device)
    data = values(device, 5, 3, grad=False), classes(device, 5)
    for _ in lk.minibatches(*data, batch_size=2, shuffle=generator is not None, rng=generator):
        pass


def _batches(device: Any) -> None:
    for _ in lk.Batches(values(device, 5, 3, grad=False), classes(device, 5), batch_size=2, seed=0).epoch(1, start=1):
        pass


def _fitted(device: Any) -> None:
    net = lk.Linear(3, 2, device=device)
    batches = lk.Batches(values(device, 5, 3, grad=False), classes(device, 5), batch_size=2, seed=0)
    lk.fit(net, lk.cross_entropy, lk.SGD(net.parameters(), lr=0.1), batches, epochs=1, metrics={"accuracy": lk.accuracy})


def _evaluated(device: Any) -> None:
    batches = [(values(device, 4, 3, grad=False), classes(device, 4))]
    lk.evaluate(lk.Linear(3, 2, device=device), lk.cross_entropy, batches, {"accuracy": lk.accuracy})


def _saved(device: Any) -> None:
    with TemporaryDirectory() as folder:
        lk.save_checkpoint(Path(folder) / "net.safetensors", net=lk.Linear(3, 2, device=device))


def _loaded(device: Any) -> None:
    if str(device) == "meta":  # PyTorch refuses to load values where there are none
        return
    with TemporaryDirectory() as folder:
        path = Path(folder) / "net.safetensors"
        reference.save_checkpoint(path, net=reference.Linear(3, 2, rng=reference.rng(0)))
        lk.load_checkpoint(path, net=lk.Linear(3, 2, device=device))


def _read(device: Any) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "run.csv"
        path.write_text("epoch,loss\n0,0.5\n", encoding="utf-8")
        lk.read_history(path)


def _split(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.split_indices(8, (0.5, 0.5), rng=generator)


def _standardizer(device: Any) -> None:
    x = values(device, 4, 3, grad=False)
    scaler = lk.Standardizer().fit(x)
    scaler.inverse_transform(scaler.transform(x))


def decided(function: Callable[..., Any], **options: Any) -> Callable[[Any], Any]:
    return lambda device: function(classes(device, 4), classes(device, 4), num_classes=3, **options)


def ranked(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda device: function(values(device, 4), torch.arange(4, device=device) % 2)


def probable(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda device: function(values(device, 4, 3).softmax(dim=1), classes(device, 4))


def predicted(function: Callable[..., Any]) -> Callable[[Any], Any]:
    return lambda device: function(values(device, 4), values(device, 4) + 1)


def _bootstrap_indices(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.sample_bootstrap_indices(8, num_resamples=3, rng=generator)


def moved(rule: Callable[..., Any], **options: Any) -> Callable[[Any], None]:
    def example(device: Any) -> None:
        state: dict[str, Any] = {}
        param = values(device, 3, grad=False)
        for _ in range(2):
            param, state = rule(param, param, state, lr=0.1, weight_decay=0.1, **options)

    return example


def stepped(make: Callable[..., Any], **options: Any) -> Callable[[Any], None]:
    def example(device: Any) -> None:
        net = lk.Linear(3, 2, device=device)
        optimizer = make(net.parameters(), lr=0.1, weight_decay=0.1, **options)
        for _ in range(2):
            optimizer.zero_grad()
            backward(net, values(device, 4, 3))
            optimizer.step()

    return example


def _scheduled(device: Any) -> None:
    optimizer = lk.SGD(lk.Linear(3, 2, device=device).parameters(), momentum=0.9)
    scheduler = lk.Scheduler(optimizer, lambda step: 0.9**step, momentum=lambda step: 0.9)
    optimizer.step()
    scheduler.step()


def _reduced(device: Any) -> None:
    plateau = lk.ReduceOnPlateau(lk.SGD(lk.Linear(3, 2, device=device).parameters()), patience=0)
    plateau.step(1.0)
    plateau.step(1.0)


def clipped(clip: Callable[..., Any]) -> Callable[[Any], None]:
    def example(device: Any) -> None:
        net = lk.Linear(3, 2, device=device)
        backward(net, values(device, 4, 3))
        clip(net.parameters(), 0.1)

    return example


def _accumulated(device: Any) -> None:
    net = lk.Linear(3, 2, device=device)
    pieces = [(values(device, rows, 3, grad=False), classes(device, rows)) for rows in (4, 1)]
    lk.accumulate_grads(lambda x, y: lk.cross_entropy(net(x), y), pieces)


def _averaged(device: Any) -> None:
    net = lk.Linear(3, 2, device=device)
    ema = lk.EMA(net.parameters(), decay=0.9)
    ema.update()
    ema.update()
    with ema.applied():
        net(values(device, 4, 3))


def regression(function: Callable[..., Any], *more: int, **options: Any) -> Callable[[Any], Any]:
    return lambda device: function(
        values(device, 4, 3), values(device, 4), *(values(device, *[size] * (size > 0)) for size in more), **options
    )


def normalized(function: Callable[..., torch.Tensor], parameters: int) -> Callable[[Any], None]:
    return lambda device: backward(function, values(device, 4, 3), *(values(device, 3) for _ in range(parameters)))


def _mlp(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        scores, saved = lk.mlp_forward(values(device, 4, 3), lk.mlp_init((3, 5, 2), rng=generator))
        lk.mlp_backward(torch.ones_like(scores), saved)


def _drawn(initializer: Callable[..., Any]) -> Callable[[Any], None]:
    def example(device: Any) -> None:
        generator = _generator(device)
        if generator is not None:
            initializer((3, 2), rng=generator)

    return example


def _initialized(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.initialize(lk.Linear(3, 2, device=device), lk.he_normal, rng=generator)


def _norms_of_gradients(device: Any) -> None:
    net = lk.Linear(3, 2, device=device)
    backward(net, values(device, 4, 3))
    lk.grad_norms(net)


def _new_head(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.replace_head(lk.Sequential(lk.Linear(3, 2, device=device)), 4, rng=generator)


def _stratified(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.stratified_indices(torch.tensor([0, 0, 1, 1], device=device), (0.5, 0.5), rng=generator)


def _grouped(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.grouped_indices(torch.tensor([0, 0, 1, 1], device=device), (0.5, 0.5), rng=generator)


def _shifts(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.sample_shifts(3, 2, rng=generator)


def _dropout_mask(device: Any) -> None:
    generator = _generator(device)
    if generator is not None:
        lk.sample_dropout((4, 3), 0.5, rng=generator)


def _no_grad(device: Any) -> None:
    with lk.no_grad():
        values(device, 3) * 2.0


def _gradcheck(device: Any) -> None:
    lk.gradcheck(torch.tanh, [torch.ones(3, dtype=torch.float64, device=device, requires_grad=True)])


EXAMPLES: dict[str, Callable[[Any], Any]] = {
    "rng": _generator,
    "device": lambda device: lk.device("cpu"),
    "row_normalize": plain(lk.row_normalize),
    "affine": lambda device: backward(lk.affine, values(device, 4, 3), values(device, 3, 2), values(device, 2)),
    "one_hot": lambda device: lk.one_hot(classes(device, 4), 3),
    "pairwise_sq_dists": lambda device: backward(lk.pairwise_sq_dists, values(device, 4, 3), values(device, 2, 3)),
    "batched_outer": lambda device: backward(lk.batched_outer, values(device, 4, 3), values(device, 4, 2)),
    "split_sizes": lambda device: lk.split_sizes(8, (0.5, 0.5)),
    "split_indices": _split,
    "stratified_indices": _stratified,
    "grouped_indices": _grouped,
    "Standardizer": _standardizer,
    "Imputer": lambda device: lk.Imputer().fit(values(device, 4, 3, grad=False)),
    "impute_median": lambda device: lk.impute_median(values(device, 4, 3, grad=False)),
    "CategoryEncoder": lambda device: lk.CategoryEncoder().fit(["a"]).transform(["b"]),
    "minibatches": _minibatches,
    "Batches": _batches,
    "drop_duplicates": lambda device: lk.drop_duplicates(values(device, 4, 3, grad=False), classes(device, 4)),
    "find_leaks": lambda device: lk.find_leaks(values(device, 4, 3, grad=False), values(device, 2, 3, grad=False)),
    "tokenize": lambda device: lk.tokenize("a b"),
    "Vocabulary": lambda device: lk.Vocabulary(["a"]).encode(["a"]),
    "build_vocabulary": lambda device: lk.build_vocabulary(["a"]),
    "pad_sequences": lambda device: lk.pad_sequences([[1], [2, 3]]),
    "resize_bilinear": lambda device: backward(lk.resize_bilinear, values(device, 2, 4, 5), (3, 3)),
    "sample_shifts": _shifts,
    "shift_images": lambda device: backward(lk.shift_images, values(device, 2, 4, 5), values(device, 2, 2, grad=False)),
    "rotate_images": lambda device: backward(lk.rotate_images, values(device, 2, 4, 5), values(device, 2, grad=False)),
    "scale_images": lambda device: backward(lk.scale_images, values(device, 2, 4, 5), values(device, 2, grad=False)),
    "add_noise": lambda device: backward(lk.add_noise, values(device, 2, 4, 5), values(device, 2, 4, 5), low=0.0, high=1.0),
    "linear": lambda device: backward(lk.linear, values(device, 4, 3), values(device, 2, 3), values(device, 2)),
    "mse": lambda device: backward(lk.mse, values(device, 4), values(device, 4, grad=False)),
    "mae": lambda device: backward(lk.mae, values(device, 4), values(device, 4, grad=False)),
    "huber": lambda device: backward(lk.huber, values(device, 4), values(device, 4, grad=False), delta=0.5),
    "mape": predicted(lk.mape),
    "linreg_loss_grad": regression(lk.linreg_loss_grad, 3, 0),
    "gd_step": regression(lk.gd_step, 3, 0, lr=0.1),
    "fit_gd": regression(lk.fit_gd, lr=0.1, steps=2),
    "normal_equation": regression(lk.normal_equation),
    "max_stable_lr": lambda device: lk.max_stable_lr(values(device, 4, 3, grad=False)),
    "sigmoid": plain(lk.sigmoid),
    "logsumexp": plain(lk.logsumexp),
    "softmax": plain(lk.softmax),
    "log_softmax": plain(lk.log_softmax),
    "cross_entropy": lambda device: backward(lk.cross_entropy, values(device, 4, 3), classes(device, 4)),
    "bce_with_logits": lambda device: backward(lk.bce_with_logits, values(device, 4), classes(device, 4)),
    "hinge": lambda device: backward(lk.hinge, values(device, 4, 3), classes(device, 4)),
    "binary_hinge": lambda device: backward(lk.binary_hinge, values(device, 4), classes(device, 4)),
    "kl_divergence": lambda device: backward(lk.kl_divergence, values(device, 4, 3), values(device, 4, 3)),
    "accuracy": lambda device: lk.accuracy(values(device, 4, 3), classes(device, 4)),
    "relu": plain(lk.relu),
    "leaky_relu": plain(lk.leaky_relu),
    "tanh": plain(lk.tanh),
    "gelu": plain(lk.gelu),
    "mlp_init": _mlp,
    "mlp_forward": _mlp,
    "count_params": lambda device: lk.count_params(lk.Linear(3, 2, device=device)),
    "mlp_backward": _mlp,
    "numeric_grad": lambda device: lk.numeric_grad(lambda x: (x * x).sum(), values(device, 2, 2)),
    "rel_error": lambda device: lk.rel_error(values(device, 3), values(device, 3)),
    "gradcheck": _gradcheck,
    "Module": layer(lk.Sigmoid),
    "Sequential": layer(lambda: lk.Sequential(lk.Tanh(), lk.ReLU())),
    "Residual": layer(lambda: lk.Residual(lk.Sequential(lk.Tanh(), lk.ReLU()))),
    "Linear": _linear,
    "Sigmoid": layer(lk.Sigmoid),
    "Tanh": layer(lk.Tanh),
    "ReLU": layer(lk.ReLU),
    "LeakyReLU": layer(lk.LeakyReLU),
    "GELU": layer(lk.GELU),
    "Tensor": lambda device: values(device, 3).sum().backward(),
    "Parameter": lambda device: lk.Parameter(values(device, 3)).sum().backward(),
    "Node": lambda device: values(device, 3).sum().grad_fn,
    "tensor": lambda device: lk.tensor(values(device, 3), requires_grad=True),
    "no_grad": _no_grad,
    "unbroadcast": lambda device: lk.unbroadcast(values(device, 4, 3), (1, 3)),
    "add": two(lk.add),
    "sub": two(lk.sub),
    "mul": two(lk.mul),
    "div": two(lk.div),
    "neg": plain(lk.neg),
    "pow": plain(lk.pow, exponent=3),
    "exp": plain(lk.exp),
    "log": plain(lk.log),
    "sum": plain(lk.sum, dim=0, keepdim=True),
    "mean": plain(lk.mean, dim=0),
    "matmul": two(lk.matmul),
    "reshape": plain(lk.reshape, shape=(2, 6)),
    "transpose": plain(lk.transpose, dim0=0, dim1=1),
    "getitem": plain(lk.getitem, key=slice(1, 3)),
    "calculate_gain": lambda device: lk.calculate_gain("relu"),
    "fan_in_out": lambda device: lk.fan_in_out((3, 2)),
    "dead_fraction": lambda device: lk.dead_fraction(values(device, 4, 3, grad=False)),
    "grad_norms": _norms_of_gradients,
    "signal_stats": lambda device: lk.signal_stats(lk.Sequential(lk.Linear(3, 2, device=device), lk.ReLU()), values(device, 4, 3)),
    "constant": lambda device: lk.constant((3, 2), value=0.5),
    "he_normal": _drawn(lk.he_normal),
    "he_uniform": _drawn(lk.he_uniform),
    "initialize": _initialized,
    "normal": _drawn(lk.normal),
    "ones": lambda device: lk.ones((3, 2)),
    "orthogonal": _drawn(lk.orthogonal),
    "trunc_normal": _drawn(lk.trunc_normal),
    "uniform": _drawn(lk.uniform),
    "xavier_normal": _drawn(lk.xavier_normal),
    "xavier_uniform": _drawn(lk.xavier_uniform),
    "zeros": lambda device: lk.zeros((3, 2)),
    "sgd_update": moved(lk.sgd_update, momentum=0.9, nesterov=True),
    "SGD": stepped(lk.SGD, momentum=0.9, nesterov=True),
    "adagrad_update": moved(lk.adagrad_update, lr_decay=0.1),
    "Adagrad": stepped(lk.Adagrad, lr_decay=0.1),
    "rmsprop_update": moved(lk.rmsprop_update, momentum=0.9, centered=True),
    "RMSprop": stepped(lk.RMSprop, momentum=0.9, centered=True),
    "adam_update": moved(lk.adam_update),
    "Adam": stepped(lk.Adam),
    "adamw_update": moved(lk.adamw_update),
    "AdamW": stepped(lk.AdamW),
    "nadam_update": moved(lk.nadam_update),
    "NAdam": stepped(lk.NAdam),
    "constant_rate": lambda device: lk.constant_rate(3),
    "step_decay": lambda device: lk.step_decay(3, step_size=2),
    "exponential_decay": lambda device: lk.exponential_decay(3, gamma=0.9),
    "cosine_warmup": lambda device: lk.cosine_warmup(3, warmup_steps=2, total_steps=9),
    "one_cycle": lambda device: lk.one_cycle(3, total_steps=9),
    "one_cycle_momentum": lambda device: lk.one_cycle_momentum(3, total_steps=9),
    "Scheduler": _scheduled,
    "ReduceOnPlateau": _reduced,
    "range_test_rate": lambda device: lk.range_test_rate(3),
    "lr_range_test": lambda device: lk.lr_range_test(lambda lr: 1.0, total_steps=3),
    "steepest_rate": lambda device: lk.steepest_rate([0.1, 1.0], [2.0, 1.0], window=1),
    "clip_grad_norm": clipped(lk.clip_grad_norm),
    "clip_grad_value": clipped(lk.clip_grad_value),
    "accumulate_grads": _accumulated,
    "ema_update": lambda device: lk.ema_update(values(device, 3), values(device, 3), decay=0.9),
    "EMA": _averaged,
    "fit": _fitted,
    "evaluate": _evaluated,
    "ProgressBar": lambda device: lk.ProgressBar(),
    "EarlyStopping": lambda device: lk.EarlyStopping(patience=2),
    "PlateauStep": lambda device: lk.PlateauStep(lk.ReduceOnPlateau(lk.SGD(lk.Linear(3, 2, device=device).parameters()))),
    "ClipGradients": lambda device: lk.ClipGradients(lk.clip_grad_norm, 1.0),
    "AverageWeights": lambda device: lk.AverageWeights(lk.EMA(lk.Linear(3, 2, device=device).parameters(), decay=0.9)),
    "CSVLogger": lambda device: lk.CSVLogger("run.csv"),
    "read_history": _read,
    "TensorBoard": lambda device: lk.TensorBoard("run"),
    "Checkpoint": lambda device: lk.Checkpoint("folder"),
    "latest_checkpoint": lambda device: lk.latest_checkpoint("no-such-folder"),
    "save_checkpoint": _saved,
    "load_checkpoint": _loaded,
    "generators_of": lambda device: lk.generators_of(lk.Linear(3, 2, device=device)),
    "confusion_matrix": decided(lk.confusion_matrix),
    "precision_recall_f1": decided(lk.precision_recall_f1, average="weighted"),
    "precision": decided(lk.precision, average="none"),
    "recall": decided(lk.recall, average="micro"),
    "f1_score": decided(lk.f1_score),
    "balanced_accuracy": decided(lk.balanced_accuracy),
    "roc_curve": ranked(lk.roc_curve),
    "roc_auc": ranked(lk.roc_auc),
    "precision_recall_curve": ranked(lk.precision_recall_curve),
    "average_precision": ranked(lk.average_precision),
    "calibration_bins": probable(lk.calibration_bins),
    "ece": probable(lk.ece),
    "brier": probable(lk.brier),
    "rmse": predicted(lk.rmse),
    "r2_score": predicted(lk.r2_score),
    "sample_bootstrap_indices": _bootstrap_indices,
    "bootstrap_ci": lambda device: lk.bootstrap_ci(lk.rmse, (values(device, 4), values(device, 4)), classes(device, 5, 4)),
    "l1_penalty": plain(lk.l1_penalty, strength=0.1),
    "l2_penalty": plain(lk.l2_penalty, weight_decay=0.1),
    "soft_threshold": plain(lk.soft_threshold, threshold=0.1),
    "sample_dropout": _dropout_mask,
    "dropout": lambda device: backward(lk.dropout, values(device, 4, 3), classes(device, 4, 3) == 0, p=0.5),
    "Dropout": layer(lk.Dropout),
    "smooth_labels": lambda device: lk.smooth_labels(classes(device, 4), 3, label_smoothing=0.1),
    "batch_norm": normalized(lk.batch_norm, 2),
    "update_running": lambda device: lk.update_running(values(device, 3), values(device, 3), values(device, 4, 3)),
    "BatchNorm1d": layer(lambda: lk.BatchNorm1d(3)),
    "layer_norm": normalized(lk.layer_norm, 2),
    "LayerNorm": layer(lambda: lk.LayerNorm(3)),
    "rms_norm": normalized(lk.rms_norm, 1),
    "RMSNorm": layer(lambda: lk.RMSNorm(3)),
    "fold_batch_norm": lambda device: lk.fold_batch_norm(values(device, 3, 2), *(values(device, 3) for _ in range(5))),
    "discriminative_lrs": lambda device: lk.discriminative_lrs(lk.Sequential(lk.Linear(3, 2, device=device)), lr=0.1),
    "param_groups": lambda device: lk.param_groups(lk.Linear(3, 2, device=device), weight_decay=0.1),
    "feature_extractor": lambda device: lk.feature_extractor(lk.Sequential(lk.Linear(3, 2, device=device), lk.ReLU()))(
        values(device, 4, 3)
    ),
    "freeze": lambda device: lk.freeze(lk.Linear(3, 2, device=device)),
    "replace_head": _new_head,
    "unfreeze": lambda device: lk.unfreeze(lk.freeze(lk.Linear(3, 2, device=device))),
    "LoRALinear": layer(lambda: lk.LoRALinear(lk.Linear(3, 2), 1)),
    "lora_linear": lambda device: backward(
        lk.lora_linear, *(values(device, *shape) for shape in ((4, 3), (2, 3), (2,), (1, 3), (2, 1))), alpha=1.0
    ),
}
