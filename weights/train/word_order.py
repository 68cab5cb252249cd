"""Teaches the student where words stand: it goes on from a trained student, without a teacher.

A student that was taught by whole sentences calls any two of the same words the same. PAWS and the `roles` pairs of
mine_pairs.py have labels for such pairs, but a label a pair is too little to find out what it depends on. So each piece
of both sentences is asked too, halfway up, what its own ids answer:

  copied   does this piece stand in the other sentence as well?
  left     does it have the same left neighbour there?
  right    the same right neighbour?

To answer, attention must find a piece's counterpart and compare neighbours, which is what a swap of roles shows in. The
questions' head is thrown away; the pairs' own labels are learnt along with it, by the last pass and with less weight by those
before it, so that a verdict can be read early (Zhou et al. 2020, PABEE). Pairs without a label get the probability
that the student gave them for MRPC before, so that it does not forget what it knew.
"""
import argparse
import copy
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AlbertForSequenceClassification

from finetune import encode
from initialise import load_student, save_student
from prepare_pairs import Pair, read_pairs
from training import TASKS, adamw, fast_arithmetic, mixed, task_loss, train

QUESTIONS = 3


def answers(ids: list[int], types: list[int], length: int) -> list[list[float]]:
    """For each piece of `[CLS] first [SEP] second [SEP]` the answers to the questions, padded to `length` rows."""
    ends = [i for i, kind in enumerate(types) if i + 1 == len(types) or types[i + 1] != kind]
    bounds = [(1, ends[0]), (ends[0] + 1, ends[-1])]
    result = [[0.0] * QUESTIONS for _ in range(length)]
    for (start, end), (other_start, other_end) in (bounds, bounds[::-1]):
        seen = set(ids[other_start:other_end])
        # A sentence's ends are neighbours too: None beside the first and the last piece.
        other = [None, *ids[other_start:other_end], None]
        adjacent = set(zip(other, other[1:]))
        own = [None, *ids[start:end], None]
        for i in range(start, end):
            left, piece, right = own[i - start : i - start + 3]
            result[i] = [float(piece in seen), float((left, piece) in adjacent), float((piece, right) in adjacent)]
    return result


def to_one_logit_a_task(model: AlbertForSequenceClassification) -> None:
    """Undoes `finetune.two_classes`: every task starts from the difference of the two classes."""
    if model.config.num_labels == len(TASKS):
        return
    head = nn.Linear(model.config.hidden_size, len(TASKS))
    with torch.no_grad():
        head.weight.copy_((model.classifier.weight[1] - model.classifier.weight[0]).expand_as(head.weight))
        head.bias.fill_(model.classifier.bias[1] - model.classifier.bias[0])
    model.classifier = head
    model.num_labels = model.config.num_labels = len(TASKS)
    model.config.id2label = dict(enumerate(TASKS))
    model.config.label2id = {task: i for i, task in enumerate(TASKS)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="a student with one logit a task, or with two classes")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--select", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mix", default="roles=1 paws=4 mrpc=3 qqp=0.3 pan=0.1 similarity=0.5 unlabelled=0.3 unrelated=0.2 identical=0.5")
    parser.add_argument("--asked_after", type=int, default=4, help="the pass of the shared layer after which pieces are asked")
    parser.add_argument("--questions", type=float, default=1, help="weight of the questions beside the labels")
    parser.add_argument("--early", type=float, default=0.15, help="weight of the labels after each earlier pass, from the third on")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--rate", type=float, default=3e-4)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--report_every", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    student, spiece = load_student(options.start)
    to_one_logit_a_task(student)
    student.train()
    asked = nn.Linear(student.config.hidden_size, QUESTIONS)
    pairs = mixed([pair for path in options.pairs for pair in read_pairs(path)], options.mix, options.seed)
    select = read_pairs(options.select)
    recent: list[Tensor] = []
    before = copy.deepcopy(student).eval()

    @torch.no_grad()
    def labelled(batch: list[Pair]) -> list[Pair]:
        unlabelled = [pair for pair in batch if pair.task == "unlabelled"]
        if not unlabelled:
            return batch
        known = before(**encode(spiece, unlabelled)).logits[:, TASKS.index("mrpc")].float().sigmoid().tolist()
        return [pair if pair.task != "unlabelled" else Pair("mrpc", known.pop(0), pair.first, pair.second) for pair in batch]

    def loss_of(batch: list[Pair]) -> Tensor:
        inputs = encode(spiece, batch)
        output = student(**inputs, output_hidden_states=True)
        length = inputs["input_ids"].shape[1]
        counts = inputs["attention_mask"].sum(1).tolist()
        wanted = torch.tensor([answers(ids[:count], types[:count], length) for ids, types, count in zip(
            inputs["input_ids"].tolist(), inputs["token_type_ids"].tolist(), counts)])
        real = inputs["attention_mask"].bool()
        given, wanted = asked(output.hidden_states[options.asked_after]).float()[real], wanted[real]
        recent.append(((given > 0) == (wanted > 0.5)).float().mean(0).detach())
        known = labelled(batch)
        labels = task_loss(output.logits.float(), known)
        for hidden in output.hidden_states[3:-1]:
            pooled = student.albert.pooler_activation(student.albert.pooler(hidden[:, 0]))
            labels = labels + options.early * task_loss(student.classifier(pooled).float(), known)
        return labels + options.questions * nn.functional.binary_cross_entropy_with_logits(given, wanted)

    @torch.no_grad()
    def report() -> str:
        save_student(student, options.start / "spiece.model", options.out)
        student.eval()
        right: dict[str, list[bool]] = {}
        ordered = sorted(select, key=lambda p: len(p.first) + len(p.second))
        with fast_arithmetic():
            for at in range(0, len(ordered), 64):
                batch = ordered[at : at + 64]
                for pair, logits in zip(batch, student(**encode(spiece, batch)).logits):
                    right.setdefault(pair.task, []).append((logits[TASKS.index(pair.task)] > 0).item() == (pair.label > 0.5))
        student.train()
        copied, left, right_neighbour = torch.stack(recent[-200:]).mean(0).tolist()
        return (f"  copied {copied:.3f} left {left:.3f} right {right_neighbour:.3f}  "
                + "  ".join(f"{task} {sum(r) / len(r):.3f} of {len(r)}" for task, r in right.items()))

    both = nn.ModuleDict({"student": student, "asked": asked})
    train(both, adamw([(student, options.rate), (asked, 10 * options.rate)]), pairs, loss_of, checkpoint=options.out / "training.pt",
          epochs=options.epochs, minutes=options.minutes, batch_size=options.batch_size, seed=options.seed, report=report,
          report_every=options.report_every)


if __name__ == "__main__":
    main()
