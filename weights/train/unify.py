"""One verdict in place of one for each set: two classes that answer as the task's own logit does.

The sets disagree on what a paraphrase is, so a mean of the tasks' logits is worse at each of them than its own. But a set can be told
by how its sentences look, so one logit can learn to answer each set in its own way. What it learns is what students with one logit a
task say together, without labels: the pooler and the classifier alone, two layers on the last state of [CLS], or with --steps the
whole model.
"""
import argparse
import random
from contextlib import nullcontext
from pathlib import Path
from typing import Iterator

import torch
from torch import Tensor, nn

from finetune import two_classes
from four_bits import FourBits
from initialise import load_student, save_student
from prepare_pairs import Pair, read_pairs
from training import STRICT, TASKS, adamw, batches, early_logits, encode, fast_arithmetic, mixed, train, varied

BATCH, CLIP, SAME = 256, 8.0, 6.0


def of_a_task(pairs: list[Pair]) -> list[Pair]:
    """Each pair with the task whose logit counts for it. An unlabelled one that was made of a set's sentence is that set's: it shows how
    the student reads such sentences where it has not learnt the label by heart. Of others, questions are Quora's, the rest `strict`."""
    set_of = {text: pair.task for pair in pairs if pair.task in TASKS for text in (pair.first, pair.second)}
    result = []
    for pair in pairs:
        task = {"mrpc_written": "mrpc"}.get(pair.task, pair.task)
        if task == "unlabelled":
            asks = pair.first.endswith("?") and pair.second.endswith("?")
            task = set_of.get(pair.first) or set_of.get(pair.second) or ("qqp" if asks else task)
        result.append(pair._replace(task=task if task in (*TASKS, "identical") else "strict"))
    return result


def identical(pairs: list[Pair], count: int, rng: random.Random) -> Iterator[Pair]:
    """Sentences beside themselves, half of them cut to a few words. The public sets have no such pair, and a student that saw few
    doubts it."""
    for pair in rng.sample(pairs, count):
        words = pair.first.split()
        cut = " ".join(words[: rng.randint(1, 6)]).rstrip(".,;:?!") + rng.choice(("", "", ".", "!", "?"))
        text = cut if rng.random() < 0.5 else pair.first
        yield Pair("identical", 1, text, text)


def to_learn(pair: Pair, logits: Tensor) -> Tensor:
    """What the verdict is to be, of a student's logits [tasks]. A grade g becomes g², the chance to be called the same, since a pair that
    shares half of what it says is seldom called so."""
    if pair.task == "identical":
        return torch.tensor(SAME)
    columns = [TASKS.index(task) for task in (STRICT[:2] if pair.task == "strict" else [pair.task])]
    logit = logits[columns].double().mean()
    return ((logit.sigmoid() ** 2).logit() if pair.task == "similarity" else logit).float().clamp(-CLIP, CLIP)


def loss(logits: Tensor, wanted: Tensor) -> Tensor:
    """Of two classes [pairs, 2] against the logit of "the same" [pairs]: of the probability, and a little of the logit, for the order of
    pairs that are clear."""
    given = logits[:, 1] - logits[:, 0]
    return nn.functional.binary_cross_entropy_with_logits(given, wanted.sigmoid()) + 0.02 * (given - wanted).square().mean()


def mean_logits(outputs: list) -> Tensor:
    """What several students say together, [pairs, tasks]."""
    return torch.stack([output.logits.float() for output in outputs]).mean(0)


@torch.no_grad()
def read(judges: list, spiece, pairs: list[Pair]) -> tuple[Tensor, Tensor]:
    """For each pair the first judge's last state of [CLS], [pairs, hidden], and the logit to learn, [pairs], in another order."""
    states, logits = [], []
    order = sorted(pairs, key=lambda pair: len(pair.first) + len(pair.second))
    for at in range(0, len(order), 64):
        batch = order[at : at + 64]
        inputs, _ = encode(spiece, batch)
        with fast_arithmetic():
            outputs = [judge(**inputs, output_hidden_states=True) for judge in judges]
        states.append(outputs[0].hidden_states[-1][:, 0].float())
        logits += [to_learn(pair, row) for pair, row in zip(batch, mean_logits(outputs))]
    return torch.cat(states), torch.stack(logits)


def fit_head(model, states: Tensor, wanted: Tensor, *, epochs: int, rate: float, rounding) -> None:
    pooler, classifier = model.albert.pooler, model.classifier
    optimizer = torch.optim.AdamW([*pooler.parameters(), *classifier.parameters()], lr=rate, weight_decay=0.01)
    whole = len(states) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * whole)
    for epoch in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(states))[: whole * BATCH].split(BATCH):
            with rounding:
                loss_here = loss(classifier(torch.tanh(pooler(states[rows]))), wanted[rows])
                loss_here.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            total += loss_here.item()
        print(f"pass {epoch + 1}: loss {total / whole:.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--judge", type=Path, nargs="+", required=True, help="students with one logit a task, whose mean is learnt")
    parser.add_argument("--start", type=Path, help="two classes to go on from; otherwise the first judge, whose pooler and classifier are trained")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--mix", default="mrpc=2 paws=1.5 qqp=0.5 similarity=1 roles=0.01 strict=0.25 identical=0.5", help="how often a pass takes each task's rows")
    parser.add_argument("--identical", type=int, default=8000, help="sentences beside themselves that are added")
    parser.add_argument("--epochs", type=int, default=20, help="passes of the pooler and the classifier")
    parser.add_argument("--steps", type=int, help="steps of the whole model, from --start")
    parser.add_argument("--rate", type=float, default=6e-5, help="of the whole model")
    parser.add_argument("--early", type=float, default=0.15, help="weight of what it says after each earlier pass, from the third on")
    parser.add_argument("--four_bits", action="store_true", help="train for, and save, weights that are rounded to q4")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = [pair for path in options.pairs for pair in read_pairs(path)]
    pairs = of_a_task([*pairs, *identical(pairs, options.identical, rng)])

    judges = [load_student(folder)[0].eval() for folder in options.judge]
    model, spiece = load_student(options.start or options.judge[0])
    vocabulary = (options.start or options.judge[0]) / "spiece.model"
    if not options.start:
        two_classes(model, ["mrpc", "paws", "qqp", "similarity"])
        rounding = FourBits(model.albert.pooler) if options.four_bits else nullcontext()
        read_once = [varied(pair, rng) for pair in mixed(pairs, options.mix, rng)]
        fit_head(model, *read(judges, spiece, read_once), epochs=options.epochs, rate=1e-3, rounding=rounding)
        with rounding:
            save_student(model, vocabulary, options.out)
        return

    def loss_of(batch: list[Pair]) -> Tensor:
        inputs, _ = encode(spiece, batch)
        with torch.no_grad():
            said = mean_logits([judge(**inputs) for judge in judges])
        wanted = torch.stack([to_learn(pair, row) for pair, row in zip(batch, said)])
        output = model(**inputs, output_hidden_states=True)
        early = [options.early * loss(logits, wanted) for logits in early_logits(model, output.hidden_states)]
        return sum(early, loss(output.logits.float(), wanted))

    model.train()
    rounding = FourBits(model) if options.four_bits else nullcontext()
    if train(model, adamw([(model, options.rate)]), batches(pairs, options.mix, 32, options.seed), loss_of,
             checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, rounding=rounding):
        with rounding:
            save_student(model, vocabulary, options.out)


if __name__ == "__main__":
    main()
