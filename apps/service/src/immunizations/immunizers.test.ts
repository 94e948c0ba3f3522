// Processes of the command: kept for the next photo, replaced after a failure, gone when they are stopped.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { constants, getPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { alive, descendants } from '../../../../tests/service/leashed.ts';
import { testImage } from '../../../../tests/support/photos.ts';
import type { Progress } from './immunization.ts';
import { Immunizers, type Outcome } from './immunizers.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-immunizers-'));
const immunizers = new Immunizers(3);
const told: Progress[] = [];
let count = 0;
const run = (flags: readonly string[], signal = new AbortController().signal): Promise<Outcome> =>
  immunizers.run([join(folder, 'photo'), join(folder, `result-${count++}`)], ['-m', 'mini', '--size=64x64', ...flags], {
    ...{ signal, onProgress: (progress) => void told.push(progress) },
  });
const SHORT = ['--steps=10'];

beforeAll(() => testImage(64, 64).png().toFile(join(folder, 'photo')));
afterAll(() => {
  immunizers.close();
  rmSync(folder, { recursive: true });
});

it('one process does three photos, and no more; one that failed does no other', async () => {
  const before = descendants(process.pid);
  const processes = (): number[] => descendants(process.pid).filter((pid) => !before.includes(pid));
  expect(await run(SHORT)).toMatchObject({ report: { gradients: 10 } });
  const first = processes();
  expect(first).toHaveLength(2); // itself, and that of the models
  // Answers to requests come first.
  expect(first.map(getPriority)).toEqual(first.map(() => constants.priority.PRIORITY_BELOW_NORMAL));
  // Of the environment what the command needs, and nothing else: some of it is secret.
  const environment = readFileSync(`/proc/${first[0]}/environ`, 'utf8').split('\0');
  expect(environment).toContain('PHOTOGUARD_THREADS=1');
  expect(environment.filter((variable) => variable.startsWith('VITEST'))).toEqual([]);
  expect(await run(SHORT)).toMatchObject({ report: {} });
  expect(processes()).toEqual(first);
  expect(told).toContainEqual({ done: 10, all: 10, seconds: expect.any(Number) });
  expect(await run(SHORT)).toMatchObject({ report: {} });
  await expect.poll(processes).toEqual([]);
  expect(await run(['--draws=1'])).toMatchObject({ failure: { code: 'usage' } });
  await expect.poll(processes).toEqual([]);
});

it('stops at once, and leaves no process', async () => {
  const before = descendants(process.pid);
  const stopping = new AbortController();
  const outcome = run(['--steps=5000'], stopping.signal);
  await expect.poll(() => told.some(({ all }) => all === 5000)).toBe(true);
  const atWork = descendants(process.pid).filter((pid) => !before.includes(pid));
  expect(atWork.length).toBeGreaterThan(1);
  stopping.abort();
  expect(await outcome).toMatchObject({ failure: { code: 'internal' } });
  await expect.poll(() => alive(atWork)).toEqual([]);
});
