"""Writes a fine-tuned student as it is shipped: float16 safetensors, and golden.json to hold another runtime to.

golden.json: pairs with their ids, token types, logits and probability, in float32 arithmetic on the float16 weights.
"""
import argparse
import json
import os
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AlbertForSequenceClassification, AlbertTokenizer

# Sentences written for this file: they exercise spelling, roles, numbers, accents and lengths, and carry no one's terms.
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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()

    part = options.out.with_name(options.out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in load_file(options.model / "model.safetensors").items()}
    save_file(tensors, part / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((options.model / "config.json").read_text())
    config["torch_dtype"] = "float16"
    config.pop("_name_or_path", None)
    # Where a recent version is named, our loader also asks for sentence-transformers' settings, which would be a failed request.
    config.pop("transformers_version", None)
    (part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    for name in ("spiece.model", "tokenizer_config.json"):
        shutil.copyfile(options.model / name, part / name)

    model = AlbertForSequenceClassification.from_pretrained(part, torch_dtype=torch.float32, attn_implementation="eager").eval()
    spiece = AlbertTokenizer.from_pretrained(part)
    golden = []
    for first, second in GOLDEN_PAIRS:
        row = spiece(first, second)
        with torch.no_grad():
            logits = model(torch.tensor([row["input_ids"]]), token_type_ids=torch.tensor([row["token_type_ids"]])).logits[0]
        golden.append({"a": first, "b": second, "input_ids": row["input_ids"], "token_type_ids": row["token_type_ids"],
                       "logits": logits.tolist(), "probability": logits.softmax(-1)[1].item()})
        print(f"{golden[-1]['probability']:.3f}  {first} | {second}")
    (part / "golden.json").write_text(json.dumps({"arithmetic": "float32 on the float16 weights", "pairs": golden},
                                                 indent=1, ensure_ascii=False) + "\n")
    for kept in ("MODEL_CARD.md",):
        if (options.out / kept).exists():
            shutil.copyfile(options.out / kept, part / kept)
    old = options.out.with_name(options.out.name + ".old")
    shutil.rmtree(old, ignore_errors=True)
    if options.out.exists():
        os.rename(options.out, old)
    os.rename(part, options.out)
    shutil.rmtree(old, ignore_errors=True)


if __name__ == "__main__":
    main()
