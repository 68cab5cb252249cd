"""Trains the sentence encoder on another encoder's embeddings (embeddings.py), reduced to its own width by PCA. The loss compares the
directions of the embeddings, and the cosines between the sentences of a batch.

Reads and writes the sentence-transformers layout (ALBERT, mean pooling, Dense, normalise). sentence_similarity.py continues from the
result.
"""
import argparse
import random
from pathlib import Path

import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor, nn

from prepare_pairs import Pair, read_pairs
from sentence_similarity import SentenceEncoder
from training import adamw, batches, train


def reduced(embeddings: Tensor, width: int) -> Tensor:
    """Projects to unit vectors in the first `width` principal directions, without centring, so that cosines are preserved."""
    basis = torch.linalg.eigh(embeddings.T @ embeddings).eigenvectors[:, -width:].flip(1)
    kept = embeddings @ basis
    print(f"share of the embeddings kept in {width} dimensions: {kept.square().sum() / embeddings.square().sum():.4f}")
    return nn.functional.normalize(kept, dim=-1)


@torch.no_grad()
def fit_dense(encoder: SentenceEncoder, sentences: list[Pair], targets: Tensor) -> None:
    """Fits the last layer by least squares, so that training starts close to the other encoder's directions."""
    pooled = torch.cat([encoder.pooled([sentence.first for sentence in sentences[at : at + 64]]) for at in range(0, len(sentences), 64)])
    pooled = torch.cat([pooled, torch.ones(len(pooled), 1)], 1)
    fit = torch.linalg.lstsq(pooled, targets[[int(sentence.label) for sentence in sentences]]).solution
    encoder.dense.weight.copy_(fit[:-1].T)
    encoder.dense.bias.copy_(fit[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="sentence encoder in sentence-transformers layout")
    parser.add_argument("--embeddings", type=Path, required=True, help="folder written by embeddings.py")
    parser.add_argument("--pairs", type=Path, required=True, help="train.tsv of prepare_pairs.py, whose scored pairs show the progress")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--alike", type=float, default=10, help="weight of the cosines between the sentences of a batch")
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--rate", type=float, default=4e-4)
    parser.add_argument("--batch_size", type=int, default=64)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    encoder = SentenceEncoder(options.start)
    texts = (options.embeddings / "sentences.txt").read_text(encoding="utf-8").splitlines()
    known = torch.from_numpy(np.load(options.embeddings / "embeddings.npy")).float()
    computed = ~known[:, 0].isnan()
    targets = reduced(known[computed], encoder.dense.out_features)
    # There are no pairs here: `first` is the sentence, and `label` is its index among the embeddings.
    sentences = [Pair("sentence", i, text, "") for i, text in enumerate(text for text, there in zip(texts, computed.tolist()) if there)]
    if not (options.out / "training.pt").exists():
        fit_dense(encoder, sentences[:4096], targets)
    graded = [pair for pair in read_pairs(options.pairs) if pair.task == "similarity"]
    random.Random(0).shuffle(graded)

    def loss_of(batch: list[Pair]) -> Tensor:
        own, target = encoder([sentence.first for sentence in batch]), targets[[int(sentence.label) for sentence in batch]]
        return 1 - (own * target).sum(1).mean() + options.alike * (own @ own.T - target @ target.T).square().mean()

    def report() -> str:
        encoder.save(options.start, options.out)
        rows = graded[:600]
        return f"  graded pairs of STS-B and SICK train: {100 * spearmanr(encoder.cosines(rows), [pair.label for pair in rows]).statistic:.2f}"

    train(encoder, adamw([(encoder, options.rate)]), batches(sentences, "sentence=1", options.batch_size, options.seed), loss_of,
          checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, report=report, vary=None)


if __name__ == "__main__":
    main()
