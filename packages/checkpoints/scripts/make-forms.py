"""Writes small ALBERTs in the file formats that people use, with the results of the reference implementations.

python make-forms.py packages/testing/fixtures/forms

Made with transformers 4.57.6, sentence-transformers 5.1.2, torch 2.15 and sentencepiece 0.2.3. `forms.json` lists one row per
folder: the form, the head, and either the calls with their results or the name of the expected error.
"""

import os
import shutil
import sys

import forms
import sentencepiece
import torch
from forms import answers
from forms_json import read_json, text, write_json
from safetensors.torch import load_file, save_file
from sentence_transformers import CrossEncoder, SentenceTransformer, models
from transformers import (
    AlbertForMaskedLM,
    AlbertForMultipleChoice,
    AlbertForPreTraining,
    AlbertForQuestionAnswering,
    AlbertForSequenceClassification,
    AlbertForTokenClassification,
    AlbertModel,
    AlbertTokenizer,
    AlbertTokenizerFast,
)

root = sys.argv[1]
shutil.rmtree(root, ignore_errors=True)
os.makedirs(root)
rows = []
def path(name, *more):
    return os.path.join(root, name, *more)


def train_spiece():
    corpus = os.path.join(root, "corpus.txt")
    with open(corpus, "w") as out:
        out.write("\n".join([text, "all day long with you", "what did the dog see", "who sat on the mat today"] * 50))
    prefix = os.path.join(root, "spiece")
    sentencepiece.SentencePieceTrainer.train(
        input=corpus, model_prefix=prefix, vocab_size=56, model_type="unigram", pad_id=0, unk_id=1, bos_id=-1, eos_id=-1,
        control_symbols="[CLS],[SEP]", user_defined_symbols="[MASK]", hard_vocab_limit=False, normalization_rule_name="identity", num_threads=1, minloglevel=2,
    )  # fmt: skip
    os.remove(corpus)
    os.remove(prefix + ".vocab")
    return prefix + ".model"


spiece = train_spiece()
slow = AlbertTokenizer(spiece)
vocabulary = len(slow)


def config(**more):
    return forms.small_config(vocabulary, **more)


def build(cls, **more):
    return forms.build(cls, vocabulary, **more)


def row(form, head, folder, calls=None, error=None):
    rows.append({"form": form, "head": head, "folder": folder, **({"error": error} if error else {"calls": calls})})


def save(name, model, tokenizer=slow):
    model.save_pretrained(path(name))
    tokenizer.save_pretrained(path(name))
    return path(name)


def only_spiece(name):
    for file in os.listdir(path(name)):
        if "token" in file:
            os.remove(path(name, file))


def to_bin(name, wrap=lambda state: state, **options):
    """Replaces model.safetensors with a file from torch.save of the state dictionary, which was usual before 2023."""
    file = path(name, "model.safetensors")
    state = load_file(file)
    os.remove(file)
    torch.save(wrap(state), path(name, "pytorch_model.bin"), **options)


def edit_config(name, **changes):
    fields = read_json(path(name, "config.json"))
    fields.update(changes)
    write_json(path(name, "config.json"), {field: value for field, value in fields.items() if value != "gone"})


heads = {
    "base": AlbertModel,
    "masked_lm": AlbertForMaskedLM,
    "pretraining": AlbertForPreTraining,
    "sequence_classification": AlbertForSequenceClassification,
    "token_classification": AlbertForTokenClassification,
    "question_answering": AlbertForQuestionAnswering,
    "multiple_choice": AlbertForMultipleChoice,
}


def weight_files():
    for head, cls in heads.items():
        model = build(cls)
        name = f"safetensors-{head}"
        save(name, model)
        row("model.safetensors", head, name, answers(model, slow))
        name = f"bin-{head}"
        save(name, model)
        only_spiece(name)
        to_bin(name)
        # The oldest files do not name their class.
        edit_config(name, architectures="gone")
        # A classifier with one row can score a choice, or be a regression.
        unclear = {"error": "ConvertError"} if head == "multiple_choice" else {"calls": answers(model, slow)}
        row("pytorch_model.bin, no architectures", head, name, **unclear)
    model = build(AlbertForSequenceClassification)
    calls = answers(model, slow)
    head = "sequence_classification"
    save("bin-legacy", model)
    to_bin("bin-legacy", _use_new_zipfile_serialization=False)
    row("pytorch_model.bin before PyTorch 1.6", head, "bin-legacy", calls)
    wraps = {
        "module.": lambda state: {f"module.{name}": value for name, value in state.items()},
        "model.": lambda state: {f"model.{name}": value for name, value in state.items()},
        "albert.albert.": lambda state: {f"albert.{name}": value for name, value in state.items()},
        "state_dict": lambda state: {"epoch": 3, "state_dict": {f"model.{name}": value for name, value in state.items()}},
        "model": lambda state: {"step": 10, "model": state},
    }
    for index, (prefix, wrap) in enumerate(wraps.items()):
        name = f"bin-wrapped-{index}"
        save(name, model)
        only_spiece(name)
        to_bin(name, wrap)
        row(f"pytorch_model.bin under {prefix}", head, name, calls)
    name = "bin-sharded"
    model.save_pretrained(path(name), max_shard_size="2KB", safe_serialization=False)
    slow.save_pretrained(path(name))
    only_spiece(name)
    row("pytorch_model.bin.index.json", head, name, calls)
    name = "unknown-tensor"
    save(name, model)
    state = load_file(path(name, "model.safetensors"))
    save_file({**state, "albert.adapter.weight": torch.zeros(2)}, path(name, "model.safetensors"))
    row("a tensor that no ALBERT has", head, name, error="UnknownTensorError")
    name = "missing-tensor"
    save(name, model)
    state = load_file(path(name, "model.safetensors"))
    del state["classifier.bias"]
    save_file(state, path(name, "model.safetensors"))
    row("a tensor that is missing", head, name, error="MissingTensorError")


