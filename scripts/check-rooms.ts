// Who may import whom. A room of the library imports only from the rooms that its row lists; the places around it (apps,
// training, bench, tests) only from those of theirs. Packages are imported by name, which is what they export; a path into
// one (`packages/...`) is for tests and scripts. Only `runtime` imports ONNX Runtime, and only what OF_NODE lists needs Node.
import { type Import, importsOf, readCode } from './imports.ts';
import type { SourceFile } from './sources.ts';

/** Rooms of packages/photoguard/src and what each may import. A room's own files are always allowed. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  validate: ['errors'],
  'part-files': [],
  image: ['errors', 'part-files'],
  record: ['errors', 'validate', 'image'],
  metrics: ['errors', 'image'],
  runtime: ['errors'],
  models: ['errors', 'validate'],
  'models/node': ['errors', 'validate', 'part-files', 'models'],
  schedulers: ['errors', 'validate'],
  random: [],
  features: ['errors', 'image', 'metrics', 'runtime', 'models', 'view'],
  editing: ['errors', 'random', 'image', 'runtime', 'models', 'view', 'schedulers'],
  attacks: ['errors', 'random', 'image', 'runtime', 'models', 'transforms', 'view', 'schedulers', 'editing'],
  transforms: ['errors', 'random', 'image', 'runtime'],
  view: ['errors', 'image', 'runtime', 'models'],
  purifiers: ['errors', 'random', 'image', 'runtime', 'models', 'transforms', 'view', 'editing'],
  report: ['errors', 'image'],
  evaluate: [
    ...['report', 'errors', 'validate', 'random', 'image', 'metrics', 'runtime', 'models', 'models/node'],
    ...['editing', 'attacks'],
    ...['features', 'purifiers', 'view'],
  ],
  audit: [
    'report',
    'record',
    'errors',
    'random',
    'image',
    'metrics',
    'runtime',
    'models',
    'models/node',
    'features',
    'schedulers',
    'editing',
    'attacks',
    'purifiers',
    'view',
  ],
};

/**
 * Files below packages/photoguard/src that only Node can run, by how their paths begin. All others run in pages too: they
 * import neither these nor what Node alone has.
 */
export const OF_NODE: readonly string[] = [
  'part-files',
  ...[
    'compare',
    'contact-sheet',
    'decode',
    'encode',
    'inspect',
    'load-mask',
    'node',
    'photo-header',
    'png-metadata',
    'png-text',
  ].map((name) => `image/${name}.ts`),
  ...['read-file', 'read-metadata', 'sharp-codecs', 'write-whole'].map((name) => `image/${name}.ts`),
  'models/node/',
  ...['devices', 'kept-programs', 'node', 'node-builds', 'node-host', 'watch-parent'].map(
    (name) => `runtime/${name}.ts`,
  ),
  ...['report/', 'evaluate/', 'audit/'],
];

/** Packages that need Node. */
const NODE_PACKAGES = /^(node:|sharp$|@huggingface\/hub$|@photoguard\/mini$|linkedom$|onnxruntime-node$)/;

/** Places of the project and what each may import beside itself. */
export const PLACES: Readonly<Record<string, readonly string[]>> = {
  'packages/onnx-grad': [],
  'packages/photoguard': ['onnx-grad'],
  'apps/cli': ['photoguard'],
  'training/log': ['photoguard', 'apps/cli'],
  'training/engine': ['photoguard', 'onnx-grad', 'training', 'training/log'],
  'training/data': ['photoguard', 'onnx-grad', 'training'],
  'training/autoencoder': ['photoguard', 'onnx-grad', 'training', 'training/engine'],
  'training/editor': ['photoguard', 'onnx-grad', 'training/data', 'training/engine', 'training/log'],
  'training/evaluate': [
    ...['photoguard', 'onnx-grad', 'apps/cli', 'training'],
    ...['training/data', 'training/engine', 'training/autoencoder', 'training/editor'],
  ],
  'training/reproduce': ['training/data'],
  training: [
    ...['photoguard', 'onnx-grad', 'apps/cli', 'bench', 'training/log', 'training/engine', 'training/data'],
    ...['training/autoencoder', 'training/editor', 'training/evaluate'],
  ],
  bench: ['photoguard', 'onnx-grad', 'tests', 'training/engine', 'training/editor'],
  tests: [
    'photoguard',
    'onnx-grad',
    'packages/photoguard',
    'packages/onnx-grad',
    'training/evaluate',
    'scripts',
    'tests/browser',
  ],
  // Pages see what the packages export; the operators' cases are onnx-grad's test data.
  'tests/browser': ['photoguard', 'onnx-grad', 'packages/onnx-grad', 'tests'],
  scripts: ['packages/photoguard', 'packages/onnx-grad'],
  examples: ['photoguard'],
};

