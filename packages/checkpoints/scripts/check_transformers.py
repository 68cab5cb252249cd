"""Opens model folders with Hugging Face transformers and compares their outputs with golden.json.

python check_transformers.py FOLDER...   (each with config.json, model.safetensors, golden.json)

Prints {"folder": largest absolute difference}. Exits with status 1 if a weight is missing or unexpected.
"""

import json
import os
import sys

import torch
import transformers

transformers.logging.set_verbosity_error()


def largest_difference(folder):
    config = transformers.AutoConfig.from_pretrained(folder, attn_implementation="eager")
    architecture = getattr(transformers, config.architectures[0])
    model, report = architecture.from_pretrained(folder, config=config, output_loading_info=True)
    if report["missing_keys"] or report["unexpected_keys"] or report["mismatched_keys"]:
        raise SystemExit(f"{folder}: {report}")
    worst = 0.0
    for case in json.load(open(os.path.join(folder, "golden.json"))):
        inputs = {name: torch.tensor(case[name]) for name in ("input_ids", "attention_mask", "token_type_ids")}
        with torch.no_grad():
            outputs = model.eval()(**inputs)
        for name, expected in case["outputs"].items():
            if name in ("hidden_states", "attentions"):
                continue
            worst = max(worst, (outputs[name] - torch.tensor(expected)).abs().max().item())
    return worst


print(json.dumps({folder: largest_difference(folder) for folder in sys.argv[1:]}))
