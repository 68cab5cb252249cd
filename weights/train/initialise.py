"""Creates the untrained student: an ALBERT whose parts are taken from a fine-tuned teacher of the same width (teacher.py).

  word, position and type embeddings   the teacher's, reduced to 128 dimensions by PCA weighted by the frequency of each piece;
                                       a SentencePiece piece gets the mean embedding of its word pieces
  the mapping to the hidden width      a least-squares fit, so that the first layer's input matches the teacher's
  the layers                           the teacher's: one that is shared by all passes, or one for each group
  the pooler and the classifier        the teacher's

Saves it in the Hugging Face layout, with one output for each task of `training.TASKS`.
"""
import argparse
import shutil
from pathlib import Path

import torch
from torch import Tensor
from transformers import AlbertConfig, AlbertForSequenceClassification, AlbertTokenizer, PreTrainedModel

from teacher import load_teacher
from training import TASKS

# PyTorch's fused version of the function that Hugging Face calls gelu_new; the exported config says gelu_new.
FUSED_GELU_NEW = "gelu_pytorch_tanh"


def load_student(folder: Path) -> tuple[AlbertForSequenceClassification, AlbertTokenizer]:
    """Loads the model as PyTorch trains it fastest on CPU: eager attention, fused GELU, no dropout outside the classifier."""
    config = AlbertConfig.from_pretrained(folder)
    if config.hidden_act == "gelu_new":
        config.hidden_act = FUSED_GELU_NEW
    config._attn_implementation = "eager"
    model = AlbertForSequenceClassification.from_pretrained(folder, config=config, attn_implementation="eager", torch_dtype=torch.float32)
    return model, AlbertTokenizer.from_pretrained(folder)


