"""Fine-tunes a BERT-like encoder (all-mpnet-base-v2) as a cross-encoder with one logit for each task of `training.TASKS`.

An encoder of single sentences is not used to comparing two. So two thirds of the way up, an auxiliary head also predicts for each piece
whether it occurs in the other sentence and has the same neighbours there (`training.piece_labels`). Pairs with the same words, as in
PAWS, can only be told apart that way. The auxiliary head is discarded.
"""
import argparse
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import AutoModelForSequenceClassification, AutoTokenizer, PreTrainedModel

from prepare_pairs import Pair, read_pairs
from training import QUESTIONS, TASKS, accuracy, adamw, batches, separator_count, encode, logits_of, question_loss, task_loss, train

def load_teacher(folder: Path, **shape: int) -> tuple[PreTrainedModel, AutoTokenizer]:
    # Eager attention: on CPU the fused kernel's backward pass is slower than the plain products at 64 tokens.
    # No dropout inside attention: it takes as long as the attention itself, and changed no score.
    model = AutoModelForSequenceClassification.from_pretrained(
        folder, num_labels=len(TASKS), attn_implementation="eager", attention_probs_dropout_prob=0.0, **shape)
    return model, AutoTokenizer.from_pretrained(folder)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--start", type=Path, required=True, help="folder of all-mpnet-base-v2")
    parser.add_argument("--pairs", type=Path, nargs="+", required=True, help="files of prepare_pairs.py and mine_pairs.py")
    parser.add_argument("--mix", default="mrpc=3 paws=3 qqp=1 pan=0.2 similarity=0.6 roles=0.1 unrelated=0.2 identical=0.2",
                        help="how often each task's rows occur in an epoch")
    parser.add_argument("--select", type=Path, required=True)
    parser.add_argument("--select_rows", type=int, default=200, help="rows of each task to score during training")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=1400)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--layers", type=int, default=8, help="number of layers to keep, from the first on")
    parser.add_argument("--frozen", type=int, default=3, help="number of layers to freeze, from the first on; the embeddings are frozen too")
    parser.add_argument("--asked_after", type=int, default=6, help="the layer whose states the auxiliary head reads")
    parser.add_argument("--questions", type=float, default=0.5, help="weight of the auxiliary loss relative to the labels")
    parser.add_argument("--batch_size", type=int, default=32)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    options.out.mkdir(parents=True, exist_ok=True)

    model, tokenizer = load_teacher(options.start, num_hidden_layers=options.layers)
    # Word embeddings are frozen: a few thousand pairs would change only the words they contain, and take half the time of each step.
    model.base_model.embeddings.requires_grad_(False)
    for layer in model.base_model.encoder.layer[: options.frozen]:
        layer.requires_grad_(False)
    model.train()
    question_head = nn.Linear(model.config.hidden_size, QUESTIONS)
    pairs = [pair for path in options.pairs for pair in read_pairs(path)]
    select: list[Pair] = []
    for pair in read_pairs(options.select):
        if sum(other.task == pair.task for other in select) < options.select_rows:
            select.append(pair)
    recent: list[Tensor] = []

    def loss_of(batch: list[Pair]) -> Tensor:
        inputs, sentences = encode(tokenizer, batch)
        output = model(**inputs, output_hidden_states=True)
        questions, right = question_loss(question_head(output.hidden_states[options.asked_after]), sentences, separator_count(tokenizer))
        recent.append(right)
        return task_loss(output.logits.float(), batch) + options.questions * questions

    def report() -> str:
        copied, left, right = torch.stack(recent[-100:]).mean(0).tolist()
        return f"  copied {copied:.3f} left {left:.3f} right {right:.3f}  " + accuracy(logits_of(model, tokenizer, select), select)

    both = nn.ModuleDict({"teacher": model, "asked": question_head})  # saved states have these names
    optimizer = adamw([(model.classifier, options.rate * 4), (question_head, options.rate * 20), (model, options.rate)])
    if train(both, optimizer, batches(pairs, options.mix, options.batch_size, options.seed), loss_of,
             checkpoint=options.out / "training.pt", steps=options.steps, seed=options.seed, report=report):
        model.save_pretrained(options.out)
        tokenizer.save_pretrained(options.out)


if __name__ == "__main__":
    main()
