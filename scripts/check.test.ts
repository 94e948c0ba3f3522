import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as circles from './check-circles.ts';
import * as dependencies from './check-dependencies.ts';
import * as docblocks from './check-docblocks.ts';
import * as hygiene from './check-hygiene.ts';
import * as prints from './check-prints.ts';
import * as rooms from './check-rooms.ts';
import { readImports } from './imports.ts';
import { PLACES } from './rooms.ts';

describe('rooms', () => {
  const importing = (path: string, specifier: string): string[] =>
    rooms.findProblems({ path, text: `import { x } from '${specifier}';\n` });

  it('may import from the left', () => {
    expect(importing('packages/photoguard/src/attacks/pgd.ts', '../image/index.ts')).toEqual([]);
    expect(importing('packages/photoguard/src/attacks/pgd.ts', 'onnx-grad')).toEqual([]);
  });

  it('may not import from the right, go around the door, or reach into another package', () => {
    expect(importing('packages/photoguard/src/models/layers.ts', '../attacks/pgd.ts')).toHaveLength(1);
    expect(importing('packages/photoguard/src/models/layers.ts', 'onnxruntime-node')).toHaveLength(1);
    expect(importing('packages/onnx-grad/src/grad.ts', 'photoguard/image')).toHaveLength(1);
    expect(importing('apps/cli/src/main.ts', '../../../packages/photoguard/src/errors.ts')).toHaveLength(1);
  });

  it('of onnx-grad have an order too', () => {
    expect(importing('packages/onnx-grad/src/grad.ts', './ops/index.ts')).toEqual([]);
    expect(importing('packages/onnx-grad/src/ops/elu.ts', '../grad.ts')).toHaveLength(1);
    expect(importing('packages/onnx-grad/src/ops/elu.test.ts', '../grad.ts')).toEqual([]);
    expect(importing('packages/onnx-grad/src/new/x.ts', '../grad.ts')).toEqual([
      expect.stringMatching(/the room new is not in the table/),
    ]);
  });

  it('run in pages, but for those of Node', () => {
    expect(importing('packages/photoguard/src/models/layers.ts', 'node:path')).toHaveLength(1);
    expect(importing('packages/photoguard/src/models/layers.ts', './node/model-file.ts')).toHaveLength(1);
    expect(importing('packages/photoguard/src/transforms/jpeg.ts', 'sharp')).toHaveLength(1);
    expect(importing('packages/photoguard/src/attacks/pgd.ts', '../image/node/decode.ts')).toHaveLength(1);
    expect(importing('packages/photoguard/src/attacks/pgd.ts', '../models/node/index.ts')).toHaveLength(1);
    expect(importing('packages/photoguard/src/models/node/model-file.ts', 'node:path')).toEqual([]);
    expect(importing('packages/photoguard/src/models/node/load-unet.ts', '../unet/config.ts')).toEqual([]);
    expect(importing('packages/photoguard/src/models/node/load-unet.ts', '../../attacks/pgd.ts')).toHaveLength(1);
    expect(importing('packages/photoguard/src/audit/audit-photo.ts', '../models/node/index.ts')).toEqual([]);
  });

  it('are guarded around the packages too', () => {
    expect(importing('training/engine/options.ts', '../data/crops.ts')).toHaveLength(1);
    expect(importing('training/engine/initialise.ts', '../common/streams.ts')).toEqual([]);
    expect(importing('training/data/crops.ts', '../../packages/photoguard/src/random.ts')).toHaveLength(1);
    expect(importing('bench/encoder.ts', '../training/train-editor.ts')).toHaveLength(1);
    expect(importing('bench/encoder.ts', 'onnxruntime-node')).toHaveLength(1);
    expect(importing('tests/browser/page.ts', '../../packages/photoguard/src/errors.ts')).toHaveLength(1);
    expect(importing('tests/browser/page.ts', 'photoguard/models')).toEqual([]);
    expect(importing('packages/photoguard/src/attacks/pgd.ts', '../../../../tests/support/quadratic.ts')).toHaveLength(
      1,
    );
    expect(importing('packages/photoguard/src/attacks/pgd.test.ts', '../../../../tests/support/quadratic.ts')).toEqual(
      [],
    );
    expect(importing('packages/photoguard/src/attacks/pgd.test.ts', '../../../../bench/run.ts')).toHaveLength(1);
    expect(importing('new/place.ts', '../bench/run.ts')).toEqual([expect.stringMatching(/new is not in the table/)]);
    expect(importing('training/new/x.ts', '../common/streams.ts')).toEqual([
      expect.stringMatching(/training\/new is not in the table/),
    ]);
    expect(importing('training/engine/options.ts', '../../bench/run.ts')).toHaveLength(1);
    expect(importing('apps/cli/src/main.ts', '#terminal')).toEqual([]);
    expect(importing('training/prepare.ts', '@photoguard/terminal')).toEqual([]);
    expect(importing('training/prepare.ts', '../apps/cli/src/version.ts')).toHaveLength(1);
    expect(importing('training/data/crops.ts', '@photoguard/terminal')).toHaveLength(1);
    expect(importing('training/reproduce.ts', '../tests/support/child.ts')).toEqual([]);
    expect(importing('training/reproduce.ts', '../tests/cli/command.ts')).toHaveLength(1);
  });

  it('around the packages import only from the left: no two places import each other', () => {
    PLACES.forEach(({ name, imports }, k) => {
      const before = PLACES.slice(0, k).map((place) => place.name);
      const packages = before.map((place) => place.replace('packages/', ''));
      for (const one of imports) expect([...before, ...packages], name).toContain(one);
    });
  });

  it('that nothing is left of are to be taken out of the table', () => {
    const paths = [
      'packages/photoguard/src/errors.ts',
      'packages/photoguard/src/reporting/page.ts',
      'apps/cli/src/x.ts',
    ];
    const rows = rooms.emptyRows(paths).map((row) => row.replace('scripts/rooms.ts: nothing is at ', ''));
    expect(rows).toContain('packages/photoguard/src/report');
    expect(rows).toContain('packages/photoguard/src/image/node/');
    expect(rows).not.toContain('packages/photoguard/src/errors');
    expect(rows).not.toContain('apps/cli/');
  });

  it('are seen through types, exports and import(), not through text', () => {
    const text = `import type { A } from './a.ts';\nexport * from './b.ts';\nconst c = await import('./c.ts');\n
      const told = "import d from './d.ts'"; // import e from './e.ts'`;
    expect(readImports({ path: 'x/y.ts', text }).map(({ target }) => target)).toEqual(['x/a.ts', 'x/b.ts', 'x/c.ts']);
  });
});

