// Checks imports against the table in rooms.ts. A room imports only from rooms before it; a place around the packages
// only from what its row lists. Packages are imported by name, which is what they export; a path into one
// (`packages/...`) is for tests and scripts. Only `runtime` imports ONNX Runtime, and only what the table marks needs
// Node.
import { type Import, readCode, readImports } from './imports.ts';
import { ENGINE, LIBRARY, OF_TESTS, PLACES, type Room } from './rooms.ts';
import type { SourceFile } from './sources.ts';

const TABLE = 'scripts/rooms.ts';

/** Packages that have rooms, by where their sources are. */
const ROOMS: Readonly<Record<string, readonly Room[]>> = {
  'packages/onnx-grad/src/': ENGINE,
  'packages/photoguard/src/': LIBRARY,
};

/** Packages that need Node. */
const NODE_PACKAGES =
  /^(node:|sharp$|@huggingface\/hub$|@photoguard\/(mini|surrogates|immunizer)$|linkedom$|onnxruntime-node$)/;

/** Imports that break the rules, and rows of the table without files. */
export const roomProblems = (root: string): string[] => {
  const files = readCode(root);
  return [...files.flatMap(findProblems), ...emptyRows(files.map(({ path }) => path))];
};

/** Rows of the table without files. */
export function emptyRows(paths: readonly string[]): string[] {
  const rows = [
    ...PLACES.map(({ name }) => `${name}/`),
    ...Object.entries(ROOMS).flatMap(([sources, rooms]) => rooms.map(({ name }) => sources + name)),
    ...nodePaths,
  ];
  return rows.filter((row) => !paths.some((path) => isIn(path, row))).map((row) => `${TABLE}: nothing is at ${row}`);
}

/** Imports of one file that break the rules. */
export function findProblems(file: SourceFile): string[] {
  return readImports(file).flatMap((one) => {
    const problem = findProblem(file.path, one);
    return problem ? [`${file.path}: imports ${one.specifier}: ${problem}`] : [];
  });
}

function findProblem(path: string, { specifier, target }: Import): string | undefined {
  const isTest = path.endsWith('.test.ts') || path.includes('/testing/');
  const [from, to] = [findPlace(path), target === undefined ? findPackage(specifier) : findPlace(target)];
  if (to !== undefined && to !== from) return placeProblem(from, to, isTest);
  if (isTest) return undefined;
  if (/^onnxruntime-(node|web)/.test(specifier) && !path.startsWith('packages/photoguard/src/runtime/'))
    return 'the runtime room is the only door to ONNX Runtime';
  if (from === 'packages/photoguard' && !isOfNode(path))
    if (target === undefined ? NODE_PACKAGES.test(specifier) : isOfNode(target))
      return `this file is for pages too, and that one needs Node (${TABLE})`;
  return target === undefined ? undefined : roomProblem(path, target);
}

function placeProblem(from: string, to: string, isTest: boolean): string | undefined {
  const row = PLACES.find(({ name }) => name === from);
  if (!row) return `the place ${from} is not in the table of ${TABLE}`;
  const allowed = isTest ? [...row.imports, ...OF_TESTS] : row.imports;
  return allowed.includes(to) ? undefined : `${from} may import only ${allowed.join(', ') || 'nothing of the project'}`;
}

function roomProblem(path: string, target: string): string | undefined {
  const found = Object.entries(ROOMS).find(([sources]) => path.startsWith(sources));
  if (!found) return undefined;
  const [sources, rooms] = found;
  const order = rooms.map(({ name }) => name);
  const [from, to] = [path, target].map((one) => one.slice(sources.length).split('/')[0]!.replace(/\.ts$/, '')) as [
    string,
    string,
  ];
  if (from === to) return undefined;
  if (!order.includes(from)) return `the room ${from} is not in the table of ${TABLE}`;
  const before = order.slice(0, order.indexOf(from));
  return before.includes(to) ? undefined : `${from} may import only ${before.join(', ') || 'nothing'}`;
}

/** Parts of the library that need Node: rooms, and folders in them. */
const nodePaths: readonly string[] = LIBRARY.flatMap(({ name, node }) => {
  const path = `packages/photoguard/src/${name}`;
  return node === undefined ? [] : [node === true ? path : `${path}/${node}`];
});
const isOfNode = (path: string): boolean => nodePaths.some((start) => isIn(path, start));

// Whatever is in `report` (or report.ts), or in `models/node/`.
const isIn = (path: string, start: string): boolean =>
  path === `${start}.ts` || path.startsWith(start.endsWith('/') ? start : `${start}/`);

// The most specific row: `training/data` before `training`. A place without a row is named by its first folder.
function findPlace(path: string): string {
  const rows = PLACES.map(({ name }) => name).filter((name) => path.startsWith(`${name}/`));
  const nested = /^(packages|apps|training)\/[^/]+(?=\/)/.exec(path)?.[0];
  return nested ?? rows.sort((a, b) => b.length - a.length)[0] ?? path.split('/')[0]!;
}

/** Our package that a specifier refers to; the command refers to the one that is shipped with it as `#terminal`. */
const findPackage = (specifier: string): string | undefined =>
  /^(?:@photoguard\/|#)?(onnx-grad|photoguard|terminal)(?=\/|$)/.exec(specifier)?.[1];
