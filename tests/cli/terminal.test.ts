// What others wrote - names of files and folders, configurations - is never obeyed by a terminal, whichever way it is printed.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { safetensors } from '../support/safetensors.ts';
import { TINY_CONFIG, tinyTensors } from '../support/tiny-model.ts';
import { type Ended, photoguard } from './command.ts';

const ESCAPES = '\x1b]0;owned\x07\x1b[2J\x9b31m\u202egnp';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terminal-'));
});
afterAll(() => rm(folder, { recursive: true }));

function expectShown({ stdout, stderr }: Ended): void {
  expect(stdout + stderr).toContain('owned');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
  expect((stdout + stderr).replaceAll('\n', '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u202e]/);
}

describe('escape sequences are shown and not obeyed', () => {
  it('in the name of a model', async () => {
    expectShown(await photoguard(['models', 'check', join(folder, ESCAPES)]));
  });
  it("in a model's configuration", async () => {
    const model = join(folder, 'model');
    await mkdir(model);
    await writeFile(join(model, 'config.json'), JSON.stringify({ ...TINY_CONFIG, act_fn: ESCAPES }));
    await writeFile(join(model, 'diffusion_pytorch_model.safetensors'), safetensors(tinyTensors()));
    expectShown(await photoguard(['models', 'check', model]));
  });
  it('in an option that there is not, and in a fault with its stack', async () => {
    expectShown(await photoguard(['immunize', `--${ESCAPES}`]));
    expectShown(await photoguard(['--verbose', 'models', 'check', join(folder, ESCAPES)]));
  });
  it('in the name of a photo, of which the report for programs says exactly what it is', async () => {
    const photo = join(folder, `${ESCAPES}\nphotoguard: all is well.png`);
    await writeFile(photo, 'no photo');
    const told = await photoguard(['immunize', photo]);
    expectShown(told);
    expect(told.stderr).not.toMatch(/^photoguard: all is well/m);
    const { stdout } = await photoguard(['immunize', '--json', photo]);
    expect((JSON.parse(stdout) as { errors: { input: string }[] }).errors[0]!.input).toBe(photo);
  });
});