def decoders():
    for head in ("masked_lm", "pretraining"):
        torch.manual_seed(2)
        model = heads[head](config(tie_word_embeddings=False)).eval()
        with torch.no_grad():
            model.predictions.decoder.bias.copy_(torch.randn(vocabulary))
            model.predictions.bias.copy_(model.predictions.decoder.bias)
        save(f"untied-{head}", model)
        row("tie_word_embeddings: false", head, f"untied-{head}", answers(model, slow))
    model = build(AlbertModel)
    name = "no-pooler"
    torch.manual_seed(1)
    bare = AlbertModel(config(), add_pooling_layer=False).eval()
    save(name, bare)
    row("no pooler", "encoder", name, answers(bare, slow))


def tokenizers():
    model = build(AlbertForSequenceClassification)
    head = "sequence_classification"
    tokenizer = AlbertTokenizer(spiece)
    tokenizer.add_tokens(["skype"])
    tokenizer.add_special_tokens({"additional_special_tokens": ["<ent>"]})
    model.resize_token_embeddings(len(tokenizer))
    sample = "the cat saw Skype <ent> there"
    calls = [*answers(model, tokenizer), ["encode", [sample], tokenizer(sample)["input_ids"]]]
    save("added-tokens", model, tokenizer)
    row("added_tokens_decoder", head, "added-tokens", calls)
    name = "added-tokens-old"
    save(name, model, tokenizer)
    settings = read_json(path(name, "tokenizer_config.json"))
    write_json(path(name, "tokenizer_config.json"), {"do_lower_case": settings["do_lower_case"]})
    row("added_tokens.json and special_tokens_map.json", head, name, calls)
    fast = AlbertTokenizerFast.from_pretrained(path("added-tokens"))
    name = "tokenizer-json"
    save(name, model, fast)
    if os.path.exists(path(name, "spiece.model")):
        os.remove(path(name, "spiece.model"))
    row("tokenizer.json alone", head, name, [*answers(model, fast), ["encode", [sample], fast(sample)["input_ids"]]])
    name = "too-many-tokens"
    save(name, build(AlbertForSequenceClassification), tokenizer)
    row("more tokens than word embeddings", head, name, error="TokenizerFormatError")


