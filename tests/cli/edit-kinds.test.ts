// `photoguard edit`, `immunize --attack diffusion` and `evaluate` with editors of SDXL and with InstructPix2Pix.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { type TinyEditor, writeTinyEditor } from '../support/tiny-editors.ts';
import { photoguardHere } from './here.ts';

const SD = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));
const KINDS: readonly TinyEditor[] = ['sdxl', 'sdxl-inpaint', 'sdxl-refiner', 'instruct-pix2pix'];

let folder: string;
let photo: string;
let count = 0;
const fresh = (name: string): string => join(folder, `${++count}-${name}`);
const editor = (kind: TinyEditor): string => join(folder, kind);
const edit = (model: string, ...args: string[]) =>
  photoguardHere(['edit', photo, '-m', model, '--prompt', 'a dog', '--steps', '2', ...args]);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-edit-kinds-'));
  photo = join(folder, 'photo.png');
  await testImage(32, 24).png().toFile(photo);
  for (const kind of KINDS) writeTinyEditor(editor(kind), kind);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('photoguard edit', () => {
  it.each<[TinyEditor, string[], object]>([
    ['sdxl', ['--original-size', '64x48', '--target-size', '32x24'], { task: 'img2img', strength: 0.7, stepsRun: 1 }],
    ['sdxl-inpaint', ['--mask', 'auto'], { task: 'inpaint', strength: 0.9999, stepsRun: 1 }],
    ['sdxl-refiner', ['--aesthetic-score', '8', '--negative-prompt', ''], { task: 'img2img' }],
    [
      'instruct-pix2pix',
      ['--image-guidance', '1.2'],
      { task: 'instruct', strength: 1, imageGuidance: 1.2, stepsRun: 2 },
    ],
  ])('edits with %s', async (kind, args, expected) => {
    const output = fresh('out.png');
    const { status, stdout, stderr } = await edit(editor(kind), ...args, '-o', output, '--json');
    expect([status, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout)).toMatchObject({ size: [32, 24], ...expected });
    expect((await sharp(output).metadata()).width).toBe(32);
  });

  it.each<[string, () => string, string[], RegExp]>([
    [
      'a mask with InstructPix2Pix',
      () => editor('instruct-pix2pix'),
      ['--mask', 'auto'],
      /takes no mask.*leave --mask out/,
    ],
    [
      'a strength with it',
      () => editor('instruct-pix2pix'),
      ['--strength', '0.5'],
      /has no strength.*--image-guidance/,
    ],
    ['image guidance with another', () => SD, ['--image-guidance', '2'], /only InstructPix2Pix has image guidance/],
    ['a size that SDXL is told with another', () => SD, ['--target-size', '32x32'], /only editors of SDXL take/],
    [
      'such a size without a height',
      () => editor('sdxl'),
      ['--target-size', '32'],
      /a size in pixels, such as 1024x768/,
    ],
  ])('refuses %s, in one line', async (_, model, args, message) => {
    const { status, stderr } = await edit(model(), ...args, '-o', fresh('no.png'));
    expect(status).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('names the second text encoder that a folder of SDXL lacks', async () => {
    const broken = fresh('sdxl') as TinyEditor;
    writeTinyEditor(broken, 'sdxl');
    rmSync(join(broken, 'text_encoder_2'), { recursive: true });
    const { status, stderr } = await edit(broken, '-o', fresh('no.png'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/lacks its text_encoder_2/);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('photoguard immunize --attack diffusion', () => {
  it('protects against both kinds at once, each with a strength of its own', async () => {
    const models = ['-m', `${editor('sdxl')},${editor('instruct-pix2pix')}`];
    const args = ['--steps', '1', '--edit-steps', '1', '--prompt', 'a dog', '-o', fresh('out.png'), '--json'];
    const { status, stdout, stderr } = await photoguardHere([
      'immunize',
      photo,
      '--attack',
      'diffusion',
      ...models,
      ...args,
    ]);
    expect([status, stderr]).toEqual([0, '']);
    const [result] = (JSON.parse(stdout) as { results: { diffusion: object }[] }).results;
    expect(result!.diffusion).toMatchObject({ strength: [0.7, 1], steps: 1 });
  });
});

describe('photoguard evaluate', () => {
  const evaluate = (...args: string[]) =>
    photoguardHere([
      ...['evaluate', '--photos', folder, '--prompt', 'a dog', '-m', editor('instruct-pix2pix'), '--limit', '1'],
      ...[
        '--seeds',
        '1',
        '--edit-steps',
        '1',
        '--workers',
        '1',
        '--shown',
        '0',
        '-o',
        fresh('report'),
        '--json',
        ...args,
      ],
    ]);

  it('runs with InstructPix2Pix, whose settings it tells', async () => {
    const { status, stdout, stderr } = await evaluate('--arms', 'noise,encoder:steps=1', '--image-guidance', '1.3');
    expect([status, stderr]).toEqual([0, '']);
    const { plan } = JSON.parse(stdout) as { plan: { edit: object } };
    expect(plan.edit).toMatchObject({ strength: 1, imageGuidance: 1.3 });
  });

  it('refuses masks with it before it reads photos', async () => {
    const { status, stderr } = await evaluate('--arms', 'noise', '--masks', 'auto');
    expect(status).toBe(2);
    expect(stderr).toMatch(/takes no mask/);
  });
});
