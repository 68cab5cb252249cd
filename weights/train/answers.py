"""Asks the teacher about every pair once, and keeps what it says: the student learns from the files, as often as it likes.

For each PAIRS.tsv it writes PAIRS.npy into --out, float16 [rows, tasks], the logits of `training.TASKS` in the order of the rows; a
row that was not asked yet is nan. It can be stopped at any time, and goes on where it was: rows are asked in the same random
order always, so what there is of a file is a fair sample of it, and training can start before the file is full.

  python answers.py ...                              one process
  torchrun --nproc_per_node 2 -- answers.py ...      two, each with its own part of every chunk
"""
import argparse
import time
from pathlib import Path

import numpy as np
import torch

from prepare_pairs import read_pairs
from teacher import load_teacher
from training import TASKS, Workers, fast_arithmetic, logits_of

CHUNK = 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py, in this order")
    parser.add_argument("--tasks", nargs="+", help="only rows of these tasks")
    parser.add_argument("--most", type=int, help="rows of each file that are asked; all by default")
    parser.add_argument("--int8", action="store_true", help="int8 products: twice as fast where there is no bf16, and hardly another answer")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    model, tokenizer = load_teacher(options.teacher)
    model.eval()
    if options.int8:
        model = torch.ao.quantization.quantize_dynamic(model, {torch.nn.Linear}, dtype=torch.qint8)

    for path in options.pairs:
        pairs = read_pairs(path)
        known_at = options.out / f"{path.stem}.npy"
        if workers.rank == 0 and not known_at.exists():
            np.save(known_at, np.full((len(pairs), len(TASKS)), np.nan, np.float16))
        workers.wait()
        known = np.lib.format.open_memmap(known_at, "r+")
        if len(known) != len(pairs):
            raise SystemExit(f"{known_at} was made for another {path}")
        order = [i for i in np.random.default_rng(0).permutation(len(pairs)) if not options.tasks or pairs[i].task in options.tasks][: options.most]
        began, asked = time.monotonic(), 0
        for at in range(0, len(order), CHUNK):
            own = [i for i in order[at : at + CHUNK][workers.rank :: workers.count] if np.isnan(known[i, 0])]
            if not own:
                continue
            with fast_arithmetic(int8=options.int8):
                known[own] = logits_of(model, tokenizer, [pairs[i] for i in own]).half().numpy()
            known.flush()
            asked += len(own)
            speed = workers.count * asked / (time.monotonic() - began)
            print(f"{path.stem} {min(at + CHUNK, len(order))}/{len(order)}, {speed:.1f} pairs/s", flush=True)


if __name__ == "__main__":
    main()
