"""Writes the pretraining text and held-out documents for scoring: `pretraining.txt` and `pretraining-heldout.txt`.

It takes only a share of the larger corpora, so that the modern ones carry enough weight. Documents are kept whole and are in random
order. `albert create-pretraining-data` makes instances from both files.
"""
import argparse
import random
from pathlib import Path

# The share of each corpus's documents to train on.
SHARES = {"ewt": 1, "speeches": 1, "wikisplit": 0.5, "novels": 0.12, "wikipedia": 0.36}
HELD_OUT, FEWEST, MOST = 1 / 200, 10, 250


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True, help="folder of docs_*.txt, unpacked")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rng = random.Random(7)
    train: list[str] = []
    held_out: list[str] = []
    for corpus, share in SHARES.items():
        documents = [text.strip() for text in (options.corpus / f"docs_{corpus}.txt").read_text().split("\n\n")]
        documents = [text for text in documents if text]
        rng.shuffle(documents)
        kept_back = max(FEWEST, int(len(documents) * HELD_OUT))
        held_out += documents[: min(kept_back, MOST)]
        rest = documents[kept_back:]
        chosen = rest[: int(len(rest) * share)]
        train += chosen
        print(f"{corpus}: {len(chosen)} documents of {sum(map(len, chosen)) / 1e6:.1f} million characters, {min(kept_back, MOST)} held out")
    rng.shuffle(train)
    for name, documents in (("pretraining", train), ("pretraining-heldout", held_out)):
        (options.out / f"{name}.txt").write_text("\n\n".join(documents) + "\n")


if __name__ == "__main__":
    main()
