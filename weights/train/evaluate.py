"""Scores two-class models, in float32 arithmetic on the weights as stored, and prints a row a model and their mean and spread.

MRPC dev and test: accuracy and F1. PAWS held out: accuracy and F1 (a guess of the more frequent class scores 53.7). STS-B
dev: Spearman of the logit. Unrelated: two STS-B dev sentences that were never a pair; the mean probability and how many pass 0.5.
"""
import argparse
import json
import random
import statistics
from pathlib import Path

import torch
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, f1_score
from transformers import AlbertForSequenceClassification, AlbertTokenizer

from finetune import probabilities
from prepare_pairs import Pair, read_mrpc, read_pairs, read_stsb


def scores(folder: Path, data: Path, heldout: Path, detail: bool) -> dict[str, float]:
    model = AlbertForSequenceClassification.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    spiece = AlbertTokenizer.from_pretrained(folder)
    result: dict[str, float] = {}
    for name, pairs in [("mrpc_dev", read_mrpc(data / "glue/MRPC/dev.tsv")), ("mrpc_test", read_mrpc(data / "glue/MRPC/test.tsv")),
                        ("paws_heldout", read_pairs(heldout))]:
        labels = [int(pair.label) for pair in pairs]
        answers = [int(p > 0.5) for p in probabilities(model, spiece, pairs)]
        result[f"{name}_accuracy"] = 100 * accuracy_score(labels, answers)
        result[f"{name}_f1"] = 100 * f1_score(labels, answers)
    if detail:
        stsb = read_stsb(data / "pairs/stsb_dev.tsv")
        graded = torch.tensor(probabilities(model, spiece, stsb), dtype=torch.float64).logit()
        result["stsb_dev_spearman"] = 100 * spearmanr(graded, [pair.label for pair in stsb]).statistic
        rng = random.Random(0)
        texts = [pair.first for pair in stsb]
        unrelated = probabilities(model, spiece, [Pair("unrelated", 0, *rng.sample(texts, 2)) for _ in range(500)])
        result["unrelated_mean_probability"] = statistics.mean(unrelated)
        result["unrelated_over_half_percent"] = 100 * sum(p > 0.5 for p in unrelated) / len(unrelated)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, nargs="+", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--heldout", type=Path, required=True, help="heldout.tsv of prepare_pairs.py")
    parser.add_argument("--detail", action="store_true", help="STS-B dev and unrelated pairs too")
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    options = parser.parse_args()
    rows = {}
    for folder in options.models:
        rows[folder.name] = scores(folder, options.data, options.heldout, options.detail)
        print(folder.name, {key: round(value, 2) for key, value in rows[folder.name].items()}, flush=True)
    if len(rows) > 1:
        for key in next(iter(rows.values())):
            values = [row[key] for row in rows.values()]
            print(f"{key:30} mean {statistics.mean(values):.2f}, from {min(values):.2f} to {max(values):.2f}")
    if options.out:
        options.out.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
