"""Training with the rounding of `albert convert --to q4`: the model learns to be right with the weights that ship.

A step's forward and backward passes see rounded weights, the optimizer moves the exact ones (BinaryConnect, Courbariaux et al.
2015, https://arxiv.org/abs/1511.00363). Each group's extreme becomes -8 exactly, so that `convert` finds the same groups again.
"""
import torch
from torch import Tensor, nn

# As in packages/checkpoints/src/quantize/: other matrices are stored in int8, vectors in float32.
GROUP, SMALL = 32, 2**17


def rounded(weight: Tensor) -> Tensor:
    """4 bits in groups of 32 along a row, with a float16 scale each."""
    groups = weight.view(-1, GROUP)
    extreme = groups.gather(1, groups.abs().argmax(1, keepdim=True))
    scale = (extreme / -8).half().float()
    steps = (groups / torch.where(scale == 0, 1, scale)).round_().clamp_(-8, 7)
    return (steps * scale).view_as(weight)


class FourBits:
    """`with FourBits(model):` rounds its large matrices and brings the exact ones back at the end."""

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
