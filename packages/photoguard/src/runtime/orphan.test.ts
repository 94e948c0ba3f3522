import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const LONG_RUN = fileURLToPath(new URL('../../../../tests/support/long-run.ts', import.meta.url));

/** A process in the midst of a run; its output stays open for as long as it or its host lives. */
async function longRun(): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['--conditions=source', LONG_RUN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  });
  await once(child.stdout!, 'data');
  await wait(1000);
  return child;
}

// The run would take half a minute more.
it('ends with its parent, killed in the midst of a run', async () => {
  const child = await longRun();
  const closed = once(child, 'close');
  const killed = performance.now();
  child.kill('SIGKILL');
  await closed;
  expect(performance.now() - killed).toBeLessThan(20_000);
});

it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
  'goes on after %s to the whole group: its parent decides',
  async (signal) => {
    const child = await longRun();
    const closed = once(child, 'close');
    process.kill(-child.pid!, signal);
    expect(await closed).toEqual([0, null]);
  },
);
