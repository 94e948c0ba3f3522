// Writes docs/purifiers.md, from the table of the purifiers.
import { renameSync, writeFileSync } from 'node:fs';
import { purifiersDocument } from '../packages/photoguard/src/purifiers/describe.ts';

const path = new URL('../docs/purifiers.md', import.meta.url).pathname;
writeFileSync(`${path}.new`, purifiersDocument());
renameSync(`${path}.new`, path);
console.log('docs/purifiers.md written');
