// A folder with a photo and a small model, for the tests of one file.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { testImageWithMetadata } from '../support/photos.ts';
import { tinyRepository, writeFiles } from '../support/tiny-model.ts';

/** See the head of this file. */
export interface TestPlace {
  readonly folder: string;
  readonly model: string;
  readonly photo: string;
  /** A new path in the folder, that nothing is at. */
  fresh(name: string): string;
}

/** A place that is made before the tests, and gone after them. */
export function testPlace(): TestPlace {
  const folder = mkdtempSync(join(tmpdir(), 'photoguard-cli-'));
  const [model, photo] = [join(folder, 'model'), join(folder, 'photo.png')];
  let count = 0;
  beforeAll(async () => {
    writeFiles(model, tinyRepository());
    await testImageWithMetadata(1).png().toFile(photo);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, model, photo, fresh: (name) => join(folder, `${++count}-${name}`) };
}
