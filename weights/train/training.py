"""Shared by the training of teacher and students: batches of pairs, losses, the learning-rate schedule, and a loop that can resume."""
import functools
import itertools
import math
import os
import random
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor, nn

from prepare_pairs import Pair, detokenize, read_pairs

# One logit for each definition of "the same": the sets disagree on what a paraphrase is, so none is forced on another.
TASKS = ("mrpc", "paws", "qqp", "pan", "similarity", "roles")
# Number of auxiliary questions for each piece: see `piece_labels`.
QUESTIONS = 3
# Largest number of pieces in a pair: while a student learns from many sets, and when verdicts are scored.
PAIR_LENGTH, VERDICT_LENGTH = 96, 128
# For each pair of a batch, the ids of its two sentences.
Sentences = list[tuple[list[int], list[int]]]


def varied(pair: Pair, rng: random.Random, detokenized: float = 0.3) -> Pair:
    """Varies how a pair is written: swaps the sentences, or removes the treebank's extra spaces."""
    first, second = pair.first, pair.second
    if rng.random() < 0.5:
        first, second = second, first
    if rng.random() < detokenized:
        first, second = detokenize(first), detokenize(second)
    return pair._replace(first=first, second=second)


def mixed(pairs: list[Pair], mix: str, rng: random.Random) -> list[Pair]:
    """Returns each task's rows as often as `mix` says: `paws=2 qqp=0.5` is PAWS twice, half of QQP and nothing else."""
    result = []
    for part in mix.split():
        task, share = part.split("=")
        rows = [pair for pair in pairs if pair.task == task]
        result += rows * int(float(share)) + rng.sample(rows, round(len(rows) * (float(share) % 1)))
    return result


def batches(pairs: list[Pair], mix: str, size: int, seed: int) -> Iterator[list[Pair]]:
    """Yields batches without end, epoch after epoch of `mix`. The pairs of a batch have similar lengths, to waste little on padding."""
    for number in itertools.count():
        rng = random.Random(seed * 1_000 + number)
        order = mixed(pairs, mix, rng)
        rng.shuffle(order)
        window = size * 64
        for start in range(0, len(order), window):
            near = sorted(order[start : start + window], key=lambda pair: len(pair.first) + len(pair.second))
            starts = list(range(0, len(near), size))
            rng.shuffle(starts)
            for at in starts:
                yield near[at : at + size]


def piece_labels(first: list[int], second: list[int]) -> tuple[list[list[float]], list[list[float]]]:
    """Returns the auxiliary labels that teach word order. For each piece of both sentences: does it occur in the other sentence (`copied`),
    and has it the same left and the same right neighbour there (`left`, `right`)?"""
    result = []
    for own, other in ((first, second), (second, first)):
        # The ends of a sentence count as neighbours too: None stands before the first piece and after the last.
        adjacent = set(zip([None, *other], [*other, None]))
        result.append([[float(piece in other), float((left, piece) in adjacent), float((piece, right) in adjacent)]
                       for left, piece, right in zip([None, *own], own, [*own[1:], None])])
    return result[0], result[1]


