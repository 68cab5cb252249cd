"""Trains a student on the teacher's logits, the labels, word positions and, on request, the teacher's hidden states layer by layer.

  answers     the teacher's logits for each pair (answers.py), for all tasks
  labels      the label of the pair's own task, learned by the last pass of the shared layer and, with less weight, by earlier ones,
              so that inference can exit early (Zhou et al. 2020, PABEE)
  questions   for each piece of both sentences, two thirds of the way up: does it also occur in the other sentence, with the same
              neighbours (`training.piece_labels`)? A student trained on whole sentences alone calls any two sentences with the
              same words the same: one label per pair is too little to learn what the verdict depends on.
  states      with --teacher: after each pass the hidden states, through a linear map that is then discarded, must match those of
              the teacher's layer at the same relative depth. The two split text into different pieces. Both therefore read the
              same normalised text, and each of the student's pieces is compared with the mean of the teacher's states over its
              characters. A student fresh from initialise.py is trained this way first; it runs the teacher on every pair.
"""
import argparse
import random
from contextlib import nullcontext
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AlbertForSequenceClassification, AlbertTokenizer

from initialise import load_student, save_student
from prepare_pairs import Pair, read_pairs
from rounding import FourBits
from teacher import load_teacher
from training import (PAIR_LENGTH, QUESTIONS, TASKS, accuracy, adamw, batches, separator_count, early_logits, encode, fast_arithmetic, logits_of,
                      question_loss, read_rows, task_loss, train)


class Spelling:
    """A sentence tokenized with both vocabularies, and the teacher's piece that covers each character (not counting spaces)."""

    def __init__(self, text: str, spiece: AlbertTokenizer, word_pieces) -> None:
        text = spiece.preprocess_text(text)
        pieces = spiece._tokenize(text)
        self.student_ids = spiece.convert_tokens_to_ids(pieces)
        # The number of characters before and after each piece, without the spaces that "▁" stands for.
        ends = list(accumulate(len(piece.replace("▁", "")) for piece in pieces))
        self.student_spans = list(zip([0, *ends], ends))

        encoded = word_pieces(text, add_special_tokens=False, return_offsets_mapping=True)
        self.teacher_ids = encoded["input_ids"]
        place = list(accumulate((not character.isspace() for character in text), initial=0))
        self.spelled_by = np.zeros(place[-1], dtype=np.int64)
        for index, (start, end) in enumerate(encoded["offset_mapping"]):
            self.spelled_by[place[start] : place[end]] = index
        self.agrees = bool(ends) and ends[-1] == place[-1] and bool(self.teacher_ids)


def alignment(batch: list[Pair], spiece: AlbertTokenizer, word_pieces, inputs: dict, teacher_inputs: dict) -> Tensor:
    """Returns weights that map each of the student's positions to the teacher's, [batch, student length, teacher length].

    A row sums to 1, or to 0 if the position has no match because a sentence was truncated or the two tokenizers normalise it differently.
    """
    shape = (len(batch), inputs["input_ids"].shape[1], teacher_inputs["input_ids"].shape[1])
    result = torch.zeros(shape)
    result[:, 0, 0] = 1
    for row, pair in enumerate(batch):
        at, teacher_at = 1, 1
        spellings = [Spelling(text, spiece, word_pieces) for text in (pair.first, pair.second)]
        lengths = [sum(len(ids) for ids in both) for both in zip(*((s.student_ids, s.teacher_ids) for s in spellings))]
        if lengths[0] > PAIR_LENGTH - 3 or lengths[1] > PAIR_LENGTH - 2 - separator_count(word_pieces):
            continue
        for spelling in spellings:
            if spelling.agrees:
                for i, (start, end) in enumerate(spelling.student_spans):
                    # A lone "▁" covers no character; it takes the state of the character that follows.
                    spelled = spelling.spelled_by[start : max(end, start + 1)]
                    for index, count in zip(*np.unique(spelled, return_counts=True)):
                        result[row, at + i, teacher_at + index] = count / len(spelled)
            at += len(spelling.student_ids)
            teacher_at += len(spelling.teacher_ids)
            result[row, at, teacher_at] = 1
            at, teacher_at = at + separator_count(spiece), teacher_at + separator_count(word_pieces)
    return result


class LayerMaps(nn.Module):
    """One linear map per pass from the student's states to the teacher's, which are standardised to mean 0 and deviation 1 in each
    dimension. In a BERT a few dimensions are a hundred times larger than the rest and would dominate the loss."""

    def __init__(self, width: int, means: Tensor, deviations: Tensor) -> None:
        super().__init__()
        layers, hidden = means.shape
        self.register_buffer("means", means)
        self.register_buffer("deviations", deviations)
        self.maps = nn.ModuleList(nn.Linear(width, hidden) for _ in range(layers))
        if width == hidden:
            with torch.no_grad():
                for one, mean, deviation in zip(self.maps, means, deviations):
                    one.weight.copy_(torch.diag(1 / deviation))
                    one.bias.copy_(-mean / deviation)

    def loss(self, student: list[Tensor], teacher: list[Tensor], align: Tensor) -> Tensor:
        """Returns the mean squared error of each layer, in units of the teacher's deviation: states [batch, length, hidden] -> [layers]."""
        matched = align.sum(-1) > 0.99
        losses = []
        for own, other, to, mean, deviation in zip(student, teacher, self.maps, self.means, self.deviations):
            wanted = (torch.bmm(align, other.float())[matched] - mean) / deviation
            losses.append((to(own[matched]).float() - wanted).square().mean())
        return torch.stack(losses)


