"""Fills in the teacher's answers with a student's: about unlabelled pairs that the teacher was not asked about, and for the tasks it is poor at.

A student of six layers answers five times as many pairs a second, and reads word order better than the teacher that it learnt the rest
from. For each PAIRS.tsv it reads PAIRS.npy of --answers, if there is one, and writes PAIRS.npy into --out, in the format of answers.py.
Rows with labels that the teacher was not asked about stay empty: the student has learnt them by heart.

  python fill_answers.py ...                              one process
  torchrun --nproc_per_node 2 -- fill_answers.py ...      two, each with half of the rows
"""
import argparse
from pathlib import Path

import numpy as np

from answers import CHUNK
from initialise import load_student
from prepare_pairs import read_pairs
from training import TASKS, Workers, fast_arithmetic, logits_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--student", type=Path, required=True, help="one logit a task")
    parser.add_argument("--answers", type=Path, required=True, help="folder of answers.py")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py")
    parser.add_argument("--tasks", nargs="+", default=["paws", "roles"], choices=TASKS, help="tasks that the student answers for in every row")
    parser.add_argument("--out", type=Path, required=True, help="another folder than --answers")
    options = parser.parse_args()
    if options.out.resolve() == options.answers.resolve():
        parser.error("--out is --answers: the teacher's answers would be lost")
    options.out.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    model, spiece = load_student(options.student)
    model.eval()
    better = [TASKS.index(task) for task in options.tasks]

    for path in options.pairs:
        pairs = read_pairs(path)
        known_at, filled_at = options.answers / f"{path.stem}.npy", options.out / f"{path.stem}.npy"
        known = np.load(known_at) if known_at.exists() else np.full((len(pairs), len(TASKS)), np.nan, np.float16)
        if len(known) != len(pairs):
            raise SystemExit(f"{known_at} was made for another {path}")
        if workers.rank == 0:
            np.save(filled_at, known)
        workers.wait()
        filled = np.lib.format.open_memmap(filled_at, "r+")
        asked = ~np.isnan(known[:, 0])
        rows = np.array([i for i, pair in enumerate(pairs) if asked[i] or pair.task == "unlabelled"], int)[workers.rank :: workers.count]
        for at in range(0, len(rows), CHUNK):
            part = rows[at : at + CHUNK]
            with fast_arithmetic():
                said = logits_of(model, spiece, [pairs[i] for i in part]).half().numpy()
            said[asked[part]] = np.where(np.isin(np.arange(len(TASKS)), better), said[asked[part]], known[part[asked[part]]])
            filled[part] = said
            print(f"{path.stem} {at + len(part)}/{len(rows)}", flush=True)
        filled.flush()
        workers.wait()


if __name__ == "__main__":
    main()
