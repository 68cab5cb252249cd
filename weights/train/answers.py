"""Saves the teacher's logits for every pair, so that students can be trained on them any number of times.

For each PAIRS.tsv it writes PAIRS.npy to --out (ask_once.py): the logits for `training.TASKS`, in the order of the rows. Rows are scored
in a fixed random order. That way, an unfinished file covers a random sample of the rows, and training can start before it is complete.

  python answers.py ...                              one process
  torchrun --nproc_per_node 2 -- answers.py ...      two
"""
import argparse
from pathlib import Path

import numpy as np

from ask_once import save_outputs
from prepare_pairs import read_pairs
from teacher import load_teacher
from training import TASKS, Workers, logits_of


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py, in this order")
    parser.add_argument("--tasks", nargs="+", help="score only rows of these tasks")
    parser.add_argument("--most", type=int, help="number of rows to score in each file; all by default")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    model, tokenizer = load_teacher(options.teacher)
    model.eval()

    for path in options.pairs:
        pairs = read_pairs(path)
        order = [i for i in np.random.default_rng(0).permutation(len(pairs)) if not options.tasks or pairs[i].task in options.tasks][: options.most]
        save_outputs(options.out / f"{path.stem}.npy", pairs, len(TASKS), lambda rows: logits_of(model, tokenizer, rows), workers=workers,
                     order=order)


if __name__ == "__main__":
    main()
