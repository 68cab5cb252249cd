"""Records how much each word contributes to verdicts of the default model, by masking words in PyTorch.

npx albert export weights/default FOLDER --to huggingface
python packages/tasks/scripts/explain_golden.py FOLDER packages/testing/fixtures/explain/golden.json

Written with transformers 4.46.3 and PyTorch 2.15 on the CPU. The sentences are plain ASCII, so that the characters of the pieces
can be matched one by one with those of the text.
"""

import json
import re
import sys

import torch
from transformers import AlbertForSequenceClassification, AlbertTokenizer

FOLDER, OUT = sys.argv[1:]
PAIRS = [
    ("The cat is sleeping on the sofa.", "A cat sleeps on the couch."),
    ("How do I learn to play the guitar?", "Which guitar should a beginner buy?"),
    ("She bought a new car last week.", "Last week she purchased a new car."),
]
MODEL = AlbertForSequenceClassification.from_pretrained(FOLDER, attn_implementation="eager").eval()
SPIECE = AlbertTokenizer.from_pretrained(FOLDER)


def words_and_positions(text: str, first_position: int) -> tuple[list[str], list[list[int]], int]:
    """Returns the words, the positions of each word's pieces, and the number of pieces of the text."""
    characters = [i for i, character in enumerate(text) if character != " "]
    pieces, spans, read = SPIECE.tokenize(text), [], 0
    for piece in pieces:
        length = len(piece.replace("\u2581", ""))
        spans.append(set(characters[read : read + length]))
        read += length
    found = [(match.group(), set(range(*match.span()))) for match in re.finditer(r"\w+", text)]
    positions = [[first_position + i for i, span in enumerate(spans) if span & word] for _, word in found]
    return [word for word, _ in found], positions, len(pieces)


@torch.no_grad()
def log_odds(row: dict, hidden: list[int]) -> float:
    mask = torch.tensor([[float(i not in hidden) for i in range(len(row["input_ids"]))]])
    logits = MODEL(torch.tensor([row["input_ids"]]), attention_mask=mask, token_type_ids=torch.tensor([row["token_type_ids"]])).logits[0]
    return (logits[1] - logits[0]).item()


def golden(a: str, b: str) -> dict:
    row = SPIECE(a, b)
    first, first_positions, count = words_and_positions(a, 1)
    second, second_positions, _ = words_and_positions(b, count + 2)
    whole = log_odds(row, [])
    alone = [[log_odds(row, hidden) for hidden in side] for side in (first_positions, second_positions)]
    strengths = [[whole - without_one - without_other + log_odds(row, one + other)
                  for other, without_other in zip(second_positions, alone[1])]
                 for one, without_one in zip(first_positions, alone[0])]
    rounded = lambda values: [round(value, 5) for value in values]
    return {"a": a, "b": b, "logOdds": round(whole, 5), "words": [first, second],
            "influence": [rounded(whole - score for score in side) for side in alone], "strengths": [rounded(line) for line in strengths]}


with open(OUT, "w") as file:
    json.dump({"arithmetic": "float32 on the int8 weights, attention_mask 0 at the tokens of hidden words",
               "pairs": [golden(a, b) for a, b in PAIRS]}, file)
