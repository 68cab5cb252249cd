"""Saves the outputs of a slow model for each row of a list to a file, so that training can read them any number of times.

The file is a NumPy array, float16 [rows, columns], with nan for rows that are not computed yet. A run can be stopped at any time, and
resumes where it stopped. With `torchrun --nproc_per_node 2 -- SCRIPT ...`, two processes each compute half of every chunk.
"""
import time
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
from torch import Tensor

from training import Workers, fast_arithmetic

CHUNK = 1024


def save_outputs(path: Path, rows: Sequence, columns: int, compute: Callable[[list], Tensor], *, workers: Workers,
                 order: Sequence[int] | None = None) -> None:
    """Fills `path` with the results of `compute`, [rows passed, columns], for all `rows` or, in the order given, for the indices in `order`."""
    if workers.rank == 0 and not path.exists():
        np.save(path, np.full((len(rows), columns), np.nan, np.float16))
    workers.wait()
    known = np.lib.format.open_memmap(path, "r+")
    if known.shape != (len(rows), columns):
        raise SystemExit(f"{path} was made for other rows")
    order = range(len(rows)) if order is None else order
    started, computed = time.monotonic(), 0
    for at in range(0, len(order), CHUNK):
        own = [i for i in order[at : at + CHUNK][workers.rank :: workers.count] if np.isnan(known[i, 0])]
        if not own:
            continue
        with fast_arithmetic():
            known[own] = compute([rows[i] for i in own]).half().numpy()
        known.flush()
        computed += len(own)
        speed = workers.count * computed / (time.monotonic() - started)
        print(f"{path.stem} {min(at + CHUNK, len(order))}/{len(order)}, {speed:.1f} rows/s", flush=True)
