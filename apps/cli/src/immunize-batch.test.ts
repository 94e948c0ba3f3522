// Two hundred holiday photos, in small: folders, names, formats, what is done already, what must not be lost. The command
// runs in this process: one for each run would take most of the time to start. How the program itself prints, ends and
// exits is tested in tests/cli. It is long because one folder of photos serves all its cases.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import sharp from 'sharp';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { testImage } from '../../../tests/support/photos.ts';
import { tinyRepository, writeFiles } from '../../../tests/support/tiny-model.ts';
import { immunizeCommand } from './immunize-command.ts';
import type { Failure } from './json-report.ts';

/** What a run printed, and what its document says. */
interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly results: readonly { readonly input: string; readonly output: string }[];
  readonly skipped: readonly { readonly input: string; readonly output: string }[];
  readonly errors: readonly Failure[];
}

/** Runs the command with arguments, in the current folder. */
async function immunizeHere(...args: string[]): Promise<Ran> {
  const document = { results: [], skipped: [], errors: [] as Failure[] };
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      printed[name] += String(text);
      return true;
    }),
  );
  const report = {
    put: (fields: object): void => void Object.assign(document, fields),
    fail: (failure: Failure): void => void document.errors.push(failure),
  };
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    const command = immunizeCommand({ signal: new AbortController().signal, report }).exitOverride();
    await command.parseAsync(args, { from: 'user' });
    return { status: Number(process.exitCode), ...printed, ...document };
  } catch (error) {
    if (!(error instanceof PhotoGuardError)) throw error;
    document.errors.push({ code: error.code, message: error.message });
    const status = error.code === 'usage' || error.code === 'input' ? 2 : 1;
    return { status, ...printed, stderr: `${printed.stderr}photoguard: ${error.message}\n`, ...document };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const former = process.cwd();
let base: string;
let model: string;
/** A new folder for each test, where the command runs. */
let cwd: string;

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'photoguard-batch-'));
  model = join(base, 'model');
  writeFiles(model, tinyRepository());
});
beforeEach(() => {
  cwd = mkdtempSync(join(base, 'run-'));
  process.chdir(cwd);
});
afterAll(() => {
  process.chdir(former);
  rmSync(base, { recursive: true, force: true });
});

const immunize = (...args: string[]) => immunizeHere('-m', model, '--steps', '2', '--size', '32x32', ...args);

/** A small photo; each name has pixels of its own. */
async function photo(name: string): Promise<void> {
  mkdirSync(dirname(join(cwd, name)), { recursive: true });
  const seed = [...name].reduce((sum, letter) => 31 * sum + letter.charCodeAt(0), 7) % 2 ** 31;
  const image = testImage(32, 32, 3, seed);
  await image.toFormat(/\.(\w+)$/.exec(name)![1] as 'png').toFile(join(cwd, name));
}

/** Every file below the folder, sorted. */
const files = (folder = ''): string[] =>
  (readdirSync(join(cwd, folder), { recursive: true, withFileTypes: true }) as import('node:fs').Dirent[])
    .filter((entry) => entry.isFile())
    .map((entry) => relative(join(cwd, folder), join(entry.parentPath, entry.name)))
    .sort();

describe('folders as arguments', () => {
  it('are the photos in them, in the order that people count; those below on request, at the same place under -o', async () => {
    for (const name of ['in/IMG_10.png', 'in/IMG_9.png', 'in/below/deep/a.jpg', 'in/.hidden.png']) await photo(name);
    writeFileSync(join(cwd, 'in/notes.txt'), 'no photo');
    const flat = await immunize('in', '-o', 'out');
    expect([flat.status, flat.results.map(({ output }) => relative(cwd, output))]).toEqual([
      0,
      ['out/IMG_9.immunized.png', 'out/IMG_10.immunized.png'],
    ]);
    expect((await immunize('in/', '-r', '-o', 'out')).status).toBe(0);
    expect(files('out')).toEqual(['IMG_10.immunized.png', 'IMG_9.immunized.png', 'below/deep/a.immunized.png']);
  });

  it('without a photo are refused, with what to do', async () => {
    await photo('in/below/a.png');
    const { status, stderr } = await immunize('in', '-o', 'out');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/no photo in the folder in; -r looks into its subfolders/),
    ]);
  });

  it('never give results of an earlier run as photos: by their names, by the folder of results, by their records', async () => {
    for (const name of ['in/a.png', 'in/b.png']) await photo(name);
    expect((await immunize('in')).status).toBe(0);
    const beside = await immunize('in');
    expect(beside).toMatchObject({ results: [], skipped: [{}, {}], errors: [] });
    expect((await immunize('in/a.png', 'in/a.immunized.png', 'in/b.png')).stderr).toMatch(/1 left out.*immunized/);
    expect((await immunize('-r', 'in', '-o', 'in/safe', '--name', 'safe {name}')).status).toBe(0);
    expect((await immunize('-r', 'in', '-o', 'in/safe', '--name', 'safe {name}')).results).toEqual([]);
    const byRecord = await immunize('in/safe', '-o', 'twice');
    expect(byRecord.stderr).toMatch(/2 left out: by their records they are immunized already/);
    expect(existsSync(join(cwd, 'twice'))).toBe(false);
    expect(files('in')).toHaveLength(6);
  });
});

