// Makes the tarballs of the published packages: node scripts/pack.ts <folder>. It packs copies, so that programs
// running from the sources do not see a package.json change. Needs a build (npm run build).
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Manifest, publishedManifest } from './published.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Folders of the published packages, dependencies first. */
export const PACKAGES = [
  ...['packages/onnx-grad', 'models/mini', 'models/surrogates', 'models/immunizer', 'models/faces'],
  'packages/photoguard',
] as const;

const LEFT_OUT = ['node_modules', 'src', 'fixtures', 'proto'];

/** A tarball, and the package.json in it. */
export interface Packed {
  readonly tarball: string;
  readonly manifest: Manifest;
}

/** Packs all packages into a folder. @throws Error if there is no build */
export function packAll(to: string): Packed[] {
  mkdirSync(to, { recursive: true });
  const stage = mkdtempSync(join(tmpdir(), 'photoguard-pack-'));
  try {
    const manifests = PACKAGES.map((folder, i) => copyPackage(join(ROOT, folder), join(stage, String(i))));
    const options = ['--ignore-scripts', '--json', '--pack-destination', resolve(to)];
    const folders = PACKAGES.map((_, i) => `./${i}`);
    const output = execFileSync('npm', ['pack', ...options, ...folders], { cwd: stage });
    const packed = JSON.parse(output.toString('utf8')) as { name: string; filename: string }[];
    return manifests.map((manifest) => {
      const { filename } = packed.find(({ name }) => name === manifest.name)!;
      return { tarball: join(resolve(to), filename), manifest };
    });
  } finally {
    rmSync(stage, { recursive: true });
  }
}

function copyPackage(folder: string, to: string): Manifest {
  const manifest = publishedManifest(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest);
  if ('exports' in manifest && !existsSync(join(folder, 'dist')))
    throw new Error(`${manifest.name} is not built: npm run build`);
  cpSync(folder, to, { recursive: true, filter: (path) => !LEFT_OUT.includes(basename(path)) });
  writeFileSync(join(to, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

if (import.meta.main) {
  const [to] = process.argv.slice(2);
  if (to === undefined) throw new Error('usage: node scripts/pack.ts <folder>');
  for (const { tarball } of packAll(to)) console.log(tarball);
}
