"""Writes small random ALBERT models with each activation, and their outputs: python activation_goldens.py FIXTURES ACTIVATION...
Hugging Face transformers 4.46.3, eager attention, float32, on the CPU.
"""
import json
import sys
from pathlib import Path

import torch
from transformers import AlbertConfig, AlbertModel

INPUTS = [
    ([[26]], [[1]]),
    ([[7, 35, 5, 57, 44], [61, 17, 46, 0, 0]], [[1, 1, 1, 1, 1], [1, 1, 1, 0, 0]]),
]


def golden(model, ids, mask):
    types = [[position % 2 for position in range(len(row))] for row in ids]
    with torch.no_grad():
        outputs = model(*(torch.tensor(each) for each in (ids, mask, types)))
    named = {name: outputs[name].tolist() for name in ("last_hidden_state", "pooler_output")}
    return {"input_ids": ids, "attention_mask": mask, "token_type_ids": types, "outputs": named}


root = Path(sys.argv[1])
for activation in sys.argv[2:]:
    torch.manual_seed(len(activation))
    config = AlbertConfig(
        vocab_size=64, embedding_size=8, hidden_size=24, num_hidden_layers=2, num_attention_heads=2, intermediate_size=40,
        max_position_embeddings=16, hidden_act=activation, attn_implementation="eager", initializer_range=0.3, classifier_dropout_prob=0.0,
    )
    model = AlbertModel(config).eval()
    for parameter in model.parameters():
        if parameter.dim() == 1:  # Otherwise biases would be 0, and LayerNorm weights 1.
            parameter.data += 0.2 * torch.randn_like(parameter)
    folder = root / f"{activation}-base"
    model.save_pretrained(folder)
    (folder / "golden.json").write_text(json.dumps([golden(model, *each) for each in INPUTS]) + "\n")
