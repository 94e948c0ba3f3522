"""The peer of training/check-diffusers.ts: the same edits by diffusers, float32, with the noise that it is given.

usage: check-diffusers.py <pipeline> <folder>    reads inputs.safetensors and spec.json of the folder, writes outputs.safetensors
"""
import json
import os
import sys

import torch
from diffusers import StableDiffusionImg2ImgPipeline, StableDiffusionInpaintPipeline
from diffusers.pipelines.stable_diffusion import pipeline_stable_diffusion_inpaint as inpaint
from safetensors.torch import load_file, save_file

model, folder = sys.argv[1], sys.argv[2]
given = load_file(os.path.join(folder, "inputs.safetensors"))
spec = json.load(open(os.path.join(folder, "spec.json")))


def noise(shape, **_):
    """Stands for every draw of the pipeline: with a tiny autoencoder there is one."""
    assert tuple(shape) == tuple(given["noise"].shape), shape
    return given["noise"].clone()


inpaint.randn_tensor = noise
StableDiffusionImg2ImgPipeline.from_pretrained(model, dtype=torch.float32)
pipe = StableDiffusionInpaintPipeline.from_pretrained(model, dtype=torch.float32)
pipe.set_progress_bar_config(disable=True)
side = given["image"].shape[-1]
outputs = {}
for name, edit in spec.items():
    outputs[name] = pipe(
        prompt=edit["prompt"], image=given["image"], mask_image=given[f"mask.{name}"], height=side, width=side,
        strength=edit["strength"], num_inference_steps=edit["steps"], guidance_scale=edit["guidance"], output_type="pt",
    ).images.contiguous()
save_file(outputs, os.path.join(folder, "outputs.safetensors"))
