import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unzipNote, unzipped } from '../../../../tests/support/unzip.ts';
import { type SavedPhoto, zipOf, zipPieces } from './save.ts';

/** A file that says when it is read. */
class WatchedBlob extends Blob {
  readonly #onRead: () => void;

  constructor(content: Uint8Array<ArrayBuffer>, onRead: () => void = () => undefined) {
    super([content]);
    this.#onRead = onRead;
  }

  override stream(): ReturnType<Blob['stream']> {
    this.#onRead();
    return super.stream();
  }
}

const photo = (resultName: string, file?: Blob): SavedPhoto =>
  ({ resultName, result: file && { file }, saved: false }) as unknown as SavedPhoto;

describe('a ZIP of all results', () => {
  it('leaves before the last photo is read, and never holds more than a piece', async () => {
    const log: string[] = [];
    const files = [1, 2, 3, 4].map((k) => ({
      name: `${k}.png`,
      file: new WatchedBlob(new Uint8Array(9e6).fill(k), () => log.push(`read ${k}`)),
    }));
    for await (const { size } of zipPieces(files)) log.push(size < 1e7 ? 'piece' : `a piece of ${size}`);
    expect(log.indexOf('piece')).toBeGreaterThan(-1);
    expect(log.indexOf('piece')).toBeLessThan(log.indexOf('read 2'));
    expect(log.filter((line) => line.startsWith('read'))).toEqual(['read 1', 'read 2', 'read 3', 'read 4']);
    expect(log.filter((line) => line.startsWith('a piece of'))).toEqual([]);
  });

  it.skipIf(unzipNote !== undefined)(
    `opens elsewhere, each file under a name of its own${unzipNote ?? ''}`,
    async () => {
      const photos = [
        photo('ä [1].immunized.png', new Blob(['first'])),
        photo('waits.immunized.png'),
        photo('Ä [1].immunized.png', new Blob(['second'])),
        photo('large.immunized.webp', new Blob([new Uint8Array(2e7).fill(7)])),
      ];
      const folder = mkdtempSync(join(tmpdir(), 'photoguard-zip-'));
      try {
        const path = join(folder, 'photoguard.zip');
        writeFileSync(path, new Uint8Array(await (await zipOf(photos)).arrayBuffer()));
        const files = unzipped(path);
        expect([...files.keys()]).toEqual(['ä [1].immunized.png', 'Ä [1]-2.immunized.png', 'large.immunized.webp']);
        expect([...files.values()].map(({ length }) => length)).toEqual([5, 6, 2e7]);
        expect(files.get('Ä [1]-2.immunized.png')!.toString()).toBe('second');
        expect(photos.map(({ saved }) => saved)).toEqual([true, false, true, true]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  it('counts nothing as saved that could not be read', async () => {
    const gone = new Blob(['x']);
    gone.stream = () => {
      throw new DOMException('gone', 'NotFoundError');
    };
    const photos = [photo('a.immunized.png', new Blob(['a'])), photo('b.immunized.png', gone)];
    await expect(zipOf(photos)).rejects.toThrow('gone');
    expect(photos.map(({ saved }) => saved)).toEqual([false, false]);
  });
});
