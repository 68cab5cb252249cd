"""Scores models in float32 arithmetic on the weights as stored, and prints a table for each model, and the mean and range over all.

Takes models with two classes, as they ship, and models with one logit for each task of `training.TASKS` (teacher.py, distil.py). With
the latter, each set is scored by its own task's logit, and sets that belong to no task by the mean of three. Sentence encoders in
sentence-transformers layout are scored by the calibrated logistic function of their cosine.

  mrpc_dev, mrpc_test     GLUE's splits: accuracy, F1
  paws, qqp               rows that prepare_pairs.py held out: accuracy, F1, area under the curve. Always "no" gives 53.7 and 53.3.
  stsb_dev, sick_dev      Spearman correlation of the logit with the human similarity scores
  unrelated               random pairs of sentences from STS-B dev: the mean probability, and the share above one half
  written                 pairs written by us that written_pairs.py held out: accuracy, F1, area under the curve
  robustness              robustness.tsv, pairs written by us: accuracy by kind
  error                   expected calibration error on MRPC, paws, qqp and written
"""
import argparse
import json
import random
import statistics
from pathlib import Path
from typing import Callable

import torch
from scipy.stats import spearmanr
from sklearn.metrics import accuracy_score, f1_score, roc_auc_score
from torch import Tensor
from transformers import AutoConfig

from initialise import load_student
from prepare_pairs import Pair, read_mrpc, read_pairs, read_stsb
from sentence_similarity import SentenceEncoder
from teacher import load_teacher
from training import TASKS, VERDICT_LENGTH, logits_of

ROBUSTNESS = Path(__file__).with_name("robustness.tsv")


def load(folder: Path):
    """Returns a student or a teacher, with its tokenizer."""
    kind = AutoConfig.from_pretrained(folder).model_type
    model, tokenizer = load_student(folder) if kind == "albert" else load_teacher(folder)
    return model.eval(), tokenizer


def verdicts(model, tokenizer, pairs: list[Pair], task: str | None = None) -> Tensor:
    """Returns the logit of "the same" for each pair, by the definition of `task`."""
    logits = logits_of(model, tokenizer, pairs, VERDICT_LENGTH).double()
    if logits.shape[1] == 2:
        return logits[:, 1] - logits[:, 0]
    return logits[:, [TASKS.index(one) for one in ([task] if task else ("mrpc", "paws", "qqp"))]].mean(1)


def judge_of(folder: Path) -> Callable[[list[Pair], str | None], Tensor]:
    """Returns a function from pairs to their logits of "the same", for any kind of model."""
    if (folder / "modules.json").exists():
        encoder = SentenceEncoder(folder).eval()
        logistic = json.loads((folder / "paraphrase_calibration.json").read_text())
        return lambda pairs, task: logistic["scale"] * torch.tensor(encoder.cosines(pairs), dtype=torch.float64) + logistic["bias"]
    model, tokenizer = load(folder)
    return lambda pairs, task: verdicts(model, tokenizer, pairs, task)


def calibration_error(logits: Tensor, pairs: list[Pair], bins: int = 10) -> float:
    """Returns the expected calibration error over `bins` equal ranges of the probability: the mean distance between the probability and
    the share of paraphrases, weighted by rows."""
    probabilities, labels = logits.sigmoid(), torch.tensor([pair.label for pair in pairs], dtype=torch.float64)
    place = (probabilities * bins).long().clamp(max=bins - 1)
    return sum(abs((probabilities - labels)[place == i].sum().item()) for i in range(bins)) / len(pairs)


def scores(folder: Path, data: Path, heldout: list[Pair], only: list[str]) -> dict[str, float]:
    judge = judge_of(folder)
    stsb = read_stsb(data / "pairs/stsb_dev.tsv")
    texts, rng = [pair.first for pair in stsb], random.Random(0)
    sets = {
        "mrpc_dev": ("mrpc", read_mrpc(data / "glue/MRPC/dev.tsv")),
        "mrpc_test": ("mrpc", read_mrpc(data / "glue/MRPC/test.tsv")),
        **{name: (name, [pair for pair in heldout if pair.task == name]) for name in ("paws", "qqp")},
        "stsb_dev": ("similarity", stsb),
        "sick_dev": ("similarity", [pair for pair in heldout if pair.task == "similarity"]),
        "unrelated": (None, [Pair("unrelated", 0, *rng.sample(texts, 2)) for _ in range(500)]),
        "written": (None, [pair for pair in heldout if pair.task == "written"]),
        "robustness": (None, read_pairs(ROBUSTNESS)),
    }
    result: dict[str, float] = {}
    for name, (task, pairs) in sets.items():
        if not pairs or only and name not in only:
            continue
        logits = judge(pairs, task)
        labels, answers = [pair.label for pair in pairs], (logits > 0).int().tolist()
        if task == "similarity":
            result[f"{name}_spearman"] = 100 * spearmanr(logits, labels).statistic
        elif name == "unrelated":
            result["unrelated_mean_probability"] = logits.sigmoid().mean().item()
            result["unrelated_over_half_percent"] = 100 * statistics.mean(answers)
        else:
            result[f"{name}_accuracy"] = 100 * accuracy_score(labels, answers)
            result[f"{name}_f1"] = 100 * f1_score(labels, answers)
        if name in ("paws", "qqp", "written"):
            result[f"{name}_auc"] = 100 * roc_auc_score(labels, logits)
        if name in ("mrpc_dev", "mrpc_test", "paws", "qqp", "written"):
            result[f"{name}_error"] = 100 * calibration_error(logits, pairs)
        if name == "robustness":
            for kind in dict.fromkeys(pair.task for pair in pairs):
                result[f"robustness: {kind}"] = 100 * statistics.mean(
                    answer == pair.label for answer, pair in zip(answers, pairs) if pair.task == kind)
    return result


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, nargs="+", required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--heldout", type=Path, nargs="+", required=True, help="heldout.tsv of prepare_pairs.py, written-heldout.tsv")
    parser.add_argument("--only", nargs="*", default=[], help="sets to score; all by default")
    parser.add_argument("--out", type=Path, help="write the scores as JSON")
    options = parser.parse_args()
    heldout = [pair for path in options.heldout for pair in read_pairs(path)]
    rows = {}
    for folder in options.models:
        rows[folder.name] = scores(folder, options.data, heldout, options.only)
        print(folder.name, *(f"  {key:30} {value:6.2f}" for key, value in rows[folder.name].items()), sep="\n", flush=True)
    if len(rows) > 1:
        for key in next(iter(rows.values())):
            values = [row[key] for row in rows.values()]
            print(f"{key:32} mean {statistics.mean(values):.2f}, from {min(values):.2f} to {max(values):.2f}")
    if options.out:
        options.out.write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
