// What is in the tarballs, judged by publint and attw, and by our own rules.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PACKAGES, type Packed } from '../../scripts/pack.ts';
import { publishedManifest } from '../../scripts/published.ts';
import { packages } from './consumer.ts';

const folder = mkdtempSync(join(tmpdir(), 'photoguard-tarballs-'));
let packed: Packed[] = [];
beforeAll(() => {
  packed = packages(folder);
}, 240_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** Largest tarballs in bytes: what is larger holds something that it should not, or is to be thought about. */
const LARGEST: Readonly<Record<string, number>> = {
  'onnx-grad': 300e3,
  photoguard: 5e6,
  '@photoguard/mini': 25e6,
  '@photoguard/surrogates': 12e6,
  '@photoguard/immunizer': 3e6,
  '@photoguard/faces': 1e6,
};

describe.each(PACKAGES.map((name, at) => ({ name, at })))('the tarball of $name', ({ at }) => {
  const unpacked = join(folder, `${at}`);
  const read = (path: string): string => readFileSync(join(unpacked, path), 'utf8');
  let files: string[] = [];
  beforeAll(() => {
    mkdirSync(unpacked);
    execFileSync('tar', ['xzf', packed[at]!.tarball, '--strip-components=1', '-C', unpacked]);
    files = readdirSync(unpacked, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  });

  it('has what it exports, a README, a licence, and no tests, sources, maps or state of the build', () => {
    expect(files).toContain('README.md');
    expect(files).toContain('LICENSE');
    expect(files.filter((name) => /test|(^|\/)src\/|\.map$|tsbuildinfo|(?<!\.d)\.ts$/.test(name))).toEqual([]);
    expect(files.filter((name) => /\.m?js$/.test(name) && read(name).includes('sourceMappingURL'))).toEqual([]);
    expect(statSync(packed[at]!.tarball).size).toBeLessThan(LARGEST[packed[at]!.manifest.name]!);
  });

  it('has a package.json for consumers', () => {
    const text = read('package.json');
    const manifest = JSON.parse(text) as Record<string, unknown>;
    expect(text).not.toMatch(/"source"|devDependencies|"scripts"|\.\/src\//);
    for (const field of ['description', 'keywords', 'license', 'publishConfig'])
      expect(manifest, field).toHaveProperty(field);
  });

  it('has links that work where its README is shown', () => {
    const links = [...read('README.md').matchAll(/\]\(([^)#]+)/g)].map((match) => match[1]!);
    const broken = links.filter((link) => !link.startsWith('https://') && !files.includes(link));
    expect(broken).toEqual([]);
  });

  it('passes publint', async () => {
    const bytes = readFileSync(packed[at]!.tarball);
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    const { messages } = await publint({ pack: { tarball }, strict: true });
    expect(messages).toEqual([]);
  });

  it('has types that fit its code (attw, for those who import; there is nothing to require)', async () => {
    if (!('exports' in packed[at]!.manifest)) return;
    const result = await checkPackage(createPackageFromTarballData(readFileSync(packed[at]!.tarball)));
    if (!result.types) throw new Error('no types');
    const problems = result.problems.filter(
      (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(problems).toEqual([]);
  });
});

describe('the published package.json', () => {
  it('lacks what only the repository has, at every depth', () => {
    const published = publishedManifest({
      ...{ name: 'a', version: '1.0.0', scripts: { prepack: 'x' }, devDependencies: { b: '1.0.0' } },
      exports: { './c': { source: './src/c.ts', node: { source: './src/c.ts', default: './dist/c.js' } } },
      imports: { '#d': { source: 'd', default: './dist/d.js' } },
    });
    expect(published).toEqual({
      ...{ name: 'a', version: '1.0.0' },
      exports: { './c': { node: { default: './dist/c.js' } } },
      imports: { '#d': { default: './dist/d.js' } },
    });
  });
});
