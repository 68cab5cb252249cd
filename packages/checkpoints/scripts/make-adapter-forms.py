"""Writes adapters for the models of make-forms.py.

python make-adapter-forms.py packages/testing/fixtures/forms

Made with peft 0.17.1, transformers 4.57.6 and torch 2.15. `adapters.json` lists one row per folder, as `forms.json` does. `base`
is the folder of the base model.
"""

import glob
import os
import shutil
import sys

import torch
from forms import answers
from forms_json import write_json
from peft import IA3Config, LoraConfig, TaskType, get_peft_model
from transformers import AlbertForMaskedLM, AlbertForSequenceClassification, AlbertTokenizer

root = sys.argv[1]
rows = []
for old in glob.glob(os.path.join(root, "adapter-*")):
    shutil.rmtree(old)


def make(name, form, head, cls, base, config, error=None, safe=True, **options):
    torch.manual_seed(7)
    source = os.path.join(root, base)
    model = get_peft_model(cls.from_pretrained(source, **options).eval(), config)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.requires_grad:
                parameter.add_(0.3 * torch.randn(parameter.shape))
    folder = os.path.join(root, name)
    model.save_pretrained(folder, safe_serialization=safe)
    os.remove(os.path.join(folder, "README.md"))
    answer = {"error": error}
    if not error:
        answer = {"calls": answers(model.eval().merge_and_unload(), AlbertTokenizer.from_pretrained(source))}
    rows.append({"form": form, "head": head, "folder": name, "base": base, **answer})


head = "sequence_classification"
classifier = (head, AlbertForSequenceClassification, "safetensors-base")
lora = {"task_type": TaskType.SEQ_CLS, "r": 2, "lora_alpha": 5, "target_modules": ["query", "value"]}
make("adapter-lora", "LoRA adapter, a classifier of three classes", *classifier, LoraConfig(**lora), num_labels=3)
make("adapter-bin", "LoRA adapter in adapter_model.bin, with rank-stabilized scale and biases", *classifier,
     LoraConfig(**{**lora, "use_rslora": True, "bias": "all"}), safe=False)  # fmt: skip
make("adapter-pattern", "LoRA adapter with alpha_pattern and rank_pattern", *classifier,
     LoraConfig(**{**lora, "alpha_pattern": {"attention.query": 3}, "rank_pattern": {"value": 1}}))  # fmt: skip
make("adapter-embedding", "LoRA adapter of the embeddings", "masked_lm", AlbertForMaskedLM, "safetensors-masked_lm",
     LoraConfig(r=2, target_modules=["token_type_embeddings", "ffn", "ffn_output"]))  # fmt: skip
make("adapter-dora", "DoRA adapter", *classifier, LoraConfig(**{**lora, "use_dora": True}), error="ConvertError")
make("adapter-ia3", "adapter of IA3", *classifier,
     IA3Config(task_type=TaskType.SEQ_CLS, target_modules=["query", "ffn"], feedforward_modules=["ffn"]), error="ConvertError")  # fmt: skip
write_json(os.path.join(root, "adapters.json"), rows)
print(len(rows), "rows")
