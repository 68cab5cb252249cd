"""Repeats a run of `albert run-classifier` on MRPC in PyTorch: the same rows in the same order, and the same dropout masks.

The two then differ in arithmetic alone, so the losses must match those of `training_log.jsonl`. The run's flags are read from its
`run.json`. Our counter-based random numbers (packages/training/src/random.ts) are reimplemented here.
"""
import argparse
import json
from pathlib import Path

import numpy as np
import torch
from torch import nn
from transformers import AlbertForSequenceClassification, AlbertTokenizer

from mrpc_in_torch import OriginalAdamW, score
from prepare_pairs import read_mrpc
from training import VERDICT_LENGTH, encode


def mix(key: int, counter):
    """The function `hash` of random.ts, for one counter or an array of them."""
    key, counter = np.uint32(key), np.asarray(counter, np.uint32)
    with np.errstate(over="ignore"):
        x = counter * np.uint32(0x9E3779B9) + key
        x = (x ^ (x >> np.uint32(16))) * np.uint32(0x21F0AAAD)
        x = (x ^ (x >> np.uint32(15))) * np.uint32(0x735A2D97)
        x ^= x >> np.uint32(15)
        x = (x + key) * np.uint32(0x9E3779B1)
        return x ^ (x >> np.uint32(16))


def derive(key: int, *path: int) -> int:
    for part in path:
        key = int(mix(key ^ 0x5BD1E995, part))
    return key


def permutation(count: int, key: int) -> list[int]:
    order, draws = list(range(count)), mix(key, np.arange(count)) / 2**32
    for draw, last in zip(draws, range(count - 1, 0, -1)):
        other = int(draw * (last + 1))
        order[last], order[other] = order[other], order[last]
    return order


class RecordedDropout(nn.Module):
    """Dropout of the classifier's input, with the mask that our run had at the current step."""

    def __init__(self, rate: float, seed: int) -> None:
        super().__init__()
        self.rate, self.seed, self.step = rate, seed, 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if not self.training:
            return x
        kept = mix(derive(self.seed, self.step, 0, 0), np.arange(x.numel())) < int((1 - self.rate) * 2**32)
        return x * torch.tensor(kept, dtype=x.dtype).view_as(x) / (1 - self.rate)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True, help="output_dir of a run-classifier run with gradient_accumulation_steps 1")
    parser.add_argument("--model", type=Path, required=True, help="the weights that the run started from, without dropout inside the layers")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=10**9, help="stop after this many steps")
    options = parser.parse_args()
    flags = json.loads((options.run / "run.json").read_text())
    log = [json.loads(line) for line in (options.run / "training_log.jsonl").read_text().splitlines()]
    seed, size = flags["random_seed"], flags["train_batch_size"]

    model = AlbertForSequenceClassification.from_pretrained(options.model, torch_dtype=torch.float32, attn_implementation="eager")
    assert model.config.hidden_dropout_prob == model.config.attention_probs_dropout_prob == 0
    spiece = AlbertTokenizer.from_pretrained(options.model)
    model.dropout = RecordedDropout(model.config.classifier_dropout_prob, seed)
    optimizer = OriginalAdamW(model)
    train, dev = (read_mrpc(options.data / f"glue/MRPC/{split}.tsv") for split in ("train", "dev"))
    epochs = -(-len(log) * size // len(train))
    order = [row for epoch in range(epochs) for row in permutation(len(train), derive(seed, epoch))]
    worst = 0.0
    model.train()
    for step, recorded in enumerate(log[: options.steps]):
        model.dropout.step = step
        batch = [train[row] for row in order[step * size : (step + 1) * size]]
        loss = nn.functional.cross_entropy(model(**encode(spiece, batch, VERDICT_LENGTH)[0]).logits, torch.tensor([int(pair.label) for pair in batch]))
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), flags["clip_norm"])
        optimizer.step(recorded["learningRate"])
        worst = max(worst, abs(loss.item() - recorded["loss"]))
        print(f"step {step + 1} loss {loss.item():.6f}, recorded {recorded['loss']:.6f}, greatest difference {worst:.1e}", flush=True)
    model.eval()
    print("dev accuracy / F1 {:.2f} / {:.2f}".format(*score(model, spiece, dev)))


if __name__ == "__main__":
    main()
