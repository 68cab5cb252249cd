"""Saves logits of students in place of the teacher's: for pairs that the teacher did not score, and for the tasks that it is poor at.

A student with six layers scores five times as many pairs per second, and is better at word order than the teacher that it learned the
rest from. The mean of several students' logits is better than each of them. Students may also be finished models with two classes. If
the teacher scored a row too, its logits have half of the weight. For each PAIRS.tsv, PAIRS.npy is read from --answers, if it exists, and
PAIRS.npy is written to --out, in the format of answers.py. Rows that the teacher scored are always included, others if their task is in
--rows.

  python fill_answers.py ...                              one process
  torchrun --nproc_per_node 2 -- fill_answers.py ...      two, each with half of the rows
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from ask_once import CHUNK
from initialise import load_student
from prepare_pairs import Pair, read_pairs
from training import TASKS, Workers, fast_arithmetic, logits_of

SIMILARITY = TASKS.index("similarity")


def task_logits(model, spiece, pairs: list[Pair]) -> Tensor:
    """Returns a student's logits, [pairs, tasks]. One with two classes has the same logit for every task, except that a probability p of
    being called the same stands for a similarity score of √p: the reverse of `unify.with_target`."""
    logits = logits_of(model, spiece, pairs)
    if logits.shape[1] == len(TASKS):
        return logits
    verdict = logits[:, 1] - logits[:, 0]
    every = verdict[:, None].repeat(1, len(TASKS))
    every[:, SIMILARITY] = verdict.sigmoid().sqrt().logit(1e-5)
    return every


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=Path, nargs="+", required=True, help="students with one logit per task, or with two classes")
    parser.add_argument("--answers", type=Path, help="folder written by answers.py")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py")
    parser.add_argument("--tasks", nargs="+", default=["paws", "qqp", "roles"], choices=TASKS, help="tasks that the teacher is poorer at: their logits come from the students alone")
    parser.add_argument("--rows", nargs="+", default=["unlabelled"], help="tasks of the rows to score; students have memorised the labelled ones")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; must not be --answers")
    options = parser.parse_args()
    if options.answers and options.out.resolve() == options.answers.resolve():
        parser.error("--out is the same folder as --answers: the teacher's answers would be lost")
    options.out.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    students = [load_student(folder) for folder in options.students]
    for model, _ in students:
        model.eval()
    alone = [TASKS.index(task) for task in options.tasks]

    for path in options.pairs:
        pairs = read_pairs(path)
        filled_at = options.out / f"{path.stem}.npy"
        known_at = options.answers / f"{path.stem}.npy" if options.answers else None
        known = np.load(known_at) if known_at and known_at.exists() else np.full((len(pairs), len(TASKS)), np.nan, np.float16)
        if len(known) != len(pairs):
            raise SystemExit(f"{known_at} was made for another {path}")
        if workers.rank == 0:
            np.save(filled_at, known)
        workers.wait()
        filled = np.lib.format.open_memmap(filled_at, "r+")
        scored = ~np.isnan(known[:, 0])
        rows = np.array([i for i, pair in enumerate(pairs) if scored[i] or pair.task in options.rows], int)[workers.rank :: workers.count]
        for at in range(0, len(rows), CHUNK):
            part = rows[at : at + CHUNK]
            with fast_arithmetic():
                logits = torch.stack([task_logits(model, spiece, [pairs[i] for i in part]) for model, spiece in students]).mean(0).half().numpy()
            both = np.where(np.isin(np.arange(len(TASKS)), alone), logits, (logits + known[part]) / 2)
            logits[scored[part]] = both[scored[part]]
            filled[part] = logits
            print(f"{path.stem} {at + len(part)}/{len(rows)}", flush=True)
        filled.flush()
        workers.wait()


if __name__ == "__main__":
    main()
