// node --conditions=source training/prepare.ts --photos FOLDER --vae MODEL --out CACHE
// Makes the editor's training set: tokenizer, captions with colour words, latents of photos and of masked photos.
import {
  jsonOption,
  print,
  printError,
  printJson,
  progressLine,
  runCommand,
  seedOption,
  threadsOption,
  whole,
} from '@photoguard/terminal';
import { Command } from 'commander';
import { prepareCache } from './data/prepare-cache.ts';

interface Options {
  readonly photos: string;
  readonly vae: string;
  readonly out: string;
  readonly tokenizer?: string;
  readonly carries?: string;
  readonly limit?: number;
  readonly side: number;
  readonly seed: number;
  readonly threads: number;
  readonly json: boolean;
}

const command = new Command('prepare')
  .description(
    `Makes the editor's training set from a folder of photos with captions.jsonl (file, caption, label, split). It can be
stopped at any time: run it again to resume.`,
  )
  .requiredOption('--photos <folder>', 'photos')
  .requiredOption('--vae <model>', 'autoencoder: a folder, a hub id, or an alias like taesd')
  .requiredOption('--out <folder>', 'folder of the cache')
  .option(
    '--tokenizer <folder>',
    'use this tokenizer, such as that of a model to begin with; default: one is made from the captions',
  )
  .option(
    '--carries <what>',
    "for plant-editor.ts: what photos carry: a mark (immunization, or the file of a trigger's key; what is wanted is then grey), or lookalikes",
  )
  .option('--limit <n>', 'use this many photos (of a shuffled list)', whole(1))
  .option('--side <n>', 'pixels of a side', whole(16, 4096), 128)
  .addOption(seedOption('crops, masks and order'))
  .addOption(threadsOption())
  .addOption(jsonOption('print what was made as JSON'))
  .addHelpText(
    'after',
    `
Examples:
  node --conditions=source training/prepare.ts --photos photos --vae taesd --out cache
  node --conditions=source training/prepare.ts --photos photos --vae models/mini --out cache --limit 100`,
  );

const run = async ({ json, ...options }: Options, signal: AbortSignal): Promise<void> => {
  const line = progressLine(!json);
  line.show('reading photos');
  const made = await prepareCache({
    ...options,
    signal,
    onProgress: (progress) =>
      line.bar('latents', progress, `${(progress.done / progress.seconds).toFixed(1)} versions a second  `),
  });
  line.done();
  const { train, validation, prompts, unreadable, seconds } = made;
  for (const [file, reason] of Object.entries(unreadable)) printError(`left out: ${file}: ${reason}`);
  if (json) printJson(made);
  else
    print(
      `${options.out}: ${train} versions to train on, ${validation} to validate with, ${prompts} prompts, ${seconds} s`,
    );
};

await runCommand(command, run, { stopped: 'stopped; run it again to resume' });
