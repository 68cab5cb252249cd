"""Calibrates a fine-tuned student's probabilities on rows that it was not trained on, and finds the range in which it is unsure.

A logistic function of the logit, p = sigmoid(scale * z + bias), is fitted with equal weight for each task. Afterwards one half is the
best threshold, and a probability of 0.8 is right in four cases out of five. The function is folded into the classifier's weights, so
nothing has to be applied at inference. `unsure` in config.json is set to the range around one half in which the model is right less than
two times in three, found in steps of 0.05. A user interface can mark such verdicts.
"""
import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from sklearn.linear_model import LogisticRegression

from evaluate import calibration_error, load, verdicts
from prepare_pairs import read_mrpc, read_pairs

RING, WIDEST, SURE = 0.05, 0.25, 2 / 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a model with two classes, not trained on the pairs")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="select.tsv of prepare_pairs.py, written-select.tsv")
    parser.add_argument("--mrpc_dev", type=Path, help="GLUE's dev.tsv: replaces the MRPC rows of --pairs if the model was trained on all of train.tsv")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model, tokenizer = load(options.model)
    pairs = [pair for path in options.pairs for pair in read_pairs(path)]
    if options.mrpc_dev:
        pairs = [*(pair for pair in pairs if pair.task != "mrpc"), *read_mrpc(options.mrpc_dev)]
    tasks = sorted({pair.task for pair in pairs})
    weights = [1 / sum(other.task == pair.task for other in pairs) for pair in pairs]
    logits = verdicts(model, tokenizer, pairs)
    labels = torch.tensor([pair.label for pair in pairs])
    fitted = LogisticRegression(C=1e6).fit(logits[:, None].numpy(), labels.int().numpy(), sample_weight=weights)
    scale, bias = float(fitted.coef_[0, 0]), float(fitted.intercept_[0])
    honest = scale * logits + bias

    for task in tasks:
        rows = torch.tensor([pair.task == task for pair in pairs])
        own = [pair for pair in pairs if pair.task == task]
        right = [((z[rows] > 0) == (labels[rows] > 0.5)).float().mean().item() for z in (logits, honest)]
        error = [calibration_error(z[rows], own) for z in (logits, honest)]
        print(f"{task:6} accuracy {100 * right[0]:.1f} -> {100 * right[1]:.1f}, "
              f"expected calibration error {100 * error[0]:.1f} -> {100 * error[1]:.1f}")

    distance, correct = (honest.sigmoid() - 0.5).abs(), (honest > 0) == (labels > 0.5)
    band = RING
    while band < WIDEST and correct[(distance >= band) & (distance < band + RING)].float().mean() < SURE:
        band += RING
    inside = distance < band
    print(f"scale {scale:.4f}, bias {bias:.4f}; unsure from {0.5 - band:.2f} to {0.5 + band:.2f}: {100 * inside.float().mean():.1f} % of the pairs, "
          f"{100 * correct[inside].float().mean():.1f} % of them right, {100 * correct[~inside].float().mean():.1f} % of the others")

    shutil.copytree(options.model, options.out, dirs_exist_ok=True, ignore=shutil.ignore_patterns("training.pt"))
    tensors = load_file(options.model / "model.safetensors")
    # The logits of the two classes become -z'/2 and z'/2, z' being the fitted logit.
    for name, shift in (("classifier.weight", 0.0), ("classifier.bias", bias)):
        z = scale * (tensors[name][1] - tensors[name][0]) + shift
        tensors[name] = torch.stack([-z / 2, z / 2]).contiguous()
    save_file(tensors, options.out / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((options.model / "config.json").read_text())
    config["unsure"] = [round(0.5 - band, 2), round(0.5 + band, 2)]
    (options.out / "config.json").write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
