"""Writes small ALBERTs as older and newer versions of the libraries save them.

python make-version-forms.py packages/testing/fixtures/forms

Run this after make-forms.py, whose tokenizer it uses, once with each of these sets of versions, in separate environments:

    transformers 4.30.2, sentence-transformers 2.2.2, huggingface_hub 0.25.2, tokenizers 0.13.3, protobuf 3.20.3, numpy 1.26.4
    transformers 5.24.0, sentence-transformers 6.2.0, huggingface_hub 2.4.0, tokenizers 0.23.3, protobuf 7

both with torch 2.15, sentencepiece 0.2.3 and Python 3.11. `transformers-4.json` and `transformers-5.json` list the rows.
"""

import glob
import os
import shutil
import sys

import torch
import transformers
from forms import answers, build, pair
from forms_json import text, write_json
from sentence_transformers import CrossEncoder, SentenceTransformer, models
from transformers import (
    AlbertForMaskedLM,
    AlbertForMultipleChoice,
    AlbertForPreTraining,
    AlbertForQuestionAnswering,
    AlbertForSequenceClassification,
    AlbertForTokenClassification,
    AlbertModel,
    AutoTokenizer,
)

root = sys.argv[1]
version = transformers.__version__
major = version.split(".")[0]
form = f"transformers {'.'.join(version.split('.')[:2])}"
rows = []
for old in glob.glob(os.path.join(root, f"v{major}-*")):
    shutil.rmtree(old)
source = os.path.join(root, "v-source")
os.makedirs(source, exist_ok=True)
spiece = os.path.join(root, "safetensors-base", "spiece.model")
shutil.copy(spiece, source)
write_json(os.path.join(source, "config.json"), {"model_type": "albert"})
tokenizer = AutoTokenizer.from_pretrained(source, use_fast=major != "4")


def path(name, *more):
    return os.path.join(root, f"v{major}-{name}", *more)


def save(name, model, tokenizer=tokenizer):
    model.save_pretrained(path(name))
    tokenizer.save_pretrained(path(name))
    return path(name)


def row(form, head, name, calls):
    rows.append({"form": form, "head": head, "folder": f"v{major}-{name}", "calls": calls})


def heads():
    for head, cls in {
        "base": AlbertModel,
        "masked_lm": AlbertForMaskedLM,
        "pretraining": AlbertForPreTraining,
        "sequence_classification": AlbertForSequenceClassification,
        "token_classification": AlbertForTokenClassification,
        "question_answering": AlbertForQuestionAnswering,
        "multiple_choice": AlbertForMultipleChoice,
    }.items():
        model = build(cls, len(tokenizer))
        save(head, model)
        row(form, head, head, answers(model, tokenizer))


def added_tokens():
    """Saves a model into a folder of version 4, whose spiece.model remains."""
    own = AutoTokenizer.from_pretrained(source)
    own.add_tokens(["skype"])
    own.add_special_tokens({"additional_special_tokens": ["<ent>"]})
    model = build(AlbertForSequenceClassification, len(own))
    save("added-tokens", model, own)
    shutil.copy(spiece, path("added-tokens"))
    sample = "the cat saw Skype <ent> there"
    calls = [*answers(model, own), ["encode", [sample], own(sample)["input_ids"]]]
    row(f"{form}, added tokens and an old spiece.model", "sequence_classification", "added-tokens", calls)


def sentence_models():
    by = f"sentence-transformers {__import__('sentence_transformers').__version__.rsplit('.', 1)[0]}"
    encoder = save("encoder", build(AlbertModel, len(tokenizer)))
    # tokenizers 0.13 cannot convert a spiece.model without a table of characters.
    slow = {"tokenizer_args": {"use_fast": False}} if major == "4" else {}
    torch.manual_seed(5)
    built = SentenceTransformer(
        modules=[models.Transformer(encoder, **slow), models.Pooling(8), models.Dense(8, 6), models.Normalize()], device="cpu"
    )
    built.save(path("sentence"))
    vector = built.encode([text], show_progress_bar=False)[0]
    row(by, "sentence encoder", "sentence", [["embed", [[text]], [vector.tolist()]]])
    shutil.rmtree(encoder)
    pairs = save("pairs", build(AlbertForSequenceClassification, len(tokenizer), num_labels=1))
    # Version 2 does not save the length.
    cut = {} if major == "4" else {"max_length": 9}
    scorer = CrossEncoder(pairs, num_labels=1, device="cpu", **cut, **slow)
    scorer.save(path("cross-encoder"))
    score = float(scorer.predict([list(pair)], show_progress_bar=False)[0])
    row(f"cross-encoder of {by}{', cut to 9 tokens' if cut else ''}", "sequence_classification", "cross-encoder",
        [["classify", [[list(pair)]], {"LABEL_0": score}]])  # fmt: skip
    shutil.rmtree(pairs)


heads()
if major != "4":
    added_tokens()
sentence_models()
shutil.rmtree(source)
for folder, _, files in os.walk(root):
    for file in files:
        if file == "README.md" and f"v{major}-" in folder:
            os.remove(os.path.join(folder, file))
write_json(os.path.join(root, f"transformers-{major}.json"), rows)
print(len(rows), "rows")
