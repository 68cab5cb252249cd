"""Writes a folder in GLUE's MRPC format with more than MRPC in its training file, for the final `albert run-classifier`.

MRPC hardly ever has two sentences with the same words and different meanings. A model fine-tuned on it alone forgets to look at word
order, and to tell questions apart. This script adds rows of PAWS, Quora, STS-B and SICK, `roles` and `everyday` pairs, unrelated and
identical sentences and, on request, MRPC's own rows with the sentences swapped, since the label does not depend on their order.
Similarity scores become 0 or 1 at random, so that the model still learns the score. Dev and test remain MRPC's own.
"""
import argparse
import csv
import random
import shutil
from pathlib import Path

from finetune import with_drawn_label
from prepare_pairs import Pair, read_mrpc, read_pairs
from training import mixed, varied

HEADER = ["Quality", "#1 ID", "#2 ID", "#1 String", "#2 String"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mrpc", type=Path, required=True, help="GLUE's MRPC folder")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py, mine_pairs.py, everyday_pairs.py")
    parser.add_argument("--mix", default="paws=0.2 qqp=0.15 similarity=0.1 roles=0.1 everyday=0.1 unrelated=0.04 identical=0.1", help="how much of each task's pairs to add, as shares")
    parser.add_argument("--swapped", action="store_true", help="add each of MRPC's training rows in both orders")
    parser.add_argument("--out", type=Path, required=True, help="folder to write; the files go to its subfolder MRPC")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    added = [with_drawn_label(pair, rng) for pair in mixed([pair for path in options.pairs for pair in read_pairs(path)], options.mix, rng)]
    mrpc = read_mrpc(options.mrpc / "train.tsv")
    swapped = [pair._replace(first=pair.second, second=pair.first) for pair in mrpc] if options.swapped else []
    rows: list[Pair] = [*mrpc, *swapped, *(varied(pair, rng, detokenized=0.7) for pair in added)]
    rng.shuffle(rows)
    folder = options.out / "MRPC"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "train.tsv", "w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_NONE, quotechar=None, lineterminator="\n")
        table.writerow(HEADER)
        table.writerows([f"{pair.label:g}", 0, 0, pair.first, pair.second] for pair in rows)
    for name in ("dev.tsv", "test.tsv"):
        shutil.copyfile(options.mrpc / name, folder / name)
    print(f"{len(rows)} rows, {len(rows) - len(mrpc)} of them added")


if __name__ == "__main__":
    main()
