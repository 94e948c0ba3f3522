// Writes the tables of rooms (rooms.ts) in docs/architecture.md, and its picture.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { architecturePicture } from './architecture-picture.ts';
import { architectureDocument } from './architecture-tables.ts';

function write(file: string, text: string): void {
  const path = new URL(`../${file}`, import.meta.url).pathname;
  writeFileSync(`${path}.new`, text);
  renameSync(`${path}.new`, path);
  console.log(`${file} written`);
}

write(
  'docs/architecture.md',
  architectureDocument(readFileSync(new URL('../docs/architecture.md', import.meta.url), 'utf8')),
);
write('docs/images/architecture.svg', architecturePicture());
