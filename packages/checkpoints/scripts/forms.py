"""Shared by the scripts that make forms (fixtures of models in many file formats): small models, and the calls that test them."""

from functools import partial

import torch
from forms_json import pair, text
from transformers import (
    AlbertConfig,
    AlbertForMaskedLM,
    AlbertForMultipleChoice,
    AlbertForPreTraining,
    AlbertForSequenceClassification,
    AlbertForTokenClassification,
    AlbertModel,
)


def small_config(vocabulary, **more):
    sizes = dict(
        vocab_size=vocabulary, embedding_size=4, hidden_size=8, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=48, initializer_range=0.6, classifier_dropout_prob=0,
    )  # fmt: skip
    return AlbertConfig(**{**sizes, **more})


def build(cls, vocabulary, seed=1, **more):
    torch.manual_seed(seed)
    model = cls(small_config(vocabulary, **more)).eval()
    # Makes biases and scales differ from 0 and 1, so that mixed-up ones are noticed.
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() == 1:
                parameter.add_(0.3 * torch.randn(parameter.shape))
    if hasattr(model, "predictions"):
        model.predictions.bias.data = model.predictions.decoder.bias.data
    return model


def answers(model, tokenizer):
    """Returns the calls of this runtime's API that test a model's head, with the results of the reference."""
    calls = [["encode", [text], tokenizer(text)["input_ids"]]]
    encode = partial(tokenizer, return_tensors="pt")
    base = model if isinstance(model, AlbertModel) else model.albert
    with torch.no_grad():
        hidden = base(**encode(text)).last_hidden_state[0]
        calls.append(["embed", [[text]], [hidden.mean(0).tolist()]])
        if isinstance(model, AlbertForSequenceClassification):
            logits = model(**encode(*pair)).logits[0]
            calls.append(["classify", [[list(pair)]], scores(model.config, logits.softmax(-1))])
        if isinstance(model, AlbertForTokenClassification):
            best = model(**encode(text)).logits[0].softmax(-1).max(-1)
            calls.append(["tag", [[text]], best.values[1:-1].tolist()])
        if isinstance(model, (AlbertForMaskedLM, AlbertForPreTraining)):
            masked = "the cat sat on [MASK]"
            encoded = encode(masked)
            output = model(**encoded)
            logits = output.logits if hasattr(output, "logits") else output.prediction_logits
            place = encoded["input_ids"][0].tolist().index(tokenizer.mask_token_id)
            best = logits[0, place].softmax(-1).topk(3)
            calls.append(["fillMask", [masked, {"topK": 3}], [best.indices.tolist(), best.values.tolist()]])
        if isinstance(model, AlbertForMultipleChoice):
            encoded = encode(["who sat"] * 2, ["the cat", "the mat"], padding=True)
            logits = model(**{name: value[None] for name, value in encoded.items()}).logits[0]
            calls.append(["choose", ["who sat", ["the cat", "the mat"]], logits.softmax(-1).tolist()])
    return calls


def scores(config, values):
    return {config.id2label[i]: value for i, value in enumerate(values.tolist())}
