// npm run bench -- <name> [--json]: runs bench/<name>.ts and prints its table, or with --json one document
// {"bench","machine","versions","rows":[{"what","ours","peer","ratio","goal","meets"}]}. Without a name, lists the
// benches. What a bench tells on its way goes to standard error.
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { BenchModule, BenchRow } from './support/bench.ts';
import { describeMachine, type Machine, ownVersions } from './support/machine.ts';
import { formatTable } from './support/table.ts';

/** What a run of a bench gives. */
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

/** Runs a bench by name. @throws Error where there is none of that name, or it fails */
export async function runBench(name: string, log: (line: string) => void): Promise<BenchDocument> {
  if (!benchNames().includes(name)) throw new Error(`no bench ${name}; there are: ${benchNames().join(', ')}`);
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

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({ allowPositionals: true, options: { json: { type: 'boolean' } } });
  const [name] = positionals;
  if (name === undefined) {
    console.log('npm run bench -- <name> [--json]\n');
    for (const one of benchNames()) console.log(`${one.padEnd(12)} ${(await load(one)).about}`);
    return;
  }
  const result = await runBench(name, (line) => console.error(line));
  if (values.json) console.log(JSON.stringify(result));
  else {
    const { cpu, cores, memoryBytes, system, load: busy } = result.machine;
    console.log(`${cpu}, ${cores} cores, ${(memoryBytes / 2 ** 30).toFixed(1)} GiB, ${system}, load ${busy}`);
    const versions = Object.entries(result.versions).map(([what, version]) => `${what} ${version}`);
    console.log(`${versions.join(', ')}\n`);
    console.log(formatTable(result.rows));
  }
}

if (import.meta.filename === process.argv[1]) {
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  });
}
