"""Writes SentencePiece models of every kind that AlbertTokenizer reads, with the ids that it returns.

python make-spiece-models.py packages/testing/fixtures/tokenizer/spiece-models.json

Made with transformers 4.57.6 and sentencepiece 0.2.1 (pip install transformers==4.57.6 sentencepiece==0.2.1).
"""

import base64
import io
import json
import os
import sys
import tempfile

import sentencepiece as spm
from transformers import AlbertTokenizer

corpus = """the cat sat on a mat and we saw it there in the park with you all day long
the dog ran after the cat and the cat ran up a tree in the old park
it cost 1,000.50 in 2004, not 9,9 or 12,345 as they said
caf\u00e9 na\u00efve r\u00e9sum\u00e9 \u00fcber \u00c5ngstr\u00f6m stra\u00dfe
a longer sentence about weather: rain, wind; sun (and snow) -- then more rain!
she sells sea shells by the sea shore and he sold them at the market""".split("\n")
texts = [
    "the cat sat on a mat",
    "The CAT, 9,9 and 12,345 of it",
    "  two  spaces\tand a tab ",
    "caf\u00e9 na\u00efve \u00c5ngstr\u00f6m",
    "\u6f22\u5b57 and \U0001f600 there",
    "catalog seashells <ent> x<ent>y [MASK] end",
    "``quoted'' \u201ctext\u201d",
    "zzz qqq",
    "",
]
albert = {"control_symbols": ["[CLS]", "[SEP]", "[MASK]"], "pad_id": 0, "unk_id": 1, "bos_id": -1, "eos_id": -1, "pad_piece": "<pad>"}
plain = {"pad_id": -1, "unk_id": 0, "bos_id": 1, "eos_id": 2}
models = {
    "unigram": {**albert},
    "unigram with bytes": {**albert, "byte_fallback": True, "vocab_size": 380},
    "unigram without a pad piece": {**plain, "control_symbols": ["[CLS]", "[SEP]", "[MASK]"]},
    "unigram, bare": {**plain},
    "unigram with user-defined symbols": {**albert, "user_defined_symbols": ["<ent>", "sea"]},
    "unigram, white space kept": {**albert, "remove_extra_whitespaces": False},
    "unigram without a dummy prefix": {**albert, "add_dummy_prefix": False},
    "unigram with punctuation of its own": {**albert, "user_defined_symbols": ["(", ")", "-"]},
    "BPE": {**albert, "model_type": "bpe"},
    "BPE with bytes": {**albert, "model_type": "bpe", "byte_fallback": True, "vocab_size": 380},
    "BPE with user-defined symbols": {**albert, "model_type": "bpe", "user_defined_symbols": ["<ent>", "sea"]},
    "BPE, digits apart": {**albert, "model_type": "bpe", "split_digits": True},
    "BPE, bare": {**plain, "model_type": "bpe"},
}
configs = [
    {},
    {"do_lower_case": False},
    {"keep_accents": True},
    {"do_lower_case": False, "keep_accents": True, "remove_space": False},
    {"additional_special_tokens": ["<ent>"], "do_lower_case": False},
]


def train(options):
    writer = io.BytesIO()
    spm.SentencePieceTrainer.train(**{
        "sentence_iterator": iter(corpus * 3), "model_writer": writer, "vocab_size": 110, "model_type": "unigram",
        "hard_vocab_limit": False, "normalization_rule_name": "identity", "minloglevel": 2, **options})
    return writer.getvalue()


out = []
for name, options in models.items():
    model = train(options)
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "spiece.model")
        with open(file, "wb") as handle:
            handle.write(model)
        variants = []
        for config in configs:
            tokenizer = AlbertTokenizer(file, **config)
            cases = [{"text": text, "ids": tokenizer(text).input_ids} for text in texts]
            for case in cases:
                case["decoded"] = tokenizer.decode(case["ids"], clean_up_tokenization_spaces=False)
            variants.append({"config": config, "cases": cases})
    out.append({"name": name, "model": base64.b64encode(model).decode(), "variants": variants})
with open(sys.argv[1], "w") as file:
    json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
print(len(out), "models,", sum(len(entry["model"]) for entry in out), "characters")
