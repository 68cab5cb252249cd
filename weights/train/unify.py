"""Trains a single verdict instead of one for each set: two classes that reproduce each task's own logit.

The sets disagree on what a paraphrase is, so the mean of the tasks' logits is worse on each set than its own logit. But sets can be
recognized by the style of their sentences, so a single logit can learn to judge each set in its own way. It is trained on the logits of
students with one logit per task (fill_answers.py), without labels. With --kept, these are first shifted so that one half is the best
threshold for each set. By default only the pooler and the classifier are trained, two layers on the last state of [CLS]; with --steps,
the whole model is. Identical sentences and long texts are added, since no set has them.
"""
import argparse
import math
import random
from contextlib import nullcontext
from pathlib import Path
from typing import Iterator

import torch
from sklearn.linear_model import LogisticRegression
from torch import Tensor, nn

from finetune import two_classes
from initialise import load_student, save_student
from mine_pairs import mistyped
from prepare_pairs import Pair
from rounding import FourBits, Int8Arithmetic
from training import TASKS, adamw, batches, early_logits, encode, fast_arithmetic, mixed, read_rows, train, varied

BATCH = 256
# Logits: the largest allowed, that of a text and itself, and that of a pair that we wrote.
CLIP, SAME, CERTAIN = 8.0, 6.0, 3.0
# The share of pairs with misspelled words; the weight of the squared error of logits, and that for pairs with a similarity score.
MISTYPED, ORDER, GRADED = 0.08, 0.02, 0.08
# The logits to learn for pairs that belong to no set. That of `roles` is not used, because it was trained on swapped names alone.
LOGITS = {task: ("paws", "qqp") for task in ("strict", "everyday", "written")} | {"mrpc_written": ("mrpc",)}
OURS = ("everyday", "written", "mrpc_written")
# Largest number of pieces in a pair; smallest and largest number of words in each long text.
LONGEST, FEWEST, MOST = 512, 25, 170


def tasks_of(pairs: list[Pair]) -> list[str]:
    """Returns for each pair the task whose logit it should learn. An unlabelled pair made from a set's sentence belongs to that set: it
    shows how the student judges such sentences when it has not memorised the label. Other questions count as Quora's, and the rest as
    `strict`; pairs that we wrote keep their task."""
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


def thresholds(kept: list[Pair]) -> dict[str, float]:
    """Fits, for each set, the logit at which its label is as likely to be 1 as 0, on pairs that no student was trained on."""
    result = {}
    for task in sorted({pair.task for pair in kept if pair.answers}):
        own = [pair for pair in kept if pair.task == task and pair.answers]
        logits = [[pair.answers[TASKS.index(task)]] for pair in own]
        fitted = LogisticRegression(C=1e6).fit(logits, [pair.label > 0.5 for pair in own])
        result[task] = float(-fitted.intercept_[0] / fitted.coef_[0, 0])
        print(f"{task}: threshold {result[task]:.2f}", flush=True)
    return result


def with_target(pair: Pair, task: str, threshold: dict[str, float]) -> Pair:
    """Returns the pair with its task, and with the logit to learn as its label. A similarity score g becomes the probability g² of being
    called the same, because sentences that share half of their meaning are rarely called so. For pairs that we wrote, the label counts
    as much as the students' logits, if there are any."""
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
    logit -= threshold.get(task, 0)
    logit = max(-CLIP, min(CLIP, logit))
    return pair._replace(task=task, label=logit if known is None else (logit + known) / 2)


def identical(pairs: list[Pair], count: int, rng: random.Random) -> Iterator[Pair]:
    """Yields pairs of a sentence and itself, half of them cut to a few words. The public sets have no such pairs, and a student that has
    seen few of them is unsure about them."""
    for pair in rng.choices(pairs, k=count):
        words = pair.first.split()
        cut = " ".join(words[: rng.randint(1, 6)]).rstrip(".,;:?!") + rng.choice(("", "", ".", "!", "?"))
        text = cut if rng.random() < 0.5 else pair.first
        yield Pair("identical", SAME, text, text)


def long_texts(pairs: list[Pair], count: int, rng: random.Random) -> Iterator[Pair]:
    """Yields pairs of texts with several sentences, shorter ones more often: a text and itself (sometimes a single sentence repeated); a
    text in which some sentences are replaced by their partners, whose lowest logit counts for the whole; one in which a sentence or two
    say something else; or an unrelated text."""
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
    """Varies the pair as `varied` does, and sometimes misspells one or two words of the second text, which does not change the verdict."""
    pair = varied(pair, rng)
    if rng.random() > MISTYPED:
        return pair
    words = pair.second.split()
    for _ in range(rng.choice((1, 1, 2))):
        words = mistyped(words, rng) or words
    return pair._replace(second=" ".join(words))


