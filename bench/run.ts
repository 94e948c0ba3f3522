// npm run bench -- <name> [--json]: runs bench/<name>.ts and prints its table, or with --json one document
// {"bench","machine","versions","rows":[{"what","ours","peer","ratio","goal","meets"}]}. Without a name, lists the
// benches. Progress goes to standard error.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jsonOption, print, printError, runCommand } from '@photoguard/terminal';
import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import type { BenchModule, BenchRow } from './support/bench.ts';
import { describeMachine, type Machine, ownVersions } from './support/machine.ts';
import { formatTable } from './support/table.ts';

/** The result of a bench. */
export interface BenchDocument {
  readonly bench: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly rows: readonly BenchRow[];
}

const folder = fileURLToPath(new URL('.', import.meta.url));

/** Names of the benches: the modules beside this one. */
export function benchNames(): string[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  return files.map((file) => file.slice(0, -3)).filter((name) => name !== 'run');
}

const load = async (name: string): Promise<BenchModule> =>
  (await import(new URL(`${name}.ts`, import.meta.url).href)) as BenchModule;

/** Runs a bench by name. @throws PhotoGuardError `usage` if there is none of that name, and what the bench throws */
export async function runBench(name: string, log: (line: string) => void): Promise<BenchDocument> {
  if (!benchNames().includes(name))
    throw new PhotoGuardError('usage', `there is no bench ${name}`, { hint: `there are: ${benchNames().join(', ')}` });
  const { bench } = await load(name);
  const cache = join(folder, '.cache');
  mkdirSync(cache, { recursive: true });
  const versions = ownVersions(join(folder, '..'));
  const machine = describeMachine();
  const rows = await bench({
    cache,
    log,
    version: (what, version) => {
      versions[what] = version;
    },
  });
  return { bench: name, machine, versions, rows };
}

const command = new Command('bench')
  .description('Runs a bench and prints its table. Without a name, lists the benches.')
  .argument('[name]', 'a bench')
  .addOption(jsonOption('print one document as JSON'));

async function main({ json }: { readonly json: boolean }, name: string | undefined): Promise<void> {
  if (name === undefined) {
    print(['npm run bench -- <name> [--json]', '']);
    for (const one of benchNames()) print(`${one.padEnd(12)} ${(await load(one)).about}`);
    return;
  }
  const result = await runBench(name, printError);
  if (json) return print(JSON.stringify(result));
  const { cpu, cores, memoryBytes, system, load: busy } = result.machine;
  print([
    `${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${system}, load ${busy}`,
    Object.entries(result.versions)
      .map(([what, version]) => `${what} ${version}`)
      .join(', '),
    '',
    ...formatTable(result.rows).split('\n'),
  ]);
}

if (import.meta.filename === process.argv[1])
  await runCommand<{ json: boolean }>(command, (options, signal, [name]) => {
    // A bench has nothing to end in order; what it started ends with it.
    signal.addEventListener('abort', () => process.exit(130), { once: true });
    return main(options, name);
  });