def at_height(states: tuple[Tensor, ...], passes: int) -> list[Tensor]:
    """Selects the teacher's states (embeddings first) to compare the student's passes with: evenly spaced, the last with the last."""
    layers = len(states) - 1
    return [states[round((i + 1) * layers / passes)] for i in range(passes)]


@torch.no_grad()
def statistics(teacher, word_pieces, passes: int, pairs: list[Pair]) -> tuple[Tensor, Tensor]:
    """Returns the mean and the deviation of the teacher's states, each [passes, hidden]."""
    inputs, _ = encode(word_pieces, pairs)
    states = teacher.base_model(**inputs, output_hidden_states=True).hidden_states
    chosen = torch.stack([state[inputs["attention_mask"].bool()] for state in at_height(states, passes)])
    deviations = chosen.std(1)
    # A dimension that hardly varies carries no information and must not be amplified.
    return chosen.mean(1), deviations.maximum(0.1 * deviations.median(1, keepdim=True).values)


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
    parser.add_argument("--start", type=Path, required=True, help="a student: from initialise.py, from an earlier run, or with two classes")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--answers", type=Path, help="folder written by answers.py")
    parser.add_argument("--teacher", type=Path, help="also match this teacher's hidden states")
    parser.add_argument("--select", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mix", default="mrpc=3 paws=3 qqp=1 pan=0.3 similarity=1 roles=0.2 unlabelled=1 unrelated=0.2 identical=0.5 "
                                         "everyday=0.5 written=1 mrpc_written=1")
    parser.add_argument("--trust", type=float, default=0.5, help="weight of the teacher's logits; the label has the rest")
    parser.add_argument("--judged", nargs="+", default=["mrpc", "qqp", "pan", "similarity"], choices=TASKS,
                        help="tasks for which the teacher's logits count; the others are learned from labels alone. Our teacher is poor "
                             "at word order: 57 %% of PAWS")
    parser.add_argument("--early", type=float, default=0.15, help="weight of the same loss after each earlier pass, from the third on")
    parser.add_argument("--questions", type=float, default=0.5, help="weight of the questions relative to answers and labels")
    parser.add_argument("--states", type=float, default=1, help="weight of the loss on the teacher's states")
    parser.add_argument("--four_bits", action="store_true", help="train for, and save, weights that are rounded to q4")
    parser.add_argument("--steps", type=int, required=True)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    student, spiece = load_student(options.start)
    to_one_logit_a_task(student)
    student.train()
    passes = student.config.num_hidden_layers
    pairs = read_rows(options.pairs, options.answers)
    learnt = nn.ModuleDict({"student": student, "asked": nn.Linear(student.config.hidden_size, QUESTIONS)})
    if options.teacher:
        teacher, word_pieces = load_teacher(options.teacher)
        teacher.eval()
        learnt["maps"] = LayerMaps(student.config.hidden_size,
                                   *statistics(teacher, word_pieces, passes, random.Random(0).sample(pairs, min(200, len(pairs)))))
    select = read_pairs(options.select)
    recent: list[tuple[Tensor, Tensor]] = []

    def loss_of(batch: list[Pair]) -> Tensor:
        inputs, sentences = encode(spiece, batch)
        output = student(**inputs, output_hidden_states=True)
        questions, right = question_loss(learnt["asked"](output.hidden_states[round(passes * 2 / 3)]), sentences, separator_count(spiece))
        loss = task_loss(output.logits.float(), batch, options.trust, options.judged) + options.questions * questions
        for logits in early_logits(student, output.hidden_states):
            loss = loss + options.early * task_loss(logits, batch, options.trust, options.judged)
        layers = torch.zeros(0)
        if options.teacher:
            with torch.no_grad():
                # Text as the student normalises it, so that both tokenize the same characters.
                plain = [pair._replace(first=spiece.preprocess_text(pair.first), second=spiece.preprocess_text(pair.second)) for pair in batch]
                teacher_inputs, _ = encode(word_pieces, plain)
                states = at_height(teacher.base_model(**teacher_inputs, output_hidden_states=True).hidden_states, passes)
                align = alignment(batch, spiece, word_pieces, inputs, teacher_inputs)
            layers = learnt["maps"].loss(output.hidden_states[1:], states, align)
            loss = loss + options.states * layers.mean()
        recent.append((right, layers.detach()))
        return loss

    def report() -> str:
        save_student(student, options.start / "spiece.model", options.out)
        (copied, left, right), layers = (torch.stack(values).mean(0).tolist() for values in zip(*recent[-200:]))
        states = f"states {' '.join(f'{x:.3f}' for x in layers)}  " if layers else ""
        with fast_arithmetic():
            logits = logits_of(student, spiece, select)
        return f"  {states}copied {copied:.3f} left {left:.3f} right {right:.3f}  {accuracy(logits, select)}"

    optimizer = adamw([(learnt["asked"], 10 * options.rate), (learnt, options.rate)])
    train(learnt, optimizer, batches(pairs, options.mix, options.batch_size, options.seed), loss_of,
          checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, report=report,
          rounding=FourBits(student) if options.four_bits else nullcontext())


if __name__ == "__main__":
    main()
