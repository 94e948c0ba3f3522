// The packages as installed by people: `npm install` in an empty folder, then the command and the library on every
// runtime that npm has. The native ONNX Runtime is first absent, as where its install script cannot download, then there.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Packed } from '../../scripts/pack.ts';
import { type Ended, emptyProject, hasRegistry, npmInstall, packages, run } from './consumer.ts';

const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');
const TYPES = fileURLToPath(new URL('../../node_modules/@types', import.meta.url));

/** Node's platform packages, which need no install script, and the others. */
const NODE = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
const RUNTIMES: readonly { readonly name: string; readonly spec?: string; readonly command: readonly string[] }[] = [
  { name: 'Node 20', spec: `node20@npm:${NODE}@20.19.0`, command: ['node20/bin/node'] },
  { name: 'Node 22', spec: `node22@npm:${NODE}@22.23.3`, command: ['node22/bin/node'] },
  { name: `Node ${process.versions.node}`, command: [process.execPath] },
  { name: 'Bun', spec: 'bun@1.4.5', command: ['bun/bin/bun.exe'] },
  { name: 'Deno', spec: 'deno@2.9.6', command: ['.bin/deno', 'run', '-A'] },
];

/** A failing download, whatever the network: the script is told to fetch, through a proxy that nobody is behind. */
const DEAD_PROXY = 'http://127.0.0.1:9';
const FAILING = {
  ONNXRUNTIME_NODE_INSTALL: 'cuda12',
  GLOBAL_AGENT_HTTP_PROXY: DEAD_PROXY,
  GLOBAL_AGENT_HTTPS_PROXY: DEAD_PROXY,
};

const SMALL = [
  'immunize',
  'photo.png',
  '-m',
  'mini',
  '--attack',
  'encoder',
  '--steps',
  '2',
  '--size',
  '64x64',
  '--json',
];

describe.skipIf(!(await hasRegistry()))('the installed packages (need the npm registry)', () => {
  const project = emptyProject();
  const runtimes = emptyProject();
  const modules = join(project, 'node_modules');
  let packed: Packed[] = [];
  let install: Ended;
  beforeAll(async () => {
    const tarballs = join(project, 'tarballs');
    mkdirSync(tarballs);
    packed = packages(tarballs);
    await sharp({
      create: {
        width: 96,
        height: 96,
        channels: 3,
        background: '#777',
        noise: { type: 'gaussian', mean: 120, sigma: 40 },
      },
    })
      .png()
      .toFile(join(project, 'photo.png'));
    const specs = RUNTIMES.flatMap(({ spec }) => spec ?? []);
    [install] = await Promise.all([
      npmInstall(
        project,
        packed.map(({ tarball }) => tarball),
        FAILING,
      ),
      // Optional: one that cannot be installed must not take the others with it.
      npmInstall(runtimes, ['--save-optional', ...specs]),
    ]);
  }, 600_000);
  afterAll(() => {
    for (const folder of [project, runtimes]) rmSync(folder, { recursive: true, force: true });
  });

  const immunize = async (program: string, args: readonly string[]): Promise<Ended> => {
    rmSync(join(project, 'photo.immunized.png'), { force: true });
    const ended = await run(program, [...args, ...SMALL], project);
    expect(ended).toMatchObject({ status: 0 });
    expect(existsSync(join(project, 'photo.immunized.png'))).toBe(true);
    const { results } = JSON.parse(ended.stdout) as {
      results: { models: { lossOriginal: number; lossImmunized: number }[] }[];
    };
    const { lossOriginal, lossImmunized } = results[0]!.models[0]!;
    expect(lossImmunized).toBeLessThan(0.95 * lossOriginal);
    return ended;
  };

  it('install without a warning where the native runtime cannot be, and leave out what browsers need', () => {
    expect(install).toMatchObject({ status: 0, stderr: '' });
    expect(install.stdout).not.toMatch(/warn/i);
    expect(existsSync(join(modules, 'onnxruntime-node'))).toBe(false);
    expect(existsSync(join(modules, 'onnxruntime-web'))).toBe(false);
  });

  it('compute with wasm then, say so once, and get the native runtime by what they say', async () => {
    const { stderr } = await immunize('npx', ['--no', 'photoguard']);
    expect(stderr.match(/several times slower/g)).toHaveLength(1);
    const command = /to get it: (\S+=skip) npm install (\S+)/.exec(stderr)!;
    const { manifest } = packed.find(({ manifest: { name } }) => name === 'photoguard')!;
    const pinned = (manifest.optionalDependencies as Record<string, string>)['onnxruntime-node'];
    expect(command[2]).toBe(`onnxruntime-node@${pinned}`);
    const [name, value] = command[1]!.split('=') as [string, string];
    expect(await npmInstall(project, [command[2]!], { [name]: value })).toMatchObject({ status: 0 });
    expect((await immunize('npx', ['--no', 'photoguard'])).stderr).toBe('');
  }, 240_000);

  it.for(RUNTIMES)(
    'run the command on $name',
    { timeout: 120_000 },
    async ({ command: [program, ...args] }, { skip }) => {
      const path = join(runtimes, 'node_modules', program!);
      const found = program === process.execPath ? program : path;
      if (!existsSync(found)) skip('npm does not have it for this system');
      await immunize(found, [...args, join(modules, 'photoguard/bin/photoguard.js')]);
    },
  );

  it("have every door, and the README's program works", async () => {
    const readme = readFileSync(join(modules, 'photoguard/README.md'), 'utf8');
    const lines = readme.split('\n').slice(readme.split('\n').findIndex((line) => line.startsWith('    import ')));
    const program = lines
      .slice(
        0,
        lines.findIndex((line) => /^\S/.test(line)),
      )
      .map((line) => line.slice(4))
      .join('\n');
    const doors = listExports(packed).filter(isOfNode);
    const imports = doors.map((door) => `await import('${door}');`).join('\n');
    writeFileSync(join(project, 'program.mjs'), `${program}\n${imports}\nconsole.log(immunized.width);\n`);
    expect(await run('node', ['program.mjs'], project)).toEqual({ status: 0, stdout: '96\n', stderr: '' });
  });

  it('have types that a strict compiler takes as they are, without skipLibCheck', async () => {
    const doors = listExports(packed).filter(isOfNode);
    const lines = doors.map((door, i) => `import * as door${i} from '${door}';\nexport { door${i} };`);
    writeFileSync(join(project, 'doors.ts'), `${lines.join('\n')}\n`);
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2024', '--skipLibCheck', 'false'];
    const types = ['--typeRoots', TYPES, '--types', 'node'];
    const ended = await run(process.execPath, [TSC, ...options, ...types, 'doors.ts'], project);
    expect(ended).toEqual({ status: 0, stdout: '', stderr: '' });
  });
});

const isOfNode = (door: string): boolean => !/package\.json$|\/web-worker$/.test(door);

const listExports = (packed: readonly Packed[]): string[] =>
  packed.flatMap(({ manifest }) =>
    Object.keys((manifest.exports as Record<string, unknown> | undefined) ?? {}).map((door) =>
      join(manifest.name, door),
    ),
  );