describe('the same command again', () => {
  it('does what is not done, leaves what is, and tells both', async () => {
    for (const name of ['in/a.png', 'in/b.png']) await photo(name);
    expect((await immunize('in', '-o', 'out')).status).toBe(0);
    const before = readFileSync(join(cwd, 'out/a.immunized.png'));
    const written = statSync(join(cwd, 'out/a.immunized.png')).mtimeMs;
    rmSync(join(cwd, 'out/b.immunized.png'));
    const { status, stdout } = await immunize('in', '-o', 'out');
    expect([status, stdout]).toEqual([0, expect.stringMatching(/2 photos: 1 immunized in \d+ s, 1 already done/)]);
    expect(files('out')).toEqual(['a.immunized.png', 'b.immunized.png']);
    expect(statSync(join(cwd, 'out/a.immunized.png')).mtimeMs).toBe(written);
    // Forced, and with other settings, it is made anew; a photo that was changed since is another one.
    expect((await immunize('in', '-o', 'out', '--force')).results).toHaveLength(2);
    expect(readFileSync(join(cwd, 'out/a.immunized.png'))).toEqual(before);
    for (const other of [
      ['--steps', '3'],
      ['--eps', '8/255'],
      ['--seed', '5', '--start', 'random'],
    ])
      expect((await immunize('in', '-o', 'out', ...other)).results, other.join(' ')).toHaveLength(2);
    await testImage(32, 32, 3, 99).png().toFile(join(cwd, 'in/a.png'));
    const changed = await immunize('in/a.png', '-o', 'out');
    expect(changed.errors).toMatchObject([
      { code: 'unwritable', message: expect.stringMatching(/another photo.*--overwrite/) },
    ]);
    expect((await immunize('in/a.png', '-o', 'out', '--overwrite')).results).toHaveLength(1);
  });

  it('makes a picture that is missing, and replaces only its own', async () => {
    await photo('a.png');
    expect((await immunize('a.png', '--compare', 'look.png')).status).toBe(0);
    expect((await immunize('a.png', '--compare', 'look.png')).skipped).toHaveLength(1);
    rmSync(join(cwd, 'look.png'));
    expect((await immunize('a.png', '--compare', 'look.png')).results).toHaveLength(1);
    expect((await immunize('a.png', '--compare', 'look.png', '--force')).status).toBe(0);
    await photo('mine.png');
    const mine = readFileSync(join(cwd, 'mine.png'));
    expect((await immunize('a.png', '--compare', 'mine.png', '--force')).status).toBe(2);
    expect(readFileSync(join(cwd, 'mine.png'))).toEqual(mine);
  });
});

describe('before any work', () => {
  it('tells names that collide, with a way out that works', async () => {
    for (const name of ['x/a.png', 'y/a.png']) await photo(name);
    const { status, stderr } = await immunize('x/a.png', 'y/a.png', '-o', 'out');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/two results .* the same file.*x\/a.png and y\/a.png.*--keep-folders.*--name/),
    ]);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
    expect((await immunize('x/a.png', 'y/a.png', '-o', 'kept', '--keep-folders', '--compare', 'looks')).status).toBe(0);
    expect([files('kept'), files('looks')]).toEqual([
      ['x/a.immunized.png', 'y/a.immunized.png'],
      ['x/a.compare.png', 'y/a.compare.png'],
    ]);
    expect((await immunize('x/a.png', 'y/a.png', '-o', 'out', '--name', '{folder}-{name}')).status).toBe(0);
    expect(files('out')).toEqual(['x-a.png', 'y-a.png']);
    await photo('x/a.jpg');
    expect((await immunize('x', '-o', 'ext')).stderr).toContain('--name "{name}-{ext}.immunized"');
    expect((await immunize('x', '-o', 'ext', '--name', '{name}-{ext}.immunized')).status).toBe(0);
    expect(files('ext')).toEqual(['a-jpg.immunized.png', 'a-png.immunized.png']);
  });

  it('finds files in the way, all of them, and replaces them only if asked', async () => {
    for (const name of ['in/a.png', 'in/b.png', 'out/a.immunized.png']) await photo(name);
    writeFileSync(join(cwd, 'out/b.immunized.png'), 'a letter');
    const { status, stderr } = await immunize('in', '-o', 'out');
    expect([status, stderr]).toEqual([
      2,
      expect.stringMatching(/a\.immunized\.png, .*b\.immunized\.png\); replace them with --overwrite/),
    ]);
    expect(readFileSync(join(cwd, 'out/b.immunized.png'), 'utf8')).toBe('a letter');
    expect((await immunize('in', '-o', 'out', '--overwrite')).status).toBe(0);
    expect((await sharp(join(cwd, 'out/b.immunized.png')).metadata()).width).toBe(32);
  });

  it('checks outputs, mask, target and size for all photos', async () => {
    for (const name of ['a.png', 'b.png']) await photo(name);
    await testImage(64, 16).png().toFile(join(cwd, 'wide.png'));
    writeFileSync(join(cwd, 'text.png'), 'no picture');
    await sharp(Buffer.alloc(32 * 32, 255), { raw: { width: 32, height: 32, channels: 1 } })
      .png()
      .toFile(join(cwd, 'white.png'));
    for (const [args, message] of [
      [['-o', 'no/such/out.png'], /several photos/],
      [['-o', 'out', '--compare', 'looks.jpg'], /several photos|PNG/],
      [['-o', 'out', '--mask', 'wide.png'], /mask does not have the photo's shape/],
      [['-o', 'out', '--mask', 'white.png'], /white everywhere/],
      [['-o', 'out', '--mask', 'text.png'], /--mask text.png/],
      [['-o', 'out', '--target', 'text.png'], /--target text.png/],
      [['-o', 'out', '--size', '33x32'], /multiples/],
      [['-o', 'text.png/'], /folder/],
    ] as const) {
      const { status, stdout, stderr } = await immunize('a.png', 'b.png', ...args);
      expect([args, status, stdout, stderr.trim().split('\n').length]).toEqual([
        args,
        args[1] === 'text.png/' ? 1 : 2,
        '',
        1,
      ]);
      expect(stderr).toMatch(message);
    }
    for (const output of ['no/such/out.png', 'out.gif', 'a.png'])
      expect([output, (await immunize('a.png', '-o', output)).status]).toEqual([output, 2]);
    expect(files()).toEqual(['a.png', 'b.png', 'text.png', 'white.png', 'wide.png']);
  });
});