def save_student(model: AlbertForSequenceClassification, spiece: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    model.config.hidden_act = "gelu_new"
    model.config.architectures = ["AlbertForSequenceClassification"]
    model.save_pretrained(folder)
    model.config.hidden_act = FUSED_GELU_NEW
    tokenizer = AlbertTokenizer(str(spiece), do_lower_case=True, keep_accents=False, model_max_length=512)
    tokenizer.save_pretrained(folder)
    for unused in ("special_tokens_map.json", "added_tokens.json"):
        (folder / unused).unlink(missing_ok=True)
    if (folder / "spiece.model").resolve() != spiece.resolve():
        shutil.copy(spiece, folder / "spiece.model")


def piece_embeddings(teacher: PreTrainedModel, word_pieces, pieces: list[str]) -> Tensor:
    """Returns [pieces, hidden]: for each SentencePiece piece the mean of the teacher's embeddings of its text."""
    table = teacher.base_model.embeddings.word_embeddings.weight.detach()
    vocabulary = word_pieces.get_vocab()
    special = {"[CLS]": word_pieces.cls_token_id, "[SEP]": word_pieces.sep_token_id, "[MASK]": word_pieces.mask_token_id,
               "<pad>": word_pieces.pad_token_id, "<unk>": word_pieces.unk_token_id}
    rows = []
    for piece in pieces:
        text = piece.removeprefix("▁")
        if piece in special:
            ids = [special[piece]]
        elif piece == text and f"##{text}" in vocabulary:
            ids = [vocabulary[f"##{text}"]]
        else:
            ids = word_pieces(text, add_special_tokens=False)["input_ids"] or [word_pieces.unk_token_id]
            if piece == text:
                ids = [vocabulary.get(f"##{word_pieces.convert_ids_to_tokens(ids[0])}", ids[0]), *ids[1:]]
        rows.append(table[ids].mean(0))
    return torch.stack(rows)


def embed_like(teacher: PreTrainedModel, spiece: AlbertTokenizer, word_pieces, student: AlbertForSequenceClassification) -> None:
    """Sets the student's embeddings and the mapping to its hidden width."""
    pieces = [spiece.convert_ids_to_tokens(i) for i in range(student.config.vocab_size)]
    scores = torch.tensor([spiece.sp_model.GetScore(i) for i in range(len(pieces))])
    # A score is the log of a piece's frequency; special pieces have the score 0 and count as common.
    common = torch.where(scores < 0, scores, scores[scores < 0].max()).exp()
    words = piece_embeddings(teacher, word_pieces, pieces)
    source, target = teacher.base_model.embeddings, student.albert.embeddings
    # MPNet's first position is the one after the padding index, and it has no token types; the student's two types only have to differ.
    first = (source.position_embeddings.padding_idx or -1) + 1
    positions = source.position_embeddings.weight.detach()[first : first + target.position_embeddings.num_embeddings]
    generator = torch.Generator().manual_seed(0)
    types = (source.token_type_embeddings.weight.detach() if hasattr(source, "token_type_embeddings")
             else 0.02 * torch.randn(2, words.shape[1], generator=generator))

    weight = common.sqrt()[:, None]
    centre = (words * weight).sum(0) / weight.sum()
    basis = torch.linalg.svd((words - centre) * weight.sqrt(), full_matrices=False).Vh[: student.config.embedding_size].T
    target.word_embeddings.weight.copy_((words - centre) @ basis)
    target.position_embeddings.weight[: len(positions)] = (positions - positions[:96].mean(0)) @ basis
    target.token_type_embeddings.weight.copy_((types - types.mean(0)) @ basis)

    word = torch.multinomial(common.sqrt(), 120_000, replacement=True, generator=generator)
    position = torch.randint(0, 96, word.shape, generator=generator)
    kind = torch.randint(0, 2, word.shape, generator=generator)
    wanted = source.LayerNorm(words[word] + positions[position] + types[kind])
    given = target.LayerNorm(target.word_embeddings.weight[word] + target.position_embeddings.weight[position]
                             + target.token_type_embeddings.weight[kind])
    fit = torch.linalg.lstsq(torch.cat([given, torch.ones(len(given), 1)], 1), wanted).solution
    mapping = student.albert.encoder.embedding_hidden_mapping_in
    mapping.weight.copy_(fit[:-1].T)
    mapping.bias.copy_(fit[-1])
    left = (mapping(given) - wanted).var() / wanted.var()
    print(f"share of the embeddings' variance lost in {student.config.embedding_size} dimensions: {left:.3f}")


def copy_layer(teacher: PreTrainedModel, index: int, student: AlbertForSequenceClassification, group: int) -> None:
    """Copies one of the teacher's layers, and its head. The dense layer inside MPNet's classifier is the pooler of ALBERT and BERT."""
    source = teacher.base_model.encoder.layer[index]
    target = student.albert.encoder.albert_layer_groups[group].albert_layers[0]
    if hasattr(source.attention, "attn"):
        attention, head = source.attention.attn, teacher.classifier
        query, key, value, dense, norm = attention.q, attention.k, attention.v, attention.o, source.attention.LayerNorm
        pooler, classifier = head.dense, head.out_proj
    else:
        attention = source.attention.self
        query, key, value = attention.query, attention.key, attention.value
        dense, norm = source.attention.output.dense, source.attention.output.LayerNorm
        pooler, classifier = teacher.bert.pooler.dense, teacher.classifier
    for to, of in [
        (target.attention.query, query),
        (target.attention.key, key),
        (target.attention.value, value),
        (target.attention.dense, dense),
        (target.attention.LayerNorm, norm),
        (target.ffn, source.intermediate.dense),
        (target.ffn_output, source.output.dense),
        (target.full_layer_layer_norm, source.output.LayerNorm),
        (student.albert.pooler, pooler),
        (student.classifier, classifier),
    ]:
        to.load_state_dict(of.state_dict())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--teacher", type=Path, required=True)
    parser.add_argument("--spiece", type=Path, required=True, help="spiece.model of ALBERT v1/v2")
    parser.add_argument("--from_layers", type=int, nargs="+", default=[4],
                        help="the teacher's layers (from 0) to copy: one is shared by all passes of the student, several become groups")
    parser.add_argument("--layers", type=int, default=6, help="number of passes of the student")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    torch.manual_seed(0)

    teacher, word_pieces = load_teacher(options.teacher)
    spiece = AlbertTokenizer(str(options.spiece), do_lower_case=True, keep_accents=False)
    shape = teacher.config
    student = AlbertForSequenceClassification(AlbertConfig(
        vocab_size=30000, embedding_size=128, hidden_size=shape.hidden_size, intermediate_size=shape.intermediate_size,
        num_hidden_layers=options.layers, num_hidden_groups=len(options.from_layers), num_attention_heads=shape.num_attention_heads,
        hidden_act=FUSED_GELU_NEW, max_position_embeddings=512, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        classifier_dropout_prob=0.1, num_labels=len(TASKS)))
    with torch.no_grad():
        embed_like(teacher, spiece, word_pieces, student)
        for group, index in enumerate(options.from_layers):
            copy_layer(teacher, index, student, group)
    save_student(student, options.spiece, options.out)


if __name__ == "__main__":
    main()
