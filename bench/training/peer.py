"""The peer of bench/training.ts: an optimiser step in PyTorch for each line on standard input.

usage: peer.py eager|compiled|bfloat16    answers lines with {"seconds": ..., "loss": ...}; bfloat16 is compiled too
"""
import copy
import json
import os
import sys
import time

import torch
from diffusers import UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

mode = sys.argv[1]
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)
unet = UNet2DConditionModel(
    sample_size=16, in_channels=9, out_channels=4, block_out_channels=(128, 192), layers_per_block=1,
    down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"), up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
    cross_attention_dim=128, attention_head_dim=4, norm_num_groups=32)
text = CLIPTextModel(CLIPTextConfig(
    vocab_size=649, hidden_size=128, intermediate_size=512, num_hidden_layers=2, num_attention_heads=4,
    max_position_embeddings=32, projection_dim=128, hidden_act="quick_gelu",
    bos_token_id=647, eos_token_id=648, pad_token_id=648))
model = torch.nn.ModuleDict(dict(unet=unet, text=text)).to(memory_format=torch.channels_last)
average = copy.deepcopy(model).requires_grad_(False)
run = unet if mode == "eager" else torch.compile(unet)
optimiser = torch.optim.AdamW(model.parameters(), 1e-4, betas=(0.9, 0.99), weight_decay=0.01, fused=True)
sample = torch.randn(32, 9, 16, 16).contiguous(memory_format=torch.channels_last)
target = torch.randn(32, 4, 16, 16)
timestep = torch.randint(0, 1000, (32,))
ids = torch.arange(32 * 32).reshape(32, 32) % 649

for _ in sys.stdin:
    began = time.perf_counter()
    with torch.autocast("cpu", torch.bfloat16, enabled=mode == "bfloat16"):
        states = text(input_ids=ids).last_hidden_state
        prediction = run(sample, timestep, encoder_hidden_states=states, return_dict=False)[0]
    loss = torch.nn.functional.mse_loss(prediction.float(), target)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    optimiser.step()
    torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1e-3)
    print(json.dumps({"seconds": time.perf_counter() - began, "loss": loss.item()}), flush=True)
