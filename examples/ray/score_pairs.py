"""Scores a tab-separated file of sentence pairs on a Ray cluster.

    python score_pairs.py EXPORTED_MODEL PAIRS.tsv OUTPUT_FOLDER [--workers 2] [--address auto]

EXPORTED_MODEL is a folder written by `albert export MODEL OUT --to onnx`. PAIRS.tsv has one pair per line and no header. It is read
and scored in blocks, so it may be larger than memory. OUTPUT_FOLDER gets Parquet files with the columns a, b and probability (of a
paraphrase), the same number that `albert paraphrase` gives.
"""

import argparse
import json
import os

import numpy as np
import pyarrow.csv
import ray

INPUTS = ("input_ids", "attention_mask", "token_type_ids")


class Scorer:
    """One instance per worker: the session and the tokenizer are created once, and used for every block."""

    def __init__(self, model, max_length=128):
        import onnxruntime
        from transformers import AlbertTokenizer

        options = onnxruntime.SessionOptions()
        # The workers run in parallel; more threads in each of them would only compete.
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(os.path.join(model, "model.onnx"), options)
        self.tokenizer = AlbertTokenizer.from_pretrained(model)
        self.max_length = max_length
        self.outputs = [output.name for output in self.session.get_outputs()]
        calibration = os.path.join(model, "paraphrase_calibration.json")
        self.calibration = json.load(open(calibration)) if os.path.exists(calibration) else None

    def __call__(self, block):
        a, b = [str(text) for text in block["a"]], [str(text) for text in block["b"]]
        block["probability"] = self.by_embeddings(a, b) if self.is_encoder else self.by_logits(a, b)
        return block

    @property
    def is_encoder(self):
        return "sentence_embedding" in self.outputs

    def run(self, output, *texts):
        encoded = self.tokenizer(*texts, padding=True, truncation=True, max_length=self.max_length, return_tensors="np")
        return self.session.run([output], {name: encoded[name].astype(np.int64) for name in INPUTS})[0]

    def by_embeddings(self, a, b):
        """Returns the logistic function of the cosine; embeddings are normalized in the graph."""
        cosine = np.sum(self.run("sentence_embedding", a) * self.run("sentence_embedding", b), axis=1, dtype=np.float64)
        return 1 / (1 + np.exp(-(self.calibration["scale"] * cosine + self.calibration["bias"])))

    def by_logits(self, a, b):
        """Returns the softmax of class 1, MRPC's "paraphrase"."""
        logits = self.run("logits", a, b).astype(np.float64)
        exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
        return exponentials[:, 1] / exponentials.sum(axis=1)


def score(model, pairs, output, workers, batch_size=64, rows_per_block=4096):
    """Reads, scores and writes block after block."""
    dataset = ray.data.read_csv(
        pairs,
        read_options=pyarrow.csv.ReadOptions(column_names=["a", "b"]),
        # Quotes are ordinary characters, as in GLUE's files.
        parse_options=pyarrow.csv.ParseOptions(delimiter="\t", quote_char=False),
        convert_options=pyarrow.csv.ConvertOptions(column_types={"a": "string", "b": "string"}, strings_can_be_null=False),
        file_extensions=None,
    )
    # Otherwise a file is a single block, which goes to a single worker.
    dataset = dataset.repartition(target_num_rows_per_block=rows_per_block)
    scored = dataset.map_batches(
        Scorer,
        fn_constructor_args=(os.path.abspath(model),),
        compute=ray.data.ActorPoolStrategy(size=workers),
        batch_size=batch_size,
    )
    scored.write_parquet(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("pairs")
    parser.add_argument("output")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--address", help="address of a running cluster; by default a local one is started")
    arguments = parser.parse_args()
    ray.init(address=arguments.address, num_cpus=None if arguments.address else arguments.workers + 1)
    score(arguments.model, os.path.abspath(arguments.pairs), os.path.abspath(arguments.output), arguments.workers)


if __name__ == "__main__":
    main()
