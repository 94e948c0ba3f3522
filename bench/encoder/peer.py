"""The peer of bench/encoder.ts: a gradient of the encoder attack in PyTorch for each line on standard input.

usage: peer.py sd1|taesd <folder> <size>      answers lines with {"seconds": ...}
       peer.py write <folder> 0               writes the SD1 autoencoder's architecture with random weights
"""
import json
import os
import sys
import time

import torch
from diffusers import AutoencoderKL, AutoencoderTiny

kind, folder, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
torch.set_num_threads(len(os.sched_getaffinity(0)))

if kind == "write":
    torch.manual_seed(0)
    model = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, layers_per_block=2, norm_num_groups=32,
        block_out_channels=[128, 256, 512, 512],
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    )
    model.save_pretrained(folder)
    sys.exit()

model = (AutoencoderKL if kind == "sd1" else AutoencoderTiny).from_pretrained(folder, torch_dtype=torch.float32)
del model.decoder
model = model.eval().requires_grad_(False).to(memory_format=torch.channels_last)
image = (0.5 + 0.4 * torch.sin(torch.arange(3 * size * size) * 0.37)).reshape(1, 3, size, size)

for _ in sys.stdin:
    x = image.contiguous(memory_format=torch.channels_last).requires_grad_(True)
    began = time.perf_counter()
    encoded = model.encode(2 * x - 1)
    mean = encoded.latent_dist.mean if kind == "sd1" else encoded.latents
    torch.autograd.grad(mean.norm(), x)
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
