"""What only one of the two trees has, and why. An entry that is no longer true fails the mirror test."""

_TAPE = "autograd records operations by itself; torch.autograd.Function is PyTorch's way to add one"
_INSIDE = "the inside of the tape, which autograd keeps to itself"
_BY_HAND = "stage 2, backward by hand, is the reference's; PyTorch's layers are differentiated by autograd"

_LAYERS = ("Linear", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "GELU", "Dropout", "BatchNorm1d", "LayerNorm", "RMSNorm", "LoRALinear")

# public names of the packages
NAMES = {
    "op": _TAPE,
    "Operation": _TAPE,
    "OperationLayer": _BY_HAND,
}

# public attributes of a class that the reference has
ATTRIBUTES = {
    "Residual.backward": _BY_HAND,
    "Tensor.accumulate": _INSIDE,
    "Tensor.output_index": _INSIDE,
    "Tensor.version": _INSIDE,
    "Tensor.zero_grad": "PyTorch has it on modules and optimizers only; for one tensor set grad = None",
    "Parameter.accumulate": _INSIDE,
    "Parameter.output_index": _INSIDE,
    "Parameter.version": _INSIDE,
    "Parameter.zero_grad": "PyTorch has it on modules and optimizers only; for one tensor set grad = None",
    "Node.backward": _INSIDE,
    "Node.birth": _INSIDE,
    "Node.changed_output": _INSIDE,
    "Node.inputs": _INSIDE,
    "Node.operation": _INSIDE,
    "Node.saved": _INSIDE,
    "Node.tuple_of": _INSIDE,
    "Node.versions": _INSIDE,
    "Sequential.backward": _BY_HAND,
    **{f"{layer}.backward": _BY_HAND for layer in _LAYERS},
    **{f"{layer}.description": "PyTorch's extra_repr()" for layer in _LAYERS},
}

# classes that are PyTorch's own, so that their constructors are too
CONSTRUCTORS = {
    "Module": "torch.nn.Module passes all arguments on, for classes with several bases",
    "Tensor": "torch.Tensor has its old constructor, from sizes; both trees make tensors with tensor()",
    "Parameter": "torch.nn.Parameter may be made empty, its data have a default",
    "Node": "nodes are made by autograd alone",
}
