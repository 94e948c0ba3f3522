// A room imports only from rooms to its left in the line of docs/architecture.md; apps import only what packages export.
import { posix } from 'node:path';
import { readSources, type SourceFile } from './sources.ts';

/** Rooms of packages/photoguard/src and what each may import. A room's own files are always allowed. */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  errors: [],
  'part-files': [],
  image: ['errors', 'part-files'],
  record: ['errors', 'image'],
  metrics: ['errors', 'image'],
  runtime: ['errors'],
  models: ['errors', 'part-files', 'runtime'],
  schedulers: ['errors'],
  random: [],
  features: ['errors', 'image', 'metrics', 'runtime', 'models', 'view'],
  editing: ['errors', 'random', 'image', 'runtime', 'models', 'view', 'schedulers'],
  attacks: ['errors', 'random', 'image', 'runtime', 'models', 'view', 'schedulers', 'editing'],
  transforms: ['errors', 'random', 'image', 'runtime'],
  view: ['errors', 'image', 'runtime', 'models'],
  purifiers: ['errors', 'random', 'image', 'runtime', 'models', 'transforms', 'view', 'editing'],
  report: ['errors', 'image'],
  evaluate: [
    ...['report', 'errors', 'random', 'image', 'metrics', 'runtime', 'models', 'editing', 'attacks', 'features'],
    'purifiers',
    'view',
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
    'features',
    'schedulers',
    'editing',
    'attacks',
    'purifiers',
    'view',
  ],
};

const IMPORT = /^\s*(?:import|export)\b[^'"]*?from\s+['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/gm;

/** Imports that break the rules. */
export function roomProblems(root: string): string[] {
  return readSources(root, /^(packages|apps)\/[^/]+\/src\/.*\.ts$/).flatMap(problemsOf);
}

/** Imports of one file that break the rules. */
export function problemsOf({ path, text }: SourceFile): string[] {
  const problems: string[] = [];
  const isTest = path.endsWith('.test.ts') || path.includes('/testing/');
  for (const match of text.matchAll(IMPORT)) {
    const specifier = (match[1] ?? match[2])!;
    const problem = isTest ? undefined : problemOf(path, specifier);
    if (problem) problems.push(`${path}: imports ${specifier}: ${problem}`);
  }
  return problems;
}

function problemOf(path: string, specifier: string): string | undefined {
  const [kind, name] = path.split('/') as [string, string];
  if (specifier.startsWith('.')) {
    const target = posix.join(posix.dirname(path), specifier);
    if (!target.startsWith(`${kind}/${name}/`)) return 'another package is imported by its name';
    return name === 'photoguard' ? roomProblem(roomOf(path), roomOf(target)) : undefined;
  }
  if (name === 'onnx-grad' && /^(photoguard|onnxruntime)/.test(specifier))
    return 'onnx-grad knows nothing of the others';
  if (/^onnxruntime-(node|web)/.test(specifier) && roomOf(path) !== 'runtime')
    return 'the runtime room is the only door to ONNX Runtime';
  return undefined;
}

const roomOf = (path: string): string => (path.split('/')[3] ?? '').replace(/\.ts$/, '');

function roomProblem(from: string, to: string): string | undefined {
  if (from === to) return undefined;
  const allowed = ROOMS[from];
  if (!allowed) return `the room ${from} is not in the table of scripts/check-rooms.ts`;
  return allowed.includes(to) ? undefined : `${from} may import only ${allowed.join(', ') || 'nothing'}`;
}
