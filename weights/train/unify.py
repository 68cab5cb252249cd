"""One verdict in place of one for each set: two classes that answer as the task's own logit does.

The sets disagree on what a paraphrase is, so a mean of the tasks' logits is worse at each of them than its own. But a set can be told
by how its sentences look, so one logit can learn to answer each set in its own way. What it learns is what students with one logit a
task say (fill_answers.py), without labels, moved so that one half is the best threshold of each set (--kept): the pooler and the classifier alone, two layers on the last state of [CLS], or with --steps
the whole model. Sentences beside themselves and long texts are added, since no set has them.
"""
import argparse
import math
import random
from contextlib import nullcontext
from pathlib import Path
from typing import Iterator, NamedTuple

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from finetune import two_classes
from four_bits import FourBits, Int8Arithmetic
from initialise import load_student, save_student
from mine_pairs import mistyped
from prepare_pairs import Pair
from training import TASKS, adamw, batches, early_logits, encode, fast_arithmetic, mixed, read_rows, train, varied

BATCH = 256
# Logits: of the clearest pairs, of a text beside itself, and of a pair that we wrote.
CLIP, SAME, CERTAIN = 8.0, 6.0, 3.0
# The share of pairs with misspelled words; the weight of clear pairs' order, and of graded pairs'.
MISTYPED, ORDER, GRADED = 0.08, 0.02, 0.08
# The logits that count for pairs that are no set's own: not the one of `roles`, which was taught by exchanged names alone.
LOGITS = {task: ("paws", "qqp") for task in ("strict", "everyday", "written")} | {"mrpc_written": ("mrpc",)}
OURS = ("everyday", "written", "mrpc_written")
# Pieces of a pair, and words of each of its texts where they are long.
LONGEST, FEWEST, MOST = 512, 25, 170


class Line(NamedTuple):
    scale: float
    offset: float


def tasks_of(pairs: list[Pair]) -> list[str]:
    """For each pair the task whose logit counts for it. An unlabelled one that was made of a set's sentence is that set's: it shows how
    the student reads such sentences where it has not learnt the label by heart. Of others, questions are Quora's, the rest `strict`;
    pairs that we wrote keep their names."""
    like_sets = {task: task for task in TASKS} | {"mrpc_written": "mrpc"}
    set_of = {text: like_sets[pair.task] for pair in pairs if pair.task in like_sets for text in (pair.first, pair.second)}
    result = []
    for pair in pairs:
        task = pair.task
        if task == "unlabelled":
            asks = pair.first.endswith("?") and pair.second.endswith("?")
            task = set_of.get(pair.first) or set_of.get(pair.second) or ("qqp" if asks else task)
        result.append(task if task in (*TASKS, *OURS, "identical") else "strict")
    return result


def honest_lines(kept: list[Pair]) -> dict[str, Line]:
    """For each set the line that makes the students' logit the log-odds of its label, fitted on pairs that no student was trained on."""
    lines = {}
    for task in sorted({pair.task for pair in kept if pair.answers}):
        own = [pair for pair in kept if pair.task == task and pair.answers]
        logits = [[pair.answers[TASKS.index(task)]] for pair in own]
        fitted = LogisticRegression(C=1e6).fit(logits, [pair.label > 0.5 for pair in own])
        lines[task] = Line(float(fitted.coef_[0, 0]), float(fitted.intercept_[0]))
        print(f"{task}: students' logit * {lines[task].scale:.2f} {lines[task].offset:+.2f}", flush=True)
    return lines


def to_learn(pair: Pair, task: str, lines: dict[str, Line]) -> Pair:
    """The pair with the task that counts for it, and with the logit to learn as its label. A grade g becomes g², the chance to be called
    the same, since a pair that shares half of what it says is seldom called so. Of pairs that we wrote the label counts as much as what
    students say, if they were asked."""
    if task == "identical":
        return pair._replace(task=task, label=SAME)
    known = (CERTAIN if pair.label else -CERTAIN) if task in OURS else None
    if not pair.answers:
        return pair._replace(task=task, label=known)
    counted = LOGITS.get(task, (task,))
    logit = sum(pair.answers[TASKS.index(name)] for name in counted) / len(counted)
    if task == "similarity":
        square = 1 / (1 + math.exp(-logit)) ** 2
        logit = math.log(square / (1 - square))
    elif task in lines:
        logit = lines[task].scale * logit + lines[task].offset
    logit = max(-CLIP, min(CLIP, logit))
    return pair._replace(task=task, label=logit if known is None else (logit + known) / 2)


def identical(pairs: list[Pair], count: int, rng: random.Random) -> Iterator[Pair]:
    """Sentences beside themselves, half of them cut to a few words. The public sets have no such pair, and a student that saw few
    doubts it."""
    for pair in rng.choices(pairs, k=count):
        words = pair.first.split()
        cut = " ".join(words[: rng.randint(1, 6)]).rstrip(".,;:?!") + rng.choice(("", "", ".", "!", "?"))
        text = cut if rng.random() < 0.5 else pair.first
        yield Pair("identical", SAME, text, text)


