"""Computes a sentence encoder's (all-mpnet-base-v2) embedding of every sentence, for sentence_distil.py to learn from.

Collects the sentences of pair files and plain text, and writes them to --out/sentences.txt and their embeddings, [sentences, hidden],
to embeddings.npy in the same folder (ask_once.py). The sentences are in random order, so that training can start before all are done.

  python embeddings.py ...                              one process
  torchrun --nproc_per_node 2 -- embeddings.py ...      two
"""
import argparse
import random
from pathlib import Path

import torch
from transformers import AutoModel, AutoTokenizer

from ask_once import save_outputs
from mine_pairs import is_usable, read_documents
from prepare_pairs import bare, read_mrpc, read_pairs, read_stsb
from training import Workers

SENTENCE_LENGTH = 96


def collect(pairs: list[Path], texts: list[Path], corpus: list[Path], keep_out: set[str], count: int) -> list[str]:
    """Returns all sentences of the pairs and `count` others, half from plain lines and half from documents."""
    rng = random.Random(0)
    result = {text for path in pairs for pair in read_pairs(path) if pair.task not in ("unrelated", "identical")
              for text in (pair.first, pair.second)}
    lines = [line for path in texts for line in path.read_text(encoding="utf-8").splitlines()]
    documents = [line for path in corpus for document in read_documents(path) for line in document if is_usable(line, 4)]
    for source in (lines, documents):
        result.update(rng.sample(source, min(count // 2, len(source))))
    # Sorted before shuffling, because the order of a set of strings changes from run to run.
    chosen = sorted(text for text in result if bare(text) not in keep_out)
    rng.shuffle(chosen)
    return chosen


@torch.no_grad()
def embed(model, tokenizer, texts: list[str]) -> torch.Tensor:
    """Returns unit vectors [texts, hidden]: the mean over the pieces, as in sentence-transformers."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    result = []
    for at in range(0, len(order), 64):
        inputs = tokenizer([texts[i] for i in order[at : at + 64]], truncation=True, max_length=SENTENCE_LENGTH, padding=True, return_tensors="pt")
        mask = inputs["attention_mask"][:, :, None].float()
        pooled = (model(**inputs).last_hidden_state.float() * mask).sum(1) / mask.sum(1)
        result.append(torch.nn.functional.normalize(pooled, dim=-1))
    return torch.cat(result)[torch.tensor(order).argsort()]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--encoder", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="train.tsv of prepare_pairs.py")
    parser.add_argument("--texts", type=Path, nargs="*", default=[], help="one sentence per line: questions.txt of prepare_pairs.py")
    parser.add_argument("--corpus", type=Path, nargs="*", default=[])
    parser.add_argument("--count", type=int, default=100_000, help="number of sentences from --texts and --corpus together")
    parser.add_argument("--data", type=Path, required=True, help="folder with the sets: sentences of MRPC dev and test and STS-B dev are left out")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    workers = Workers()
    tokenizer = AutoTokenizer.from_pretrained(options.encoder)
    model = AutoModel.from_pretrained(options.encoder).eval()

    listed = options.out / "sentences.txt"
    if workers.rank == 0 and not listed.exists():
        scored = [*read_mrpc(options.data / "glue/MRPC/dev.tsv"), *read_mrpc(options.data / "glue/MRPC/test.tsv"),
                  *read_stsb(options.data / "pairs/stsb_dev.tsv")]
        keep_out = {bare(text) for pair in scored for text in (pair.first, pair.second)}
        sentences = collect(options.pairs, options.texts, options.corpus, keep_out, options.count)
        part = listed.with_suffix(".part")
        part.write_text("".join(f"{sentence}\n" for sentence in sentences), encoding="utf-8")
        part.replace(listed)
    workers.wait()
    save_outputs(options.out / "embeddings.npy", listed.read_text(encoding="utf-8").splitlines(), model.config.hidden_size,
                 lambda texts: embed(model, tokenizer, texts), workers=workers)


if __name__ == "__main__":
    main()
