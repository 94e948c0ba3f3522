// Every call of the API as its own OpenAPI document describes it, fuzzed by schemathesis (PyPI) for a bounded time: no answer may
// be a 5xx. Where its program `st` is not on the PATH, the test says that it was left out.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { type Running, startService } from './running.ts';

const SECONDS = '14';
const folder = mkdtempSync(join(tmpdir(), 'photoguard-fuzz-'));
let service: Running | undefined;
afterAll(async () => {
  await service?.end('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function hasSchemathesis(): boolean {
  try {
    execFileSync('st', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

it.skipIf(!hasSchemathesis())(
  'schemathesis finds no 5xx',
  async () => {
    service = await startService({ dataDir: join(folder, 'data'), options: ['--most-requests', '1000000'] });
    const options = [
      '--checks',
      'not_a_server_error',
      '--phases',
      'coverage,fuzzing',
      '--max-time',
      SECONDS,
      '--seed',
      '1',
    ];
    const address = [`${service.url}/openapi.json`, '--header', `Authorization: Bearer ${service.key}`];
    // Events are a stream that may stay open.
    const args = ['run', ...address, ...options, '--exclude-path', '/v1/immunizations/{id}/events', '--no-color'];
    const { status, text } = await new Promise<{ status: number; text: string }>((resolve) => {
      execFile('st', args, { cwd: folder, timeout: 60_000 }, (error, stdout, stderr) =>
        resolve({ status: Number(error?.code ?? (error ? 1 : 0)), text: stdout + stderr }),
      );
    });
    expect(status, text).toBe(0);
    // It says how many requests it made: `1234 generated, ...`; none would be no test.
    expect(Number(/([\d,]+) generated/.exec(text)?.[1]?.replaceAll(',', '')), text).toBeGreaterThan(0);
    expect(service.printed()).not.toContain('request broke');
  },
  120_000,
);
