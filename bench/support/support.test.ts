import { describe, expect, it } from 'vitest';
import { runChild, startChild } from '../../tests/support/child.ts';
import { benchNames, runBench } from '../run.ts';
import { alternate, summary } from './alternate.ts';
import { row } from './bench.ts';
import { formatTable } from './table.ts';

describe('a row', () => {
  it('holds its ratio against the goal where there is a peer', () => {
    const result = row('time, s', 3, { peer: 4, goal: { atMost: 0.7 } });
    expect(result).toEqual({ what: 'time, s', ours: 3, peer: 4, ratio: 0.75, goal: '<= 0.7', meets: false });
  });

  it('holds what we measured against the goal where there is none', () => {
    expect(row('share', 0.9, { goal: { atLeast: 0.85 } }).meets).toBe(true);
    expect(row('share', 0.9)).toMatchObject({ peer: null, ratio: null, goal: null, meets: null });
  });

  it('meets nothing with what is not a number', () => {
    expect(row('time', 0, { peer: 0, goal: { atMost: 1 } }).meets).toBe(false);
  });
});

it('a table has a line a row, and says NO', () => {
  const rows = [row('time of a gradient, s', 1.23456, { peer: 1, goal: { atMost: 1 } }), row('files', 2000)];
  expect(formatTable(rows).split('\n')).toEqual([
    'what                    ours  peer  ratio  goal  meets',
    '---------------------  -----  ----  -----  ----  -----',
    'time of a gradient, s  1.235     1  1.235  <= 1     NO',
    'files                   2000     -      -     -      -',
  ]);
});

describe('alternate', () => {
  it('warms up, then changes who goes first', async () => {
    const order: string[] = [];
    const turn = (name: string) => async () => Math.sign(order.push(name));
    const times = await alternate({ a: turn('a'), b: turn('b') }, 3);
    expect(order.join('')).toBe('ab' + 'abbaab');
    expect(times.b).toEqual({ best: 1, median: 1, all: [1, 1, 1] });
  });

  it('gives best and median', () => {
    expect(summary([3, 1, 2])).toMatchObject({ best: 1, median: 2 });
    expect(summary([4, 1, 2, 3])).toMatchObject({ best: 1, median: 2.5 });
  });
});

describe('a child', () => {
  it('answers a line a request and skips what is not JSON', async () => {
    const code = `require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
      console.log('working on it');
      console.log(JSON.stringify({ double: 2 * JSON.parse(line).n }));
    })`;
    const child = startChild(process.execPath, ['-e', code]);
    expect(await child.ask({ n: 4 })).toEqual({ double: 8 });
    expect(await child.ask({ n: 5 })).toEqual({ double: 10 });
    expect((await child.end()).code).toBe(0);
  });

  it('rejects what it was asked when it ends', async () => {
    const child = startChild(process.execPath, ['-e', 'process.exit(3)']);
    await expect(child.ask({})).rejects.toThrow('code 3');
    await expect(runChild(process.execPath, ['-e', 'process.exit(3)'])).rejects.toThrow('code 3');
    await expect(runChild('no-such-program', [])).rejects.toThrow('cannot start no-such-program');
  });

  // 200 MiB touched in a grandchild: a runtime keeps its sessions in a process of its own.
  it.skipIf(process.platform !== 'linux')(
    'is measured with what it starts (skipped where there is no /proc)',
    async () => {
      const hold = 'const held = Buffer.alloc(200 << 20, 1); setTimeout(() => held.length, 400)';
      const start = `require('child_process').spawnSync(process.execPath, ['-e', ${JSON.stringify(hold)}])`;
      const { peakBytes } = await runChild(process.execPath, ['-e', start]);
      expect(peakBytes).toBeGreaterThan(230 << 20);
      expect(peakBytes).toBeLessThan(600 << 20);
    },
  );
});

describe('the runner', () => {
  it('lists modules, not itself', () => {
    expect(benchNames()).toContain('fuzz');
    expect(benchNames()).not.toContain('run');
  });

  it('names the benches there are when asked for another', async () => {
    await expect(runBench('no-such-bench', () => {})).rejects.toThrow(/there are: .*fuzz/);
  });
});
