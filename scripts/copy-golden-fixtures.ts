// Copies a part of the golden values into tests/fixtures/golden (under 3 MB), so that `npm test` compares with PyTorch on
// every machine: all operators, and the smallest cases of the other areas with their weights. Run by hand:
//   node scripts/copy-golden-fixtures.ts <golden folder>
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = process.argv[2];
if (from === undefined) throw new Error('usage: node scripts/copy-golden-fixtures.ts <golden folder>');
const to = fileURLToPath(new URL('../tests/fixtures/golden', import.meta.url));

const ops = readdirSync(join(from, 'ops')).map((name) => `ops/${name}`);
const schedulers = [
  ...['ddim-4-trailing-v-eta1', 'ddpm-4-leading-eps', 'dpm-solver-4-linspace-v', 'euler-4-trailing-eps'],
  ...['euler-ancestral-4-leading-v', 'lcm-4-leading-eps', 'pndm-4-leading-v', 'unipc-4-trailing-eps'],
].map((name) => `schedulers/${name}`);
const cases = [
  ...[
    'autoencoder-tiny/random',
    'image/resize-bilinear-32x45',
    'pipelines/inpaint-ddim',
    'attack-diffusion/inpaint-t2',
    'hash/odd',
    'hash/small',
    'hash/square',
  ],
  ...schedulers,
].flatMap((name) => [`${name}.json`, `${name}.safetensors`]);
const checkpoints = ['tiny-sd-inpaint', 'ae-tiny'].flatMap((name) =>
  readdirSync(join(from, 'checkpoints', name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(from, join(entry.parentPath, entry.name))),
);
for (const path of [...ops, ...cases, ...checkpoints]) {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  cpSync(join(from, path), join(to, path));
}
