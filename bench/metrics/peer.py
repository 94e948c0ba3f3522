"""The peer of bench/metrics.ts: a metric of piq for each line on standard input, answered with {"seconds", "value"}."""
import json
import math
import os
import sys
import time

import numpy
import piq
import torch

torch.set_num_threads(len(os.sched_getaffinity(0)))

PAIRS = {
    "psnr": piq.psnr,
    "ssim": lambda x, y: piq.ssim(x, y, downsample=False),
    "ssimPooled": piq.ssim,
    "msSsimPiq": piq.multi_scale_ssim,
    "vifp": piq.vif_p,
    "fsim": lambda x, y: piq.fsim(x, y, chromatic=False),
    "gmsd": piq.gmsd,
    "fsimc": piq.fsim,
}

# KID of the whole sets once; by default piq draws 50 subsets of 1000, which of small sets is the whole 50 times.
SETS = {
    "frechet": lambda x, y: piq.FID().compute_metric(x, y),
    "kernel": lambda x, y: piq.KID(n_subsets=1, subset_size=None).compute_metric(x, y),
    "precisionRecall": lambda x, y: piq.PR(nearest_k=5).compute_metric(x, y)[0],
}


def picture(data):
    return torch.from_numpy(data).permute(2, 0, 1)[None].float() / 255


def features(count, dimensions, seed):
    """The same in ours.ts."""
    values = [math.sin(i * i * 0.013 + i * 0.7 + seed) for i in range(count * dimensions)]
    return torch.tensor(values, dtype=torch.float32).reshape(count, dimensions)


def runner(request):
    metric = request["metric"]
    if metric in SETS:
        x, y = (features(request["count"], request["dimensions"], seed) for seed in (0, 1))
        return lambda: SETS[metric](x, y)
    shape = (request["height"], request["width"], 3)
    a, b = (numpy.fromfile(request[which], dtype=numpy.uint8).reshape(shape) for which in ("reference", "distorted"))

    def run():
        x, y = picture(b), picture(a)
        if metric == "all":
            return [of(x, y) for of in PAIRS.values()][-1]
        return PAIRS[metric](x, y)

    return run


for line in sys.stdin:
    request = json.loads(line)
    run = runner(request)
    seconds = math.inf
    for _ in range(request.get("times", 1)):
        began = time.perf_counter()
        value = float(run())
        seconds = min(seconds, time.perf_counter() - began)
    print(json.dumps({"seconds": seconds, "value": value}), flush=True)
