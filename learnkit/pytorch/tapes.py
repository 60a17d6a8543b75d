"""The tape: PyTorch's own graph, under the names that the reference gives to its parts.

Source: Paszke et al. 2019, PyTorch, section 4.3 (versions, that notice a value changed in place before its gradient was taken).
"""

import torch
from torch.autograd.graph import Node

__all__ = ["Node", "no_grad"]

no_grad = torch.no_grad
