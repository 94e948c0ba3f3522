import { Command } from 'commander';
import { PhotoGuardError } from 'photoguard/errors';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { seedOption } from './options.ts';
import { runCommand } from './run-command.ts';

afterEach(() => {
  process.exitCode = undefined;
  vi.restoreAllMocks();
});

/** Exit status, and what is said on standard error. */
async function outcome(
  run: (options: { seed: number; to: string }, signal: AbortSignal, args: readonly string[]) => Promise<void>,
  ...words: string[]
) {
  const said = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  said.mockClear();
  process.exitCode = undefined;
  const command = new Command('prepare')
    .argument('[photos...]')
    .requiredOption('--to <file>')
    .addOption(seedOption('all'));
  await runCommand(command, run, { argv: ['node', 'prepare.ts', ...words], stopped: 'stopped; run it again to go on' });
  return [process.exitCode, said.mock.calls.map(([text]) => text).join('')];
}

describe('a program of one command', () => {
  it('gets its options and arguments', async () => {
    const run = vi.fn(async () => {});
    expect(await outcome(run, '--to', 'x', 'a.png', 'b.png')).toEqual([undefined, '']);
    expect(run).toHaveBeenCalledExactlyOnceWith({ to: 'x', seed: 0 }, expect.any(AbortSignal), [['a.png', 'b.png']]);
  });

  it('says in one line what is wrong, with the exit status of its kind', async () => {
    const failing = (code: 'input' | 'no-space') => async () => {
      throw new PhotoGuardError(code, 'no\x1b[2J good', { hint: 'do better' });
    };
    expect(await outcome(failing('input'), '--to', 'x')).toEqual([2, 'prepare: no\\x1b[2J good; do better\n']);
    expect(await outcome(failing('no-space'), '--to', 'x')).toEqual([1, 'prepare: no\\x1b[2J good; do better\n']);
  });

  it('refuses a wrong command line before it begins, and says how to see the right one', async () => {
    const run = vi.fn(async () => {});
    const wrong: [string[], RegExp][] = [
      [[], /^error: required option '--to <file>' not specified\n/],
      [['--to', 'x', '--none'], /^error: unknown option '--none'\n/],
      ...['', '1.5', 'x', '-1', '4294967296'].map((seed): [string[], RegExp] => [
        ['--to', 'x', `--seed=${seed}`],
        /argument '.*' is invalid. expected a whole number from 0 to 4294967295.\n/,
      ]),
    ];
    for (const [words, message] of wrong)
      expect(await outcome(run, ...words)).toEqual([2, expect.stringMatching(message)]);
    expect((await outcome(run))[1]).toContain('--help shows how to use it');
    expect(run).not.toHaveBeenCalled();
  });

  it('shows where a bug came from', async () => {
    const bug = async (): Promise<void> => {
      throw new TypeError('x is undefined');
    };
    expect(await outcome(bug, '--to', 'x')).toEqual([
      1,
      expect.stringMatching(/^prepare: TypeError: x is undefined\n {4}at bug /),
    ]);
  });

  it('stops with status 130 on the first Ctrl-C', async () => {
    const run = async (_: object, signal: AbortSignal): Promise<void> => {
      process.emit('SIGINT');
      signal.throwIfAborted();
    };
    expect(await outcome(run, '--to', 'x')).toEqual([130, 'prepare: stopped; run it again to go on\n']);
  });

  it('ends well after its help', async () => {
    const shown = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    expect(await outcome(async () => {}, '--help')).toEqual([0, '']);
    expect(shown.mock.calls.join('')).toContain('--seed <n>');
  });
});
