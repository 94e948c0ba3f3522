// What edit writes is as private as the photo: nobody can read it who cannot read the photo. (audit: audit.test.ts)
import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testImage } from '../support/photos.ts';
import { photoguard } from './command.ts';

const PIPELINE = fileURLToPath(new URL('../fixtures/golden/checkpoints/tiny-sd-inpaint', import.meta.url));

let folder: string;
const path = (name: string): string => join(folder, name);
const modeOf = (name: string): number => statSync(path(name)).mode & 0o777;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'photoguard-mode-'));
  await testImage(64, 48).png().toFile(path('photo.png'));
  chmodSync(path('photo.png'), 0o600);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.skipIf(process.platform === 'win32')(
  'an edit and its contact sheet of a photo that only its owner can read are the same',
  { timeout: 300_000 },
  async () => {
    const { status } = await photoguard([
      ...['edit', path('photo.png'), '-m', PIPELINE, '--steps', '3', '--prompt', 'x'],
      ...['-o', path('edit.png'), '--compare', path('sheet.png')],
    ]);
    expect([status, modeOf('edit.png'), modeOf('sheet.png')]).toEqual([0, 0o600, 0o600]);
  },
);
