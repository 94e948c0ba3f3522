import { describe, expect, it } from 'vitest';
import * as dependencies from './check-dependencies.ts';
import * as hygiene from './check-hygiene.ts';
import * as prints from './check-prints.ts';
import * as rooms from './check-rooms.ts';

describe('rooms', () => {
  const importing = (path: string, specifier: string): string[] =>
    rooms.problemsOf({ path, text: `import { x } from '${specifier}';\n` });

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
});

describe('hygiene', () => {
  it('finds machine paths, registry hosts and overgrown files', () => {
    const path = ['', 'work', 'main'].join('/');
    expect(hygiene.problemsOf({ path: 'a.ts', text: `const x = '${path}';` })).toEqual(['a.ts:1: a path of a machine']);
    expect(hygiene.problemsOf({ path: 'a.json', text: `"https://${'registry.npm'}js.org"` })).toHaveLength(1);
    expect(hygiene.problemsOf({ path: 'a.ts', text: 'x'.repeat(17_000) })).toHaveLength(1);
    expect(hygiene.problemsOf({ path: 'a.ts', text: `// large because: a table\n${'x'.repeat(17_000)}` })).toEqual([]);
  });
});

describe('dependencies', () => {
  it('must be exact versions', () => {
    const text = JSON.stringify({ dependencies: { a: '1.2.3', b: '^1.2.3' }, devDependencies: { c: 'latest' } });
    expect(dependencies.problemsOf({ path: 'package.json', text })).toHaveLength(2);
  });
});

describe('prints', () => {
  it('go through the door of the command', () => {
    const path = 'apps/cli/src/x.ts';
    expect(prints.problemsOf({ path, text: "import x from 'y';\nconsole.log(x);\n" })).toHaveLength(1);
    expect(prints.problemsOf({ path, text: 'process.stdout.write(x); writeSync(1, x);' })).toHaveLength(2);
    expect(prints.problemsOf({ path, text: 'print(x); sink.write(x);' })).toEqual([]);
  });
});
