// What a number of photos a day takes: a simulation of the queue with the seconds that photos of several sizes took here.
import { measureSamples } from './scale/measure.ts';
import { RECIPES, type Recipe, readSamples, type Sample, SIZES, type SizeName, writeSamples } from './scale/samples.ts';
import { beyond, busyShare, type Draw, fewestCores, mixed, simulate } from './scale/simulation.ts';
import { type BenchContext, type BenchRow, row } from './support/bench.ts';
import { mean, quantile } from './support/statistics.ts';

/** For the list of benches. */
export const about =
  'cores, and what limits PHOTOGUARD_PHOTOS a day (a million), by a simulation of the queue; a minute. PHOTOGUARD_MEASURE=<folder of photos> measures first what photos take (PHOTOGUARD_RECIPES=default,quick,instant; an hour)';

/** The busiest hour has twice the photos of the mean one. */
const PEAK = 2;
/** A photo in twenty may wait longer. */
const [WAIT, SHARE] = [60, 0.05];
/** What is uploaded, by size: shares of photos. */
const UPLOADS: Readonly<Record<string, Partial<Record<SizeName, number>>>> = {
  'all sizes': { small: 0.3, medium: 0.6, large: 0.1 },
  [SIZES.medium.words]: { medium: 1 },
  [SIZES.large.words]: { large: 1 },
};

/** Runs the bench. */
export async function bench({ log }: BenchContext): Promise<BenchRow[]> {
  const folder = process.env.PHOTOGUARD_MEASURE;
  const recipes = (process.env.PHOTOGUARD_RECIPES?.split(',') ?? Object.keys(RECIPES)) as Recipe[];
  if (folder !== undefined) for (const recipe of recipes) await measure(folder, recipe, log);
  const photos = Number(process.env.PHOTOGUARD_PHOTOS ?? 1e6);
  const samples = readSamples();
  return recipes.flatMap((recipe) => {
    const took = (size: SizeName): number[] =>
      samples.filter((sample) => sample.recipe === recipe && sample.size === size).map(({ cpu }) => cpu);
    const sizes = Object.keys(SIZES) as SizeName[];
    return [
      ...sizes.flatMap((size) => spread(`${recipe}, ${SIZES[size].words}`, took(size))),
      ...Object.entries(UPLOADS).flatMap(([what, shares]) => {
        const groups = sizes.map((size) => ({ share: shares[size] ?? 0, samples: took(size) }));
        const name = `${recipe}, ${what}, ${photos} a day`;
        log(name);
        return planned(name, photos, mixed(groups));
      }),
    ];
  });
}

async function measure(folder: string, recipe: Recipe, log: (line: string) => void): Promise<void> {
  const samples: Sample[] = [];
  await measureSamples(folder, recipe, (sample) => {
    samples.push(sample);
    writeSamples(samples, recipe); // in case it is stopped
    log(JSON.stringify(sample));
  });
}

/** What photos of one size took. */
const spread = (name: string, seconds: readonly number[]): BenchRow[] => [
  row(`photos measured, ${name}`, seconds.length),
  row(`core seconds of a photo, least, ${name}`, Math.min(...seconds)),
  row(`core seconds of a photo, mean, ${name}`, mean(seconds)),
  row(`core seconds of a photo, most, ${name}`, Math.max(...seconds)),
];

function planned(name: string, photos: number, { mean: seconds, draw }: ReturnType<typeof mixed>): BenchRow[] {
  const fewest = (by: Draw): number => fewestCores({ photos, peak: PEAK, draw: by }, { wait: WAIT, share: SHARE });
  const cores = fewest(draw);
  const waits = simulate({ photos, peak: PEAK, draw }, cores);
  const fewer = simulate({ photos, peak: PEAK, draw }, Math.floor(0.9 * cores));
  return [
    row(`cores, ${name}`, cores),
    row(
      `cores if every photo took the mean, ${name}`,
      fewest(() => seconds),
    ),
    row(`how busy they are, ${name}`, busyShare(photos, seconds, cores)),
    row(`photos that wait longer than ${WAIT} s, ${name}`, beyond(waits, WAIT), { goal: { atMost: SHARE } }),
    row(`wait, median, s, ${name}`, quantile(waits, 0.5)),
    row(`wait, p95, with a tenth fewer cores, s, ${name}`, quantile(fewer, 0.95)),
    row(`core hours a day, ${name}`, (photos * seconds) / 3600),
  ];
}
