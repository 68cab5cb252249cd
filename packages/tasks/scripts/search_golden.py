"""Records sentence-transformers' results of searching and mining vectors: packages/testing/fixtures/sentence/search.json.

pip install sentence-transformers==5.1.2; python packages/tasks/scripts/search_golden.py
"""

import json
from pathlib import Path

import sentence_transformers
import torch
from sentence_transformers.util import paraphrase_mining_embeddings, semantic_search

torch.manual_seed(7)
# Vectors around six centers, so that there are neighbors to find, rounded, so that the file has exactly those that were searched.
centers = torch.randn(6, 8)
vectors = (centers[torch.arange(42) % 6] + 0.35 * torch.randn(42, 8)).mul(1000).round().div(1000)
queries = (centers[:3] + 0.2 * torch.randn(3, 8)).mul(1000).round().div(1000)

golden = {
    "source": f"sentence-transformers {sentence_transformers.__version__}",
    "vectors": vectors.tolist(),
    "queries": queries.tolist(),
    "search": [
        {"top_k": k, "hits": semantic_search(queries, vectors, top_k=k)} for k in (1, 5, 100)
    ],
    "mining": [
        {"top_k": k, "max_pairs": most, "pairs": paraphrase_mining_embeddings(vectors, top_k=k, max_pairs=most)}
        for k, most in ((100, 500_000), (3, 500_000), (100, 20))
    ],
}
out = Path(__file__).parents[2] / "testing/fixtures/sentence/search.json"
out.write_text(json.dumps(golden, separators=(",", ":"), default=float) + "\n")
