"""Asks students in place of the teacher: about pairs that it was not asked about, and for the tasks that it is poor at.

A student of six layers answers five times as many pairs a second, and reads word order better than the teacher that it learnt the rest
from. Several together, by the mean of their logits, are better than each; where the teacher was asked too, half of the answer is its
own. For each PAIRS.tsv it reads PAIRS.npy of --answers, if there is one, and writes PAIRS.npy into --out, in the format of answers.py.
Rows that the teacher was asked about are always answered, others if their task is in --rows.

  python fill_answers.py ...                              one process
  torchrun --nproc_per_node 2 -- fill_answers.py ...      two, each with half of the rows
"""
import argparse
from pathlib import Path

import numpy as np
import torch

from ask_once import CHUNK
from initialise import load_student
from prepare_pairs import read_pairs
from training import TASKS, Workers, fast_arithmetic, logits_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--students", type=Path, nargs="+", required=True, help="one logit a task")
    parser.add_argument("--answers", type=Path, help="folder of answers.py")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py")
    parser.add_argument("--tasks", nargs="+", default=["paws", "qqp", "roles"], choices=TASKS, help="tasks that the teacher is poorer at: students alone answer for them")
    parser.add_argument("--rows", nargs="+", default=["unlabelled"], help="tasks of the rows to ask about; those with labels were learnt by heart")
    parser.add_argument("--out", type=Path, required=True, help="another folder than --answers")
    options = parser.parse_args()
    if options.answers and options.out.resolve() == options.answers.resolve():
        parser.error("--out is --answers: the teacher's answers would be lost")
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
        asked = ~np.isnan(known[:, 0])
        rows = np.array([i for i, pair in enumerate(pairs) if asked[i] or pair.task in options.rows], int)[workers.rank :: workers.count]
        for at in range(0, len(rows), CHUNK):
            part = rows[at : at + CHUNK]
            with fast_arithmetic():
                said = torch.stack([logits_of(model, spiece, [pairs[i] for i in part]) for model, spiece in students]).mean(0).half().numpy()
            both = np.where(np.isin(np.arange(len(TASKS)), alone), said, (said + known[part]) / 2)
            said[asked[part]] = both[asked[part]]
            filled[part] = said
            print(f"{path.stem} {at + len(part)}/{len(rows)}", flush=True)
        filled.flush()
        workers.wait()


if __name__ == "__main__":
    main()
