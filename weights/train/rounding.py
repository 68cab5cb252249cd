"""Quantization-aware training for `albert convert --to q4` and for int8 arithmetic: the model is trained with the rounding it ships with.

The forward and backward passes of a step use rounded weights; the optimizer updates the exact ones (BinaryConnect, Courbariaux et al.
2015, https://arxiv.org/abs/1511.00363). Each group's value of largest magnitude becomes exactly -8, so that `convert` finds the same
scales again.
"""
from functools import partial

import torch
from torch import Tensor, nn

# As in packages/checkpoints/src/quantize/: other matrices are stored in int8, vectors in float32.
GROUP, SMALL = 32, 2**17


def rounded(weight: Tensor) -> Tensor:
    """Rounds to 4 bits in groups of 32 along a row, each with a float16 scale."""
    groups = weight.view(-1, GROUP)
    extreme = groups.gather(1, groups.abs().argmax(1, keepdim=True))
    scale = (extreme / -8).half().float()
    steps = (groups / torch.where(scale == 0, 1, scale)).round_().clamp_(-8, 7)
    return (steps * scale).view_as(weight)


class FourBits:
    """`with FourBits(model):` rounds the model's large matrices, and restores the exact ones at the end."""

    def __init__(self, model: nn.Module) -> None:
        self.matrices = [p for p in model.parameters() if p.dim() == 2 and p.shape[1] % GROUP == 0 and p.numel() >= SMALL]
        self.exact: list[Tensor] = []

    def __enter__(self) -> None:
        self.exact = [matrix.data for matrix in self.matrices]
        for matrix in self.matrices:
            matrix.data = rounded(matrix.data)

    def __exit__(self, *_: object) -> None:
        for matrix, exact in zip(self.matrices, self.exact):
            matrix.data = exact


def rounded_to_int8(rows: Tensor) -> Tensor:
    """Rounds each row to int8 multiples of its own scale; the gradient passes through as if nothing were rounded."""
    scale = rows.detach().abs().amax(-1, keepdim=True).clamp_min(1e-9) / 127
    return rows + ((rows / scale).round() * scale - rows).detach()


def int8_linear(layer: nn.Linear, inputs: Tensor) -> Tensor:
    return nn.functional.linear(rounded_to_int8(inputs), rounded_to_int8(layer.weight), layer.bias)


class Int8Arithmetic:
    """`with Int8Arithmetic(model):` makes the model's linear layers round inputs and weights about as the q8 kernels do. The kernels also
    give activations a zero point."""

    def __init__(self, model: nn.Module) -> None:
        self.layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]

    def __enter__(self) -> None:
        for layer in self.layers:
            layer.forward = partial(int8_linear, layer)

    def __exit__(self, *_: object) -> None:
        for layer in self.layers:
            del layer.forward