describe('circles of files', () => {
  const files = (imports: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(imports).map(([path, targets]) => ({
      path,
      text: targets.map((target) => `import type { X } from './${target}';\n`).join(''),
    }));

  it('are found whole, apart from each other and from what leads to them', () => {
    const found = circles.findCircles(
      files({
        ...{ 'start.ts': ['a.ts', 'd.ts'], 'a.ts': ['b.ts'], 'b.ts': ['c.ts', 'end.ts'], 'c.ts': ['a.ts'] },
        ...{ 'd.ts': ['e.ts', 'a.ts'], 'e.ts': ['d.ts'], 'end.ts': ['elsewhere.ts'] },
      }),
    );
    expect(found.map((circle) => circle.sort()).sort()).toEqual([
      ['a.ts', 'b.ts', 'c.ts'],
      ['d.ts', 'e.ts'],
    ]);
  });

  it('are named by all their files', () => {
    expect(circles.describeCircle(['b.ts', 'a.ts'])).toMatch(/^files import each other in a circle: a\.ts, b\.ts /);
  });
});

describe('docblocks', () => {
  it('are asked of exports, and of members that nobody can guess', () => {
    const folder = mkdtempSync(join(tmpdir(), 'photoguard-docblocks-'));
    const entry = join(folder, 'index.ts');
    writeFileSync(
      entry,
      `/** Text. */ export interface Base {
         /** Text. */ run(): void; stop(): void; readonly name: string }
       /** Text. */ export class Thing implements Base {
         readonly name = ''; data?: Float32Array;
         /** Shape. */ shown = new Float32Array(1); #own = new Float32Array(1);
         private hidden(): void {} run(): void { this.#own.fill(0); } get size(): number { return 1; } stop(): void {}
         static of(): void {} static [Symbol.hasInstance](): boolean { return true; } }
       export const bare = 1;`,
    );
    const found = docblocks.undocumentedIn([entry], folder);
    rmSync(folder, { recursive: true });
    const member = (name: string, owner = 'Thing') => `index.ts: ${name} of the exported ${owner} has no docblock`;
    expect(found.sort()).toEqual(
      [
        ...[member('stop', 'Base'), member('stop'), member('data'), member('size'), member('of')],
        'index.ts: the exported bare has no docblock',
      ].sort(),
    );
  });
});

describe('hygiene', () => {
  it('finds machine paths, registry hosts and overgrown files', () => {
    const path = ['', 'work', 'main'].join('/');
    expect(hygiene.findProblems({ path: 'a.ts', text: `const x = '${path}';` })).toEqual([
      'a.ts:1: a path of a machine',
    ]);
    expect(hygiene.findProblems({ path: 'a.json', text: `"https://${'registry.npm'}js.org"` })).toHaveLength(1);
    const code = (head: string, lines: number) => ({ path: 'a.ts', text: `${head}\n${'x();\n'.repeat(lines - 1)}` });
    expect(hygiene.findProblems(code('// A thing.', 300))).toEqual([]);
    expect(hygiene.findProblems(code('// A thing.', 301))).toEqual([
      expect.stringMatching(/^a\.ts: 301 lines, over 300/),
    ]);
    expect(hygiene.findProblems(code('// A table, long because there is much to say.', 301))).toEqual([]);
    expect(hygiene.findProblems({ ...code('', 301), path: 'a_pb.ts' })).toEqual([]);
  });
});

describe('dependencies', () => {
  it('must be exact versions', () => {
    const text = JSON.stringify({ dependencies: { a: '1.2.3', b: '^1.2.3' }, devDependencies: { c: 'latest' } });
    expect(dependencies.findProblems({ path: 'package.json', text })).toHaveLength(2);
  });
});

describe('prints', () => {
  it('go through the door of the command', () => {
    const path = 'packages/terminal/src/x.ts';
    expect(prints.findProblems({ path, text: "import x from 'y';\nconsole.log(x);\n" })).toHaveLength(1);
    expect(prints.findProblems({ path, text: 'process.stdout.write(x); writeSync(1, x);' })).toHaveLength(2);
    expect(prints.findProblems({ path, text: 'print(x); sink.write(x);' })).toEqual([]);
  });
});
