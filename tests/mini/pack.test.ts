// What npm would publish: no package is above 35 MB, and the embedded model's holds every part of the pipeline.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasEmbedded } from 'photoguard/models/node';
import { expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const LIMIT = 35e6;

interface Packed {
  readonly name: string;
  /** Bytes of the archive. */
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

const pack = (): Packed[] =>
  JSON.parse(
    execFileSync('npm', ['pack', '--workspaces', '--dry-run', '--ignore-scripts', '--json'], {
      cwd: ROOT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      maxBuffer: 2 ** 26,
    }),
  ) as Packed[];

it('packs every package in less than 35 MB, the embedded model whole', () => {
  const packages = pack();
  for (const { name, size } of packages) expect(size, name).toBeLessThan(LIMIT);
  const mini = packages.find(({ name }) => name === '@photoguard/mini')!.files.map(({ path }) => path);
  expect(mini).toEqual(
    expect.arrayContaining([
      ...['model_index.json', 'scheduler/scheduler_config.json', 'tokenizer/tokenizer.json', 'unet/config.json'],
      ...(hasEmbedded() ? ['vae', 'unet'].map((part) => `${part}/diffusion_pytorch_model.safetensors`) : []),
    ]),
  );
});
