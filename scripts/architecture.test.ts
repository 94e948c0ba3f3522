import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { architecturePicture } from './architecture-picture.ts';
import { architectureDocument } from './architecture-tables.ts';

const at = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const read = (path: string): string => readFileSync(at(path), 'utf8');
const document = read('docs/architecture.md');
const recipes = document.slice(document.indexOf('# Recipes')).split(/^## /m).slice(1);

describe('docs/architecture.md', () => {
  it('has the tables and the picture that scripts/architecture-doc.ts writes now', () => {
    const hint = 'run: node --conditions=source scripts/architecture-doc.ts';
    expect(document, hint).toBe(architectureDocument(document));
    expect(read('docs/images/architecture.svg'), hint).toBe(architecturePicture());
  });

  it('without a place for a table: refused', () => {
    expect(() => architectureDocument(document.replace('<!-- engine -->', ''))).toThrow('no place for the table');
  });

  it('names only files and folders that are there', () => {
    const paths = [...document.matchAll(/`([\w./-]+)`/g)].map(([, path]) => path!);
    const { exports } = JSON.parse(read('packages/photoguard/package.json')) as { exports: Record<string, unknown> };
    const isExport = (path: string): boolean => `./${path.replace(/^photoguard\//, '')}` in exports;
    const named = paths.filter((path) => path.includes('/') && !isExport(path));
    const folders = ['', 'packages/photoguard/src/', 'packages/onnx-grad/src/'];
    const missing = named.filter((path) => !folders.some((folder) => existsSync(at(folder + path))));
    expect(named.length).toBeGreaterThan(40);
    expect(missing).toEqual([]);
  });

  it.each(recipes.map((recipe) => [recipe.split('\n')[0]!, recipe]))(
    'recipe for %s: at most four files, and the test that shows it',
    (_, recipe) => {
      expect(recipe.match(/^\d\. /gm)!.length).toBeLessThanOrEqual(4);
      const shown = [...recipe.matchAll(/`npx vitest run ([\w./-]+)`|`(tests\/[\w/-]+\.test\.ts)`/g)];
      expect(shown.length).toBeGreaterThan(0);
      for (const [, run, test] of shown) expect(existsSync(at((run ?? test)!))).toBe(true);
    },
  );
});
