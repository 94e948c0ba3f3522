// The software that a result was made with. Dependencies are pinned to exact versions, so the versions in package.json
// are those that ran.
import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release } from 'node:os';
import type { Versions } from '../repeat.ts';

/** Libraries whose version can change a number. Every build of ONNX Runtime has the version of onnxruntime-common. */
const LIBRARIES = ['onnxruntime-common', 'sharp'];

/** Versions of this library, of the libraries that compute for it, and of the machine. */
export function versions(): Versions {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    version: string;
    dependencies: Record<string, string>;
  };
  return {
    photoguard: manifest.version,
    node: process.versions.node,
    ...Object.fromEntries(LIBRARIES.map((name) => [name, manifest.dependencies[name] ?? 'unknown'])),
    system: `${platform()} ${release()} ${arch()}`,
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${cpus().length} logical cores`,
  };
}
