"""Distils a teacher into the student, layer by layer: after each pass of its shared layer the student's hidden states,
through a linear map that is thrown away later, must match those of the teacher's layer of that number.

The two cut text into different pieces, so both read the same normalised text and a student's piece is held against the
mean of the teacher's states over its characters. With --logits the teacher's answers to all tasks are matched too, and
the gold labels where there are any.
"""
import argparse
import random
from itertools import accumulate
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import AlbertTokenizer

from initialise import load_student, save_student
from prepare_pairs import Pair, read_pairs
from teacher import load_teacher
from training import TASKS, adamw, fast_arithmetic, mixed, task_loss, train

MAX_LENGTH = 96


class Spelling:
    """One sentence in both vocabularies, and which of the teacher's pieces spells each character (spaces aside)."""

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


def collate(batch: list[Pair], spiece: AlbertTokenizer, word_pieces) -> tuple[dict, dict, Tensor]:
    """Inputs of the student and of the teacher, and the alignment [batch, student length, teacher length].

    A row of the alignment sums to 1, or to 0 where the position has nothing to match.
    """
    students, teachers, links = [], [], []
    for pair in batch:
        student, teacher = [spiece.cls_token_id], [word_pieces.cls_token_id]
        student_types, teacher_types = [0], [0]
        link = [(0, 0, 1.0)]
        for kind, text in enumerate((pair.first, pair.second)):
            spelling = Spelling(text, spiece, word_pieces)
            room = MAX_LENGTH // 2 - 2
            if spelling.agrees:
                for i, (start, end) in enumerate(spelling.student_spans[:room]):
                    # A lone "▁" spells nothing; it takes the state of the character that follows.
                    spelled = spelling.spelled_by[start : max(end, start + 1)]
                    for index, count in zip(*np.unique(spelled, return_counts=True)):
                        if index < room:
                            link.append((len(student) + i, len(teacher) + index, count / len(spelled)))
            student += spelling.student_ids[:room]
            teacher += spelling.teacher_ids[:room]
            link.append((len(student), len(teacher), 1.0))
            student.append(spiece.sep_token_id)
            teacher.append(word_pieces.sep_token_id)
            student_types += [kind] * (len(student) - len(student_types))
            teacher_types += [kind] * (len(teacher) - len(teacher_types))
        students.append((student, student_types))
        teachers.append((teacher, teacher_types))
        links.append(link)

    def padded(rows: list[tuple[list[int], list[int]]]) -> dict:
        length = max(len(ids) for ids, _ in rows)
        # Both vocabularies pad with id 0.
        fill = lambda values: values + [0] * (length - len(values))
        return {"input_ids": torch.tensor([fill(ids) for ids, _ in rows]),
                "token_type_ids": torch.tensor([fill(types) for _, types in rows]),
                "attention_mask": torch.tensor([fill([1] * len(ids)) for ids, _ in rows])}

    student_inputs, teacher_inputs = padded(students), padded(teachers)
    alignment = torch.zeros(len(batch), student_inputs["input_ids"].shape[1], teacher_inputs["input_ids"].shape[1])
    for row, link in enumerate(links):
        for i, j, share in link:
            alignment[row, i, j] = share
    return student_inputs, teacher_inputs, alignment


class LayerMaps(nn.Module):
    """One linear map for each layer from the student's states to the teacher's, these brought to mean 0 and deviation 1
    in each dimension: a BERT has a few dimensions a hundred times larger than the rest, and they would be all the loss."""

    def __init__(self, means: Tensor, deviations: Tensor) -> None:
        super().__init__()
        layers, hidden = means.shape
        self.register_buffer("means", means)
        self.register_buffer("deviations", deviations)
        self.maps = nn.ModuleList(nn.Linear(hidden, hidden) for _ in range(layers))
        with torch.no_grad():
            for one, mean, deviation in zip(self.maps, means, deviations):
                one.weight.copy_(torch.diag(1 / deviation))
                one.bias.copy_(-mean / deviation)

    def loss(self, student: list[Tensor], teacher: list[Tensor], alignment: Tensor) -> Tensor:
        """Mean squared error in units of the teacher's deviation: hidden states [batch, length, hidden] a layer -> [layers]."""
        matched = alignment.sum(-1) > 0.99
        losses = []
        for own, other, to, mean, deviation in zip(student, teacher, self.maps, self.means, self.deviations):
            wanted = (torch.bmm(alignment, other.float())[matched] - mean) / deviation
            losses.append((to(own[matched]).float() - wanted).square().mean())
        return torch.stack(losses)