def encode(tokenizer, batch: list[Pair], max_length: int = PAIR_LENGTH) -> tuple[dict[str, Tensor], Sentences]:
    """Returns a model's inputs and the ids of each pair's two sentences; the longer one is truncated if both do not fit."""
    texts = tokenizer([text for pair in batch for text in (pair.first, pair.second)], add_special_tokens=False, verbose=False)["input_ids"]
    room = max_length - len(tokenizer.build_inputs_with_special_tokens([], []))
    sentences = [(first[: max(room // 2, room - len(second))], second[: max(room // 2, room - len(first))])
                 for first, second in zip(texts[::2], texts[1::2])]
    rows = [tokenizer.build_inputs_with_special_tokens(*both) for both in sentences]
    length = max(map(len, rows))

    def padded(values: list[list[int]], by: int) -> Tensor:
        return torch.tensor([row + [by] * (length - len(row)) for row in values])

    inputs = {"input_ids": padded(rows, tokenizer.pad_token_id), "attention_mask": padded([[1] * len(row) for row in rows], 0)}
    if "token_type_ids" in tokenizer.model_input_names:
        inputs["token_type_ids"] = padded([tokenizer.create_token_type_ids_from_sequences(*both) for both in sentences], 0)
    return inputs, sentences


@torch.no_grad()
def logits_of(model: nn.Module, tokenizer, pairs: list[Pair], max_length: int = PAIR_LENGTH) -> Tensor:
    """Returns the model's logits without dropout, [pairs, labels], in the order given."""
    training = model.training
    model.eval()
    order = sorted(range(len(pairs)), key=lambda i: len(pairs[i].first) + len(pairs[i].second))
    result = []
    for at in range(0, len(order), 32):
        result.append(model(**encode(tokenizer, [pairs[i] for i in order[at : at + 32]], max_length)[0]).logits.float())
    model.train(training)
    return torch.cat(result)[torch.tensor(order).argsort()]


def early_logits(student, hidden_states: tuple[Tensor, ...]) -> list[Tensor]:
    """Returns the classifier's logits after each earlier pass, from the third on: hidden states [batch, length, hidden] per pass, embeddings
    first -> [batch, labels] each. They are trained along with the last, so that inference can exit early (Zhou et al. 2020, PABEE)."""
    albert = student.albert
    return [student.classifier(albert.pooler_activation(albert.pooler(hidden[:, 0]))).float() for hidden in hidden_states[3:-1]]


def accuracy(logits: Tensor, pairs: list[Pair]) -> str:
    """Returns the accuracy of each task's own logit, by task."""
    right: dict[str, list[bool]] = {}
    for pair, row in zip(pairs, logits):
        right.setdefault(pair.task, []).append((row[TASKS.index(pair.task)] > 0).item() == (pair.label > 0.5))
    return "  ".join(f"{task} {sum(r) / len(r):.3f} of {len(r)}" for task, r in right.items())


def question_loss(logits: Tensor, sentences: Sentences, gap: int) -> tuple[Tensor, Tensor]:
    """Returns the cross-entropy of `logits` [batch, length, QUESTIONS] against `piece_labels`, and each question's accuracy.

    One special piece comes before the first sentence, `gap` of them before the second.
    """
    predicted, targets = [], []
    for row, (first, second) in enumerate(sentences):
        for part, start in zip(piece_labels(first, second), (1, 1 + len(first) + gap)):
            predicted.append(logits[row, start : start + len(part)])
            targets += part
    labels, predictions = torch.tensor(targets).view(-1, QUESTIONS), torch.cat(predicted).float()
    return nn.functional.binary_cross_entropy_with_logits(predictions, labels), ((predictions > 0) == (labels > 0.5)).float().mean(0).detach()


# For pairs that belong to no set, the tasks whose definition of "the same" their label follows. MRPC's is not strict: in two thirds of its
# paraphrases one sentence has an extra detail.
STRICT = ("paws", "qqp", "roles")
SHARED = {"unrelated": TASKS, "identical": TASKS, "everyday": STRICT, "written": STRICT, "mrpc_written": ("mrpc",)}


def task_loss(logits: Tensor, batch: list[Pair], trust: float = 0.5, judged: Sequence[str] = TASKS) -> Tensor:
    """Returns the cross-entropy, logits [batch, tasks] -> scalar, against each pair's label for its own task, or for all tasks that the
    label applies to. If the teacher scored the pair, its logits for the tasks that it is good at (`judged`) have the weight `trust`."""
    columns = [TASKS.index(task) for task in judged]
    losses = []
    for row, pair in zip(logits, batch):
        loss = 0
        scored = pair.answers is not None and (pair.task in judged or pair.task not in TASKS)
        known = [i for i, task in enumerate(TASKS) if pair.task == task or task in SHARED.get(pair.task, ())]
        if scored:
            answers = torch.tensor(pair.answers).sigmoid()[columns]
            loss = (trust if known else 1) * nn.functional.binary_cross_entropy_with_logits(row[columns], answers)
        if known:
            label = torch.full((len(known),), pair.label)
            loss = loss + (1 - trust if scored else 1) * nn.functional.binary_cross_entropy_with_logits(row[known], label)
        losses.append(loss)
    return torch.stack(losses).mean()


def read_rows(paths: list[Path], answers: Path | None) -> list[Pair]:
    """Reads pairs with the teacher's logits for them; unlabelled pairs without logits are left out."""
    result = []
    for path in paths:
        pairs = read_pairs(path)
        known_at = answers / f"{path.stem}.npy" if answers else None
        if known_at and known_at.exists():
            rows = np.load(known_at).astype(np.float32).tolist()
            pairs = [pair if math.isnan(row[0]) else pair._replace(answers=tuple(row)) for pair, row in zip(pairs, rows, strict=True)]
        result += [pair for pair in pairs if pair.task != "unlabelled" or pair.answers]
    return result


def separator_count(tokenizer) -> int:
    """Returns the number of special pieces between the two sentences: one in ALBERT and BERT, two in MPNet."""
    return len(tokenizer.build_inputs_with_special_tokens([], [])) - 2


def rate_at(step: int, steps: int, warmup: int) -> float:
    """Returns the learning rate as a share of its peak: linear warm-up, then linear decay to zero."""
    return min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))


def adamw(groups: list[tuple[nn.Module, float]], weight_decay: float = 0.01) -> torch.optim.AdamW:
    """Returns AdamW with a peak rate for each module; biases and LayerNorm are not decayed. A parameter of several modules belongs to the
    first one listed."""
    seen: set[int] = set()
    settings = []
    for module, rate in groups:
        for decayed in (True, False):
            chosen = [p for p in module.parameters() if id(p) not in seen and p.requires_grad and (p.dim() > 1) == decayed]
            seen.update(map(id, chosen))
            if chosen:
                settings.append({"params": chosen, "lr": rate, "weight_decay": weight_decay if decayed else 0.0})
    return torch.optim.AdamW(settings, betas=(0.9, 0.98), eps=1e-6, fused=True)


@functools.cache
def bf16_is_faster() -> bool:
    """Times a product of a feed-forward layer's size in bf16 and in float32: depending on the processor, bf16 takes a hundredth to twice
    the time. The shortest of several times counts, so other work on the cores does not change the answer: a worker that chose the slower
    one would slow down all others. Casts take time too, so bf16 has to be clearly faster."""
    dtypes = (torch.bfloat16, torch.float32)
    factors = [(torch.ones(256, 384, dtype=dtype), torch.ones(384, 1536, dtype=dtype)) for dtype in dtypes]
    spent = [math.inf, math.inf]
    for _ in range(20):
        for i, (rows, weights) in enumerate(factors):
            began = time.process_time()
            rows @ weights
            spent[i] = min(spent[i], time.process_time() - began)
    return spent[0] < 0.75 * spent[1]


def fast_arithmetic() -> torch.autocast:
    """Uses bf16 matrix products where they are faster than float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=bf16_is_faster())


def save_atomically(state: object, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


class Workers:
    """The processes that share each batch: `torchrun --nproc_per_node N script.py ...` starts N, plain `python` one.

    If the cores are shared with other work, one single-threaded process per core is faster than one process with many threads: processes
    wait for each other once per step, threads at every matrix product.
    """

    def __init__(self) -> None:
        self.rank, self.count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if self.count > 1 and not torch.distributed.is_initialized():
            torch.set_num_threads(1)
            torch.distributed.init_process_group("gloo")

    def share(self, batch: list[Pair]) -> list[Pair]:
        return batch[self.rank :: self.count] or batch[:1]

    def wait(self) -> None:
        if self.count > 1:
            torch.distributed.barrier()

    def mean(self, parameters: list[nn.Parameter], number: float) -> float:
        """Replaces each parameter's gradient by its mean over the processes, and returns the mean of `number`."""
        if self.count == 1:
            return number
        gradients = [p.grad if p.grad is not None else torch.zeros_like(p) for p in parameters]
        flat = torch.cat([*(gradient.flatten() for gradient in gradients), torch.tensor([number])])
        torch.distributed.all_reduce(flat)
        flat /= self.count
        at = 0
        for parameter in parameters:
            parameter.grad = flat[at : at + parameter.numel()].view_as(parameter)
            at += parameter.numel()
        return flat[-1].item()


def train(model: nn.Module, optimizer: torch.optim.Optimizer, rows: Iterator[list[Pair]], loss_of: Callable[[list[Pair]], Tensor], *,
          checkpoint: Path, steps: int, warmup: int = 20, seed: int = 0, vary: Callable[[Pair, random.Random], Pair] | None = varied,
          report: Callable[[], str] | None = None, report_every: int = 200, save_every: float = 240,
          rounding: AbstractContextManager = nullcontext()) -> bool:
    """Trains `model` on `steps` batches of `rows`, in bf16 if that is faster.

    It saves a checkpoint every `save_every` seconds, from which the same call resumes. A step's randomness depends on its number alone,
    so interruptions and other work on the cores do not change the result. With `rounding`, `loss_of` and `report` see rounded weights.
    Returns True in the one process that should write the result.
    """
    workers = Workers()
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    peaks = [group["lr"] for group in optimizer.param_groups]
    done = 0
    if checkpoint.exists():
        saved = torch.load(checkpoint, weights_only=True, mmap=True)
        model.load_state_dict(saved["model"])
        optimizer.load_state_dict(saved["optimizer"])
        done = saved["step"]
        del saved
        print(f"resumed at step {done}", flush=True)
    began = saved_at = time.monotonic()
    mean_loss = 0.0
    for step, batch in enumerate(itertools.islice(rows, steps)):
        if step < done:
            continue
        rng = random.Random(seed * 1_000_003 + step)
        torch.manual_seed(seed * 1_000_003 + step)
        with rounding:
            with fast_arithmetic():
                loss = loss_of([vary(pair, rng) if vary else pair for pair in workers.share(batch)])
            loss.backward()
        loss_here = workers.mean(parameters, loss.item())
        scale = rate_at(step, steps, warmup)
        for group, peak in zip(optimizer.param_groups, peaks):
            group["lr"] = peak * scale
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        mean_loss += (loss_here - mean_loss) / min(step - done + 1, 100)
        if workers.rank:
            continue
        if (step + 1) % 20 == 0:
            seconds = (time.monotonic() - began) / (step + 1 - done)
            print(f"step {step + 1}/{steps} loss {mean_loss:.4f} rate x{scale:.2f}, {seconds:.2f} s a step", flush=True)
        if time.monotonic() - saved_at > save_every or step + 1 == steps:
            save_atomically({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "step": step + 1}, checkpoint)
            saved_at = time.monotonic()
        if report and ((step + 1) % report_every == 0 or step + 1 == steps):
            with rounding:
                print(report(), flush=True)
    return workers.rank == 0
