"""Averages the weights of two fine-tuned students, which keeps most of what each has learned (Wortsman et al. 2022, model soups).

Both must descend from the same weights: for example, one was trained further from the other.
"""
import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--other", type=Path, required=True)
    parser.add_argument("--share", type=float, required=True, help="weight of --other, from 0 to 1")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    shutil.copytree(options.model, options.out, dirs_exist_ok=True)
    tensors, other = load_file(options.model / "model.safetensors"), load_file(options.other / "model.safetensors")
    averaged = {name: tensor.lerp(other[name], options.share).contiguous() for name, tensor in tensors.items()}
    save_file(averaged, options.out / "model.safetensors", metadata={"format": "pt"})


if __name__ == "__main__":
    main()
