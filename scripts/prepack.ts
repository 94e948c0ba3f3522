// What `npm pack` and `npm publish` run in a package's folder, before and after: `prepack.ts` builds and puts the published
// package.json in place, `prepack.ts --restore` puts ours back.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Manifest, publishedManifest } from './published.ts';

const OURS = 'package.json.ours';

if (existsSync(OURS)) renameSync(OURS, 'package.json'); // also after a run that was killed
if (!process.argv.includes('--restore')) {
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 2, 2],
  });
  const text = readFileSync('package.json', 'utf8');
  writeFileSync(OURS, text);
  writeFileSync('package.json', `${JSON.stringify(publishedManifest(JSON.parse(text) as Manifest), undefined, 2)}\n`);
}
