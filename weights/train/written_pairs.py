"""Makes pairs from the sentence groups of `written/`: the same in different words, and close but not the same.

A file has groups of lines with an empty line between them: a sentence, then lines with `= ` that mean the same and lines with `! ` that do
not. Any two with the same meaning make a pair with label 1; about as many pairs with label 0 have one of them and a line with `! `. Every
tenth strict group is set aside, alternately for `written-select.tsv`, to calibrate on, and for `written-heldout.tsv`, which is only ever
scored. A group that shares a sentence with `robustness.tsv` or the golden pairs is left out.

Files whose names begin with `mrpc` follow MRPC's annotators: sentences are the same if their main statement is, even if one has an extra
detail. The other files are strict: an extra detail is a difference. `mrpc-groups.tsv` has every two lines of an `mrpc` group, including
pairs without a label, which the teacher and students score.
"""
import argparse
import itertools
import random
import re
from pathlib import Path
from typing import Iterator, NamedTuple

from pair_golden import GOLDEN_PAIRS
from prepare_pairs import Pair, bare, read_mrpc, read_pairs, write_pairs

HERE = Path(__file__).parent
KEPT_BACK = 10


class Group(NamedTuple):
    task: str
    same: list[str]  # the first line among them
    other: list[str]


def read_groups(path: Path) -> Iterator[Group]:
    for number, block in enumerate(path.read_text(encoding="utf-8").strip().split("\n\n"), 1):
        first, *rest = block.split("\n")
        same, other = ([line[2:] for line in rest if line.startswith(mark)] for mark in ("= ", "! "))
        group = Group("mrpc_written" if path.stem.startswith("mrpc") else "written", [first, *same], other)
        lines = {text.lower() for text in (*group.same, *group.other)}
        if not same or not other or first[:2] in ("= ", "! ") or len(lines) < len(rest) + 1 or "\t" in block:
            raise SystemExit(f"{path}, group {number}: expected a sentence, then different lines that begin with '= ' and '! '\n{block}")
        yield group


def pairs_of(group: Group, rng: random.Random) -> Iterator[Pair]:
    same = list(itertools.combinations(group.same, 2))
    # Each `! ` line with the first sentence, with which it shares the most words; the rest with the rewordings.
    other = [(group.same[0], text) for text in group.other]
    more = list(itertools.product(group.same[1:], group.other))
    other += rng.sample(more, min(len(more), max(0, len(same) - len(other))))
    for label, chosen in ((1, same), (0, other)):
        for pair in chosen:
            yield Pair(group.task, label, *rng.sample(pair, 2))


def runs_of_six(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.lower())
    return [tuple(words[at : at + 6]) for at in range(len(words) - 5)]


def check_kept_out(groups: list[Group], paths: list[Path]) -> None:
    """Exits if a sentence shares more than a quarter of its runs of six words with the MRPC files. A single common run is no copy, because
    news repeats its phrases ("the yield on the 10-year note")."""
    known = {run for path in paths for pair in read_mrpc(path) for text in (pair.first, pair.second) for run in runs_of_six(text)}
    for group in groups:
        for text in (*group.same, *group.other):
            runs = runs_of_six(text)
            if 4 * sum(run in known for run in runs) > len(runs):
                raise SystemExit(f"too close to a sentence of {', '.join(map(str, paths))}: {text}")


def all_pairs_of(group: Group) -> Iterator[Pair]:
    """Yields every two lines of a group. Two `! ` lines may or may not mean the same, so they get no label."""
    lines = [(text, True) for text in group.same] + [(text, False) for text in group.other]
    for (first, is_same), (second, is_same_too) in itertools.combinations(lines, 2):
        if is_same or is_same_too:
            yield Pair(group.task, float(is_same and is_same_too), first, second)
        else:
            yield Pair("unlabelled", float("nan"), first, second)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--written", type=Path, default=HERE / "written", help="folder of groups")
    parser.add_argument("--out", type=Path, required=True, help="folder for written.tsv, written-select.tsv, written-heldout.tsv and mrpc-groups.tsv")
    parser.add_argument("--keep_out", type=Path, nargs="*", default=[], help="MRPC files whose sentences must not appear")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    golden = itertools.chain.from_iterable(GOLDEN_PAIRS)
    test = {bare(text) for text in golden} | {bare(text) for pair in read_pairs(HERE / "robustness.tsv") for text in (pair.first, pair.second)}
    groups = [group for path in sorted(options.written.glob("*.txt")) for group in read_groups(path)
              if not test & {bare(text) for text in (*group.same, *group.other)}]
    check_kept_out(groups, options.keep_out)
    strict = [group for group in groups if group.task == "written"]
    kept_back = strict[::KEPT_BACK]
    files = {"written": [group for group in groups if group not in kept_back], "written-select": kept_back[::2], "written-heldout": kept_back[1::2]}
    for name, chosen in files.items():
        pairs = [pair for group in chosen for pair in pairs_of(group, rng)]
        write_pairs(options.out / f"{name}.tsv", pairs)
        print(f"{name}: {len(chosen)} groups, {len(pairs)} pairs, {100 * sum(pair.label for pair in pairs) / len(pairs):.0f} % of them the same")
    mrpc = [pair for group in groups if group.task == "mrpc_written" for pair in all_pairs_of(group)]
    write_pairs(options.out / "mrpc-groups.tsv", mrpc)
    print(f"mrpc-groups: {len(mrpc)} pairs")


if __name__ == "__main__":
    main()
