"""Records a paraphrase model's outputs, by transformers in float32, to test other runtimes against: pairs with their ids, token types,
logits and probability. For the rounded weights of a model as it ships, write the folder with `npx albert export` first."""
import argparse
import json
from pathlib import Path

import torch
from transformers import AlbertForSequenceClassification, AlbertTokenizer

# Sentences written for this file, so no other license applies. They exercise spelling, roles, numbers, accents and lengths.
GOLDEN_PAIRS = [
    ("The company sold the old factory to its rival.", "The old factory was sold to a competitor by the firm."),
    ("The company sold the old factory to its rival.", "The rival sold the old factory to the company."),
    ("The cat chased the dog across the yard.", "The dog chased the cat across the yard."),
    ("The cat chased the dog across the yard.", "The dog was chased across the yard by the cat."),
    ("She flew from London to Paris on Monday.", "She flew from Paris to London on Monday."),
    ("She flew from London to Paris on Monday.", "On Monday she flew from London to Paris."),
    ("Anna and Peter opened a bakery in 1998.", "Peter and Anna opened a bakery in 1998."),
    ("Anna and Peter opened a bakery in 1998.", "Anna and Peter opened a bakery in 1989."),
    ("How do I reset my password?", "What are the steps to change a forgotten password?"),
    ("How do I reset my password?", "Where can I buy fresh bread?"),
    ("Shares rose 3 percent to $41.20 on Tuesday.", "On Tuesday, the stock climbed three percent to $41.20."),
    ("Shares rose 3 percent to $41.20 on Tuesday.", "Shares fell 3 percent to $41.20 on Tuesday."),
    ("The minister said the law would pass before summer.", "The law will pass before the summer, the minister said."),
    ("The minister said the law would pass before summer.", "The minister doubted that the law would pass before summer."),
    ("It rained all night.", "It was raining the whole night."),
    ("It rained all night.", "The train to Vienna leaves from platform nine."),
    ("The bridge was built by Roman soldiers.", "Roman soldiers built the bridge."),
    ("The bridge was built by Roman soldiers.", "The bridge built Roman soldiers."),
    ("A tall man is playing a small guitar.", "A small man is playing a tall guitar."),
    ("A tall man is playing a small guitar.", "A man who is tall plays a small guitar."),
    ("Our café reopens at 7:30 a.m., naïve or not!", "The cafe opens again at half past seven in the morning."),
    ("The police arrested two suspects, officials said late on Friday.", "Two suspects were arrested, according to officials."),
    ("The river flows north into the lake.", "The river flows south into the lake."),
    ("He is not unhappy.", "He is unhappy."),
    ("Hello", "Hello"),
    ("Hello", "Goodbye"),
    ("ok", "The committee will publish its final report on water quality in the spring."),
    ("THE SHIP SANK IN 1912.", "the ship sank in 1912"),
    ("After the teacher left, the children began to sing.", "The children began to sing after the teacher left."),
    ("After the teacher left, the children began to sing.", "After the children began to sing, the teacher left."),
    ("Although the museum is small, it attracts visitors from all over the world, who come mostly to see its collection of early maps.",
     "Visitors come from around the world to the small museum, mostly to see the early maps that it has collected."),
    ("internationalisation 12,345,678 🙂", "localisation 12,345,678 🙂"),
]


def write_golden(folder: Path, out: Path, arithmetic: str) -> None:
    model = AlbertForSequenceClassification.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation="eager").eval()
    spiece = AlbertTokenizer.from_pretrained(folder)
    golden = []
    for first, second in GOLDEN_PAIRS:
        row = spiece(first, second)
        with torch.no_grad():
            logits = model(torch.tensor([row["input_ids"]]), token_type_ids=torch.tensor([row["token_type_ids"]])).logits[0]
        golden.append({"a": first, "b": second, "input_ids": row["input_ids"], "token_type_ids": row["token_type_ids"],
                       "logits": logits.tolist(), "probability": logits.softmax(-1)[1].item()})
        print(f"{golden[-1]['probability']:.3f}  {first} | {second}")
    out.write_text(json.dumps({"arithmetic": arithmetic, "pairs": golden}, indent=1, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a JSON file")
    options = parser.parse_args()
    write_golden(options.model, options.out, "float32 on the rounded weights")


if __name__ == "__main__":
    main()
