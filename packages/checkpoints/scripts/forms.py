"""What the scripts that make forms share: the calls that show a model, and files of JSON."""

import torch
from forms_json import pair, text
from transformers import (
    AlbertForMaskedLM,
    AlbertForMultipleChoice,
    AlbertForPreTraining,
    AlbertForSequenceClassification,
    AlbertForTokenClassification,
    AlbertModel,
)


def inputs_of(tokenizer, *texts):
    """transformers 4's own: types 0 and 1 for a pair."""
    return tokenizer(*texts, return_tensors="pt")


def answers(model, tokenizer):
    """The calls of this runtime's API that show a model's head, with what the reference gives."""
    calls = [["encode", [text], tokenizer(text)["input_ids"]]]
    base = model if isinstance(model, AlbertModel) else model.albert
    with torch.no_grad():
        hidden = base(**inputs_of(tokenizer, text)).last_hidden_state[0]
        calls.append(["embed", [[text]], [hidden.mean(0).tolist()]])
        if isinstance(model, AlbertForSequenceClassification):
            logits = model(**inputs_of(tokenizer, *pair)).logits[0]
            calls.append(["classify", [[list(pair)]], scores(model.config, logits.softmax(-1))])
        if isinstance(model, AlbertForTokenClassification):
            best = model(**inputs_of(tokenizer, text)).logits[0].softmax(-1).max(-1)
            calls.append(["tag", [[text]], best.values[1:-1].tolist()])
        if isinstance(model, (AlbertForMaskedLM, AlbertForPreTraining)):
            masked = "the cat sat on [MASK]"
            encoded = inputs_of(tokenizer, masked)
            output = model(**encoded)
            logits = output.logits if hasattr(output, "logits") else output.prediction_logits
            place = encoded["input_ids"][0].tolist().index(tokenizer.mask_token_id)
            best = logits[0, place].softmax(-1).topk(3)
            calls.append(["fillMask", [masked, {"topK": 3}], [best.indices.tolist(), best.values.tolist()]])
        if isinstance(model, AlbertForMultipleChoice):
            encoded = tokenizer(["who sat"] * 2, ["the cat", "the mat"], return_tensors="pt", padding=True)
            logits = model(**{name: value[None] for name, value in encoded.items()}).logits[0]
            calls.append(["choose", ["who sat", ["the cat", "the mat"]], logits.softmax(-1).tolist()])
    return calls


def scores(config, values):
    return {config.id2label[i]: value for i, value in enumerate(values.tolist())}
