"""A training loop that stops at a deadline and continues bit for bit from its checkpoint."""

import math
import os
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import Tensor, nn

Loss = Callable[[int], Tensor]
"""Map the number of a part to a scalar loss; all randomness must follow from that number."""


@dataclass(frozen=True)
class Plan:
    """How long a stage trains and how fast it learns.

    The stage ends after `steps` steps or `minutes` of training, whichever comes first; the
    learning rate is annealed to zero over the last `anneal` part of that span. A step is `parts`
    batches side by side, each on one thread: small networks use two cores better so than by
    splitting every product.
    """

    batch: int
    rate: float
    parts: int = 1
    steps: int = 1_000_000
    minutes: float = math.inf
    warmup: int = 200
    anneal: float = 0.35
    average: float = 0.999
    decay: float = 0.01
    save_every_s: float = 150.0
    log_every: int = 50


class Trainer:
    """Trains one module, keeping an exponential moving average of its weights."""

    def __init__(self, module: nn.Module, loss: Loss, plan: Plan, checkpoint: Path) -> None:
        self.module = module
        self.loss = loss
        self.plan = plan
        self.checkpoint = checkpoint
        self.step = 0
        self.seconds = 0.0
        self.trained = [p for p in module.parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            self.trained, lr=plan.rate, betas=(0.9, 0.99), weight_decay=plan.decay, fused=True
        )
        self.averaged = {n: t.detach().clone() for n, t in module.state_dict().items()}
        self.pool = ThreadPoolExecutor(plan.parts, initializer=torch.set_num_threads, initargs=(1,))
        if checkpoint.exists():
            self._load()

    def run(self) -> None:
        """Train until the plan is done, writing checkpoints and a log on the way."""
        self.module.train()
        start, base, saved = time.monotonic(), self.seconds, time.monotonic()
        seen, mean, logged = 0, 0.0, start
        while self.progress() < 1.0:
            loss = self.advance()
            self.seconds = base + time.monotonic() - start
            seen += 1
            mean += (loss - mean) / min(seen, self.plan.log_every)
            if self.step % self.plan.log_every == 0:
                now = time.monotonic()
                speed = min(seen, self.plan.log_every) * self.samples / (now - logged)
                logged = now
                self._log(f"loss {mean:.4f}  rate {self.rate():.2e}  {speed:.1f} samples/s")
            if time.monotonic() - saved > self.plan.save_every_s:
                self.save()
                saved = time.monotonic()
        self.save()
        self._log("done")

    @property
    def samples(self) -> int:
        """The number of samples in a step."""
        return self.plan.batch * self.plan.parts

    def progress(self) -> float:
        """Return how much of the plan is done, 0..1."""
        spans = (self.step / self.plan.steps, self.seconds / (60.0 * self.plan.minutes))
        return min(1.0, max(spans))

    def rate(self) -> float:
        """Return the learning rate of the next step."""
        rise = min(1.0, (self.step + 1) / max(1, self.plan.warmup))
        left = (1.0 - self.progress()) / max(1e-9, self.plan.anneal)
        return self.plan.rate * rise * (0.5 - 0.5 * math.cos(math.pi * min(1.0, left)))

    def save(self) -> None:
        """Write the checkpoint and, beside it, the averaged weights as safetensors."""
        state = {
            "module": self.module.state_dict(),
            "averaged": self.averaged,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
        }
        partial = self.checkpoint.with_suffix(".partial")
        torch.save(state, partial)
        os.replace(partial, self.checkpoint)
        tensors = {n: t.contiguous() for n, t in self.averaged.items()}
        save_file(tensors, partial)
        os.replace(partial, self.checkpoint.with_suffix(".safetensors"))

    def _load(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.module.load_state_dict(state["module"])
        self.averaged = state["averaged"]
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = int(state["step"]), float(state["seconds"])

    def advance(self) -> float:
        """Take one optimizer step and return its loss."""
        for group in self.optimizer.param_groups:
            group["lr"] = self.rate()
        loss = self._gradients()
        torch.nn.utils.clip_grad_norm_(self.trained, 1.0)
        self.optimizer.step()
        self.step += 1
        self._average(self.module.state_dict().items())
        return loss

    def _gradients(self) -> float:
        """Leave the mean gradients of the step's parts in the parameters; return the mean loss."""
        count = self.plan.parts
        numbers = range(self.step * count, (self.step + 1) * count)
        # A lone part runs here, with all threads.
        runs = map(self._part, numbers) if count == 1 else self.pool.map(self._part, numbers)
        found = list(runs)
        for index, parameter in enumerate(self.trained):
            total = found[0][1][index]
            for _, gradients in found[1:]:
                total = total + gradients[index]
            parameter.grad = total / count
        return sum(loss for loss, _ in found) / count

    def _part(self, number: int) -> tuple[float, tuple[Tensor, ...]]:
        loss = self.loss(number)
        return float(loss.detach()), torch.autograd.grad(loss, self.trained)

    def _average(self, items: Iterable[tuple[str, Tensor]]) -> None:
        keep = min(self.plan.average, (1 + self.step) / (10 + self.step))
        for name, value in items:
            if value.is_floating_point():
                self.averaged[name].lerp_(value, 1.0 - keep)
            else:
                self.averaged[name].copy_(value)

    def _log(self, text: str) -> None:
        line = f"{time.strftime('%H:%M:%S')}  step {self.step}  {text}\n"
        with self.checkpoint.with_suffix(".log").open("a", encoding="utf-8") as log:
            log.write(line)
