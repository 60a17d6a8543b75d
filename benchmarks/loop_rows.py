"""Five epochs of our training loop over one that is written by hand in plain PyTorch: the same loader, loss and accuracy tracked."""

from typing import Any

import torch
from network_rows import torch_network
from timing import Row, Step, interleaved_medians, row

from learnkit import pytorch as lk
from learnkit.datasets import digits

EPOCHS = 5


def loader() -> Any:
    """Return the digits in batches of 64, which both loops read."""
    images, labels = digits()
    return lk.Batches(torch.from_numpy(images.copy()), torch.from_numpy(labels.copy()), batch_size=64, seed=0)


def our_epochs(net: Any, batches: Any) -> Step:
    """The epochs by `fit`."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)
    metrics = {"accuracy": lk.accuracy}
    return lambda: lk.fit(net, torch.nn.functional.cross_entropy, optimizer, batches, epochs=EPOCHS, metrics=metrics).history


def epochs_by_hand(net: Any, batches: Any) -> Step:
    """The epochs as a person writes them."""
    optimizer = torch.optim.SGD(net.parameters(), lr=0.01)

    def train() -> list[dict[str, float]]:
        history = []
        for epoch in range(EPOCHS):
            net.train()
            loss_sum, right, rows = 0.0, 0, 0
            for inputs, targets in batches.epoch(epoch):
                optimizer.zero_grad()
                outputs = net(inputs)
                loss = torch.nn.functional.cross_entropy(outputs, targets)
                loss.backward()
                optimizer.step()
                loss_sum += loss.item() * len(targets)
                right += (outputs.argmax(dim=1) == targets).sum().item()
                rows += len(targets)
            history.append({"loss": loss_sum / rows, "accuracy": right / rows})
        return history

    return train


def loop_rows() -> list[Row]:
    """Return the line over the loop written by hand."""
    torch.manual_seed(0)
    one, other = torch_network(), torch_network()
    other.load_state_dict(one.state_dict())
    batches = loader()
    ours, theirs = interleaved_medians(our_epochs(one, batches), epochs_by_hand(other, batches), rounds=40, warm_up=3)
    return [row("our training loop, five epochs of digits, over one by hand", ours, theirs, at_most=1.15)]
