"""The peer of bench/diffusion.ts: a gradient of the diffusion attack in PyTorch, or an edit of diffusers, for each line on
standard input.

usage: peer.py plain|checkpoint|blocks|edit <folder> <size> <steps>    answers lines with {"seconds": ...}

plain keeps every activation of every step; checkpoint keeps each step's input and computes the step again
(torch.utils.checkpoint); blocks is diffusers' enable_gradient_checkpointing, the same for each block of the UNet.
"""
import json
import os
import sys
import time

import torch
from diffusers import DDIMScheduler, StableDiffusionInpaintPipeline
from torch.utils.checkpoint import checkpoint

mode, folder, size, steps = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
torch.set_num_threads(len(os.sched_getaffinity(0)))
pipe = StableDiffusionInpaintPipeline.from_pretrained(folder, torch_dtype=torch.float32, safety_checker=None)
pipe.scheduler = DDIMScheduler.from_config(pipe.scheduler.config)
pipe.set_progress_bar_config(disable=True)
unet, vae = pipe.unet, pipe.vae
for part in (unet, vae, pipe.text_encoder):
    part.eval().requires_grad_(False).to(memory_format=torch.channels_last)
if mode == "blocks":
    unet.enable_gradient_checkpointing()
    unet.train()

image = (0.8 * torch.sin(torch.arange(3 * size * size) * 0.37)).reshape(1, 3, size, size)
quarter = size // 4
mask = torch.ones(1, 1, size, size)
mask[:, :, quarter:-quarter, quarter:-quarter] = 0
factor = pipe.vae_scale_factor
latent_mask = mask[:, :, ::factor, ::factor]
noise = torch.randn(1, 4, size // factor, size // factor, generator=torch.Generator().manual_seed(0))
prompt = "a photo of a red rose"
with torch.no_grad():
    text = torch.cat([x for x in pipe.encode_prompt(prompt, "cpu", 1, True)[::-1]])


def predict(z, t, masked):
    one = torch.cat([z, latent_mask, masked], 1)
    e0, e1 = unet(torch.cat([one, one]), t, text, return_dict=False)[0].chunk(2)
    return e0 + 7.5 * (e1 - e0)


def gradient():
    x = image.contiguous(memory_format=torch.channels_last).requires_grad_(True)
    encoded = vae.encode(x * (1 - mask))
    latents = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mean
    masked = latents * vae.config.scaling_factor
    pipe.scheduler.set_timesteps(steps)
    z = noise
    for t in pipe.scheduler.timesteps:
        e = checkpoint(predict, z, t, masked, use_reentrant=False) if mode == "checkpoint" else predict(z, t, masked)
        z = pipe.scheduler.step(e, t, z).prev_sample
    loss = vae.decode(z / vae.config.scaling_factor).sample.norm()
    torch.autograd.grad(loss, x)


for _ in sys.stdin:
    began = time.perf_counter()
    if mode == "edit":
        pipe(prompt=prompt, image=image / 2 + 0.5, mask_image=mask, strength=1.0, num_inference_steps=steps,
             guidance_scale=7.5, height=size, width=size, output_type="np")
    else:
        gradient()
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
