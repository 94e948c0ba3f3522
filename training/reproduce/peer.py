"""The peer of training/reproduce.ts: trains the same editor in PyTorch, float32, on the same first weights, batches and
learning rates, which it reads from a folder that reproduce.ts writes.

usage: peer.py <folder>    prints a line of JSON a step ({"loss"}), and at last {"validation_hole": ...}
"""
import copy
import json
import os
import sys

import torch
from diffusers import UNet2DConditionModel
from safetensors.torch import load_file
from transformers import CLIPTextConfig, CLIPTextModel

folder = sys.argv[1]
torch.set_num_threads(len(os.sched_getaffinity(0)))
spec = json.load(open(os.path.join(folder, "spec.json")))
first = load_file(os.path.join(folder, "first.safetensors"))

unet = UNet2DConditionModel(**{k: v for k, v in spec["unet"].items() if not k.startswith("_")})
text = CLIPTextModel(CLIPTextConfig(**{k: v for k, v in spec["text"].items() if k != "architectures"}))


def load(model, prefix):
    """Fills every parameter, whatever prefix this version of the library gives it."""
    given = {k.removeprefix("text_model."): v for k, v in first.items()}
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(given[name.removeprefix(prefix)])


load(unet, "")
load(text, "text_model.")
model = torch.nn.ModuleDict(dict(unet=unet, text=text)).to(memory_format=torch.channels_last)
average = copy.deepcopy(model).requires_grad_(False)
o = spec["optimiser"]
optimiser = torch.optim.AdamW(model.parameters(), 1, betas=tuple(o["betas"]), eps=o["epsilon"], weight_decay=o["weightDecay"])


def predict(m, batch):
    states = m["text"](input_ids=batch["ids"].long()).last_hidden_state
    sample = batch["sample"].contiguous(memory_format=torch.channels_last)
    return m["unet"](sample, batch["timestep"].long(), encoder_hidden_states=states, return_dict=False)[0]


for i, rate in enumerate(spec["rates"]):
    step = i + 1
    batch = load_file(os.path.join(folder, f"batch-{step}.safetensors"))
    for group in optimiser.param_groups:
        group["lr"] = rate
    loss = torch.nn.functional.mse_loss(predict(model, batch), batch["target"])
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), o["clipNorm"])
    optimiser.step()
    n = step - 1
    decay = 0 if n <= 0 else min((1 + n) / (10 + n), o["averageDecay"])
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - decay)
    print(json.dumps({"loss": loss.item()}), flush=True)

sums = {k: [0.0, 0.0] for k in ("hole", "known", "whole")}
with torch.no_grad():
    for i, kind in enumerate(spec["validation"]):
        batch = load_file(os.path.join(folder, f"validation-{i}.safetensors"))
        error = (predict(average, batch) - batch["target"]).square().mean(1, keepdim=True)
        mask = batch["mask"]
        for name, weight in (("whole", mask),) if kind == "whole" else (("hole", mask), ("known", 1 - mask)):
            sums[name][0] += (error * weight).sum().item()
            sums[name][1] += weight.sum().item()
print(json.dumps({f"validation_{k}": a / n for k, (a, n) in sums.items()}))
