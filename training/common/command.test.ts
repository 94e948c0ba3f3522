import { parseArgs } from 'node:util';
import { PhotoGuardError } from 'photoguard/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { runCommand, wholeNumber } from './command.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

async function outcome(run: (signal: AbortSignal) => Promise<void>) {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  said.mockClear();
  process.exitCode = undefined;
  await runCommand('prepare', run);
  return [process.exitCode, said.mock.calls[0]?.[0]];
}

describe('runCommand', () => {
  it('says in one line what is wrong, with the exit status of its kind', async () => {
    const failing = (code: 'input' | 'no-space') => async () => {
      throw new PhotoGuardError(code, 'no good', { hint: 'do better' });
    };
    expect(await outcome(async () => {})).toEqual([undefined, undefined]);
    expect(await outcome(failing('input'))).toEqual([2, 'prepare: no good; do better']);
    expect(await outcome(failing('no-space'))).toEqual([1, 'prepare: no good; do better']);
    expect(await outcome(async () => void parseArgs({ args: ['--none'], options: {} }))).toEqual([
      2,
      expect.stringMatching(/^prepare: Unknown option '--none'/),
    ]);
  });

  it('stops with status 130 on the first Ctrl-C', async () => {
    const stopped = outcome(async (signal) => {
      process.emit('SIGINT');
      signal.throwIfAborted();
    });
    expect(await stopped).toEqual([130, 'prepare: stopped; run it again to go on']);
  });
});

describe('wholeNumber', () => {
  it('takes whole numbers in their range', () => {
    expect(wholeNumber('seed', '0', 0)).toBe(0);
    for (const text of ['', '1.5', 'x', '-1', '4294967296'])
      expect(() => wholeNumber('seed', text, 0)).toThrow(/--seed must be a whole number from 0 to 4294967295/);
  });
});
