// Processes that download the same model: killed, at once, or after one another.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { deadProcess } from '../../../../../../tests/support/dead-process.ts';
import { partPath } from '../../../part-files.ts';
import { checkModel } from './manage.ts';
import { ID, tinyHub, WEIGHTS } from './testing/tiny-hub.ts';

const tiny = tinyHub();

describe('processes', () => {
  const start = () =>
    spawn(
      process.execPath,
      ['--conditions=source', fileURLToPath(new URL('../../../../../../tests/support/pull.ts', import.meta.url)), ID],
      {
        env: { ...process.env, HF_ENDPOINT: tiny.hub.endpoint, HF_HUB_CACHE: tiny.hub.cache, HF_TOKEN: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );

  it('that are killed leave bytes from which the next goes on', async () => {
    await tiny.serve({ slow: 100 });
    const child = start();
    for await (const line of child.stdout) if (Number(String(line).split('\n')[0]) > 100_000) break;
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    expect(tiny.nothingTrusted).toBe(true);
    await tiny.serve();
    await tiny.pull();
    expect(Number(tiny.ranges[0])).toBeGreaterThan(100_000);
    await checkModel(ID, tiny.hub);
    expect(tiny.blobs).toHaveLength(2);
  });

  it('that fetch the same at once do not disturb each other', async () => {
    await tiny.serve({ slow: 20 });
    const codes = await Promise.all(
      [start(), start(), start()].map(async (child) => {
        child.stdout.resume();
        return (await once(child, 'exit'))[0];
      }),
    );
    expect(codes).toEqual([0, 0, 0]);
    await checkModel(ID, tiny.hub);
    expect(tiny.blobs).toHaveLength(2);
  });

  it('of which one is alive: its file is not taken over', async () => {
    await tiny.serve({ cut: { after: 1000, times: 100 } });
    await expect(tiny.pull()).rejects.toThrow();
    const target = tiny.leftoverPath.replace(/\.incomplete$/, '');
    mkdirSync(join(target, '..'), { recursive: true });
    const alive = partPath(`${target}.`);
    writeFileSync(alive, WEIGHTS.subarray(0, 400_000));
    await tiny.serve();
    await tiny.pull();
    expect(Number(tiny.ranges[0])).toBeLessThan(400_000);
    expect(statSync(alive).size).toBe(400_000);
  });

  it('of which one was killed while the other went on: what it left is cleaned up by the next', async () => {
    await tiny.serve();
    await tiny.pull();
    const [target] = tiny.blobs.map((name) => join(tiny.blobFolder, name));
    const dead = await deadProcess();
    const left = (whole: string): string => partPath(`${whole}.`).replace(`.${process.pid}.`, `.${dead}.`);
    const other = join(target!, '..', 'f'.repeat(64));
    for (const whole of [target!, other]) writeFileSync(left(whole), 'some bytes');
    writeFileSync(left(other), 'more of the bytes');
    writeFileSync(partPath(`${other}.`), 'of one that lives');
    expect(tiny.blobs).toHaveLength(6);
    await tiny.pull(); // all is in the cache: there is nothing to download
    const others = tiny.blobs.filter((name) => name.startsWith('ffff'));
    expect(others).toHaveLength(2);
    expect(readFileSync(`${other}.incomplete`, 'utf8')).toBe('more of the bytes');
    expect(tiny.blobs).toHaveLength(4);
  });
});
