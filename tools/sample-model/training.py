# SPDX-License-Identifier: PostgreSQL
# SPDX-FileCopyrightText: 2026 the hartonomous authors
"""The training loop shared by the base model, the variants and the adapter.

Everything is seeded and runs on one thread, so a run repeats bit for bit on one machine with one
version of PyTorch. AdamW, linear warm-up, cosine decay to a tenth, gradients clipped at norm 1.
"""

import csv
import math
import time

import torch
from torch.nn import functional as F

WINDOW = 256


def prepare():
    torch.set_num_threads(1)
    torch.manual_seed(20260101)
    torch.use_deterministic_algorithms(True)


def stream(tokenizer, texts):
    """Documents as one row of tokens, each opened by <s> and closed by </s>."""
    ids = [i for t in texts for i in (tokenizer.bos, *tokenizer.encode(t), tokenizer.eos)]
    return torch.tensor(ids)


@torch.no_grad()
def loss_on(model, tokens, at_most=None):
    """Mean nats per token over non-overlapping windows (the first `at_most` of them)."""
    model.eval()
    windows = tokens[:(len(tokens) - 1) // WINDOW * WINDOW + 1]
    inputs, targets = windows[:-1].view(-1, WINDOW), windows[1:].view(-1, WINDOW)
    if at_most:
        stride = max(1, len(inputs) // at_most)
        inputs, targets = inputs[::stride][:at_most], targets[::stride][:at_most]
    total = sum(F.cross_entropy(model(x).flatten(0, 1), y.flatten(), reduction="sum").item()
                for x, y in zip(inputs.split(8), targets.split(8)))
    model.train()
    return total / targets.numel()


def learning_rate(step, steps, peak, warm_up):
    if step < warm_up:
        return peak * (step + 1) / warm_up
    progress = (step - warm_up) / max(1, steps - warm_up)
    return peak * (0.1 + 0.45 * (1 + math.cos(math.pi * progress)))


def train(model, tokens, held_out, *, steps, batch, peak, log_path, warm_up=100,
          weight_decay=0.1, log_every=50):
    """Trains what requires a gradient; writes step, seconds, losses to `log_path`."""
    trained = [p for p in model.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        [{"params": [p for p in trained if p.dim() == 2], "weight_decay": weight_decay},
         {"params": [p for p in trained if p.dim() != 2], "weight_decay": 0.0}],
        lr=peak, betas=(0.9, 0.95))
    generator = torch.Generator().manual_seed(7)
    offsets = torch.arange(WINDOW + 1)
    running, started = [], time.process_time()
    model.train()
    with open(log_path, "w", newline="") as file:
        log = csv.writer(file, lineterminator="\n")
        log.writerow(["step", "cpu_seconds", "train_loss", "held_out_loss"])
        for step in range(steps + 1):
            if step % log_every == 0:
                mean = sum(running) / len(running) if running else math.nan
                row = [step, round(time.process_time() - started, 1), f"{mean:.4f}",
                       f"{loss_on(model, held_out, at_most=48):.4f}"]
                log.writerow(row)
                file.flush()
                print(*row, flush=True)
                running = []
            if step == steps:
                break
            for group in optimizer.param_groups:
                group["lr"] = learning_rate(step, steps, peak, warm_up)
            starts = torch.randint(len(tokens) - WINDOW, (batch, 1), generator=generator)
            window = tokens[starts + offsets]
            logits = model(window[:, :-1])
            loss = F.cross_entropy(logits.flatten(0, 1), window[:, 1:].flatten())
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(trained, 1.0)
            optimizer.step()
            running.append(loss.item())