def loss(logits: Tensor, targets: Tensor, order: Tensor | float = ORDER) -> Tensor:
    """Returns the loss of two classes [pairs, 2] against the logit of "the same" [pairs]: cross-entropy of the probability, and with a small
    weight the squared error of the logit, which keeps the order of clear pairs and of pairs with a similarity score."""
    logit = logits[:, 1] - logits[:, 0]
    return nn.functional.binary_cross_entropy_with_logits(logit, targets.sigmoid()) + (order * (logit - targets).square()).mean()


@torch.no_grad()
def last_states(model, spiece, pairs: list[Pair]) -> tuple[Tensor, Tensor]:
    """Returns the last state of [CLS], [pairs, hidden], and the logit to learn, [pairs], of each pair, sorted by length."""
    states, order = [], sorted(pairs, key=lambda pair: len(pair.first) + len(pair.second))
    for at in range(0, len(order), 64):
        with fast_arithmetic():
            states.append(model.albert(**encode(spiece, order[at : at + 64], LONGEST)[0]).last_hidden_state[:, 0].float())
    return torch.cat(states), torch.tensor([pair.label for pair in order])


def fit_head(model, states: Tensor, targets: Tensor, *, epochs: int, rate: float, rounding) -> None:
    pooler, classifier = model.albert.pooler, model.classifier
    optimizer = torch.optim.AdamW([*pooler.parameters(), *classifier.parameters()], lr=rate, weight_decay=0.01)
    whole = len(states) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rate, total_steps=epochs * whole)
    for epoch in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(states))[: whole * BATCH].split(BATCH):
            with rounding:
                loss_here = loss(classifier(torch.tanh(pooler(states[rows]))), targets[rows])
                loss_here.backward()
            optimizer.step()
            optimizer.zero_grad()
            schedule.step()
            total += loss_here.item()
        print(f"epoch {epoch + 1}: loss {total / whole:.4f}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="a student with one logit per task, or one with two classes to train further")
    parser.add_argument("--head", nargs="+", default=["mrpc", "paws", "qqp", "similarity"], help="the tasks whose mean logit initialises the two classes")
    parser.add_argument("--answers", type=Path, required=True, help="folder written by fill_answers.py; rows without logits are left out")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--kept", type=Path, help="select.tsv of prepare_pairs.py; each set in it with logits in --answers gets its logits shifted")
    parser.add_argument("--mix", default="mrpc=2 paws=1.3 qqp=0.4 similarity=0.8 strict=0.4 everyday=0.4 written=1 mrpc_written=2 identical=0.6 long=1", help="how often each task's rows occur in an epoch")
    parser.add_argument("--identical", type=int, default=8000, help="number of identical pairs to add")
    parser.add_argument("--long", type=int, default=8000, help="number of long texts to add")
    parser.add_argument("--epochs", type=int, default=20, help="epochs of training the pooler and the classifier, without --steps")
    parser.add_argument("--steps", type=int, help="train the whole model for this many steps")
    parser.add_argument("--rate", type=float, default=6e-5, help="learning rate of the whole model")
    parser.add_argument("--early", type=float, default=0.15, help="weight of the loss after each earlier pass, from the third on")
    parser.add_argument("--four_bits", action="store_true", help="train for, and save, weights that are rounded to q4")
    parser.add_argument("--int8", action="store_true", help="train for int8 arithmetic, with --steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    rng = random.Random(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)
    pairs = [pair for pair in read_rows(options.pairs, options.answers) if pair.answers or pair.task in (*OURS, "identical")]
    threshold = thresholds(read_rows([options.kept], options.answers)) if options.kept else {}
    pairs = [with_target(pair, task, threshold) for pair, task in zip(pairs, tasks_of(pairs), strict=True)]
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
        targets = torch.tensor([pair.label for pair in batch])
        order = torch.tensor([GRADED if pair.task == "similarity" else ORDER for pair in batch])
        early = [options.early * loss(logits, targets, order) for logits in early_logits(model, output.hidden_states)]
        return sum(early, loss(output.logits.float(), targets, order))

    arithmetic = Int8Arithmetic(model) if options.int8 else nullcontext()
    model.train()
    rounding = FourBits(model) if options.four_bits else nullcontext()
    if train(model, adamw([(model, options.rate)]), batches(pairs, options.mix, 32, options.seed), loss_of,
             vary=as_typed, checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, rounding=rounding):
        with rounding:
            save_student(model, vocabulary, options.out)


if __name__ == "__main__":
    main()
