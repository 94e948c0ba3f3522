// An evaluation from beginning to end: plan, work, figures, report. Started again with the same options and folder, it
// resumes.
import { join } from 'node:path';
import * as z from 'zod/mini';
import { PhotoGuardError } from '../errors.ts';
import type { Pixels8 } from '../image/index.ts';
import { writeWhole } from '../image/node/index.ts';
import { loadPipeline } from '../models/node/index.ts';
import { object } from '../validate/index.ts';
import { loadClip } from './load-clip.ts';
import { makePlan, type PlanOptions } from './make-plan.ts';
import type { Problem } from './photo-list.ts';
import { allCells, cellKey, estimateWork, listCells, type Plan } from './plan.ts';
import { runPool } from './pool.ts';
import { type Masks, preparePhoto } from './prepare-photo.ts';
import { evaluationPage } from './report.ts';
import { contactSheets } from './report-pictures.ts';
import { type ResourceOptions, resourcesFor } from './resources.ts';
import type { ResultLine } from './results.ts';
import type { SetFeatures } from './set-figures.ts';
import { FEATURES_FILE, Store } from './store.ts';
import { type Summary, summarise } from './summary.ts';
import { tableFile } from './table-file.ts';

/** Progress of an evaluation. */
export interface EvaluationProgress {
  /** Work of this run: done, and in total, in arbitrary units. */
  readonly done: number;
  readonly all: number;
  /** Seconds since the first cell was begun. */
  readonly seconds: number;
  /** Cells: done in this run and earlier ones, and in total. */
  readonly cells: readonly [done: number, all: number];
}

/** Options of {@link evaluate}. */
export interface EvaluateOptions extends PlanOptions, ResourceOptions {
  /** The command that repeats this, for the report. */
  readonly command: readonly string[];
  /** Number of photos shown in the report. Default 6. */
  readonly shown?: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: EvaluationProgress) => void;
  /** Called with how the work is distributed, before it begins. */
  readonly onStart?: (start: { workers: number; threads: number; photos: number; leftOut: readonly Problem[] }) => void;
}

/** The result. */
export interface Evaluation {
  readonly summary: Summary;
  readonly lines: readonly ResultLine[];
  /** Photos that were read but failed later. */
  readonly failed: readonly Problem[];
}

const SHOWN = 6;

/**
 * Evaluates, and writes index.html, results.jsonl, summary.json and table.md.
 * @throws PhotoGuardError for invalid options, a folder with other contents, `aborted` when the signal fires; finished
 *   work is kept
 */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { output, photos: folder, command, shown = SHOWN, signal = new AbortController().signal } = options;
  await Store.requireUsable(output);
  const { plan, masks, leftOut } = await makePlan(options, signal);
  const clip = options.clip && (await loadClip(options.clip.folder));
  const resources = resourcesFor(plan, await loadPipeline(options.model.folder, plan.model.ref), clip, options);
  const store = await Store.open(output, plan);
  const failed: Problem[] = [];
  try {
    options.onStart?.({ ...resources, photos: plan.photos.length, leftOut });
    const progress = new Progress(plan, store, options.onProgress);
    const photos = plan.photos
      .map((_, i) => i)
      .filter((i) => listCells(plan, i).some((cell) => !store.isDone(cellKey(cell))));
    await runPool({
      setup: {
        ...{ plan, photos: folder, report: output, model: options.model.folder, masks, shown, ...resources },
        ...(options.clip && { clip: options.clip.folder }),
      },
      workers: resources.workers,
      photos,
      done: (photo) =>
        listCells(plan, photo)
          .map(cellKey)
          .filter((key) => store.isDone(key)),
      onCell: async (key, lines) => {
        await store.append(key, lines);
        progress.add(key);
      },
      onPhotoFailed: (photo, { message }) => failed.push({ name: plan.photos[photo]!.file, reason: message }),
      signal,
    });
  } finally {
    await store.close();
  }
  const { lines } = store;
  const names = [...leftOut, ...failed];
  const features = await readFeatures(plan, store);
  const summary = summarise({ plan, lines, leftOut: names, features });
  if (summary.photos === 0)
    throw new PhotoGuardError('model', 'no photo succeeded', {
      got: failed[0] ? `${failed[0].name}: ${failed[0].reason}` : 'none',
    });
  const sheets = await contactSheets(plan, store.work, shown, await originals(plan, folder, masks, shown));
  const files = {
    'summary.json': `${JSON.stringify(summary, undefined, 1)}\n`,
    'table.md': tableFile(summary, lines, command),
    'index.html': await evaluationPage({ summary, lines, command, sheets }),
  };
  for (const [name, text] of Object.entries(files)) await writeWhole(join(output, name), Buffer.from(text));
  return { summary, lines, failed };
}

const NAMED = object({ name: z.string('a text') });

async function readFeatures(plan: Plan, { work }: Store): Promise<SetFeatures> {
  const rows = new Map<string, Float32Array>();
  for (const cell of allCells(plan)) {
    const key = cellKey(cell);
    for (const name of cell.arm.kind === 'clean' ? [key, `${key}.photo`] : [key]) {
      const found = await work.numbers(name);
      if (found) rows.set(name, found);
    }
  }
  return { name: (await work.json(FEATURES_FILE, NAMED))?.name ?? 'unknown', rows };
}

async function originals(plan: Plan, folder: string, masks: Masks, shown: number): Promise<Map<string, Pixels8>> {
  const found = new Map<string, Pixels8>();
  for (const { file } of plan.photos.slice(0, shown))
    found.set(file, (await preparePhoto(join(folder, file), plan.side, masks)).pixels);
  return found;
}

// Counts only the work of this run: earlier runs say nothing about the remaining time.
class Progress {
  readonly #plan: Plan;
  readonly #tell: EvaluateOptions['onProgress'];
  readonly #open: Map<string, number>;
  readonly #all: number;
  readonly #cells: number;
  readonly #began = performance.now();
  #done = 0;

  constructor(plan: Plan, store: Store, tell: EvaluateOptions['onProgress']) {
    const cells = allCells(plan);
    const open = cells.filter((cell) => !store.isDone(cellKey(cell)));
    this.#plan = plan;
    this.#tell = tell;
    this.#cells = cells.length;
    this.#open = new Map(open.map((cell) => [cellKey(cell), estimateWork(cell, this.#plan)]));
    this.#all = [...this.#open.values()].reduce((a, b) => a + b, 0);
  }

  add(key: string): void {
    this.#done += this.#open.get(key) ?? 0;
    this.#open.delete(key);
    this.#tell?.({
      done: this.#done,
      all: this.#all,
      seconds: (performance.now() - this.#began) / 1000,
      cells: [this.#cells - this.#open.size, this.#cells],
    });
  }
}
