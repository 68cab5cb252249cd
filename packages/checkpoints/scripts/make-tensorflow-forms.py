"""Writes the models of make-forms.py in the formats of TensorFlow, Keras and Flax.

python make-tensorflow-forms.py packages/testing/fixtures/forms

Made with tensorflow-cpu 2.15.1, transformers 4.41.2, flax 0.8.3, jax 0.4.26 and numpy 1.26.4.
`tensorflow.json` lists one row per folder or archive, as `forms.json` does. The weights are the same, and so are the results. The
Keras and Flax classes must agree with them before a row is written.

Checkpoints have the variables of google-research/albert: `run_pretraining.py`, `run_classifier.py`, `run_squad_v1.py`,
`run_squad_v2.py`, `run_race.py` and `export_to_tfhub.py`.
"""

import glob
import os
import shutil
import sys
import tarfile
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy
import tensorflow
import transformers
from forms_json import pair, read_json, write_json
from safetensors.numpy import load_file

tf = tensorflow.compat.v1
root = sys.argv[1]
known = {row["folder"]: row for row in read_json(os.path.join(root, "forms.json"))}
rows = []
companions = ("spiece.model", "tokenizer_config.json")
for old in ("tf-*", "keras-*", "flax-*"):
    for name in glob.glob(os.path.join(root, old)):
        shutil.rmtree(name) if os.path.isdir(name) else os.remove(name)


def path(name, *more):
    return os.path.join(root, name, *more)


def source(head):
    return path(f"safetensors-{head}")


def row(form, head, folder, error=None, calls=None):
    answer = {"error": error} if error else {"calls": calls or known[f"safetensors-{head}"]["calls"]}
    rows.append({"form": form, "head": head, "folder": folder, **answer})


def copy_companions(head, folder):
    os.makedirs(folder, exist_ok=True)
    for file in companions:
        shutil.copy(os.path.join(source(head), file), folder)


heads = {
    "base": "AlbertModel",
    "masked_lm": "AlbertForMaskedLM",
    "pretraining": "AlbertForPreTraining",
    "sequence_classification": "AlbertForSequenceClassification",
    "token_classification": "AlbertForTokenClassification",
    "question_answering": "AlbertForQuestionAnswering",
    "multiple_choice": "AlbertForMultipleChoice",
}


def agree(model, head):
    """Checks the classifier's result, which needs only numpy."""
    tokenizer = transformers.AlbertTokenizer.from_pretrained(source(head))
    encoded = tokenizer(*pair, return_tensors="np")
    logits = numpy.array(model(**encoded)[0])[0]
    scores = numpy.exp(logits) / numpy.exp(logits).sum()
    expected = dict((call[0], call[2]) for call in known[f"safetensors-{head}"]["calls"])["classify"]
    assert numpy.allclose(scores, list(expected.values()), atol=1e-6), (scores, expected)


def frameworks():
    for prefix, folder, form, shown in (
        ("TF", "keras", "tf_model.h5", ("base", "masked_lm", "sequence_classification", "question_answering")),
        # This version's question answering does not run on this version of jax.
        ("Flax", "flax", "flax_model.msgpack", [head for head in heads if head != "question_answering"]),
    ):
        for head in shown:
            model = getattr(transformers, prefix + heads[head]).from_pretrained(source(head))
            if head == "sequence_classification":
                agree(model, head)
            name = f"{folder}-{head}"
            options = {"safe_serialization": False} if prefix == "TF" else {}
            model.save_pretrained(path(name), **options)
            copy_companions(head, path(name))
            row(form, head, name)
        head = "sequence_classification"
        name = f"{folder}-sharded"
        model = getattr(transformers, prefix + heads[head]).from_pretrained(source(head))
        model.save_pretrained(path(name), max_shard_size="3KB", **options)
        copy_companions(head, path(name))
        row(f"{form} in shards", head, name)


