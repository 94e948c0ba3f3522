// The folder of an evaluation on disk. results.jsonl grows by whole cells, each flushed to disk; .work keeps the data
// of cells (immunized photos, features, some edits), and each of its files is complete or absent. So a run that is
// killed at any moment resumes after its last cell. A folder belongs to one plan.
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { decodePhoto, encodePhoto, writeWhole } from '../image/node/index.ts';
import { type Source, validateJson } from '../validate/index.ts';
import { differences, type Plan } from './plan.ts';
import { completeCells, parseLines, type ResultLine } from './results.ts';

/** File with the name of the network of all features. */
export const FEATURES_FILE = 'features';

/** Pictures and numbers in .work; used by workers too. */
export class WorkFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = join(folder, '.work');
  }

  /** A stored picture, or undefined. */
  async picture(name: string): Promise<Pixels8 | undefined> {
    const path = join(this.#folder, `${name}.png`);
    return existsSync(path) ? (await decodePhoto(path)).pixels : undefined;
  }

  /** Stores a picture. */
  async keepPicture(name: string, pixels: Pixels8): Promise<void> {
    await writeWhole(join(this.#folder, `${name}.png`), (await encodePhoto(pixels, 'png')).bytes);
  }

  /** A stored JSON value, or undefined. @throws PhotoGuardError `input` if it was changed */
  async json<T>(name: string, schema: z.ZodMiniType<T>): Promise<T | undefined> {
    const path = join(this.#folder, `${name}.json`);
    return existsSync(path)
      ? validateJson(schema, await readFile(path, 'utf8'), describeSource(path, 'delete it'))
      : undefined;
  }

  /** Stores a JSON value. */
  async keepJson(name: string, value: unknown): Promise<void> {
    await writeWhole(join(this.#folder, `${name}.json`), Buffer.from(JSON.stringify(value)));
  }

  /** Stored numbers, or undefined. */
  async numbers(name: string): Promise<Float32Array | undefined> {
    const path = join(this.#folder, `${name}.f32`);
    if (!existsSync(path)) return undefined;
    const bytes = await readFile(path);
    return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  }

  /** Stores numbers. */
  async keepNumbers(name: string, values: Float32Array): Promise<void> {
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    await writeWhole(join(this.#folder, `${name}.f32`), bytes);
  }
}

/** See the head of this file. One process writes at a time. */
export class Store {
  readonly folder: string;
  readonly work: WorkFolder;
  readonly #plan: Plan;
  readonly #log: FileHandle;
  readonly #complete: Map<string, ResultLine[]>;

  private constructor(folder: string, plan: Plan, log: FileHandle, complete: Map<string, ResultLine[]>) {
    this.folder = folder;
    this.work = new WorkFolder(folder);
    this.#plan = plan;
    this.#log = log;
    this.#complete = complete;
  }

  /** Checks a folder before any work is done. @throws PhotoGuardError `unwritable` if it has other contents */
  static async requireUsable(folder: string): Promise<void> {
    const inside = await readdir(folder).catch((): string[] => []);
    if (inside.length === 0 || inside.includes('.work')) return;
    throw new PhotoGuardError('unwritable', 'the folder of the report has other contents', {
      got: `${inside[0]} in ${folder}`,
      hint: 'give an empty or a new folder with -o',
    });
  }

  /**
   * Opens a folder, new or of the same plan; lines of incomplete cells are dropped.
   * @throws PhotoGuardError `unwritable` if it has other contents or cannot be created, `usage` if it belongs to
   *   another plan
   */
  static async open(folder: string, plan: Plan): Promise<Store> {
    const path = join(folder, 'results.jsonl');
    await Store.requireUsable(folder);
    await makeFolder(join(folder, '.work'));
    const planFile = join(folder, '.work', 'plan.json');
    if (existsSync(planFile)) await requireSamePlan(folder, planFile, plan);
    else await writeWhole(planFile, Buffer.from(JSON.stringify(plan)));
    const lines = existsSync(path) ? parseLines(await readFile(path, 'utf8')) : [];
    const complete = completeCells(plan, lines);
    await writeWhole(path, formatLines([...complete.values()].flat()));
    return new Store(folder, plan, await open(path, 'a'), complete);
  }

  /** Whether a cell is done. */
  isDone(cellKey: string): boolean {
    return this.#complete.has(cellKey);
  }

  /** Lines of all cells that are done, in the order of the plan. */
  get lines(): ResultLine[] {
    return [...completeCells(this.#plan, [...this.#complete.values()].flat()).values()].flat();
  }

  /** Adds a cell. @throws PhotoGuardError `no-space` or `unwritable` */
  async append(cellKey: string, lines: readonly ResultLine[]): Promise<void> {
    try {
      await this.#log.appendFile(formatLines(lines));
      await this.#log.sync();
    } catch (cause) {
      const full = cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC';
      throw new PhotoGuardError(full ? 'no-space' : 'unwritable', 'results.jsonl cannot be written', {
        got: String(cause),
        hint: 'finished work is kept: the same command resumes it',
        cause,
      });
    }
    this.#complete.set(cellKey, [...lines]);
  }

  /** Rewrites results.jsonl in the order of the plan. */
  async close(): Promise<void> {
    await this.#log.close();
    await writeWhole(join(this.folder, 'results.jsonl'), formatLines(this.lines));
  }
}

const PARTS = z.record(z.string(), z.unknown(), 'a JSON object');

// Files in .work are always complete, so an evaluation leaves none that cannot be read.
const describeSource = (label: string, hint: string): Source => ({
  ...{ label, code: 'input' },
  hint: `it was changed or damaged: ${hint}`,
});

const formatLines = (lines: readonly ResultLine[]): Buffer =>
  Buffer.from(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

// Only the parts of the stored plan are compared; their contents matter only if they differ.
async function requireSamePlan(folder: string, file: string, plan: Plan): Promise<void> {
  const found = validateJson(PARTS, await readFile(file, 'utf8'), describeSource(file, 'give another folder with -o'));
  const parts = differences(found, plan);
  if (parts.length === 0) return;
  const was = parts.map((part) => JSON.stringify(found[part]) ?? 'none');
  const short = was.map((text) => (text.length > 60 ? `${text.slice(0, 57)}...` : text));
  throw new PhotoGuardError('usage', `${folder} contains another evaluation`, {
    got: `differs in ${parts.map((part, i) => `${part} (there: ${short[i]})`).join(', ')}`,
    hint: 'give another folder with -o, or use the command that began this one',
  });
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const reason = cause instanceof Error ? cause.message.split(',')[0] : String(cause);
    throw new PhotoGuardError('unwritable', `cannot make the folder ${folder}: ${reason}`, { cause });
  });
}
