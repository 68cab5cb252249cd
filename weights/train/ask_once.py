"""Keeps what a slow model says about each row of a list in a file, so that training reads it as often as it likes.

The file is a NumPy array, float16 [rows, columns], nan where a row was not asked yet. It can be stopped at any time, and goes on where
it was. With `torchrun --nproc_per_node 2 -- SCRIPT ...` two processes ask, each with its own part of every chunk.
"""
import time
from pathlib import Path
from typing import Callable, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from training import Workers, fast_arithmetic

CHUNK = 1024


def in_int8(model: nn.Module) -> nn.Module:
    """With int8 products: twice as fast where there is no bf16, and hardly another answer."""
    return torch.ao.quantization.quantize_dynamic(model, {nn.Linear}, dtype=torch.qint8)


def ask_once(path: Path, rows: Sequence, columns: int, ask: Callable[[list], Tensor], *, workers: Workers, order: Sequence[int] | None = None,
             int8: bool = False) -> None:
    """Fills `path` with what `ask` says, [asked, columns], in the order given: of all `rows`, or of those whose numbers `order` has."""
    if workers.rank == 0 and not path.exists():
        np.save(path, np.full((len(rows), columns), np.nan, np.float16))
    workers.wait()
    known = np.lib.format.open_memmap(path, "r+")
    if known.shape != (len(rows), columns):
        raise SystemExit(f"{path} was made for other rows")
    order = range(len(rows)) if order is None else order
    began, asked = time.monotonic(), 0
    for at in range(0, len(order), CHUNK):
        own = [i for i in order[at : at + CHUNK][workers.rank :: workers.count] if np.isnan(known[i, 0])]
        if not own:
            continue
        with fast_arithmetic(int8=int8):
            known[own] = ask([rows[i] for i in own]).half().numpy()
        known.flush()
        asked += len(own)
        speed = workers.count * asked / (time.monotonic() - began)
        print(f"{path.stem} {min(at + CHUNK, len(order))}/{len(order)}, {speed:.1f} rows/s", flush=True)