describe('--format', () => {
  it('same keeps the format of each photo, and its size near', async () => {
    for (const name of ['in/a.jpg', 'in/b.png', 'in/c.webp', 'in/d.avif', 'in/e.tiff']) await photo(name);
    const { status, stdout } = await immunize('in', '-o', 'out', '--format', 'same');
    expect(status, stdout).toBe(0);
    expect(files('out')).toEqual(
      ['a.jpg', 'b.png', 'c.webp', 'd.avif', 'e.png'].map((name) => name.replace('.', '.immunized.')),
    );
    for (const [name, format] of [
      ['a.immunized.jpg', 'jpeg'],
      ['d.immunized.avif', 'heif'],
      ['e.immunized.png', 'png'],
    ] as const)
      expect((await sharp(join(cwd, 'out', name)).metadata()).format).toBe(format);
    expect((await immunize('in/b.png', '-o', 'x.png', '--format', 'jpeg')).status).toBe(2);
  });
});

describe('--ship', () => {
  it('writes the JPEG that the attack looked through, and measures that file', async () => {
    await photo('a.png');
    const { status, stderr, results } = await immunize('a.png', '--ship', 'jpeg:70', '--json');
    expect(status, stderr).toBe(0);
    const { notes } = results[0] as unknown as { notes: string[] };
    expect(notes.join()).not.toMatch(/lossy/);
    const written = readFileSync(join(cwd, 'a.immunized.jpg'));
    expect((await sharp(written).metadata()).chromaSubsampling).toBe('4:2:0');
    // The file is what sharp writes at that quality: read and written again it stays nearly the same.
    const once = await sharp(written).raw().toBuffer();
    const twice = await sharp(await sharp(written).jpeg({ quality: 70 }).toBuffer())
      .raw()
      .toBuffer();
    const apart = once.reduce((sum, value, i) => sum + Math.abs(value - twice[i]!), 0) / once.length;
    expect(apart).toBeLessThan(1);
  });

  it('refuses other formats beside it', async () => {
    await photo('a.png');
    for (const [args, message] of [
      [['--ship', 'jpeg:85', '--format', 'webp'], /--ship writes a JPEG/],
      [['--ship', 'jpeg:85', '-o', 'x.png'], /different formats/],
    ] as const) {
      const { status, stderr } = await immunize('a.png', ...args);
      expect([args, status]).toEqual([args, 2]);
      expect(stderr).toMatch(message);
    }
    expect(files()).toEqual(['a.png']);
  });
});

describe('at the end', () => {
  it('says how many of how many, what failed, and how large it became', async () => {
    for (const name of ['a.png', 'b.png']) await photo(name);
    writeFileSync(join(cwd, 'bad.jpg'), 'no picture');
    const { status, stdout, stderr } = await immunize('a.png', 'bad.jpg', 'b.png', 'gone.png', '-o', 'out/');
    expect([status, stderr.trim().split('\n').length]).toEqual([1, 2]);
    expect(stdout).toMatch(
      /4 photos: 2 immunized in \d+ s, 2 failed\n {2}size {5}.*\n {2}failed {3}bad\.jpg\n {2}failed {3}gone\.png\n$/,
    );
  });
});
