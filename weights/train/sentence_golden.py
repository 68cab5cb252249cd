"""Records the outputs of the sentence encoder, so that tests can compare our runtime with them.

npx albert export weights/sentence FOLDER --to huggingface
python sentence_golden.py --model FOLDER --out ../../packages/testing/fixtures/sentence/golden.json

Uses float32 arithmetic on the weights as they ship.
"""
import argparse
import json
import math
from pathlib import Path

import torch

from pair_golden import GOLDEN_PAIRS
from sentence_similarity import SENTENCE_LENGTH, SentenceEncoder

SENTENCES = [
    "The company sold the old factory to its rival.",
    "Shares rose 3 percent to $41.20 on Tuesday.",
    "Our café reopens at 7:30 a.m., naïve or not!",
    "internationalisation 12,345,678 🙂",
    "Hello",
    "Although the museum is small, it attracts visitors from all over the world, who come mostly to see its collection of early maps.",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="sentence encoder in sentence-transformers layout, as exported")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    encoder = SentenceEncoder(options.model).eval()
    logistic = json.loads((options.model / "paraphrase_calibration.json").read_text())

    with torch.no_grad():
        embeddings = encoder(SENTENCES).tolist()
        pairs = []
        for first, second in GOLDEN_PAIRS:
            one, two = encoder([first, second])
            cosine = (one @ two).item()
            probability = 1 / (1 + math.exp(-(logistic["scale"] * cosine + logistic["bias"])))
            pairs.append({"a": first, "b": second, "cosine": round(cosine, 7), "probability": round(probability, 7)})
    sentences = [{"text": text, "ids": encoder.spiece(text, truncation=True, max_length=SENTENCE_LENGTH)["input_ids"],
                  "embedding": [round(value, 7) for value in embedding]} for text, embedding in zip(SENTENCES, embeddings)]
    options.out.write_text(json.dumps({"sentences": sentences, "pairs": pairs}, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
