// The Python environment of benches that compare with PyTorch: created once from the package index, with pinned
// versions, in the bench's cache. PHOTOGUARD_BENCH_PYTHON names an interpreter that already has the packages.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { runChild } from '../../tests/support/child.ts';
import type { BenchContext } from './bench.ts';

/** Packages of the environment. Newer versions are different peers: figures name theirs. */
export const PYTHON_PACKAGES: Readonly<Record<string, string>> = {
  torch: '2.15.0',
  diffusers: '0.42.1',
  transformers: '5.23.0',
  safetensors: '0.8.0',
  numpy: '2.4.6',
  piq: '0.8.0',
};

const VERSIONS = `
import importlib.metadata as m, json, platform
found = {'python': platform.python_version()}
for name in ${JSON.stringify(Object.keys(PYTHON_PACKAGES))}:
    try: found[name] = m.version(name)
    except m.PackageNotFoundError: found[name] = None
print(json.dumps(found))
`;

/**
 * The path of a Python interpreter with torch and diffusers; adds its versions to the bench's document.
 * @throws Error if there is no python3 or the packages cannot be installed; PhotoGuardError `usage` if a named interpreter lacks one
 */
export async function benchPython(context: BenchContext): Promise<string> {
  const named = process.env.PHOTOGUARD_BENCH_PYTHON;
  const python = named ?? (await environment(context));
  const { stdout } = await runChild(python, ['-c', VERSIONS]);
  for (const [name, version] of Object.entries(JSON.parse(stdout) as Record<string, string | null>)) {
    if (version === null)
      throw new PhotoGuardError('usage', `${python} has no ${name}; needed: ${requirements().join(' ')}`);
    context.version(name, version);
  }
  return python;
}

const requirements = (): string[] => Object.entries(PYTHON_PACKAGES).map(([name, version]) => `${name}==${version}`);

async function environment({ cache, log }: BenchContext): Promise<string> {
  const folder = join(cache, 'python');
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  // Written last, so that an interrupted installation is started again.
  const complete = join(folder, 'complete.txt');
  const wanted = requirements().join('\n');
  if (existsSync(complete) && readFileSync(complete, 'utf8') === wanted) return python;
  rmSync(folder, { recursive: true, force: true });
  log(`making a Python environment in ${folder} (several GB to download; PHOTOGUARD_BENCH_PYTHON names another)`);
  await runChild('python3', ['-m', 'venv', folder]);
  await runChild(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...requirements()]);
  writeFileSync(complete, wanted);
  return python;
}