@torch.no_grad()
def statistics(teacher, word_pieces, spiece, pairs: list[Pair]) -> tuple[Tensor, Tensor]:
    """Mean and deviation of the teacher's states, each [layers, hidden]."""
    _, inputs, _ = collate(pairs, spiece, word_pieces)
    states = teacher.bert(**inputs, output_hidden_states=True).hidden_states[1:]
    real = inputs["attention_mask"].bool()
    chosen = torch.stack([state[real] for state in states])
    deviations = chosen.std(1)
    # A dimension that hardly moves carries nothing and must not be blown up.
    return chosen.mean(1), deviations.maximum(0.1 * deviations.median(1, keepdim=True).values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--start", type=Path, required=True, help="a student, of initialise.py or of an earlier run")
    parser.add_argument("--maps", type=Path, help="maps.pt of an earlier run, to go on from")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True)
    parser.add_argument("--select", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--mix", default="mrpc=1 paws=1 qqp=0.5 pan=0.5 similarity=0.5 roles=0.5 unlabelled=1 unrelated=0.3")
    parser.add_argument("--logits", action="store_true", help="the teacher was fine-tuned: match its answers, and the labels")
    parser.add_argument("--epochs", type=float, default=1)
    parser.add_argument("--minutes", type=float, default=float("inf"))
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--batch_size", type=int, default=24)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    teacher, word_pieces = load_teacher(options.teacher)
    teacher.eval()
    student, spiece = load_student(options.start)
    student.train()
    pairs = mixed([pair for path in options.pairs for pair in read_pairs(path)], options.mix, options.seed)
    maps = LayerMaps(*statistics(teacher, word_pieces, spiece, random.Random(0).sample(pairs, min(200, len(pairs)))))
    if options.maps:
        maps.maps.load_state_dict(torch.load(options.maps, weights_only=True))
    select = read_pairs(options.select)
    recent: list[Tensor] = []

    def loss_of(batch: list[Pair]) -> Tensor:
        inputs, teacher_inputs, alignment = collate(batch, spiece, word_pieces)
        with torch.no_grad():
            wanted = teacher(**teacher_inputs, output_hidden_states=True) if options.logits else teacher.bert(
                **teacher_inputs, output_hidden_states=True)
        own = student(**inputs, output_hidden_states=True)
        layers = maps.loss(own.hidden_states[1:], wanted.hidden_states[1:], alignment)
        recent.append(layers.detach())
        loss = layers.mean()
        if options.logits:
            logits = own.logits.float()
            answers = torch.sigmoid(wanted.logits.float())
            loss = loss + nn.functional.binary_cross_entropy_with_logits(logits, answers)
            labelled = [i for i, pair in enumerate(batch) if pair.task != "unlabelled"]
            if labelled:
                loss = loss + task_loss(logits[labelled], [batch[i] for i in labelled])
        return loss

    @torch.no_grad()
    def report() -> str:
        layers = torch.stack(recent[-200:]).mean(0)
        save_student(student, options.start / "spiece.model", options.out)
        torch.save(maps.maps.state_dict(), options.out / "maps.pt")
        right: dict[str, list[bool]] = {}
        if options.logits:
            student.eval()
            ordered = sorted(select, key=lambda p: len(p.first) + len(p.second))
            with fast_arithmetic():
                for at in range(0, len(ordered), 64):
                    batch = ordered[at : at + 64]
                    inputs, _, _ = collate(batch, spiece, word_pieces)
                    for pair, logits in zip(batch, student(**inputs).logits):
                        right.setdefault(pair.task, []).append((logits[TASKS.index(pair.task)] > 0).item() == (pair.label > 0.5))
            student.train()
        return (f"  layers {' '.join(f'{x:.3f}' for x in layers)}  "
                + "  ".join(f"{task} {sum(r) / len(r):.3f} of {len(r)}" for task, r in right.items()))

    both = nn.ModuleDict({"student": student, "maps": maps})
    train(both, adamw([(student, options.rate), (maps, options.rate)]), pairs, loss_of, checkpoint=options.out / "training.pt",
          epochs=options.epochs, minutes=options.minutes, batch_size=options.batch_size, seed=options.seed, report=report)


if __name__ == "__main__":
    main()
