"""Writes the ids that huggingface/tokenizers returns for some texts, with each part that a tokenizer.json can have.

python make-tokenizer-parts.py packages/testing/fixtures/tokenizer/parts.json   (tokenizers 0.22.1)
"""

import json
import sys

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

texts = [
    "Hello, World! it cost 1,000.50 in 2004",
    "  two  spaces\tand a\u200btab\u0001 \ufeffend ",
    "Ｃafé ﬁne ½ naïve",
    "don't stop-it (now) a_b 12ab ٣٤",
    "漢字 and ελληνικά",
    "catalog the cat",
]
alphabet = sorted({c for text in texts for c in text.lower()} | set(" ▁abcdefghijklmnopqrstuvwxyz"))
special = ["<pad>", "<unk>", "[CLS]", "[SEP]", "[MASK]"]
words = ["▁", "he", "hel", "hello", "world", "it", "co", "cost", "the", "cat", "an", "and", "▁the", "▁cat", "▁and", "▁it", "00"]
pieces = special + [c for c in alphabet if c not in "漢字"] + [word for word in words if len(word) > 1]


def unigram():
    vocab = [(piece, 0.0 if piece in special else -2.0 - 0.01 * i + 0.7 * len(piece)) for i, piece in enumerate(pieces)]
    return models.Unigram(vocab, unk_id=1)


def bpe(**more):
    merges = [("h", "e"), ("he", "l"), ("l", "o"), ("hel", "lo"), ("c", "a"), ("ca", "t"), ("t", "he"), ("0", "0"), ("▁", "t")]
    bytes_ = [f"<0x{byte:02X}>" for byte in range(256)] if more.get("byte_fallback") else []
    tokens = list(dict.fromkeys(special + [c for c in alphabet if c not in "漢字"] + ["".join(m) for m in merges] + bytes_))
    return models.BPE({token: i for i, token in enumerate(tokens)}, merges, unk_token="<unk>", **more)


def wordpiece():
    tokens = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"] + alphabet + ["##" + c for c in alphabet] + ["the", "cat", "##log"]
    return models.WordPiece({token: i for i, token in enumerate(dict.fromkeys(tokens))}, unk_token="[UNK]")


lower = normalizers.Lowercase()
split = pre_tokenizers.WhitespaceSplit()
cases = {
    "Nmt and NFKC": (unigram(), [normalizers.Nmt(), normalizers.NFKC(), lower], split),
    "Replace by expression": (unigram(), [lower, normalizers.Replace(Regex(r"\s+"), " "), normalizers.Replace(Regex("[0-9]"), "0")], split),
    "Replace by letters": (unigram(), [lower, normalizers.Replace(Regex(r"\w+-\w"), "it")], split),
    "Prepend": (unigram(), [lower, normalizers.Prepend("▁"), normalizers.Replace(" ", "▁")], None),
    "Strip": (unigram(), [lower, normalizers.Strip()], split),
    "a sequence in a sequence": (unigram(), [normalizers.Sequence([normalizers.NFD(), lower]), normalizers.StripAccents()], split),
    "Digits one by one": (unigram(), [lower], [split, pre_tokenizers.Digits(individual_digits=True)]),
    "Digits together": (unigram(), [lower], [split, pre_tokenizers.Digits(individual_digits=False)]),
    "Whitespace": (unigram(), [lower], pre_tokenizers.Whitespace()),
    "Metaspace": (unigram(), [lower], pre_tokenizers.Metaspace()),
    "Metaspace, first": (unigram(), [lower], pre_tokenizers.Metaspace(prepend_scheme="first")),
    "Metaspace, never": (unigram(), [lower], pre_tokenizers.Metaspace(prepend_scheme="never")),
    "Metaspace without a split": (unigram(), [lower], pre_tokenizers.Metaspace(split=False)),
    "Punctuation and Metaspace": (unigram(), [lower], [pre_tokenizers.Punctuation(), pre_tokenizers.Metaspace()]),
    "BertPreTokenizer": (wordpiece(), [normalizers.BertNormalizer()], pre_tokenizers.BertPreTokenizer()),
    "BPE": (bpe(), [lower], pre_tokenizers.Metaspace()),
    "BPE, unknown together": (bpe(fuse_unk=True), [lower], pre_tokenizers.Metaspace()),
    "BPE with bytes": (bpe(byte_fallback=True), [lower], pre_tokenizers.Metaspace()),
}
for behavior in ("removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"):
    cases[f"Punctuation {behavior}"] = (unigram(), [lower], [split, pre_tokenizers.Punctuation(behavior)])
    cases[f"Split {behavior}"] = (unigram(), [lower], pre_tokenizers.Split(Regex(r"\s|[aeo]"), behavior))
    cases[f"Split {behavior}, inverted"] = (unigram(), [lower], pre_tokenizers.Split(Regex(r"[a-z]+"), behavior, invert=True))


def build(model, normal, pre):
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.Sequence(normal)
    if pre is not None:
        tokenizer.pre_tokenizer = pre_tokenizers.Sequence(pre) if isinstance(pre, list) else pre
    roles = [token for token in ("<pad>", "[PAD]", "<unk>", "[UNK]", "[CLS]", "[SEP]", "[MASK]") if tokenizer.token_to_id(token) is not None]
    tokenizer.add_special_tokens(roles)
    tokenizer.add_tokens([AddedToken("Cat", single_word=True, normalized=True), AddedToken("stop-it", lstrip=True)])
    cls, sep = ((token, tokenizer.token_to_id(token)) for token in ("[CLS]", "[SEP]"))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", pair="[CLS] $A [SEP] $B:1 [SEP]:1", special_tokens=[cls, sep])
    return tokenizer


out = []
for name, parts in cases.items():
    tokenizer = build(*parts)
    out.append({
        "name": name,
        "tokenizer": json.loads(tokenizer.to_str()),
        "cases": [{"text": text, "ids": tokenizer.encode(text).ids} for text in texts],
    })
with open(sys.argv[1], "w") as file:
    json.dump(out, file, ensure_ascii=False, separators=(",", ":"))
print(len(out), "tokenizers")
