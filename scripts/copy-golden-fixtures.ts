// Copies a part of the golden values into tests/fixtures/golden (under 3 MB), so that `npm test` compares with PyTorch on
// every machine: all operators, and the smallest cases of the other areas with their weights. Run by hand:
//   node scripts/copy-golden-fixtures.ts <golden folder>
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const from = process.argv[2];
if (from === undefined) throw new Error('usage: node scripts/copy-golden-fixtures.ts <golden folder>');
const to = fileURLToPath(new URL('../tests/fixtures/golden', import.meta.url));

const ops = readdirSync(join(from, 'ops')).map((name) => `ops/${name}`);
const cases = ['autoencoder-kl/old-names', 'autoencoder-tiny/random', 'image/resize-bilinear-32x45'].flatMap((name) => [
  `${name}.json`,
  `${name}.safetensors`,
]);
const checkpoints = ['vae-old-names', 'ae-tiny'].flatMap((name) =>
  readdirSync(join(from, 'checkpoints', name)).map((file) => `checkpoints/${name}/${file}`),
);
for (const path of [...ops, ...cases, ...checkpoints]) {
  mkdirSync(dirname(join(to, path)), { recursive: true });
  cpSync(join(from, path), join(to, path));
}
