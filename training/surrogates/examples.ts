// Makes the examples of a round: crops as they are, crops attacked on a student, crops attacked on a teacher; and what every
// teacher gives for all of them.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Encoder, parseSurrogateConfig, SurrogateEncoder, type SurrogateSpace } from 'photoguard/models';
import { openCheckpoint } from 'photoguard/models/node';
import type { Runtime } from 'photoguard/runtime';
import { latentsGraph } from 'photoguard/view';
import { type BatchShape, pictureBatch } from '../common/batch-shape.ts';
import { type Attacked, openCropAttack } from './attack-crops.ts';
import { type CropSource, drawCrop } from './crops.ts';
import { SPACES, type SpaceName } from './designs.ts';
import { type Examples, toHalves } from './pool.ts';
import { WEIGHTS } from './student.ts';

/** Batches of each kind in a round. */
export interface RoundSize {
  readonly clean: number;
  readonly onStudents: number;
  readonly onTeachers: number;
}

/** What examples are made of. */
export interface ExampleOptions {
  readonly runtime: Runtime;
  readonly source: CropSource;
  readonly teachers: ReadonlyMap<SpaceName, Encoder>;
  /** What is known of each space; undefined before the first examples: then nothing is attacked. */
  readonly spaces: ReadonlyMap<SpaceName, SurrogateSpace> | undefined;
  /** Folders of the students as they are now; those that are not there are not attacked. */
  readonly students: readonly string[];
  readonly shape: BatchShape;
  readonly seed: number;
  readonly signal: AbortSignal;
}

/** Makes a round's examples. They depend on the seed, the round and the students' weights only. */
export async function makeExamples(options: ExampleOptions, round: number, size: RoundSize): Promise<Examples> {
  const { source, shape, seed, signal } = options;
  const batches = size.clean + size.onStudents + size.onTeachers;
  const each = 3 * shape.side ** 2;
  const images: Float32Array[] = [];
  for (let b = 0; b < batches; b++) {
    signal.throwIfAborted();
    const image = new Float32Array(shape.size * each);
    for (let i = 0; i < shape.size; i++) {
      const index = (round * batches + b) * shape.size + i;
      const rgb = await drawCrop(source, shape.side, { seed, index });
      for (let k = 0; k < each; k++)
        image[i * each + k] = rgb[(k % (each / 3)) * 3 + Math.floor(k / (each / 3))]! / 255;
    }
    images.push(image);
  }
  await attackSome(options, round, size, images);
  const rgb = new Uint8Array(batches * shape.size * each);
  images.forEach((image, b) => {
    image.forEach((value, i) => {
      const byte = Math.round(255 * value);
      rgb[b * image.length + i] = byte;
      image[i] = byte / 255;
    });
  });
  return { count: batches * shape.size, side: shape.side, rgb, latents: await teach(options, images) };
}

// Replaces batches by attacked ones: the first on teachers, the next on students, each in turn on another network and space.
async function attackSome(
  { runtime, teachers, spaces, students, shape, seed, signal }: ExampleOptions,
  round: number,
  size: RoundSize,
  images: Float32Array[],
): Promise<void> {
  if (!spaces) return;
  const toAttacked = (encoder: Encoder, space: SpaceName): Attacked => {
    return { encoder, deviation: spaces.get(space)!.deviation };
  };
  const onTeachers = SPACES.map((space) => [toAttacked(teachers.get(space)!, space)]);
  const onStudents = (await readStudents(students)).map((student) =>
    student.spaces.map((encoder) => toAttacked(encoder, encoder.space as SpaceName)),
  );
  const jobs = new Map<readonly Attacked[], number[]>();
  const assign = (networks: readonly (readonly Attacked[])[], first: number, count: number): void => {
    for (let i = 0; i < count && networks.length > 0; i++) {
      const network = networks[(round * count + i) % networks.length]!;
      jobs.set(network, [...(jobs.get(network) ?? []), first + i]);
    }
  };
  assign(onTeachers, 0, size.onTeachers);
  // A student in all spaces at once, as protections have it, and in each alone.
  const kinds = onStudents.flatMap((student) => student.flatMap((one) => [student, [one]]));
  assign(kinds, size.onTeachers, size.onStudents);
  for (const [network, batches] of jobs) {
    const attack = await openCropAttack(runtime, network, shape);
    for (const b of batches) {
      signal.throwIfAborted();
      images[b] = await attack.attack(images[b]!, { seed, index: round * images.length + b });
    }
    await attack.release();
  }
}

async function readStudents(folders: readonly string[]): Promise<SurrogateEncoder[]> {
  const read: SurrogateEncoder[] = [];
  for (const folder of folders.filter((one) => existsSync(join(one, WEIGHTS)))) {
    const config = parseSurrogateConfig(JSON.parse(await readFile(join(folder, 'config.json'), 'utf8')));
    read.push(new SurrogateEncoder(config, await openCheckpoint(join(folder, WEIGHTS))));
  }
  return read;
}

async function teach(
  { runtime, teachers, shape, signal }: ExampleOptions,
  images: readonly Float32Array[],
): Promise<Examples['latents']> {
  const latents = new Map<SpaceName, { channels: number; data: Uint16Array }>();
  for (const space of SPACES) {
    const teacher = teachers.get(space)!;
    const program = await runtime.load(latentsGraph([teacher], pictureBatch(shape)));
    const each = shape.size * teacher.latentChannels * (shape.side / teacher.factor) ** 2;
    const data = new Uint16Array(images.length * each);
    for (const [b, image] of images.entries()) {
      signal.throwIfAborted();
      data.set(toHalves((await program.run({ image }))['latent.0'] as Float32Array), b * each);
    }
    await program.release();
    latents.set(space, { channels: teacher.latentChannels, data });
  }
  return latents;
}
