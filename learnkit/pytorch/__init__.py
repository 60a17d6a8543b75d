"""The same names on PyTorch tensors, on a CPU or a GPU: PyTorch's own operations, and autograd in place of every backward.

``from learnkit import pytorch as lk`` gives every name below; ``from learnkit import reference as lk`` gives the same names in
NumPy, with every gradient written out. What only one of the two has is listed, with the reason, beside the test that compares them.
"""

from learnkit.pytorch.activations import gelu, leaky_relu, relu, sigmoid, tanh
from learnkit.pytorch.arithmetic import add, div, exp, getitem, log, matmul, mean, mul, neg, pow, reshape, sub, sum, transpose
from learnkit.pytorch.batches import minibatches
from learnkit.pytorch.data_splits import split_indices
from learnkit.pytorch.devices import device
from learnkit.pytorch.gradient_checks import gradcheck, numeric_grad, rel_error
from learnkit.pytorch.layers import GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from learnkit.pytorch.linear_maps import linear
from learnkit.pytorch.losses import bce_with_logits, cross_entropy, mse
from learnkit.pytorch.metrics import accuracy
from learnkit.pytorch.modules import Module, Sequential
from learnkit.pytorch.operations import unbroadcast
from learnkit.pytorch.optimizers import SGD, sgd_update
from learnkit.pytorch.randomness import rng
from learnkit.pytorch.softmaxes import log_softmax, logsumexp, softmax
from learnkit.pytorch.standardizing import Standardizer
from learnkit.pytorch.tapes import Node, no_grad
from learnkit.pytorch.tensors import Parameter, Tensor, tensor
from learnkit.training import split_sizes

# in the order of the lessons that introduce them
__all__ = [
    # 01 arrays
    "rng",
    "device",
    # 02 data
    "split_sizes",
    "split_indices",
    "Standardizer",
    "minibatches",
    # 03 regression
    "linear",
    "mse",
    # 04 classification
    "sigmoid",
    "logsumexp",
    "softmax",
    "log_softmax",
    "cross_entropy",
    "bce_with_logits",
    "accuracy",
    # 05 the multilayer perceptron
    "relu",
    "leaky_relu",
    "tanh",
    "gelu",
    # 06 backpropagation
    "numeric_grad",
    "rel_error",
    "gradcheck",
    "Module",
    "Sequential",
    "Linear",
    "Sigmoid",
    "Tanh",
    "ReLU",
    "LeakyReLU",
    "GELU",
    # 07 the tape
    "Tensor",
    "Parameter",
    "Node",
    "tensor",
    "no_grad",
    "unbroadcast",
    "add",
    "sub",
    "mul",
    "div",
    "neg",
    "pow",
    "exp",
    "log",
    "sum",
    "mean",
    "matmul",
    "reshape",
    "transpose",
    "getitem",
    # 09 optimizers
    "sgd_update",
    "SGD",
]
