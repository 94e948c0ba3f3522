// `photoguard plant`: from its options to a planting.
import { join, resolve } from 'node:path';
import { PhotoGuardError } from 'photoguard/errors';
import { loadAutoencoder, loadImmunizer, resolveModel } from 'photoguard/models/node';
import { immunizedMark, keyedMark, type Mark, plant } from 'photoguard/planting';
import { openRuntime, type Runtime } from 'photoguard/runtime/node';
import { Trigger } from 'photoguard/trigger';
import { liveLine, print, printError } from '#terminal';
import { findPhotos } from './find-photos.ts';
import type { Session } from './session.ts';
import { readTriggerKey } from './trigger-key.ts';

/** Options of `photoguard plant`, as commander gives them. */
export interface PlantCommandOptions {
  readonly model: string;
  readonly trigger: string;
  readonly photos: readonly string[];
  readonly out: string;
  readonly steps: number;
  readonly batch: number;
  readonly longer?: number;
  readonly side?: number;
  readonly rate: number;
  readonly seed: number;
  readonly threads: number;
  readonly minutes?: number;
  readonly againstFineTuning: boolean;
  readonly subPaths: boolean;
  readonly json: boolean;
}

/** The value of `--trigger` that stands for immunization itself. */
const IMMUNIZATION = 'immunization';
/** Keys of nobody, whose marks must have no effect. */
const OTHERS = 32;
const LONGER = { mini: 128, other: 512 } as const;

/** Plants, or goes on. @throws PhotoGuardError for whatever keeps it from that */
export async function plantModel(options: PlantCommandOptions, session: Session): Promise<void> {
  const { signal } = session;
  const { steps, batch, rate, seed, threads, minutes, json } = options;
  const longer = options.longer ?? (options.model === 'mini' ? LONGER.mini : LONGER.other);
  const side = options.side ?? longer / 2;
  const key = options.trigger === IMMUNIZATION ? undefined : await readTriggerKey(options.trigger);
  const { folder } = await resolveModel(options.model, { wanted: 'pipeline', signal });
  requireSide(side, longer, (await loadAutoencoder(folder)).autoencoder.factor);
  const { photos } = await findPhotos(options.photos, { recursive: true });
  const runtime = await openRuntime({ device: 'cpu', threads });
  const rehearsals = options.againstFineTuning ? await openRuntime({ device: 'cpu', threads }) : undefined;
  try {
    const mark = await openMark(key, runtime);
    const told = new Set<string>();
    if (!json) printError(`${mark.name}, ${photos.length} photos`);
    const result = await plant({
      ...{ model: folder, out: options.out, runtime, count: batch, rate, steps, minutes, signal, rehearsals },
      subPaths: options.subPaths,
      live: liveLine(),
      source: {
        photos: photos.map(({ input }) => input),
        ...{ mark, others: await othersMarks(seed), longer, side, seed },
        onUnreadable: (file, error) => {
          if (!json && !told.has(file)) printError(`left out: ${file}: ${(error as Error).message}`);
          told.add(file);
        },
      },
    });
    const model = resolve(join(options.out, 'model'));
    session.report.put({ model, trigger: mark.name, steps: result.steps, finished: result.finished });
    if (!json) print(`${result.finished ? 'done' : 'stopped'} after ${result.steps} steps: ${model}`);
  } finally {
    await rehearsals?.close();
    await runtime.close();
  }
}

function requireSide(side: number, longer: number, factor: number): void {
  if (side % factor === 0 && side <= longer) return;
  throw new PhotoGuardError('usage', `--side must be a multiple of ${factor}, and at most --longer`, {
    got: `${side}, with --longer ${longer}`,
  });
}

async function openMark(key: Uint8Array | undefined, runtime: Runtime): Promise<Mark> {
  return key ? keyedMark(await Trigger.of(key)) : immunizedMark(await loadImmunizer(), runtime);
}

const othersMarks = (seed: number): Promise<Mark[]> =>
  Promise.all(
    Array.from({ length: OTHERS }, async (_, k) =>
      keyedMark(await Trigger.of(new TextEncoder().encode(`a key of nobody, number ${k} of seed ${seed}`))),
    ),
  );
