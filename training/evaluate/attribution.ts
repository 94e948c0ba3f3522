// node --conditions=source training/evaluate/attribution.ts --from FILE --to FILE The photographers of the flowers as a
// compact list: one line per photographer, with the numbers of the photos, from which their addresses follow. The
// licence (CC BY 2.0) requires it.
import { readFile } from 'node:fs/promises';
import { print, runCommand } from '@photoguard/terminal';
import { Command } from 'commander';
import { writeWhole } from 'photoguard/image/node';

const command = new Command('attribution')
  .description('Makes ATTRIBUTION.txt of models/mini from the list of photographers that comes with the photos.')
  .requiredOption('--from <file>', 'ATTRIBUTION-flowers.txt of the photos')
  .requiredOption('--to <file>', 'file to write');

const LINE = /^(\S+) CC-BY by (.*) - https:\/\/www\.flickr\.com\/photos\/([^/]+)\/(\d+)\/?$/;
const HEAD = `The photos that models/mini was trained on.

clothing    clothing-dataset, CC0 1.0
portraits   official portraits of the government of the United States, public domain
flowers     flower_photos of TensorFlow; every photo CC BY 2.0 (https://creativecommons.org/licenses/by/2.0/), by the
            photographers below. They were cropped, scaled and mirrored to train on; none is part of the model as a picture.

A line a photographer: name, name in addresses: numbers of photos. Photo N of owner O is https://www.flickr.com/photos/O/N/
`;

await runCommand<{ from: string; to: string }>(command, async (options) => {
  const photographers = new Map<string, { readonly name: string; readonly photos: string[] }>();
  const unread: string[] = [];
  for (const line of (await readFile(options.from, 'utf8')).split('\n')) {
    const [, , name, owner, photo] = LINE.exec(line.trim()) ?? [];
    if (owner === undefined) {
      if (line.startsWith('flowers/')) unread.push(line.trim().replace(/^\S+ /, ''));
      continue;
    }
    const known = photographers.get(owner);
    if (known) known.photos.push(photo!);
    else photographers.set(owner, { name: name!, photos: [photo!] });
  }
  const lines = [...photographers].map(([owner, { name, photos }]) => `${name}, ${owner}: ${photos.join(' ')}`);
  const text = [HEAD, ...lines.sort(), ...unread].join('\n');
  await writeWhole(options.to, new TextEncoder().encode(`${text}\n`));
  print(`${options.to}: ${photographers.size} photographers; ${unread.length} lines are kept as they were`);
});
