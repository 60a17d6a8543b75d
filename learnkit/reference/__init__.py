"""The mathematics in NumPy: every forward and every backward written out, one concept a module.

``from learnkit import reference as lk`` gives every name below; ``from learnkit import pytorch as lk`` gives the same names on
PyTorch tensors.
"""

from learnkit.reference.activations import gelu, leaky_relu, relu, sigmoid, tanh
from learnkit.reference.arithmetic import add, div, exp, getitem, log, matmul, mean, mul, neg, pow, reshape, sub, sum, transpose
from learnkit.reference.batches import minibatches
from learnkit.reference.data_splits import split_indices
from learnkit.reference.devices import device
from learnkit.reference.gradient_checks import gradcheck, numeric_grad, rel_error
from learnkit.reference.layers import GELU, LeakyReLU, Linear, ReLU, Sigmoid, Tanh
from learnkit.reference.linear_maps import linear
from learnkit.reference.losses import bce_with_logits, cross_entropy, mse
from learnkit.reference.metrics import accuracy
from learnkit.reference.modules import Module, OperationLayer, Sequential
from learnkit.reference.operations import Operation, op, unbroadcast
from learnkit.reference.optimizers import SGD, sgd_update
from learnkit.reference.randomness import rng
from learnkit.reference.softmaxes import log_softmax, logsumexp, softmax
from learnkit.reference.standardizing import Standardizer
from learnkit.reference.tapes import Node, no_grad
from learnkit.reference.tensors import Parameter, Tensor, tensor
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
    "op",
    "Operation",
    "numeric_grad",
    "rel_error",
    "gradcheck",
    "Module",
    "OperationLayer",
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