def sentence_encoders():
    encoder = save("encoder", build(AlbertModel))
    sample = "The cat sat on a mat, and we saw it there in the park with you all day long"

    def make(name, form, modules, change=lambda folder: None, **options):
        transformer = models.Transformer(encoder, **options)
        size = transformer.get_word_embedding_dimension()
        built = SentenceTransformer(modules=[transformer, *modules(size)], device="cpu")
        built.save(path(name))
        change(path(name))
        loaded = SentenceTransformer(path(name), device="cpu")
        vector = loaded.encode([sample], convert_to_numpy=True, show_progress_bar=False)[0]
        row(form, "sentence encoder", name, [["embed", [[sample]], [vector.tolist()]]])

    def pooling(mode):
        return lambda size: [models.Pooling(size, pooling_mode=mode)]

    def dense(activation, bias=True):
        torch.manual_seed(5)
        return lambda size: [
            models.Pooling(size, pooling_mode="mean"),
            models.Dense(size, 6, bias=bias, activation_function=activation),
        ]

    for mode in ("cls", "max", "mean", "mean_sqrt_len_tokens", "weightedmean", "lasttoken"):
        make(f"pooling-{mode}", f"pooling {mode}", pooling(mode))
    make("pooling-two", "two poolings, one after the other",
         lambda size: [models.Pooling(size, pooling_mode_mean_tokens=True, pooling_mode_max_tokens=True)])  # fmt: skip
    for activation in (torch.nn.Identity(), torch.nn.ReLU(), torch.nn.GELU(), torch.nn.Sigmoid(), torch.nn.SiLU()):
        name = type(activation).__name__
        make(f"dense-{name.lower()}", f"Dense with {name}", dense(activation, bias=name != "ReLU"))

    def dense_bin(folder):
        dense = os.path.join(folder, "2_Dense")
        torch.save(load_file(os.path.join(dense, "model.safetensors")), os.path.join(dense, "pytorch_model.bin"))
        os.remove(os.path.join(dense, "model.safetensors"))

    make("dense-bin", "2_Dense/pytorch_model.bin", dense(torch.nn.Tanh()), dense_bin)
    make("normalize", "LayerNorm, Dropout, Normalize", lambda size: [
        models.Pooling(size, pooling_mode="mean"), models.LayerNorm(size), models.Dropout(0.2), models.Normalize()])  # fmt: skip
    make("max-seq-length", "max_seq_length", pooling("mean"), max_seq_length=8)
    make("lower-case", "do_lower_case", pooling("mean"), do_lower_case=True)

    def model_max_length(folder):
        os.remove(os.path.join(folder, "sentence_bert_config.json"))
        file = os.path.join(folder, "tokenizer_config.json")
        write_json(file, {**read_json(file), "model_max_length": 8})

    make("model-max-length", "model_max_length", pooling("mean"), model_max_length)

    def prompt(folder):
        file = os.path.join(folder, "config_sentence_transformers.json")
        write_json(file, {**read_json(file), "prompts": {"query": "what did "}, "default_prompt_name": "query"})

    make("prompt", "default_prompt_name", pooling("mean"), prompt)

    def without_prompt(folder):
        prompt(folder)
        file = os.path.join(folder, "1_Pooling", "config.json")
        write_json(file, {**read_json(file), "include_prompt": False})

    make("prompt-excluded", "include_prompt: false", pooling("mean"), without_prompt)

    def compact(folder):
        write_json(os.path.join(folder, "1_Pooling", "config.json"),
                   {"embedding_dimension": 8, "pooling_mode": ["mean", "cls"], "include_prompt": True})  # fmt: skip

    built = SentenceTransformer(modules=[models.Transformer(encoder), models.Pooling(8, pooling_mode_mean_tokens=True,
                                pooling_mode_cls_token=True)], device="cpu")  # fmt: skip
    built.save(path("pooling-compact"))
    vector = built.encode([sample], show_progress_bar=False)[0]
    compact(path("pooling-compact"))
    row("pooling of version 5.4 and later", "sentence encoder", "pooling-compact", [["embed", [[sample]], [vector.tolist()]]])

    name = "0-transformer"
    built = SentenceTransformer(modules=[models.Transformer(encoder), models.Pooling(8)], device="cpu")
    built.save(path(name))
    vector = built.encode([sample], show_progress_bar=False)[0]
    os.makedirs(path(name, "0_Transformer"))
    for file in os.listdir(path(name)):
        if os.path.isfile(path(name, file)) and file not in ("modules.json", "config_sentence_transformers.json", "README.md"):
            shutil.move(path(name, file), path(name, "0_Transformer", file))
    listed = read_json(path(name, "modules.json"))
    listed[0]["path"] = "0_Transformer"
    write_json(path(name, "modules.json"), listed)
    row("0_Transformer", "sentence encoder", name, [["embed", [[sample]], [vector.tolist()]]])

    name = "cross-encoder"
    model = build(AlbertForSequenceClassification)
    save(name, model)
    write_json(path(name, "modules.json"), [{"idx": 0, "name": "0", "path": "",
               "type": "sentence_transformers.base.modules.transformer.Transformer"}])  # fmt: skip
    row("cross-encoder of version 6", "sequence_classification", name, answers(model, slow))
    name = "unknown-module"
    shutil.copytree(path("pooling-mean"), path(name))
    listed = read_json(path(name, "modules.json"))
    write_json(path(name, "modules.json"), [*listed, {"idx": 2, "name": "2", "path": "2_CNN", "type": "x.CNN"}])
    row("a module that is not known", "sentence encoder", name, error="SentenceModuleError")
    shutil.rmtree(path("encoder"))


def refused():
    for file, form, error in (
        ("rust_model.ot", "weights for rust-bert", "MissingFileError"),
        ("adapter_config.json", "adapter that does not say its kind", "ConvertError"),
    ):
        name = f"refused-{file.split('.')[0]}"
        save(name, build(AlbertModel))
        os.remove(path(name, "model.safetensors"))
        if file == "adapter_config.json":
            os.remove(path(name, "config.json"))
        with open(path(name, file), "wb") as out:
            out.write(b"{}")
        row(form, "any", name, error=error)


weight_files()
decoders()
tokenizers()
sentence_encoders()
refused()
for folder, _, files in os.walk(root):
    for file in files:
        if file in ("README.md", "generation_config.json", "training_args.bin"):
            os.remove(os.path.join(folder, file))
os.remove(spiece)
write_json(os.path.join(root, "forms.json"), rows)
print(len(rows), "rows")
