"""Writes small ALBERTs as trainers, wrappers and people's own scripts save them.

python make-saved-forms.py packages/testing/fixtures/forms

Made with transformers 4.57.1, sentence-transformers 5.7.0 and torch 2.15, after make-forms.py, whose tokenizer it uses.
`saved.json` lists one row per folder, as `forms.json` does. `options` are those of `load`.
"""

import glob
import os
import shutil
import sys

import torch
from forms import answers, build, pair, scores
from forms_json import read_json, text, write_json
from safetensors.torch import load_file, save_file
from sentence_transformers import SentenceTransformer, models
from transformers import AlbertForSequenceClassification, AlbertModel, AlbertTokenizer

root = sys.argv[1]
slow = AlbertTokenizer(os.path.join(root, "safetensors-base", "spiece.model"))
head = "sequence_classification"
rows = []
for old in glob.glob(os.path.join(root, "saved-*")):
    shutil.rmtree(old)


def path(name, *more):
    return os.path.join(root, name, *more)


def save(name, **config):
    """Saves a classifier in a new folder and removes its weight file. Returns the model and its tensors."""
    model = build(AlbertForSequenceClassification, len(slow), **config)
    model.save_pretrained(path(name))
    shutil.copy(os.path.join(root, "safetensors-base", "spiece.model"), path(name))
    state = load_file(path(name, "model.safetensors"))
    os.remove(path(name, "model.safetensors"))
    return model, state


def row(form, name, calls=None, error=None, **more):
    rows.append({"form": form, "head": head, "folder": name, **({"error": error} if error else {"calls": calls}), **more})


def edit_config(name, **changes):
    write_json(path(name, "config.json"), {**read_json(path(name, "config.json")), **changes})


def optimizer(state):
    """Makes the state of a PyTorch optimizer: moments by the number of the parameter."""
    return {"state": {i: {"step": torch.tensor(4.0), "exp_avg": 0 * value} for i, value in enumerate(state.values())},
            "param_groups": [{"lr": 1e-3, "betas": (0.9, 0.999), "params": list(range(len(state)))}]}  # fmt: skip


def training_states():
    name = "saved-lightning"
    model, state = save(name)
    torch.save({
        "epoch": 3, "global_step": 40, "pytorch-lightning_version": "2.1.0", "loops": {"fit_loop": {"state_dict": {}}},
        "state_dict": {f"model.{key}": value for key, value in state.items()},
        "optimizer_states": [optimizer(state)], "lr_schedulers": [], "hyper_parameters": {"lr": 1e-3},
    }, path(name, "epoch=3.ckpt"))  # fmt: skip
    row("Lightning's epoch=3.ckpt, named", name, answers(model, slow), options={"weights": "epoch=3.ckpt"})
    row("Lightning's epoch=3.ckpt, not named", name, error="MissingFileError")
    name = "saved-loop"
    model, state = save(name)
    saved = {"model": state, "optimizer": optimizer(state), "loss": torch.tensor(0.3)}
    torch.save({"checkpoint": saved}, path(name, "pytorch_model.bin"))
    row("pytorch_model.bin of a training loop, with its optimizer and loss", name, answers(model, slow))
    name = "saved-average"
    model, state = save(name)
    torch.save({"model": state, "ema": {key: 0.9 * value for key, value in state.items()}}, path(name, "pytorch_model.bin"))
    row("pytorch_model.bin with an average of the weights besides", name, error="ConvertError")
    name = "saved-compiled"
    model, state = save(name)
    renamed = {"_orig_mod." + key.replace("albert.encoder", "albert._fsdp_wrapped_module.encoder"): value
               for key, value in state.items()}  # fmt: skip
    save_file(renamed, path(name, "model.safetensors"))
    row("compiled and sharded by PyTorch", name, answers(model, slow))


def configurations():
    for name, form, changes in (
        ("saved-own-class", "architectures names a class of one's own", {"architectures": ["AlbertForRelevance"]}),
        ("saved-tf-class", "architectures names TensorFlow's class", {"architectures": ["TFAlbertForSequenceClassification"]}),
        ("saved-numbers", "id2label with numbers", {"id2label": {"0": 0, "1": 1}, "label2id": {"0": 0, "1": 1}}),
    ):
        model, state = save(name)
        save_file(state, path(name, "model.safetensors"))
        edit_config(name, **changes)
        if "id2label" in changes:
            model.config.id2label = {0: "0", 1: "1"}
        row(form, name, answers(model, slow))
    name = "saved-one-type"
    model, state = save(name, type_vocab_size=1)
    save_file(state, path(name, "model.safetensors"))
    encoded = slow(*pair, return_tensors="pt")
    with torch.no_grad():
        logits = model(encoded["input_ids"]).logits[0]
    row("one token type", name, [["classify", [[list(pair)]], scores(model.config, logits.softmax(-1))]])


def sentence_encoders():
    name = "saved-old-modules"
    encoder = path("saved-encoder")
    build(AlbertModel, len(slow)).save_pretrained(encoder)
    slow.save_pretrained(encoder)
    built = SentenceTransformer(modules=[models.Transformer(encoder), models.Pooling(8)], device="cpu")
    built.save(path(name))
    vector = built.encode([text], show_progress_bar=False)[0]
    os.makedirs(path(name, "0_ALBERT"))
    for file in os.listdir(path(name)):
        if os.path.isfile(path(name, file)) and file != "modules.json":
            shutil.move(path(name, file), path(name, "0_ALBERT", file))
    os.remove(path(name, "0_ALBERT", "README.md"))
    os.remove(path(name, "0_ALBERT", "tokenizer.json"))
    listed = read_json(path(name, "modules.json"))
    listed[0] = {**listed[0], "path": "0_ALBERT", "type": "sentence_transformers.models.ALBERT"}
    write_json(path(name, "modules.json"), listed)
    rows.append({"form": "modules.json before version 0.3", "head": "sentence encoder", "folder": name,
                 "calls": [["embed", [[text]], [vector.tolist()]]]})  # fmt: skip
    shutil.rmtree(encoder)


training_states()
configurations()
sentence_encoders()
write_json(os.path.join(root, "saved.json"), rows)
print(len(rows), "rows")
