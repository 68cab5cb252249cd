"""Trains the sentence encoder on human similarity scores (STS-B train and SICK train) and, on request, on the teacher's scores for many
other pairs (augmented SBERT, Thakur et al. 2021). The teacher is a cross-encoder, and so more accurate.

The loss wants the cosines of a batch in the order of its similarity scores (CoSENT: every two pairs in the wrong order cost something),
and keeps each embedding close to the one before training, which was learned from far more text. At the end the weights are averaged
with those from before (Wortsman et al. 2022, model soups): on pairs unlike the training pairs, the average is better than either.

Reads and writes the sentence-transformers layout (ALBERT, mean pooling, Dense, normalise), and fits paraphrase_calibration.json again.
Prints scores on held-out rows and, at the end, on STS-B dev.
"""
import argparse
import copy
import json
import math
import random
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from scipy.stats import spearmanr
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn
from transformers import AlbertModel, AlbertTokenizer

from prepare_pairs import Pair, read_pairs, read_stsb
from training import TASKS, adamw, batches, read_rows, train

SENTENCE_LENGTH = 128
STEEPNESS = 20


class SentenceEncoder(nn.Module):
    """Maps texts to unit vectors [texts, hidden]."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.albert = AlbertModel.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager")
        self.spiece = AlbertTokenizer.from_pretrained(folder)
        dense = load_file(folder / "2_Dense/model.safetensors")
        self.dense = nn.Linear(*reversed(dense["linear.weight"].shape))
        with torch.no_grad():
            self.dense.weight.copy_(dense["linear.weight"])
            self.dense.bias.copy_(dense["linear.bias"])

    def pooled(self, texts: list[str]) -> Tensor:
        """Returns the mean of the last hidden states over the pieces, [texts, hidden]."""
        rows = [self.spiece(text, truncation=True, max_length=SENTENCE_LENGTH)["input_ids"] for text in texts]
        length = max(map(len, rows))
        ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
        mask = torch.tensor([[1.0] * len(row) + [0.0] * (length - len(row)) for row in rows])
        hidden = self.albert(input_ids=ids, attention_mask=mask).last_hidden_state
        return (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdim=True)

    def forward(self, texts: list[str]) -> Tensor:
        return nn.functional.normalize(self.dense(self.pooled(texts)), dim=-1)

    @torch.no_grad()
    def cosines(self, pairs: list[Pair]) -> list[float]:
        order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].first))
        result = [0.0] * len(pairs)
        for at in range(0, len(order), 64):
            indices = order[at : at + 64]
            one, two = self([pairs[i].first for i in indices]), self([pairs[i].second for i in indices])
            for i, cosine in zip(indices, (one * two).sum(1).tolist()):
                result[i] = cosine
        return result

    def save(self, start: Path, out: Path) -> None:
        """Writes float16 weights, as they were read, and copies the other files of `start`."""
        shutil.copytree(start, out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.safetensors", "training.pt", "golden.json", "*.md"))
        for module, path in ((self.albert, out / "model.safetensors"), (self.dense, out / "2_Dense/model.safetensors")):
            prefix = "linear." if module is self.dense else ""
            tensors = {prefix + name: tensor.half().contiguous() for name, tensor in module.state_dict().items()}
            save_file(tensors, path, metadata={"format": "pt"})


def order_loss(cosines: Tensor, grades: Tensor) -> Tensor:
    """Returns log(1 + sum of exp(steepness (cosine of the less similar pair - cosine of the more similar pair))): [pairs], [pairs] -> scalar."""
    gaps = STEEPNESS * (cosines[:, None] - cosines[None, :])
    wrong = gaps[grades[:, None] < grades[None, :]]
    return torch.logsumexp(torch.cat([torch.zeros(1), wrong]), 0)


def calibration(encoder: SentenceEncoder, sets: dict[str, list[Pair]]) -> dict:
    """Fits a logistic function of the cosine on rows that were never trained on, with equal weight for each set."""
    cosines = [[c] for pairs in sets.values() for c in encoder.cosines(pairs)]
    labels = [int(pair.label) for pairs in sets.values() for pair in pairs]
    weights = [1 / len(pairs) for pairs in sets.values() for _ in pairs]
    fitted = LogisticRegression(C=1e6).fit(cosines, labels, sample_weight=[w * len(labels) for w in weights])
    return {"kind": "logistic", "similarity": "cosine", "scale": round(float(fitted.coef_[0, 0]), 6),
            "bias": round(float(fitted.intercept_[0]), 6), "fitted_on": f"{', '.join(sets)}: held-out rows, each set with equal weight"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="sentence encoder in sentence-transformers layout")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="train.tsv of prepare_pairs.py, and other files that have answers")
    parser.add_argument("--answers", type=Path, help="folder written by answers.py: the teacher's logits for pairs that no annotator scored")
    parser.add_argument("--mix", default="similarity=1", help="how often an epoch takes the pairs scored by people (`similarity`) and by the teacher (`answered`)")
    parser.add_argument("--select", type=Path, required=True, help="select.tsv of prepare_pairs.py, to calibrate on")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", type=float, default=10, help="weight of staying close to the embeddings before training")
    parser.add_argument("--share", type=float, default=0.5, help="share of the trained weights in the average that is written")
    parser.add_argument("--steps", type=int, default=850)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    encoder = SentenceEncoder(options.start)
    before = copy.deepcopy(encoder).eval()
    rows = read_rows(options.pairs, options.answers)
    pairs = [pair for pair in rows if pair.task == "similarity"]
    random.Random(0).shuffle(pairs)
    select, pairs = pairs[:600], pairs[600:]
    kept_back = read_pairs(options.select)
    calibrated_by = {
        "MRPC": [pair for pair in kept_back if pair.task == "mrpc"],
        "Quora": [pair for pair in kept_back if pair.task == "qqp"],
        "STS-B and SICK (>=4 against <=3)": [pair._replace(label=pair.label >= 0.8) for pair in select if not 0.6 < pair.label < 0.8],
    }
    grade = TASKS.index("similarity")
    pairs += [pair._replace(task="answered", label=1 / (1 + math.exp(-pair.answers[grade])))
              for pair in rows if pair.answers and pair.task != "similarity"]

    def spearman(rows: list[Pair]) -> float:
        return 100 * spearmanr(encoder.cosines(rows), [pair.label for pair in rows]).statistic

    def loss_of(batch: list[Pair]) -> Tensor:
        texts = [pair.first for pair in batch] + [pair.second for pair in batch]
        embeddings = encoder(texts)
        with torch.no_grad():
            known = before(texts)
        one, two = embeddings.chunk(2)
        grades = torch.tensor([pair.label for pair in batch])
        return order_loss((one * two).sum(1), grades) + options.keep * (1 - (embeddings * known).sum(1)).mean()

    print(f"before: {spearman(select):.2f}", flush=True)
    if train(encoder, adamw([(encoder, options.rate)]), batches(pairs, options.mix, options.batch_size, options.seed), loss_of,
             checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, report=lambda: f"  held out {spearman(select):.2f}"):
        with torch.no_grad():
            for parameter, known in zip(encoder.parameters(), before.parameters()):
                parameter.lerp_(known, 1 - options.share)
        encoder.save(options.start, options.out)
        (options.out / "paraphrase_calibration.json").write_text(json.dumps(calibration(encoder, calibrated_by), indent=1) + "\n")
        print(f"averaged: held out {spearman(select):.2f}, STS-B dev {spearman(read_stsb(options.data / 'pairs/stsb_dev.tsv')):.2f}")


if __name__ == "__main__":
    main()
