"""Converts the labelled sentence pairs to one format, and sets rows aside for validation and test before anything is trained.

Writes to --out, with one `task <TAB> label <TAB> first <TAB> second` per line:

  train.tsv       labelled pairs of every set below
  select.tsv      validation rows of MRPC *train*, PAWS and Quora, to choose between models; not trained on before the last run
  heldout.tsv     rows of PAWS and Quora that are only ever scored, and SICK's dev rows
  questions.txt   Quora questions that are in neither of the two, for mine_pairs.py

Tasks: `mrpc`, `paws`, `qqp` and `pan` have a label of 0 or 1; `similarity` (STS-B train, SICK train) has one from 0 to 1; `unrelated` is
0, two random everyday sentences; `identical` is 1, a sentence and itself, possibly in lower case or without the final punctuation.

Two rules prevent leakage into the scores. A PAWS sentence or a Quora question appears on one side of the split only: rows that share a
sentence, or a sentence with the same words, stay together. And rows with a sentence of MRPC dev or test, and pairs of STS-B dev, are
left out: a third of STS-B's news pairs were taken from the same corpus as MRPC.
"""
import argparse
import csv
import random
import re
from collections import defaultdict
from pathlib import Path
from typing import Iterator, NamedTuple


class Pair(NamedTuple):
    task: str
    label: float
    first: str
    second: str
    # The teacher's logits for all tasks, if answers.py has computed them.
    answers: tuple[float, ...] | None = None


