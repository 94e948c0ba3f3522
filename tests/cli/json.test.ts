// --json: exactly one document on standard output, with `errors`, whatever the command and however it ends.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';
import { photoguard, whenWorking } from './command.ts';
import { photoguardHere } from './here.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));

interface Document {
  readonly results?: readonly { readonly input: string; readonly output: string }[];
  readonly errors: readonly { readonly code: string; readonly message: string; readonly input?: string }[];
}

let folder: string;
let model: string;
let photo: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-json-'));
  model = join(folder, 'model');
  writeFiles(model, tinyRepository());
  photo = join(folder, 'photo.png');
  await testImage().png().toFile(photo);
  writeFileSync(join(folder, 'text.png'), 'no picture');
  mkdirSync(join(folder, 'empty'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('--json', () => {
  for (const [line, status, code] of [
    ['immunize --json', 2, 'usage'],
    ['immunize photo.png --json --unknown', 2, 'usage'],
    ['immunize photo.png --json --steps 0', 2, 'usage'],
    ['immunize photo.png --json --eps 2', 2, 'input'],
    ['immunize photo.png --json --attack advdm --target grey -m model', 2, 'usage'],
    ['immunize photo.png --json -m nobody/nothing', 1, 'offline'],
    ['immunize photo.png --json -m empty', 1, 'checkpoint'],
    ['immunize nowhere.png --json -m model', 1, 'input'],
    ['immunize text.png --json -m model', 1, 'image'],
    ['edit photo.png --json', 2, 'usage'],
    ['edit photo.png --json --prompt x --steps no', 2, 'usage'],
    ['edit nowhere.png --json --prompt x', 2, 'input'],
    ['edit text.png --json --prompt x', 1, 'image'],
    ['edit photo.png --json --prompt x -m nobody/nothing', 1, 'offline'],
    ['audit --json', 2, 'usage'],
    ['audit nowhere.png --json', 2, 'input'],
    ['audit text.png --json', 1, 'image'],
    ['audit photo.png --json -m model --purify nonsense', 2, 'input'],
    ['audit photo.png --json -m model -o page.pdf', 2, 'usage'],
    ['evaluate --json', 2, 'usage'],
    ['evaluate --json --photos nowhere', 2, 'input'],
    ['evaluate --json --photos empty --prompt x --arms nonsense', 2, 'usage'],
    ['models list --json --unknown', 2, 'usage'],
    ['models pull --json', 2, 'usage'],
    ['--json', 2, 'usage'],
  ] as const)
    it(`${line}: one document, which says ${code}`, async () => {
      const { status: ended, stdout } = await photoguardHere(line.split(' '), folder);
      const { errors } = JSON.parse(stdout) as Document;
      expect([ended, errors.map((error) => error.code)]).toEqual([status, [code]]);
      expect(errors[0]!.message).toMatch(/\w/);
    });

  it('is a document with no errors where all went well, and help stays help', async () => {
    const { status, stdout } = await photoguard(['models', 'list', '--json']);
    expect([status, (JSON.parse(stdout) as Document).errors]).toEqual([0, []]);
    expect((await photoguardHere(['immunize', '--json', '--help'])).stdout).toMatch(/^Usage:/);
  });

  it('says after Ctrl-C what is done: the photo that was finished, not the one that was not', async () => {
    const large = join(folder, 'large.png');
    await testImage(700, 700).png().toFile(large);
    const output = join(folder, 'stopped');
    const args = ['immunize', photo, large, '-m', model, '--size', 'native', '--steps', '40', '-o', output, '--json'];
    const { status, stdout } = await photoguard(args, (child) => {
      const wait = setInterval(() => {
        if (!existsSync(join(output, 'photo.immunized.png'))) return;
        clearInterval(wait);
        setTimeout(() => child.kill('SIGINT'), 1000);
      }, 20);
    });
    const { results, errors } = JSON.parse(stdout) as Document;
    expect([status, errors]).toEqual([130, [{ code: 'aborted', message: 'stopped on request' }]]);
    expect(results!.map(({ input }) => input)).toEqual([photo]);
    expect(existsSync(results![0]!.output)).toBe(true);
  });

  it('is printed even where a second Ctrl-C ends all at once', async () => {
    const args = ['immunize', join(folder, 'large.png'), '-m', model, '--steps', '100000', '--json'];
    const { status, stdout } = await photoguard(args, (child) =>
      whenWorking(child, () => {
        child.kill('SIGINT');
        child.kill('SIGTERM');
      }),
    );
    expect([status, Object.keys(JSON.parse(stdout) as Document)]).toEqual([130, expect.arrayContaining(['errors'])]);
  });
});

describe('Ctrl-C in audit', () => {
  for (const json of [[], ['--json']])
    it(`stops it, and is no bug ${json.join('')}`, async () => {
      const args = ['audit', photo, '-m', PIPELINE, '--editor', PIPELINE, '--edit-steps', '900', ...json];
      const { status, stdout, stderr } = await photoguard(args, (child) =>
        whenWorking(child, () => child.kill('SIGINT')),
      );
      expect(status).toBe(130);
      expect(stderr).not.toMatch(/bug|Abort|DOMException/);
      if (json.length > 0) expect((JSON.parse(stdout) as Document).errors.map(({ code }) => code)).toEqual(['aborted']);
    });
});
