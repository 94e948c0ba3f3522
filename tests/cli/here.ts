// Runs the photoguard command in the test's own process, judged as command.ts judges it. A process for each run would take
// more time to start than most runs take. What a process does beyond the program is tested in processes: signals, lost
// output, memory, what is left on the disk when it is killed.
import { vi } from 'vitest';
import { JsonReport } from '../../apps/cli/src/json-report.ts';
import { runProgram } from '../../apps/cli/src/program.ts';
import type { Ended } from './command.ts';

const SURROUNDINGS = { HF_HUB_OFFLINE: '1', NO_COLOR: '1' };

/**
 * Runs `photoguard ...args` here. One at a time: what is printed meanwhile is taken to be its own.
 * @param cwd where it runs. Default: where the test does
 */
export async function photoguardHere(args: readonly string[], cwd?: string): Promise<Ended> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += typeof text === 'string' ? text : Buffer.from(text).toString('utf8');
      return true;
    }),
  );
  for (const [name, value] of Object.entries(SURROUNDINGS)) vi.stubEnv(name, value);
  const before = { exitCode: process.exitCode, cwd: process.cwd() };
  process.exitCode = 0;
  if (cwd !== undefined) process.chdir(cwd);
  try {
    await runProgram(args, { signal: new AbortController().signal, report: new JsonReport() });
    return { status: Number(process.exitCode), ...printed };
  } finally {
    process.exitCode = before.exitCode;
    process.chdir(before.cwd);
    vi.unstubAllEnvs();
    for (const spy of spies) spy.mockRestore();
  }
}
