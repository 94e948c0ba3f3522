"""Writes the cache of the lab's prepare.py (PyTorch) as a cache that training/data/editor-cache.ts reads.

    python export_lab_cache.py --cache CACHE --lab FOLDER --out OUT [--check FILE]

--lab: the folder with the lab's train.py. Same latents, masks, prompts with the same unknown words after them, and the
same fixed validation: noise and timesteps are drawn by torch's generator as Data.validation() does. --check writes the
validation batches as train.py makes them, to be compared with ours by check-lab-cache.ts. Needs torch, diffusers,
transformers, safetensors.
"""
import argparse, json, os, sys
import torch
from safetensors.torch import save_file

VERSION = 1
JUNK = 4                                                  # Data.__init__: variants of each prompt


def main():
    p = argparse.ArgumentParser()
    for k in ('cache', 'lab', 'out'):
        p.add_argument('--' + k, required=True)
    p.add_argument('--check')
    a = p.parse_args()
    sys.path.insert(0, a.lab)
    from train import GRID, Data
    data = Data(a.cache)
    n, side = len(data.z), data.z.shape[-1]
    weight = torch.zeros(n)
    weight[data.train] = data.weight.float()

    g = torch.Generator().manual_seed(12345)              # Data.validation(), without the latents
    noise, timestep = ([[], []] for _ in range(2))
    for full in (0, 1):
        for b in data.valid.split(64):
            timestep[full].append(torch.tensor(GRID)[torch.randint(0, len(GRID), (len(b),), generator=g)])
            noise[full].append(torch.randn(len(b), 4, side, side, generator=g))

    os.makedirs(a.out, exist_ok=True)
    save_file({
        'latent': data.z, 'masked': data.zm, 'mask': data.mask, 'hidden': data.grey, 'weight': weight,
        'photo': data.photo.int(), 'captions': data.captions.int(), 'ids': data.ids.int(),
        'validation.noise': torch.stack([torch.cat(x) for x in noise]),
        'validation.timestep': torch.stack([torch.cat(t) for t in timestep]).int(),
    }, os.path.join(a.out, 'editor-cache.safetensors'))
    with open(os.path.join(a.out, 'editor-cache.json'), 'w') as f:
        json.dump({
            'version': VERSION, 'madeBy': {'program': "the lab's prepare.py", 'torch': torch.__version__},
            'latentSide': side, 'tokens': data.ids.shape[1], 'junk': JUNK, 'prompts': data.prompts,
            'photos': [row['file'] for row in data.rows],
        }, f, indent=1)
    if a.check:
        save_file({f'{i}.{k}': v.contiguous() for i, (_, x, v, m, t, p) in enumerate(data.validation())
                   for k, v in (('sample', x), ('target', v), ('mask', m), ('timestep', t.int()), ('ids', data.ids[p].int()))}, a.check)
    print(f'{len(data.train)} versions to train on, {len(data.valid)} to validate with, {len(data.prompts)} prompts')


if __name__ == '__main__':
    main()
