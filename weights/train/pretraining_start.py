"""Creates the initial checkpoint for `albert pretrain`: the encoder of a trained model, with heads for masked tokens and sentence order.

The bias of the masked-token head starts at the log frequency of each piece, and its dense layer at the pseudoinverse of the embeddings'
mapping to the hidden width. Before the first step the head thus predicts word frequency, and does not have to learn it.
"""
import argparse
import collections
import json
import shutil
from pathlib import Path

import torch
from transformers import AlbertForPreTraining, AlbertTokenizer

COUNTED = 4_000_000  # pieces of text
UNSEEN = 0.3  # added to each count, so that a piece that never occurs is not impossible
NORM = 0.3  # initial weight of the head's LayerNorm: small, so that the bias dominates at first
OF_CLASSES = ("id2label", "label2id", "problem_type", "classifier_dropout_prob", "unsure", "_name_or_path", "transformers_version")


def log_frequencies(text: Path, spiece: AlbertTokenizer) -> torch.Tensor:
    """Returns [pieces]."""
    counts: collections.Counter[int] = collections.Counter()
    with text.open() as lines:
        for line in lines:
            counts.update(spiece(line.strip(), add_special_tokens=False, verbose=False)["input_ids"])
            if counts.total() > COUNTED:
                break
    frequencies = torch.tensor([counts[piece] + UNSEEN for piece in range(len(spiece))])
    return (frequencies / frequencies.sum()).log()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True, help="folder in the Hugging Face layout")
    parser.add_argument("--text", type=Path, required=True, help="pretraining.txt of pretraining_text.py")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)
    model = AlbertForPreTraining.from_pretrained(options.encoder, torch_dtype=torch.float32)
    head = model.predictions
    with torch.no_grad():
        head.bias.copy_(log_frequencies(options.text, AlbertTokenizer.from_pretrained(options.encoder)))
        inverse = torch.linalg.pinv(model.albert.encoder.embedding_hidden_mapping_in.weight)
        head.dense.weight.copy_(inverse / inverse.norm(dim=1).mean())
        head.dense.bias.zero_()
        head.LayerNorm.weight.fill_(NORM)
    model.save_pretrained(options.out)
    config = json.loads((options.out / "config.json").read_text())
    kept = {name: value for name, value in config.items() if name not in OF_CLASSES}
    (options.out / "config.json").write_text(json.dumps({**kept, "architectures": ["AlbertForPreTraining"]}, indent=2) + "\n")
    for name in ("spiece.model", "tokenizer_config.json"):
        shutil.copyfile(options.encoder / name, options.out / name)


if __name__ == "__main__":
    main()