layer = "encoder.albert_layer_groups.0.albert_layers.0."
scope = "bert/encoder/transformer/group_0/inner_group_0/"
places = {
    layer + "attention.query": scope + "attention_1/self/query",
    layer + "attention.key": scope + "attention_1/self/key",
    layer + "attention.value": scope + "attention_1/self/value",
    layer + "attention.dense": scope + "attention_1/output/dense",
    layer + "attention.LayerNorm": scope + "LayerNorm",
    layer + "ffn": scope + "ffn_1/intermediate/dense",
    layer + "ffn_output": scope + "ffn_1/intermediate/output/dense",
    layer + "full_layer_layer_norm": scope + "LayerNorm_1",
    "embeddings.LayerNorm": "bert/embeddings/LayerNorm",
    "encoder.embedding_hidden_mapping_in": "bert/encoder/embedding_hidden_mapping_in",
    "pooler": "bert/pooler/dense",
    "predictions.dense": "cls/predictions/transform/dense",
    "predictions.LayerNorm": "cls/predictions/transform/LayerNorm",
}


def variables(head):
    found = {}
    for name, value in load_file(os.path.join(source(head), "model.safetensors")).items():
        name = name.removeprefix("albert.")
        place, leaf = name.rsplit(".", 1)
        if place in ("classifier", "qa_outputs", "sop_classifier.classifier"):
            within = {"classifier": "", "qa_outputs": "cls/squad/", "sop_classifier.classifier": "cls/seq_relationship/"}[place]
            found[within + ("output_weights" if leaf == "weight" else "output_bias")] = value
        elif place.startswith("embeddings.") and "LayerNorm" not in place:
            found["bert/" + place.replace(".", "/")] = value
        elif name == "predictions.bias":
            found["cls/predictions/output_bias"] = value
        elif "LayerNorm" in place or "layer_norm" in place:
            found[f"{places[place]}/{'gamma' if leaf == 'weight' else 'beta'}"] = value
        else:
            found[f"{places[place]}/{'kernel' if leaf == 'weight' else 'bias'}"] = value.T
    return found


def google_config(head, folder, **more):
    config = read_json(os.path.join(source(head), "config.json"))
    names = ("vocab_size", "embedding_size", "hidden_size", "num_hidden_layers", "num_attention_heads", "intermediate_size",
             "max_position_embeddings", "type_vocab_size", "num_hidden_groups", "inner_group_num", "initializer_range",
             "hidden_dropout_prob", "attention_probs_dropout_prob")  # fmt: skip
    os.makedirs(folder, exist_ok=True)
    fields = {name: config[name] for name in names}
    write_json(os.path.join(folder, "albert_config.json"),
               {**fields, "hidden_act": "gelu", "net_structure_type": 0, "down_scale_factor": 1, "gap_size": 0, **more})  # fmt: skip


def save(values, prefix, slots=False):
    os.makedirs(os.path.dirname(prefix), exist_ok=True)
    with tf.Graph().as_default(), tf.Session() as session:
        every = dict(values)
        if slots:
            every.update({f"{name}/adam_m": value * 0 for name, value in values.items() if name.startswith("bert/pooler")})
            every["global_step"] = numpy.int64(1000)
        held = [tf.get_variable(name, initializer=tf.constant(value)) for name, value in every.items()]
        session.run(tf.global_variables_initializer())
        tf.train.Saver(held).save(session, prefix, write_meta_graph=False, write_state=False)


