"""Measures an optimizer step of Hugging Face's ALBERT in PyTorch for bench.mjs, and prints the result as JSON."""

import json
import resource
import sys
import time

try:
    import torch
    from transformers import AlbertConfig, AlbertForSequenceClassification
except ImportError as error:
    sys.exit(f"This benchmark needs Python with torch and transformers: {error}. Set the variable PYTHON to one")

settings = json.loads(sys.argv[1])
lengths = settings["lengths"]
longest = max(lengths)
torch.set_num_threads(settings["threads"])
torch.manual_seed(1)
model = AlbertForSequenceClassification(AlbertConfig(num_labels=2, **settings["shape"])).train()
optimizer = torch.optim.AdamW(model.parameters(), lr=1e-5, weight_decay=0.01)


def padded(value):
    return torch.tensor(
        [[value(row, column) if column < length else 0 for column in range(longest)] for row, length in enumerate(lengths)]
    )


batch = {
    "input_ids": padded(lambda row, column: 5 + (row * 977 + column * 131) % 29000),
    "attention_mask": padded(lambda row, column: 1),
    "token_type_ids": padded(lambda row, column: int(column >= 30)),
    "labels": torch.arange(len(lengths)) % 2,
}


def step():
    model(**batch).loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimizer.step()
    optimizer.zero_grad()


step()
times = []
for _ in range(settings["steps"]):
    cpu, wall = time.process_time(), time.perf_counter()
    step()
    times.append((time.process_time() - cpu, time.perf_counter() - wall))
print(
    json.dumps(
        {
            "cpuSeconds": [cpu for cpu, _ in times],
            "wallSeconds": [wall for _, wall in times],
            "peakMB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000),
        }
    )
)
