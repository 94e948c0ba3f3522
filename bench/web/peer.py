# The contestant in PyTorch of bench/web/gpu.sh: a gradient of the distance of latents through a surrogate, on a graphics card
# where there is one. Prints one line of JSON: the card, and seconds of five gradients.
import json
import pathlib
import sys
import time

try:
    import torch
    from safetensors.torch import load_file
    from torch.nn import functional as F
except ImportError as missing:
    sys.exit(f"{missing}: install torch and safetensors, or name a Python that has them in PHOTOGUARD_PYTHON")

folder, side = pathlib.Path(sys.argv[1]), int(sys.argv[2])
config = json.loads((folder / "config.json").read_text())
device = "cuda" if torch.cuda.is_available() else "cpu"
weights = {
    name: tensor.float().to(device)
    for name, tensor in load_file(folder / "diffusion_pytorch_model.safetensors").items()
}


def conv(name, x, stride=1, padding="same"):
    return F.conv2d(x, weights[f"{name}.weight"], weights.get(f"{name}.bias"), stride=stride, padding=padding)


def silu_block(name, x):
    return x + conv(f"{name}.conv2", F.silu(conv(f"{name}.conv1", F.silu(x))))


def leaky_block(name, x):
    narrow = conv(f"{name}.conv1", F.leaky_relu(x, 0.1))
    return x + conv(f"{name}.conv3", F.leaky_relu(conv(f"{name}.conv2", F.leaky_relu(narrow, 0.1)), 0.1))


def latents(x):
    strided = config["design"] == "strided"
    for level, blocks in enumerate(config["blocks"]):
        name = f"levels.{level}.down"
        if strided:
            x = conv(name, x, stride=2, padding=1)
        elif level == 0:
            x = conv(name, F.pad(x, (3, 2, 3, 2)), stride=2, padding=0)
        else:
            x = conv(name, F.avg_pool2d(x, 2))
        for block in range(blocks):
            x = (silu_block if strided else leaky_block)(f"levels.{level}.blocks.{block}", x)
    x = F.silu(x) if strided else F.leaky_relu(x, 0.1)
    return [conv(f"heads.{space['name']}", x) for space in config["spaces"]]


photo = torch.rand(1, 3, side, side, device=device) * 2 - 1
with torch.no_grad():
    clean = latents(photo)
times = []
for _ in range(6):
    image = (photo + 0.03 * torch.randn_like(photo)).requires_grad_()
    if device == "cuda":
        torch.cuda.synchronize()
    began = time.perf_counter()
    loss = sum(-(a - b).norm() / b.norm() for a, b in zip(latents(image), clean))
    torch.autograd.grad(loss, image)
    if device == "cuda":
        torch.cuda.synchronize()
    times.append(time.perf_counter() - began)
card = torch.cuda.get_device_name() if device == "cuda" else "cpu"
print(json.dumps({"device": card, "torch": torch.__version__, "seconds": times[1:]}))
