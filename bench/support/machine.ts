// The machine and the versions of a bench, without which figures mean nothing.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, availableParallelism, cpus, loadavg, platform, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';

/** The machine, as far as the system reports it. */
export interface Machine {
  readonly cpu: string;
  /** Cores that this process may use. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly system: string;
  /** Average number of running programs in the minute before: above 0.5, figures are not to be trusted. */
  readonly load: number;
}

/** Describes the machine now. */
export function describeMachine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${platform()} ${release()} ${arch()}`,
    load: Number(loadavg()[0]!.toFixed(2)),
  };
}

/** Versions of the software of all benches. */
export function ownVersions(root: string): Record<string, string> {
  const versions: Record<string, string> = { node: process.version.slice(1) };
  const photoguard = join(root, 'packages/photoguard/package.json');
  for (const name of ['onnx-grad', 'onnxruntime-node', 'sharp']) versions[name] = findVersion(photoguard, name);
  versions.photoguard = versionIn(photoguard);
  return versions;
}

const versionIn = (manifest: string): string =>
  (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;

// Packages rarely export their package.json: it is found by walking up from their modules.
function findVersion(from: string, name: string): string {
  for (const folder of createRequire(from).resolve.paths(name) ?? []) {
    const manifest = join(folder, name, 'package.json');
    if (existsSync(manifest)) return versionIn(manifest);
  }
  return `not installed beside ${dirname(from)}`;
}