def checkpoints():
    for head, prefix, form in (
        ("pretraining", "albert_model.ckpt", "TensorFlow checkpoint of run_pretraining"),
        ("sequence_classification", "model.ckpt-1000", "TensorFlow checkpoint of run_classifier"),
        ("question_answering", "model.ckpt-best", "TensorFlow checkpoint of run_squad_v1"),
        ("base", "variables/variables", "TensorFlow checkpoint of the encoder"),
    ):
        name = f"tf-{head}"
        google_config(head, path(name))
        save(variables(head), path(name, prefix), slots=True)
        if prefix == "model.ckpt-1000":
            # As the Estimator writes it, with the paths of the training machine.
            with open(path(name, "checkpoint"), "w") as out:
                out.writelines(f'{field}: "/tmp/RTE/{prefix}"\n' for field in ("model_checkpoint_path", "all_model_checkpoint_paths"))
        shutil.copy(os.path.join(source(head), "spiece.model"), path(name, "30k-clean.model"))
        row(form, head, name)
    head = "multiple_choice"
    name = "tf-one-row"
    google_config(head, path(name))
    save(variables(head), path(name, "model.ckpt-best"))
    shutil.copy(os.path.join(source(head), "spiece.model"), path(name, "30k-clean.model"))
    row("TensorFlow checkpoint with one score: run_race or STS-B", head, name, error="ConvertError")
    name = "tf-multiple_choice"
    shutil.copytree(path("tf-one-row"), path(name))
    google_config(head, path(name), architectures=["AlbertForMultipleChoice"])
    row("TensorFlow checkpoint of run_race, its class named", head, name)
    head = "base"
    name = "tf-squad-2"
    google_config(head, path(name))
    save({**variables(head), "start_logits/dense/kernel": numpy.zeros((8, 1), "float32"),
          "answer_class/dense_0/kernel": numpy.zeros((8, 8), "float32")}, path(name, "model.ckpt-best"))  # fmt: skip
    shutil.copy(os.path.join(source(head), "spiece.model"), path(name, "30k-clean.model"))
    row("TensorFlow checkpoint of run_squad_v2", head, name, error="UnknownTensorError")


def hub_module():
    head = "masked_lm"
    name = "tf-hub"
    assets = os.path.join(root, "tf-work")
    google_config(head, assets)
    shutil.copy(os.path.join(source(head), "spiece.model"), os.path.join(assets, "30k-clean.model"))
    values = variables(head)

    # A module is a SavedModel of TensorFlow 1, whose assets are named in a collection. Its graph is not needed to read it.
    with tf.Graph().as_default(), tf.Session() as session:
        ids = tf.placeholder(tf.int32, [None, None], "input_ids")
        held = {place: tf.get_variable(place, initializer=tf.constant(value)) for place, value in values.items()}
        for asset in ("albert_config.json", "30k-clean.model"):
            tf.add_to_collection(tf.GraphKeys.ASSET_FILEPATHS, tf.constant(os.path.join(assets, asset)))
        embedded = tf.nn.embedding_lookup(held["bert/embeddings/word_embeddings"], ids)
        tokens = tf.saved_model.predict_signature_def({"input_ids": ids}, {"sequence_output": embedded})
        session.run(tf.global_variables_initializer())
        builder = tf.saved_model.Builder(path(name))
        builder.add_meta_graph_and_variables(
            session, ["serve"], {"tokens": tokens}, assets_collection=tf.get_collection(tf.GraphKeys.ASSET_FILEPATHS)
        )
        builder.save()
    row("TF-Hub module", head, name)
    for archive, form in (("tf-hub.tar.gz", "TF-Hub module as .tar.gz"), ("tf-hub.zip", "TF-Hub module as .zip")):
        files = [file for file in glob.glob(path(name, "**"), recursive=True) if os.path.isfile(file)]
        if archive.endswith("zip"):
            with zipfile.ZipFile(path(archive), "w", zipfile.ZIP_DEFLATED) as out:
                for file in files:
                    out.write(file, os.path.relpath(file, path(name)))
        else:
            with tarfile.open(path(archive), "w:gz") as out:
                for file in files:
                    out.add(file, "./" + os.path.relpath(file, path(name)))
        row(form, head, archive)
    with tarfile.open(path("tf-release.tar.gz"), "w:gz") as out:
        out.add(path("tf-pretraining"), "albert_base")
    row("release as .tar.gz", "pretraining", "tf-release.tar.gz")
    shutil.rmtree(assets)


frameworks()
tf.disable_eager_execution()
checkpoints()
hub_module()
write_json(os.path.join(root, "tensorflow.json"), rows)
print(len(rows), "rows")