def long_texts(pairs: list[Pair], count: int, rng: random.Random) -> Iterator[Pair]:
    """Texts of several sentences, shorter ones more often: a text beside itself, sometimes one sentence said again and again; beside one
    where some sentences are replaced by the other of their pair, whose lowest verdict counts for the whole; beside one where a sentence
    or two say something else; or beside another text."""
    def joined(sentences: list[str]) -> str:
        return " ".join(text if text.endswith((".", "?", "!")) else f"{text}." for text in sentences)

    for _ in range(count):
        words = math.exp(rng.uniform(math.log(FEWEST), math.log(MOST)))
        kind, = rng.choices(("again", "itself", "reworded", "changed", "other"), (1, 3, 5, 2, 1))
        parts: list[Pair] = []
        while sum(len(part.first.split()) for part in parts) < words:
            parts.append(parts[0] if parts and kind == "again" else rng.choice(pairs))
        replaced = {"reworded": rng.choice((1, 1, 1, 2, len(parts))), "changed": rng.choice((1, 1, 2)), "other": len(parts)}.get(kind, 0)
        kept = set(rng.sample(range(len(parts)), max(0, len(parts) - replaced)))
        others = parts if kind == "reworded" else rng.choices(pairs, k=len(parts))
        second = [part.first if i in kept else other.second for i, (part, other) in enumerate(zip(parts, others))]
        verdicts = [part.label if kind == "reworded" else -CLIP for i, part in enumerate(parts) if i not in kept]
        yield Pair("long", min([SAME, *verdicts]), joined([part.first for part in parts]), joined(second))


def as_typed(pair: Pair, rng: random.Random) -> Pair:
    """As `varied`; now and then one of the texts has a misspelled word or two, which changes no verdict."""
    pair = varied(pair, rng)
    if rng.random() > MISTYPED:
        return pair
    words = pair.second.split()
    for _ in range(rng.choice((1, 1, 2))):
        words = mistyped(words, rng) or words
    return pair._replace(second=" ".join(words))


def loss(logits: Tensor, wanted: Tensor, order: Tensor | float = ORDER) -> Tensor:
    """Of two classes [pairs, 2] against the logit of "the same" [pairs]: of the probability, and a little of the logit, for the order of
    pairs that are clear or graded."""
    given = logits[:, 1] - logits[:, 0]
    return nn.functional.binary_cross_entropy_with_logits(given, wanted.sigmoid()) + (order * (given - wanted).square()).mean()


@torch.no_grad()
def last_states(model, spiece, pairs: list[Pair]) -> tuple[Tensor, Tensor]:
    """For each pair the last state of [CLS], [pairs, hidden], and the logit to learn, [pairs], in another order."""
    states, order = [], sorted(pairs, key=lambda pair: len(pair.first) + len(pair.second))
    for at in range(0, len(order), 64):
        with fast_arithmetic():
            states.append(model.albert(**encode(spiece, order[at : at + 64], LONGEST)[0]).last_hidden_state[:, 0].float())
    return torch.cat(states), torch.tensor([pair.label for pair in order])


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
    parser.add_argument("--start", type=Path, required=True, help="one logit a task, or the two classes to go on from")
    parser.add_argument("--head", nargs="+", default=["mrpc", "paws", "qqp", "similarity"], help="the tasks whose logits two classes start from")
    parser.add_argument("--answers", type=Path, required=True, help="folder of fill_answers.py; rows without an answer are left out")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--kept", type=Path, help="select.tsv of prepare_pairs.py, with answers about each set whose threshold they shall move")
    parser.add_argument("--mix", default="mrpc=2 paws=1.3 qqp=0.4 similarity=0.8 strict=0.4 everyday=0.4 written=1 mrpc_written=2 identical=0.6 long=1", help="how often a pass takes each task's rows")
    parser.add_argument("--identical", type=int, default=8000, help="sentences beside themselves that are added")
    parser.add_argument("--long", type=int, default=8000, help="texts of several sentences that are added")
    parser.add_argument("--epochs", type=int, default=20, help="passes of the pooler and the classifier, without --steps")
    parser.add_argument("--steps", type=int, help="steps of the whole model")
    parser.add_argument("--rate", type=float, default=6e-5, help="of the whole model")
    parser.add_argument("--early", type=float, default=0.15, help="weight of what it says after each earlier pass, from the third on")
    parser.add_argument("--four_bits", action="store_true", help="train for, and save, weights that are rounded to q4")
    parser.add_argument("--int8", action="store_true", help="train for int8 arithmetic, with --steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = [pair for pair in read_rows(options.pairs, options.answers) if pair.answers or pair.task in (*OURS, "identical")]
    lines = honest_lines(read_rows([options.kept], options.answers)) if options.kept else {}
    pairs = [to_learn(pair, task, lines) for pair, task in zip(pairs, tasks_of(pairs), strict=True)]
    pairs += [*identical(pairs, options.identical, rng), *long_texts(pairs, options.long, rng)]

    model, spiece = load_student(options.start)
    if model.config.num_labels == len(TASKS):
        two_classes(model, options.head)
    vocabulary = options.start / "spiece.model"
    if options.steps is None:
        rounding = FourBits(model.albert.pooler) if options.four_bits else nullcontext()
        read_once = [varied(pair, rng) for pair in mixed(pairs, options.mix, rng)]
        fit_head(model, *last_states(model, spiece, read_once), epochs=options.epochs, rate=1e-3, rounding=rounding)
        with rounding:
            save_student(model, vocabulary, options.out)
        return

    def loss_of(batch: list[Pair]) -> Tensor:
        with arithmetic:
            output = model(**encode(spiece, batch, LONGEST)[0], output_hidden_states=True)
        wanted = torch.tensor([pair.label for pair in batch])
        order = torch.tensor([GRADED if pair.task == "similarity" else ORDER for pair in batch])
        early = [options.early * loss(logits, wanted, order) for logits in early_logits(model, output.hidden_states)]
        return sum(early, loss(output.logits.float(), wanted, order))

    arithmetic = Int8Arithmetic(model) if options.int8 else nullcontext()
    model.train()
    rounding = FourBits(model) if options.four_bits else nullcontext()
    if train(model, adamw([(model, options.rate)]), batches(pairs, options.mix, 32, options.seed), loss_of,
             vary=as_typed, checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, rounding=rounding):
        with rounding:
            save_student(model, vocabulary, options.out)


if __name__ == "__main__":
    main()
