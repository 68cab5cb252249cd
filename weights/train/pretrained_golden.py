"""Records how the pretrained model fills masks and orders segments, so that tests can compare our runtime with it.

npx albert export weights/pretrained FOLDER --to huggingface
python pretrained_golden.py --model FOLDER --out ../../packages/testing/fixtures/pretrained/golden.json

Uses Hugging Face transformers, in float32 arithmetic on the weights as they ship.
"""
import argparse
import json
from pathlib import Path

import torch
from transformers import AlbertForPreTraining, AlbertTokenizer

# Sentences written for this file.
MASKED = [
    "She opened the [MASK] and walked in.",
    "He was born in [MASK] 1932.",
    "The city lies on the banks of the [MASK].",
    "They [MASK] to the station, but the train had already left.",
    "The museum, which opened in 1898, [MASK] a collection of old maps.",
    "I do not know what to [MASK] about it.",
    "[MASK] is the capital of France.",
    "Our café reopens at 7:30 [MASK].m., naïve or not!",
]
SEGMENTS = [
    ("She opened the door.", "Then she walked in."),
    ("The company was founded in 1921.", "It was sold to a competitor ten years later."),
    ("The team lost its first three games.", "Even so, they won the championship that year."),
    ("He was a British painter.", "He studied in Paris, and his works are shown in several museums."),
]
TOP = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    model = AlbertForPreTraining.from_pretrained(options.model, torch_dtype=torch.float32, attn_implementation="eager").eval()
    spiece = AlbertTokenizer.from_pretrained(options.model)

    masked = []
    orders = []
    with torch.no_grad():
        for text in MASKED:
            row = spiece(text)
            logits = model(torch.tensor([row["input_ids"]])).prediction_logits[0]
            best = logits[row["input_ids"].index(spiece.mask_token_id)].softmax(-1).topk(TOP)
            masked.append({"text": text, "input_ids": row["input_ids"], "pieces": best.indices.tolist(),
                           "probabilities": [round(value, 7) for value in best.values.tolist()]})
            print(text, spiece.convert_ids_to_tokens(best.indices.tolist()))
        for both in SEGMENTS:
            # The first class is "in order".
            in_order = []
            for first, second in (both, both[::-1]):
                row = spiece(first, second)
                logits = model(torch.tensor([row["input_ids"]]), token_type_ids=torch.tensor([row["token_type_ids"]])).sop_logits[0]
                in_order.append(round(logits.softmax(-1)[0].item(), 7))
            orders.append({"first": both[0], "second": both[1], "inOrder": in_order[0], "swapped": in_order[1]})
            print(*in_order, both)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(json.dumps({"masked": masked, "orders": orders}, ensure_ascii=False, indent=1) + "\n")


if __name__ == "__main__":
    main()
