"""Makes a wider student with the outputs of a narrow one, to continue training from (Net2Net, Chen et al. 2016,
https://arxiv.org/abs/1511.05641).

Every hidden unit is copied, and each weight that reads a unit is split at random among its copies: the output stays the same, but no two
copies get the same gradient. LayerNorm's mean and variance over the copies equal those over the originals. The number of heads stays the
same; a head's units are copied inside the head.
"""
import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AlbertConfig, AlbertForSequenceClassification

from initialise import FUSED_GELU_NEW, load_student, save_student

SPREAD = 0.1  # standard deviation of the shares around their mean
TOLERANCE = 1e-3


def copied(times: int, heads: int, rows: Tensor) -> Tensor:
    """Repeats each of `heads` blocks of rows `times` times."""
    return rows.unflatten(0, (heads, -1)).repeat_interleave(times, 0).flatten(0, 1)


def shared(times: int, heads: int, columns: Tensor, generator: torch.Generator) -> Tensor:
    """Splits each of the weights [out, in] into `times` random parts that add up to it, one for each copy of its input."""
    parts = 1 / times + SPREAD * torch.randn(times, *columns.shape, generator=generator)
    parts += (1 - parts.sum(0)) / times
    blocks = (parts * columns).unflatten(2, (heads, -1))  # [times, out, heads, in / heads]
    return blocks.permute(1, 2, 0, 3).flatten(1)


def widen(narrow: AlbertForSequenceClassification, times: int) -> AlbertForSequenceClassification:
    config = AlbertConfig.from_dict({**narrow.config.to_dict(), "hidden_size": times * narrow.config.hidden_size,
                                     "intermediate_size": times * narrow.config.intermediate_size, "hidden_act": FUSED_GELU_NEW})
    wide = AlbertForSequenceClassification(config)
    generator = torch.Generator().manual_seed(0)
    heads = config.num_attention_heads

    def linear(to: nn.Linear, of: nn.Linear, into: int | None = 1, out: int | None = 1) -> None:
        """Sets a layer; `into` and `out` are the numbers of blocks in which its input and output units are copied, None if they are not."""
        weight = of.weight if into is None else shared(times, into, of.weight, generator)
        to.weight.copy_(weight if out is None else copied(times, out, weight))
        to.bias.copy_(of.bias if out is None else copied(times, out, of.bias))

    def norm(to: nn.LayerNorm, of: nn.LayerNorm) -> None:
        to.weight.copy_(of.weight.repeat(times))
        to.bias.copy_(of.bias.repeat(times))

    with torch.no_grad():
        wide.albert.embeddings.load_state_dict(narrow.albert.embeddings.state_dict())
        linear(wide.albert.encoder.embedding_hidden_mapping_in, narrow.albert.encoder.embedding_hidden_mapping_in, into=None)
        to, of = (model.albert.encoder.albert_layer_groups[0].albert_layers[0] for model in (wide, narrow))
        for name in ("query", "key", "value"):
            linear(getattr(to.attention, name), getattr(of.attention, name), out=heads)
        # The products over copies add up to `times` as much, but attention divides by the square root of a head's size, now larger.
        for parameter in to.attention.query.parameters():
            parameter.mul_(times**-0.5)
        linear(to.attention.dense, of.attention.dense, into=heads)
        linear(to.ffn, of.ffn)
        linear(to.ffn_output, of.ffn_output)
        norm(to.attention.LayerNorm, of.attention.LayerNorm)
        norm(to.full_layer_layer_norm, of.full_layer_layer_norm)
        linear(wide.albert.pooler, narrow.albert.pooler)
        linear(wide.classifier, narrow.classifier, out=None)
    return wide


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="a student from distil.py, or one with two classes")
    parser.add_argument("--times", type=int, default=2, help="how much wider")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    narrow, spiece = load_student(options.start)
    wide = widen(narrow, options.times)
    inputs = spiece(["It rained all night.", "Who wrote it?"], ["It was raining the whole night.", "When?"], padding=True, return_tensors="pt")
    with torch.no_grad():
        difference = (wide.eval()(**inputs).logits - narrow.eval()(**inputs).logits).abs().max().item()
    if not difference < TOLERANCE:
        raise SystemExit(f"the wide model's logits differ by {difference}")
    print(f"hidden {narrow.config.hidden_size} -> {wide.config.hidden_size}, logits differ by at most {difference:.1g}")
    save_student(wide, options.start / "spiece.model", options.out)


if __name__ == "__main__":
    main()
