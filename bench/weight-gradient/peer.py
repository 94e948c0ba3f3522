"""The peer of bench/weight-gradient.ts: the gradient of a 3x3 convolution by its weight in PyTorch, for each line on standard input."""
import json
import os
import sys
import time

import torch

torch.set_num_threads(len(os.sched_getaffinity(0)))
cases = {}


def case(n, c, o, side):
    torch.manual_seed(0)
    layout = torch.channels_last
    return [torch.randn(n, k, side, side).contiguous(memory_format=layout) for k in (c, o)] + [(o, c, 3, 3)]


for line in sys.stdin:
    shape = json.loads(line)
    x, cotangent, weight = cases.setdefault(line, case(**shape))
    began = time.perf_counter()
    torch.nn.grad.conv2d_weight(x, weight, cotangent, padding=1)
    print(json.dumps({"seconds": time.perf_counter() - began}), flush=True)
