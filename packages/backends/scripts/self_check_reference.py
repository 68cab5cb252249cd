"""Prints the outputs of Hugging Face transformers for the self-check's probe model (src/self-check/probe-model.ts).

Usage: pip install torch transformers && python packages/backends/scripts/self_check_reference.py
"""

import math

import torch
from transformers import AlbertConfig, AlbertModel

config = AlbertConfig(
    vocab_size=16,
    embedding_size=32,
    hidden_size=32,
    num_hidden_layers=2,
    num_attention_heads=2,
    intermediate_size=96,
    max_position_embeddings=16,
    attn_implementation="eager",
)
model = AlbertModel(config).eval()

LAYER = "encoder.albert_layer_groups.0.albert_layers.0"
LINEARS = [f"{LAYER}.attention.{part}" for part in ("query", "key", "value", "dense")]
NAMES = (
    [f"embeddings.{table}_embeddings.weight" for table in ("word", "position", "token_type")]
    + [f"embeddings.LayerNorm.{kind}" for kind in ("weight", "bias")]
    + [f"encoder.embedding_hidden_mapping_in.{kind}" for kind in ("weight", "bias")]
    + [f"{name}.{kind}" for name in LINEARS for kind in ("weight", "bias")]
    + [f"{LAYER}.attention.LayerNorm.{kind}" for kind in ("weight", "bias")]
    + [f"{LAYER}.{part}.{kind}" for part in ("ffn", "ffn_output", "full_layer_layer_norm") for kind in ("weight", "bias")]
    + [f"pooler.{kind}" for kind in ("weight", "bias")]
)



def scrambled(order: int, index: int) -> float:
    """Returns the same pseudorandom number in [0, 1) as `wave` in probe-model.ts."""
    wave = math.sin(order * 12.9898 + index * 78.233) * 1000
    return wave - math.floor(wave)


def matrix_value(order: int, index: int) -> float:
    """Returns the same as `matrixValue` there: a 4-bit number times the scale of its group of 32."""
    group = index // 32
    return (math.floor(16 * scrambled(order, index)) - 8) * (-2 if group % 3 == 1 else 1) / 16


state = model.state_dict()
for order, name in enumerate(NAMES):
    one = 1.0 if name.endswith(("LayerNorm.weight", "layer_norm.weight")) else 0.0
    size = state[name].numel()
    matrix = state[name].dim() == 2
    values = [matrix_value(order, index) if matrix else one + scrambled(order, index) - 0.5 for index in range(size)]
    state[name] = torch.tensor(values, dtype=torch.float32).reshape(state[name].shape)
model.load_state_dict(state)

with torch.no_grad():
    hidden = model(
        input_ids=torch.tensor([[11, 12, 1, 13, 7, 2, 6, 5], [8, 9, 14, 1, 11, 14, 6, 1]]),
        attention_mask=torch.tensor([[1] * 8, [1] * 5 + [0] * 3]),
        token_type_ids=torch.tensor([[0, 0, 0, 1, 0, 1, 1, 1], [0, 0, 0, 1, 1, 1, 0, 0]]),
    ).last_hidden_state
print([[round(value, 4) for value in row] for row in hidden[:, 0].tolist()])
