"""Averages fine-tuned students weight by weight, which mostly keeps what each has learned (Wortsman et al. 2022, model soups).

All must have been trained from the same weights, or one from another. With --four_bits the exact weights of each run's last step are
averaged, from training.pt, and the average is rounded to q4.
"""
import argparse
from contextlib import nullcontext
from pathlib import Path

import torch
from safetensors.torch import load_file

from initialise import load_student, save_student
from rounding import FourBits


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=Path, nargs="+", required=True)
    parser.add_argument("--shares", type=float, nargs="+", help="weight of each model; equal by default")
    parser.add_argument("--four_bits", action="store_true", help="average exact weights, and save rounded ones")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    shares = options.shares or [1.0] * len(options.models)
    if len(shares) != len(options.models):
        parser.error(f"--shares has {len(shares)} numbers for {len(options.models)} models")
    averaged: dict[str, torch.Tensor] = {}
    for folder, share in zip(options.models, shares):
        exact = options.four_bits and torch.load(folder / "training.pt", weights_only=True)["model"]
        for name, tensor in (exact or load_file(folder / "model.safetensors")).items():
            averaged[name] = averaged.get(name, 0) + tensor * (share / sum(shares))
    model, _ = load_student(options.models[0])
    model.load_state_dict(averaged)
    options.out.mkdir(parents=True, exist_ok=True)
    with FourBits(model) if options.four_bits else nullcontext():
        save_student(model, options.models[0] / "spiece.model", options.out)


if __name__ == "__main__":
    main()
