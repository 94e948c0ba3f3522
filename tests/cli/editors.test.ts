// Several editors in one attack, each with a size of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditReport } from 'photoguard/audit';
import { decodePhoto } from 'photoguard/image/node';
import { EMBEDDED, embeddedFolder, loadPipeline } from 'photoguard/models/node';
import { readRecord } from 'photoguard/record';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { photoguardHere } from './here.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-editors-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('immunizes for each editor at the size that it was trained at; the record says so, and audit looks at it so', {
  timeout: 600_000,
}, async () => {
  const [photo, output] = [join(folder, 'photo.png'), join(folder, 'out.png')];
  await testImage(96, 96, 3, 1).toFile(photo);
  const { status, stderr } = await photoguardHere([
    ...['immunize', photo, '--attack', 'diffusion', '-m', `${PIPELINE},${EMBEDDED.ref}`, '-o', output],
    ...['--steps', '1', '--edit-steps', '1', '--guidance', '1', '--no-compare'],
  ]);
  expect([status, stderr]).toEqual([0, '']);
  const sides: number[] = [];
  for (const path of [PIPELINE, embeddedFolder()]) sides.push((await loadPipeline(path, path)).trainedSide);
  expect(sides[0]).not.toBe(sides[1]);
  const [first, second] = sides.map((side) => [side, side]);
  const { record } = readRecord((await decodePhoto(output)).metadata.xmp);
  expect([record!.size, record!.models[0]!.size, record!.models[1]!.size]).toEqual([first, undefined, second]);
  const audit = await photoguardHere([
    ...['audit', output, '-m', `${PIPELINE},${EMBEDDED.ref}`, '--purify', 'none', '--draws', '2', '--json'],
    ...['--edits', '1', '--edit-steps', '2'],
  ]);
  const { models } = JSON.parse(audit.stdout) as AuditReport;
  expect(models.map(({ size }) => size)).toEqual([first, second]);
});
