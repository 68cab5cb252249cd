"""What the teacher's and the student's training share: batches of pairs, the learning-rate schedule, a loop that resumes."""
import itertools
import os
import random
import re
import time
from pathlib import Path
from typing import Callable, Iterator

import torch
from torch import Tensor, nn

from prepare_pairs import Pair

# One logit for each notion of "the same": the sets disagree on what a paraphrase is, so none is forced on another.
TASKS = ("mrpc", "paws", "qqp", "pan", "similarity", "roles")
# What each piece is asked: see `piece_answers`.
QUESTIONS = 3


def detokenize(text: str) -> str:
    """Written text again from the spaced-out tokens of MRPC and PAWS: `the U.S. , he said .` -> `the U.S., he said.`"""
    text = re.sub(r"\s*(``|'')\s*", lambda quote: ' "' if quote[1] == "``" else '" ', text)
    text = re.sub(r" ([.,;:!?%)\]]|'s\b|n't\b|'re\b|'ve\b|'ll\b|'d\b|'(?= |$))", r"\1", text)
    return re.sub(r"([(\[$]) ", r"\1", text).strip()


def varied(pair: Pair, rng: random.Random, detokenized: float = 0.3) -> Pair:
    """The pair as it could as well have been written: the other way round, or without the treebank's spaces."""
    first, second = pair.first, pair.second
    if rng.random() < 0.5:
        first, second = second, first
    if rng.random() < detokenized:
        first, second = detokenize(first), detokenize(second)
    return Pair(pair.task, pair.label, first, second)


def mixed(pairs: list[Pair], mix: str, rng: random.Random) -> list[Pair]:
    """Takes each task's rows as often as `mix` says: `paws=2 qqp=0.5` is PAWS twice, half of QQP and nothing else."""
    result = []
    for part in mix.split():
        task, share = part.split("=")
        rows = [pair for pair in pairs if pair.task == task]
        result += rows * int(float(share)) + rng.sample(rows, round(len(rows) * (float(share) % 1)))
    return result


def batches(pairs: list[Pair], mix: str, size: int, seed: int) -> Iterator[list[Pair]]:
    """Batches without end: pass after pass over `mix`. Each batch holds pairs of about one length, so that little padding is computed."""
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


def piece_answers(first: list[int], second: list[int]) -> tuple[list[list[float]], list[list[float]]]:
    """What word order can be learnt from: for each piece of both sentences whether it stands in the other sentence as well
    (`copied`), has the same left neighbour there and the same right neighbour (`left`, `right`)."""
    result = []
    for own, other in ((first, second), (second, first)):
        # A sentence's ends are neighbours too: None beside the first and the last piece.
        adjacent = set(zip([None, *other], [*other, None]))
        result.append([[float(piece in other), float((left, piece) in adjacent), float((piece, right) in adjacent)]
                       for left, piece, right in zip([None, *own], own, [*own[1:], None])])
    return result[0], result[1]


def task_loss(logits: Tensor, batch: list[Pair]) -> Tensor:
    """Cross-entropy of each pair's own task, of all tasks where they must agree: logits [batch, tasks] -> scalar."""
    label = torch.tensor([[pair.label] * len(TASKS) for pair in batch])
    asked = torch.tensor([[pair.task in (task, "unrelated", "identical") for task in TASKS] for pair in batch]).float()
    losses = nn.functional.binary_cross_entropy_with_logits(logits, label, reduction="none")
    return (losses * asked).sum(1).div(asked.sum(1)).mean()


def rate_at(step: int, steps: int, warmup: int) -> float:
    """Linear warm-up, then linear decay to nothing, as a share of the peak rate."""
    return min((step + 1) / warmup, max(0.0, (steps - step) / max(1, steps - warmup)))


def adamw(groups: list[tuple[nn.Module, float]], weight_decay: float = 0.01) -> torch.optim.AdamW:
    """AdamW with a peak rate for each module; biases and LayerNorm are not decayed. A module listed later keeps its earlier group."""
    seen: set[int] = set()
    settings = []
    for module, rate in groups:
        for decayed in (True, False):
            chosen = [p for p in module.parameters() if id(p) not in seen and p.requires_grad and (p.dim() > 1) == decayed]
            seen.update(map(id, chosen))
            if chosen:
                settings.append({"params": chosen, "lr": rate, "weight_decay": weight_decay if decayed else 0.0})
    return torch.optim.AdamW(settings, betas=(0.9, 0.98), eps=1e-6, fused=True)


def fast_arithmetic() -> torch.autocast:
    """bf16 products where the processor has them (AVX-512 and newer); others take a hundred times as long over them as over float32."""
    return torch.autocast("cpu", torch.bfloat16, enabled=torch.backends.cpu.get_cpu_capability() not in ("DEFAULT", "AVX2"))


def save_atomically(state: object, path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(state, part)
    os.replace(part, path)


class Workers:
    """The processes that share each batch: `torchrun --nproc_per_node N script.py ...` starts N, plain `python` one.

    One process a core, each with one thread, beats one process with many threads where the cores are shared with other
    work: the processes wait for each other once a step, the threads at every product.
    """

    def __init__(self) -> None:
        self.rank, self.count = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
        if self.count > 1 and not torch.distributed.is_initialized():
            torch.set_num_threads(1)
            torch.distributed.init_process_group("gloo")

    def share(self, batch: list[Pair]) -> list[Pair]:
        return batch[self.rank :: self.count] or batch[:1]

    def mean(self, parameters: list[nn.Parameter], number: float) -> float:
        """Replaces each parameter's gradient, and gives back `number`, by the mean over the processes."""
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
          checkpoint: Path, steps: int, warmup: int = 20, seed: int = 0, report: Callable[[], str] | None = None,
          report_every: int = 200, save_every: float = 240) -> bool:
    """Runs `loss_of` over `steps` batches of `rows`, in bf16 where that is fast.

    Every `save_every` seconds it keeps a checkpoint that the same call resumes from. A step depends on its number alone, so a
    run that was stopped, or shared its cores, ends where any other ends. True in the one process that is to write the result.
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
        with fast_arithmetic():
            loss = loss_of([varied(pair, rng) for pair in workers.share(batch)])
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
            print(report(), flush=True)
    return workers.rank == 0
