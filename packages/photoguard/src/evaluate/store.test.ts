import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import { object } from '../validate/index.ts';
import { Store, WorkFolder } from './store.ts';
import { sampleLines, samplePlan } from './testing/sample.ts';

let folder: string;
const write = (file: string, text: string): void => writeFileSync(join(folder, file), text);
const open = async (plan = samplePlan): Promise<Store> => {
  const store = await Store.open(folder, plan);
  await store.close();
  return store;
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-store-'));
  mkdirSync(join(folder, '.work'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the folder of an evaluation', () => {
  it('belongs to one plan', async () => {
    await open();
    await open();
    await expect(open({ ...samplePlan, side: 32 })).rejects.toThrow(
      /another evaluation \(got differs in side \(there: 16\)\)/,
    );
  });

  it.each(['', '{"model":', 'null', '[]', '7'])('is refused where its plan is damaged: %j', async (text) => {
    write('.work/plan.json', text);
    const error: unknown = await open().catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(PhotoGuardError);
    expect(error).toMatchObject({ code: 'input', message: expect.stringMatching(/^.*plan\.json: .*-o$/) });
  });

  it('goes on with whole lines; a cell with one that lacks a figure is made again', async () => {
    const lines = sampleLines();
    const { distance: _, ...lacking } = lines[0]!;
    write('results.jsonl', [lacking, ...lines.slice(1)].map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect((await open()).lines).toHaveLength(lines.length - samplePlan.purifiers.length * samplePlan.seeds.length);
    write('results.jsonl', lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
    expect((await open()).lines).toEqual(lines);
  });

  it('tells which value that was kept is damaged', async () => {
    const work = new WorkFolder(folder);
    const schema = object({ seconds: z.number('a number') });
    expect(await work.json('made', schema)).toBeUndefined();
    await work.keepJson('made', { seconds: 2 });
    expect(await work.json('made', schema)).toEqual({ seconds: 2 });
    await work.keepJson('made', { seconds: 'two' });
    await expect(work.json('made', schema)).rejects.toThrow(
      /made\.json: seconds must be a number \(got "two"\); .*delete it/,
    );
  });
});
