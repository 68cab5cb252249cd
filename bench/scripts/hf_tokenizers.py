"""Times Hugging Face's Rust tokenizers on the pairs of tokenizers.mjs, one pair at a time, on one thread.

    python bench/scripts/hf_tokenizers.py TOKENIZER_JSON PAIRS_JSON

TOKENIZER_JSON is a file as transformers writes it; PAIRS_JSON has `pairs` of texts `a` and `b`.
"""

import json
import statistics
import sys
import time

from tokenizers import Tokenizer

tokenizer = Tokenizer.from_file(sys.argv[1])
tokenizer.enable_truncation(128)
with open(sys.argv[2], encoding="utf-8") as file:
    pairs = [(pair["a"], pair["b"]) for pair in json.load(file)["pairs"]]
characters = sum(len(a) + len(b) for a, b in pairs)
repeats = max(1, round(2000 / len(pairs)))


def seconds() -> float:
    started = time.perf_counter()
    for _ in range(repeats):
        for a, b in pairs:
            tokenizer.encode(a, b)
    return (time.perf_counter() - started) / repeats


seconds()
typical = statistics.median(seconds() for _ in range(15))
print(f"{len(pairs) / typical:.0f} pairs/s, {characters / typical / 1e6:.2f} M characters/s")