def read_table(path: Path) -> Iterator[list[str]]:
    """Yields the rows of a tab-separated file after its header; quotation marks are plain text, as in GLUE."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        next(rows)
        yield from rows


def read_pairs(path: Path) -> list[Pair]:
    """Reads a file that `write_pairs` wrote."""
    with open(path, encoding="utf-8") as file:
        rows = (line.rstrip("\n").split("\t") for line in file)
        return [Pair(task, float(label), first, second) for task, label, first, second in rows]


def write_pairs(path: Path, pairs: list[Pair]) -> None:
    with open(path, "w", encoding="utf-8") as file:
        for task, label, first, second, _ in pairs:
            file.write(f"{task}\t{label:g}\t{' '.join(first.split())}\t{' '.join(second.split())}\n")


def read_mrpc(path: Path) -> list[Pair]:
    return [Pair("mrpc", int(row[0]), row[3], row[4]) for row in read_table(path)]


def read_stsb(path: Path) -> list[Pair]:
    return [Pair("similarity", float(row[4]) / 5, row[5], row[6]) for row in read_table(path)]


def read_sick(path: Path) -> list[Pair]:
    return [Pair("similarity", (float(row[3]) - 1) / 4, row[1], row[2]) for row in read_table(path)]


def read_paws(path: Path) -> list[Pair]:
    return [Pair("paws", int(row[3]), row[1], row[2]) for row in read_table(path)]


def read_labelled(path: Path, task: str) -> list[Pair]:
    return [Pair(task, int(row[0]), row[1], row[2]) for row in read_table(path)]


def detokenize(text: str) -> str:
    """Restores normal spacing from the spaced-out tokens of MRPC and PAWS: `the U.S. , he said .` -> `the U.S., he said.`"""
    text = re.sub(r"\s*(``|'')\s*", lambda quote: ' "' if quote[1] == "``" else '" ', text)
    text = re.sub(r" ([.,;:!?%)\]]|'s\b|n't\b|'re\b|'ve\b|'ll\b|'d\b|'(?= |$))", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text).strip()


def bare(sentence: str) -> str:
    """Returns the sentence without case, spacing and punctuation, so that the same text in two sets compares equal."""
    return re.sub(r"[^a-z0-9]+", "", sentence.lower())


def words(sentence: str) -> str:
    """Returns the sentence as a sorted bag of words, which is equal for sentences that differ only in word order."""
    return " ".join(sorted(re.findall(r"[a-z0-9]+", sentence.lower())))


def split_by_sentence(pairs: list[Pair], sizes: list[int], seed: int) -> list[list[Pair]]:
    """Returns random parts with at least `sizes` rows each, and a last part with the rest; no two parts share a sentence."""
    leader: dict[str, str] = {}

    def find(key: str) -> str:
        while leader.setdefault(key, key) != key:
            leader[key] = leader[leader[key]]
            key = leader[key]
        return key

    for pair in pairs:
        leader[find(words(pair.first))] = find(words(pair.second))
    groups = defaultdict(list)
    for pair in pairs:
        groups[find(words(pair.first))].append(pair)
    order = list(groups.values())
    random.Random(seed).shuffle(order)
    parts: list[list[Pair]] = [[] for _ in sizes] + [[]]
    for group in order:
        part = next((i for i, size in enumerate(sizes) if len(parts[i]) < size), len(sizes))
        parts[part].extend(group)
    return parts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with glue/MRPC and pairs/ (see README.md)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--paws_heldout", type=int, default=1500)
    parser.add_argument("--paws_select", type=int, default=500)
    parser.add_argument("--mrpc_select", type=int, default=400)
    parser.add_argument("--qqp_heldout", type=int, default=1500)
    parser.add_argument("--qqp_select", type=int, default=500)
    parser.add_argument("--qqp_positives", type=int, default=2500)
    parser.add_argument("--unrelated", type=int, default=5000)
    parser.add_argument("--identical", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    data, rng = options.data, random.Random(options.seed)

    mrpc = read_mrpc(data / "glue/MRPC/train.tsv")
    rng.shuffle(mrpc)
    mrpc_select, mrpc_train = mrpc[: options.mrpc_select], mrpc[options.mrpc_select :]
    paws_heldout, paws_select, paws_train = split_by_sentence(
        read_paws(data / "pairs/paws_wiki_dev.tsv"), [options.paws_heldout, options.paws_select], options.seed)
    qqp_heldout, qqp_select, qqp_train = split_by_sentence(
        read_labelled(data / "pairs/qqp_dev_10k.tsv", "qqp"), [options.qqp_heldout, options.qqp_select], options.seed)
    not_trained_on = {words(text) for pair in [*qqp_heldout, *qqp_select] for text in (pair.first, pair.second)}
    qqp_positives = [pair for pair in read_labelled(data / "pairs/qqp_positive_only.tsv", "qqp")
                     if not {words(pair.first), words(pair.second)} & not_trained_on]
    others = [
        *read_stsb(data / "pairs/stsb_train.tsv"),
        *read_sick(data / "pairs/sick_train.tsv"),
        *qqp_train,
        *rng.sample(qqp_positives, options.qqp_positives),
        *read_labelled(data / "pairs/pan_train.tsv", "pan"),
    ]

    scored = [*read_mrpc(data / "glue/MRPC/dev.tsv"), *read_mrpc(data / "glue/MRPC/test.tsv")]
    scored_sentences = {bare(text) for pair in scored for text in (pair.first, pair.second)}
    scored_pairs = {frozenset((bare(p.first), bare(p.second))) for p in read_stsb(data / "pairs/stsb_dev.tsv")}

    def is_clean(pair: Pair) -> bool:
        first, second = bare(pair.first), bare(pair.second)
        return not {first, second} & scored_sentences and frozenset((first, second)) not in scored_pairs

    clean = [pair for pair in others if is_clean(pair)]
    train = [*mrpc_train, *paws_train, *clean]
    everyday = sorted({text for pair in clean if pair.task != "pan" for text in (pair.first, pair.second)})
    partners = {frozenset((pair.first, pair.second)) for pair in clean}
    unrelated = (Pair("unrelated", 0.0, *rng.sample(everyday, 2)) for _ in range(options.unrelated))
    train += [pair for pair in unrelated if frozenset((pair.first, pair.second)) not in partners]
    train += [Pair("identical", 1.0, text, rng.choice((text, text.lower(), text.rstrip(" .?!"))))
              for text in rng.sample(everyday, options.identical)]
    rng.shuffle(train)
    options.out.mkdir(parents=True, exist_ok=True)
    write_pairs(options.out / "train.tsv", train)
    selected = [*mrpc_select, *paws_select, *qqp_select]
    heldout = [*paws_heldout, *qqp_heldout, *read_sick(data / "pairs/sick_dev.tsv")]
    questions = {" ".join(text.split()) for pair in [*qqp_train, *qqp_positives] if is_clean(pair) for text in (pair.first, pair.second)}
    (options.out / "questions.txt").write_text("".join(f"{question}\n" for question in sorted(questions)), encoding="utf-8")
    write_pairs(options.out / "select.tsv", selected)
    write_pairs(options.out / "heldout.tsv", heldout)
    print(f"train {len(train)}, select {len(selected)}, held out {len(heldout)}; "
          f"left out {len(others) - len(clean)} rows that touch MRPC dev or test or STS-B dev")


if __name__ == "__main__":
    main()
