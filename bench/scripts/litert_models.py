"""Makes the files that LiteRT.js is measured on: a sequence classifier as .tflite, one file per length, in f32 and in int8.

    node bench/scripts/write-model.mjs base .cache/litert/base
    pip install "transformers<5" litert-torch==0.10.0 ai-edge-quantizer==0.10.0
    python bench/scripts/litert_models.py .cache/litert/base .cache/litert

A .tflite file has a fixed shape, `[1, length]` int32 token ids to `[1, labels]` logits, so each length needs its own file. There is no
padding: masks and token types are constants. int8 is ai-edge-quantizer's dynamic recipe: int8 weights per channel, activations quantized
at run time, f32 in between. The outputs of each f32 file are compared with PyTorch's before it is kept.
"""
import argparse
from pathlib import Path

import litert_torch
import numpy as np
import torch
from ai_edge_quantizer import quantizer, recipe
from safetensors.torch import load_file
from torch import Tensor, nn
from transformers import AlbertConfig, AlbertForSequenceClassification

# Every length in `albert bench`, and the length of its check for equal logits.
LENGTHS = [8, 16, 32, 64, 128, 256, 512]
# The largest allowed difference of f32 logits from PyTorch's.
TOLERANCE = 1e-3


class FromIds(nn.Module):
    """Takes only token ids, as the other engines are timed: every position is real, and belongs to the first sentence."""

    def __init__(self, model: AlbertForSequenceClassification) -> None:
        super().__init__()
        self.model = model

    def forward(self, ids: Tensor) -> Tensor:
        ids = ids.long()
        return self.model(input_ids=ids, attention_mask=torch.ones_like(ids), token_type_ids=torch.zeros_like(ids)).logits


def load_classifier(folder: Path) -> AlbertForSequenceClassification:
    config = AlbertConfig.from_pretrained(folder, attn_implementation="eager")
    # The bench writes the encoder's tensors without the prefix that transformers expects.
    tensors = {name if name.startswith("classifier.") else f"albert.{name}": tensor
               for name, tensor in load_file(folder / "model.safetensors").items()}
    model = AlbertForSequenceClassification(config)
    model.load_state_dict(tensors)
    return model.eval()


def write_f32(model: FromIds, ids: Tensor, path: Path) -> None:
    converted = litert_torch.convert(model, (ids,))
    with torch.no_grad():
        expected = model(ids).numpy()
    difference = float(np.abs(converted(ids.numpy()) - expected).max())
    if difference > TOLERANCE:
        raise SystemExit(f"{path.name}: its logits differ from PyTorch's by {difference}")
    part = path.with_suffix(".part")
    converted.export(str(part))
    part.rename(path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB, largest difference {difference:.1e}", flush=True)


def write_q8(f32: Path, path: Path) -> None:
    quantized = quantizer.Quantizer(str(f32))
    quantized.load_quantization_recipe(recipe.dynamic_wi8_afp32())
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    quantized.quantize().export_model(str(part))
    part.rename(path)
    print(f"{path.name}: {path.stat().st_size / 1e6:.1f} MB", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model", type=Path, help="folder in Hugging Face layout, written by bench/scripts/write-model.mjs")
    parser.add_argument("out", type=Path, help="folder to write; the bench looks in .cache/litert")
    parser.add_argument("--lengths", type=int, nargs="+", default=LENGTHS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    classifier = load_classifier(options.model)
    model = FromIds(classifier).eval()
    for length in options.lengths:
        f32, q8 = (options.out / f"{options.model.name}-{length}-{precision}.tflite" for precision in ("f32", "q8"))
        ids = torch.randint(5, classifier.config.vocab_size, (1, length), dtype=torch.int32)
        if not f32.exists():
            write_f32(model, ids, f32)
        if not q8.exists():
            write_q8(f32, q8)


if __name__ == "__main__":
    main()
