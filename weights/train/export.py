"""Writes a fine-tuned student in float16 safetensors, and golden.json to test other runtimes against.

golden.json is written as by pair_golden.py, in float32 arithmetic on the float16 weights.
"""
import argparse
import json
import os
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

from pair_golden import write_golden


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True, help="a new folder")
    options = parser.parse_args()

    if options.out.exists():
        raise SystemExit(f"{options.out} exists: --out is a new folder")
    part = options.out.with_name(options.out.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    tensors = {name: tensor.half().contiguous() for name, tensor in load_file(options.model / "model.safetensors").items()}
    save_file(tensors, part / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((options.model / "config.json").read_text())
    config["torch_dtype"] = "float16"
    config.pop("_name_or_path", None)
    # For recent versions, our loader would also request sentence-transformers' settings, and that request would fail.
    config.pop("transformers_version", None)
    (part / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    for name in ("spiece.model", "tokenizer_config.json"):
        shutil.copyfile(options.model / name, part / name)

    write_golden(part, part / "golden.json", "float32 on the float16 weights")
    os.rename(part, options.out)


if __name__ == "__main__":
    main()
