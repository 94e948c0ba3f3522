"""The peer of bench/full-size.ts.

usage: peer.py write <folder>              writes the architecture of Stable Diffusion 1.5 with random float16 weights
       peer.py gradient <folder> <steps>   one gradient of the diffusion attack at 512x512; prints {"seconds": ...}
"""
import json
import os
import sys
import time

import torch
from diffusers import AutoencoderKL, DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from transformers import CLIPTextConfig, CLIPTextModel

mode, folder = sys.argv[1], sys.argv[2]
torch.set_num_threads(len(os.sched_getaffinity(0)))
torch.manual_seed(0)

if mode == "write":
    unet = UNet2DConditionModel(
        sample_size=64, in_channels=4, out_channels=4, layers_per_block=2, block_out_channels=(320, 640, 1280, 1280),
        cross_attention_dim=768, attention_head_dim=8,
    )
    unet.half().save_pretrained(f"{folder}/unet")
    del unet
    vae = AutoencoderKL(
        in_channels=3, out_channels=3, latent_channels=4, layers_per_block=2, norm_num_groups=32, sample_size=512,
        block_out_channels=[128, 256, 512, 512],
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4,
    )
    vae.half().save_pretrained(f"{folder}/vae")
    text = CLIPTextModel(CLIPTextConfig(
        hidden_size=768, intermediate_size=3072, num_hidden_layers=12, num_attention_heads=12, vocab_size=49408,
        max_position_embeddings=77, hidden_act="quick_gelu", projection_dim=768,
    ))
    text.half().save_pretrained(f"{folder}/text_encoder")
    DDIMScheduler(
        beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", clip_sample=False, set_alpha_to_one=False,
        steps_offset=1,
    ).save_pretrained(f"{folder}/scheduler")
    sys.exit()

steps = int(sys.argv[3])
unet = UNet2DConditionModel.from_pretrained(f"{folder}/unet", torch_dtype=torch.float32)
vae = AutoencoderKL.from_pretrained(f"{folder}/vae", torch_dtype=torch.float32)
for part in (unet, vae):
    part.eval().requires_grad_(False).to(memory_format=torch.channels_last)
scheduler = DDIMScheduler.from_pretrained(f"{folder}/scheduler")
scheduler.set_timesteps(steps)
image = (0.8 * torch.sin(torch.arange(3 * 512 * 512) * 0.37)).reshape(1, 3, 512, 512)
text = torch.randn(2, 77, 768)
noise = torch.randn(1, 4, 64, 64)

began = time.perf_counter()
x = image.contiguous(memory_format=torch.channels_last).requires_grad_(True)
latent = vae.encode(x).latent_dist.mean * vae.config.scaling_factor
z = scheduler.add_noise(latent, noise, scheduler.timesteps[:1])
for t in scheduler.timesteps:
    e0, e1 = unet(torch.cat([z, z]), t, text, return_dict=False)[0].chunk(2)
    z = scheduler.step(e0 + 7.5 * (e1 - e0), t, z).prev_sample
torch.autograd.grad(vae.decode(z / vae.config.scaling_factor).sample.norm(), x)
print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
