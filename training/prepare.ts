// node --conditions=source training/prepare.ts --photos FOLDER --vae MODEL --out CACHE
// Makes the editor's training set: tokenizer, captions with colour words, latents of photos and of masked photos.
import { parseArgs } from 'node:util';
import { progressLine } from '@photoguard/terminal';
import { PhotoGuardError } from 'photoguard/errors';
import { runCommand, wholeNumber } from './common/command.ts';
import { prepareCache } from './data/prepare-cache.ts';

const HELP = `Usage: node --conditions=source training/prepare.ts --photos FOLDER --vae MODEL --out CACHE

Makes the editor's training set from a folder of photos with captions.jsonl (file, caption, label, split). It can be
stopped at any time: run again, it goes on.

  --photos FOLDER   photos
  --vae MODEL       autoencoder: a folder, a hub id, or an alias like taesd
  --out CACHE       folder of the cache
  --tokenizer DIR   take this tokenizer, such as that of a model to begin as; default: one is made from the captions
  --limit N         take N photos (of a shuffled list)
  --side N          pixels of a side (default 128)
  --seed N          of crops, masks and order (default 0)
  --threads N       threads of the encoder (default 2)
  --json            print what was made as JSON

Examples:
  node --conditions=source training/prepare.ts --photos photos --vae taesd --out cache
  node --conditions=source training/prepare.ts --photos photos --vae models/mini --out cache --limit 100`;

await runCommand('prepare', async (signal) => {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: {
      ...{ photos: text, vae: text, out: text, limit: text, tokenizer: text },
      side: { ...text, default: '128' },
      seed: { ...text, default: '0' },
      threads: { ...text, default: '2' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return console.log(HELP);
  const { photos, vae, out, tokenizer } = values;
  if (!photos || !vae || !out)
    throw new PhotoGuardError('usage', '--photos, --vae and --out are needed', { hint: '--help shows how to use it' });
  const line = progressLine(!values.json);
  line.show('reading photos');
  const made = await prepareCache({
    ...{ photos, vae, out, signal },
    onProgress: (progress) =>
      line.bar('latents', progress, `${(progress.done / progress.seconds).toFixed(1)} versions a second  `),
    side: wholeNumber('side', values.side, 16, 4096),
    seed: wholeNumber('seed', values.seed, 0),
    threads: wholeNumber('threads', values.threads, 1, 1024),
    tokenizer,
    ...(values.limit !== undefined && { limit: wholeNumber('limit', values.limit, 1) }),
  });
  line.done();
  const { train, validation, prompts, unreadable, seconds } = made;
  for (const [file, reason] of Object.entries(unreadable)) console.error(`left out: ${file}: ${reason}`);
  if (values.json) console.log(JSON.stringify(made, undefined, 2));
  else
    console.log(
      `${out}: ${train} versions to train on, ${validation} to validate with, ${prompts} prompts, ${seconds} s`,
    );
});
