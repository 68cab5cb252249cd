"""Fine-tunes a student to two classes, "not a paraphrase" and "paraphrase", on labelled pairs of one or several tasks."""
import argparse
import random
from pathlib import Path

import torch
from torch import nn
from transformers import AlbertForSequenceClassification

from initialise import load_student, save_student
from prepare_pairs import Pair, read_pairs
from training import TASKS, VERDICT_LENGTH, adamw, batches, encode, fast_arithmetic, logits_of, train


def two_classes(model: AlbertForSequenceClassification, tasks: list[str]) -> AlbertForSequenceClassification:
    """Turns one logit per task into two classes: the mean logit z of `tasks` becomes -z/2 and z/2, so that softmax gives sigmoid(z)."""
    columns = [TASKS.index(task) for task in tasks]
    head = nn.Linear(model.config.hidden_size, 2)
    with torch.no_grad():
        weight, bias = model.classifier.weight[columns].mean(0), model.classifier.bias[columns].mean()
        head.weight.copy_(torch.stack([-weight, weight]) / 2)
        head.bias.copy_(torch.stack([-bias, bias]) / 2)
    model.classifier = head
    model.num_labels = 2
    model.config.num_labels = 2
    model.config.id2label = {0: "not_paraphrase", 1: "paraphrase"}
    model.config.label2id = {"not_paraphrase": 0, "paraphrase": 1}
    model.config.problem_type = None
    return model


def probabilities(model, spiece, pairs: list[Pair]) -> list[float]:
    """Returns the probability of "paraphrase" for each pair, in the order given."""
    return logits_of(model, spiece, pairs, VERDICT_LENGTH).softmax(-1)[:, 1].tolist()


def with_drawn_label(pair: Pair, rng: random.Random) -> Pair:
    """Replaces a similarity score g by a label of 1 with probability g², and of 0 otherwise. Over many pairs, cross-entropy then teaches
    the score instead of a threshold. It is squared because sentences that share half of their meaning are rarely called the same."""
    return pair._replace(label=float(rng.random() < pair.label**2)) if pair.task == "similarity" else pair


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--start", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--head", nargs="+", default=["mrpc"], help="the tasks whose mean logit initialises the two classes")
    parser.add_argument("--mix", default="mrpc=1", help="how often each task's rows occur in an epoch")
    parser.add_argument("--select", type=Path, help="report accuracy on these pairs during training")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=400, help="training steps; 0 only turns the tasks' logits into two classes")
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--batch_size", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    model, spiece = load_student(options.start)
    if model.config.num_labels == len(TASKS):
        two_classes(model, options.head)
    model.train()
    rng = random.Random(options.seed)
    pairs = [with_drawn_label(pair, rng) for path in options.pairs for pair in read_pairs(path)]
    select = read_pairs(options.select) if options.select else []

    def loss_of(batch: list[Pair]):
        logits = model(**encode(spiece, batch, VERDICT_LENGTH)[0]).logits.float()
        return nn.functional.cross_entropy(logits, torch.tensor([int(pair.label) for pair in batch]))

    def report() -> str:
        right: dict[str, list[bool]] = {}
        with fast_arithmetic():
            for pair, probability in zip(select, probabilities(model, spiece, select)):
                right.setdefault(pair.task, []).append((probability > 0.5) == (pair.label > 0.5))
        return "  " + "  ".join(f"{task} {sum(r) / len(r):.3f} of {len(r)}" for task, r in right.items())

    if train(model, adamw([(model, options.rate)]), batches(pairs, options.mix, options.batch_size, options.seed), loss_of,
             checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, report=report if select else None):
        save_student(model, options.start / "spiece.model", options.out)


if __name__ == "__main__":
    main()
