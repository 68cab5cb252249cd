"""Fine-tunes on MRPC in PyTorch, with the rules and flags of `albert run-classifier`, to compare the two.

AdamW with the original's rules (no decay of biases and LayerNorm, epsilon 1e-6, no bias correction), linear warm-up and decay,
gradients clipped to a global norm of 1, batches padded to their longest row, float32. The dev set is scored every
`--save_checkpoints_steps`, and the best checkpoint is scored on test. Data order and dropout are PyTorch's own, so seeds do not match ours.
"""
import argparse
import json
import random
import statistics
from pathlib import Path

import torch
from sklearn.metrics import accuracy_score, f1_score
from torch import nn
from transformers import AlbertForSequenceClassification, AlbertTokenizer

from finetune import probabilities
from prepare_pairs import Pair, read_mrpc
from training import VERDICT_LENGTH, encode


class OriginalAdamW:
    """AdamW as in google-research/albert's optimization.py: moments without bias correction, decoupled weight decay."""

    def __init__(self, model: nn.Module) -> None:
        self.moments = [(name, p, torch.zeros_like(p), torch.zeros_like(p)) for name, p in model.named_parameters()]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        for name, parameter, mean, square in self.moments:
            if parameter.grad is None:
                continue
            mean.lerp_(parameter.grad, 0.1)
            square.lerp_(parameter.grad.square(), 0.001)
            update = mean / (square.sqrt() + 1e-6)
            if not ("bias" in name or "LayerNorm" in name or "layer_norm" in name):
                update += 0.01 * parameter
            parameter -= rate * update


def score(model, spiece, pairs: list[Pair]) -> tuple[float, float]:
    answers = [int(p > 0.5) for p in probabilities(model, spiece, pairs)]
    labels = [int(pair.label) for pair in pairs]
    return 100 * accuracy_score(labels, answers), 100 * f1_score(labels, answers)


def run(options: argparse.Namespace, seed: int) -> dict[str, float]:
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = AlbertForSequenceClassification.from_pretrained(options.model, torch_dtype=torch.float32, attn_implementation="eager")
    spiece = AlbertTokenizer.from_pretrained(options.model)
    train, dev, test = (read_mrpc(options.data / f"glue/MRPC/{split}.tsv") for split in ("train", "dev", "test"))
    optimizer = OriginalAdamW(model)
    best: dict[str, float] = {}
    order: list[Pair] = []
    for step in range(options.train_step):
        if len(order) < options.train_batch_size:
            order += rng.sample(train, len(train))
        batch, order = order[: options.train_batch_size], order[options.train_batch_size :]
        model.train()
        logits = model(**encode(spiece, batch, VERDICT_LENGTH)[0]).logits
        loss = nn.functional.cross_entropy(logits, torch.tensor([int(pair.label) for pair in batch]))
        model.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        decayed = options.learning_rate * (1 - step / options.train_step)
        optimizer.step(options.learning_rate * step / options.warmup_step if step < options.warmup_step else decayed)
        if (step + 1) % options.save_checkpoints_steps and step + 1 != options.train_step:
            continue
        model.eval()
        accuracy, f1 = score(model, spiece, dev)
        print(f"seed {seed} step {step + 1} loss {loss.item():.4f} dev {accuracy:.2f} / {f1:.2f}", flush=True)
        if accuracy > best.get("dev_accuracy", -1):
            test_accuracy, test_f1 = score(model, spiece, test)
            best = {"dev_accuracy": accuracy, "dev_f1": f1, "test_accuracy": test_accuracy, "test_f1": test_f1}
    print(f"seed {seed}", {key: round(value, 2) for key, value in best.items()}, flush=True)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--learning_rate", type=float, default=2e-5)
    parser.add_argument("--train_step", type=int, default=800)
    parser.add_argument("--warmup_step", type=int, default=200)
    parser.add_argument("--save_checkpoints_steps", type=int, default=100)
    parser.add_argument("--train_batch_size", type=int, default=32)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    runs = [run(options, seed) for seed in options.seeds]
    for key in runs[0]:
        values = [result[key] for result in runs]
        print(f"{key:14} mean {statistics.mean(values):.2f}, from {min(values):.2f} to {max(values):.2f}")
    options.out.write_text(json.dumps(runs, indent=2) + "\n")


if __name__ == "__main__":
    main()
