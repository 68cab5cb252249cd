"""Fine-tunes a small BERT (all-MiniLM-L6-v2) as a cross-encoder with one logit for each task of `training.TASKS`."""
import argparse
from pathlib import Path

import torch
from torch import Tensor
from transformers import AutoTokenizer, BertForSequenceClassification

from prepare_pairs import Pair, read_pairs
from training import TASKS, adamw, fast_arithmetic, mixed, task_loss, train

MAX_LENGTH = 96


def load_teacher(folder: Path) -> tuple[BertForSequenceClassification, AutoTokenizer]:
    # Eager attention: on CPU the fused kernel's backward pass is slower than the plain products at 64 tokens.
    # No dropout inside attention: it costs as much as the attention itself and changed no score.
    model = BertForSequenceClassification.from_pretrained(
        folder, num_labels=len(TASKS), attn_implementation="eager", attention_probs_dropout_prob=0.0)
    return model, AutoTokenizer.from_pretrained(folder)


def logits_of(model: BertForSequenceClassification, tokenizer, batch: list[Pair]) -> Tensor:
    """[batch, tasks]"""
    inputs = tokenizer([p.first for p in batch], [p.second for p in batch], truncation=True, max_length=MAX_LENGTH,
                       padding=True, return_tensors="pt")
    return model(**inputs).logits.float()


def accuracy(model, tokenizer, pairs: list[Pair]) -> str:
    """Accuracy by task; `model.eval()` for the time of the call."""
    model.eval()
    ordered = sorted(pairs, key=lambda p: len(p.first) + len(p.second))
    right: dict[str, list[bool]] = {}
    with torch.no_grad(), fast_arithmetic():
        for at in range(0, len(ordered), 64):
            batch = ordered[at : at + 64]
            for pair, logits in zip(batch, logits_of(model, tokenizer, batch)):
                right.setdefault(pair.task, []).append((logits[TASKS.index(pair.task)] > 0) == (pair.label > 0.5))
    model.train()
    return "  ".join(f"{task} {sum(r) / len(r):.3f} of {len(r)}" for task, r in right.items())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True, help="folder of all-MiniLM-L6-v2")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py")
    parser.add_argument("--mix", default="mrpc=2 paws=2 qqp=0.35 pan=0.3 similarity=0.6 roles=0.25 unrelated=0.4",
                        help="how often to take each task's rows")
    parser.add_argument("--select", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=2)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    model, tokenizer = load_teacher(options.start)
    # Word embeddings stay: a few thousand pairs would move only the words they hold, and half of each step would go there.
    model.bert.embeddings.requires_grad_(False)
    model.train()
    pairs = mixed([pair for path in options.pairs for pair in read_pairs(path)], options.mix, options.seed)
    select = read_pairs(options.select)
    if train(model, adamw([(model.classifier, options.rate * 5), (model, options.rate)]), pairs,
             lambda batch: task_loss(logits_of(model, tokenizer, batch), batch),
             checkpoint=options.out / "training.pt", epochs=options.epochs, minutes=options.minutes,
             batch_size=options.batch_size, seed=options.seed, report=lambda: accuracy(model, tokenizer, select)):
        model.save_pretrained(options.out)
        tokenizer.save_pretrained(options.out)


if __name__ == "__main__":
    main()