/** What a test may import beside that. */
const OF_TESTS = ['photoguard', 'onnx-grad', 'packages/photoguard', 'tests'];

/** Imports that break the rules. */
export const roomProblems = (root: string): string[] => readCode(root).flatMap(problemsOf);

/** Imports of one file that break the rules. */
export function problemsOf(file: SourceFile): string[] {
  return importsOf(file).flatMap((one) => {
    const problem = problemOf(file.path, one);
    return problem ? [`${file.path}: imports ${one.specifier}: ${problem}`] : [];
  });
}

function problemOf(path: string, { specifier, target }: Import): string | undefined {
  const isTest = path.endsWith('.test.ts') || path.includes('/testing/');
  const [from, to] = [placeOf(path), target === undefined ? packageOf(specifier) : placeOf(target)];
  if (to !== undefined && to !== from) return placeProblem(from, to, isTest);
  if (isTest) return undefined;
  if (/^onnxruntime-(node|web)/.test(specifier) && !path.startsWith('packages/photoguard/src/runtime/'))
    return 'the runtime room is the only door to ONNX Runtime';
  if (from !== 'packages/photoguard') return undefined;
  if (!isOfNode(path) && (target === undefined ? NODE_PACKAGES.test(specifier) : isOfNode(target)))
    return 'this file is for pages too, and that one needs Node (OF_NODE in scripts/check-rooms.ts)';
  return target !== undefined ? roomProblem(roomOf(path), roomOf(target)) : undefined;
}

function placeProblem(from: string, to: string, isTest: boolean): string | undefined {
  const row = PLACES[from];
  if (!row) return `the place ${from} is not in the table of scripts/check-rooms.ts`;
  const allowed = isTest ? [...row, ...OF_TESTS] : row;
  return allowed.includes(to) ? undefined : `${from} may import only ${allowed.join(', ') || 'nothing of the project'}`;
}

const SOURCES = 'packages/photoguard/src/';
const isOfNode = (path: string): boolean => OF_NODE.some((start) => path.startsWith(SOURCES + start));

// `models`, or `models/node` where that has a row of its own.
function roomOf(path: string): string {
  const [first = '', second] = path.slice(SOURCES.length).replace(/\.ts$/, '').split('/');
  return Object.hasOwn(ROOMS, `${first}/${second}`) ? `${first}/${second}` : first;
}

function roomProblem(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const allowed = ROOMS[from];
  if (!allowed) return `the room ${from} is not in the table of scripts/check-rooms.ts`;
  return allowed.includes(to) ? undefined : `${from} may import only ${allowed.join(', ') || 'nothing'}`;
}

// `apps/cli`, `training/data`, `training`: packages and apps by name, rooms of the training and pages of tests too.
function placeOf(path: string): string {
  const [kind, name, ...rest] = path.split('/') as [string, string, ...string[]];
  const isRoom = rest.length > 0 && (kind === 'training' || (kind === 'tests' && name === 'browser'));
  const isNamed = kind === 'packages' || kind === 'apps' || isRoom;
  return isNamed ? `${kind}/${name}` : kind;
}

/** The package of ours that a specifier names. */
const packageOf = (specifier: string): string | undefined => /^(onnx-grad|photoguard)(?=\/|$)/.exec(specifier)?.[0];
