// What a consumer of the published packages has: tarballs, an empty folder, npm, and a runtime. Nothing of the workspace
// is on the way: its programs leave PATH, its npm settings leave the environment.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Packed, packAll } from '../../scripts/pack.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** The environment of a consumer. */
const ENVIRONMENT: NodeJS.ProcessEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|NODE_OPTIONS$|INIT_CWD$)/i.test(name))),
  PATH: process.env.PATH?.split(delimiter)
    .filter((folder) => !folder.includes('node_modules'))
    .join(delimiter),
  HF_HUB_OFFLINE: '1',
  NO_COLOR: '1',
};

/** How a program ended. */
export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program as a consumer. */
export function run(
  program: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(program, args, { cwd, env: { ...ENVIRONMENT, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (part: Buffer) => (stdout += part.toString('utf8')));
  child.stderr.on('data', (part: Buffer) => (stderr += part.toString('utf8')));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, stdout, stderr }));
  });
}

/** `npm install` in a folder, from the cache where it can. */
export const npmInstall = (folder: string, what: readonly string[], env?: NodeJS.ProcessEnv): Promise<Ended> =>
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...what], folder, env);

/** A new folder with a package.json that names nothing. */
export function emptyProject(): string {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-consumer-'));
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }\n');
  return folder;
}

/** Builds, and packs what is published. */
export function packages(to: string): Packed[] {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  return packAll(to);
}

/** Whether the npm registry answers. */
export async function hasRegistry(): Promise<boolean> {
  const { status } = await run('npm', ['view', 'onnxruntime-common@1.30.0', 'version', '--fetch-retries=0'], tmpdir());
  return status === 0;
}
