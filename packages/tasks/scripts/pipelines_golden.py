"""Records the results of Hugging Face's pipelines on the tiny models of packages/testing/fixtures/models.

python packages/tasks/scripts/pipelines_golden.py packages/testing/fixtures

Written with transformers 4.46.3 and PyTorch 2.15 on the CPU. The vocabulary is made up: whole words, and pieces that continue a
word.
"""

import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from transformers import (
    AlbertForMaskedLM,
    AlbertForQuestionAnswering,
    AlbertForSequenceClassification,
    AlbertForTokenClassification,
    AlbertModel,
    BertTokenizerFast,
    pipeline,
)

FIXTURES = Path(sys.argv[1])
VOCABULARY = (
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    + [f"w{i}" for i in range(5, 200)]
    + [f"##x{i}" for i in range(200, 300)]
)
INFERENCE = ["entailment", "not_entailment"]
ENTITIES = ["O", "B-ORG", "I-ORG"]
ENTITY_BIAS = [-1.22, 1.5, -0.82]


def tokenizer():
    folder = Path(tempfile.mkdtemp())
    (folder / "vocab.txt").write_text("\n".join(VOCABULARY))
    return BertTokenizerFast(str(folder / "vocab.txt"), do_lower_case=True, model_max_length=64)


def make(task, kind, name, labels=None, **options):
    names = {} if labels is None else {
        "id2label": dict(enumerate(labels)),
        "label2id": {label: i for i, label in enumerate(labels)},
    }
    model = kind.from_pretrained(FIXTURES / "models" / name, attn_implementation="eager", **names)
    return pipeline(task, model=model, tokenizer=tokenizer(), device="cpu", **options)


def rounded(value):
    if isinstance(value, dict):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rounded(item) for item in value]
    if isinstance(value, (float, np.floating)):
        return round(float(value), 7)
    return int(value) if isinstance(value, np.integer) else value


def classification():
    classify = make("text-classification", AlbertForSequenceClassification, "default-sequence", INFERENCE)
    texts = ["w9 w10 w11x200", {"text": "w9", "text_pair": "w30 w31"}]
    return [{"input": text, "scores": classify(text, top_k=None)} for text in texts]


def zero_shot():
    classify = make("zero-shot-classification", AlbertForSequenceClassification, "default-sequence", INFERENCE)
    cases = []
    for options in [
        {},
        {"multi_label": True},
        {"hypothesis_template": "w40 {} w41"},
        {"candidate_labels": ["w50"]},
    ]:
        given = {"candidate_labels": ["w50", "w51 w52", "w53"], "hypothesis_template": "w60 {}", **options}
        found = classify("w9 w10 w11", **given)
        cases.append({"options": given, "labels": found["labels"], "scores": found["scores"]})
    # Longer than the model allows: the text is truncated, never the hypothesis.
    long = " ".join(f"w{5 + i % 190}" for i in range(90))
    given = {"candidate_labels": ["w50", "w51 w52"], "hypothesis_template": "w60 {}"}
    found = classify(long, **given)
    cases.append({"text": long, "options": given, "labels": found["labels"], "scores": found["scores"]})
    return cases


def features():
    cases = []
    for name in ["default-base", "default-mlm"]:
        extract = make("feature-extraction", AlbertModel, name)
        [hidden] = extract("w9 w10x200 w11")
        hidden = np.array(hidden)
        mean = hidden.mean(axis=0)
        signs = np.packbits(mean > 0)
        cases.append(
            {
                "model": name,
                "text": "w9 w10x200 w11",
                "none": hidden.tolist(),
                "mean": mean.tolist(),
                "cls": hidden[0].tolist(),
                "normalized": (mean / np.linalg.norm(mean)).tolist(),
                "ubinary": signs.tolist(),
                "binary": (signs.astype(int) - 128).tolist(),
            }
        )
    return cases


def masks():
    fill = make("fill-mask", AlbertForMaskedLM, "default-mlm")
    # transformers 4.46 ties this bias to one that the file does not have.
    file = load_file(FIXTURES / "models/default-mlm/model.safetensors")
    fill.model.predictions.decoder.bias.data = file["predictions.bias"]
    text = "w9 [MASK] w11x200 [MASK]"
    return {"text": text, "fills": fill(text, top_k=3)}


def answers():
    find = make("question-answering", AlbertForQuestionAnswering, "default-qa")
    common = {"handle_impossible_answer": True, "max_answer_len": 30, "align_to_words": False}
    short = {"question": "w9 w10", "context": "W20 w21x201,  w22 w23 w24"}
    long = {"question": "w9 w10", "context": " ".join(f"w{5 + i % 190}" for i in range(150))}
    return [
        {**short, "top_k": 6, "doc_stride": 16, "answers": find(**short, **common, top_k=6)},
        {**long, "top_k": 1, "doc_stride": 16,
         "answers": [find(**long, **common, top_k=1, doc_stride=16, max_seq_len=64)]},
    ]


def entities():
    """Tags a text by every strategy. The classifier's bias is changed so that no class wins everywhere."""
    text = "w9 w30x210x211 w12 w13x201, w14 w60 w61 w62x250 w90x222 w100"
    cases = []
    for strategy in ["none", "simple", "first", "average", "max"]:
        tag = make(
            "token-classification", AlbertForTokenClassification, "default-token", ENTITIES,
            aggregation_strategy=strategy, ignore_labels=[],
        )
        tag.model.classifier.bias.data = torch.tensor(ENTITY_BIAS)
        found = [
            {
                "label": entity.get("entity_group", entity.get("entity")),
                "score": entity["score"],
                "start": entity["start"],
                "end": entity["end"],
            }
            for entity in tag(text)
        ]
        cases.append({"text": text, "aggregation": strategy, "entities": found})
    return cases


golden = {
    "vocabulary": "\n".join(VOCABULARY),
    "inferenceClasses": INFERENCE,
    "entityClasses": ENTITIES,
    "entityBias": ENTITY_BIAS,
    "classification": classification(),
    "zeroShot": zero_shot(),
    "features": features(),
    "masks": masks(),
    "answers": answers(),
    "entities": entities(),
}
folder = FIXTURES / "pipelines"
folder.mkdir(exist_ok=True)
(folder / "golden.json").write_text(json.dumps(rounded(golden)))
