// Prepares a release: node scripts/release.ts 0.2.0. Sets the version everywhere, closes the changelog's section,
// builds and packs from the working tree, and runs npm's dry run of publishing. It commits nothing and publishes
// nothing: docs/releasing.md has the next steps.
import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGES, packAll } from './pack.ts';
import { addressed, datedChangelog, laterVersion, versioned } from './release-texts.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Folders that get the version of the release: published packages, and those built into them. */
const WORKSPACES = [...PACKAGES, 'packages/terminal', 'apps/cli'];
const MANIFESTS = ['.', ...WORKSPACES].map((folder) => join(ROOT, folder, 'package.json'));
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] }).toString('utf8');

function release(version: string): void {
  const ours = JSON.parse(readFileSync(MANIFESTS[0]!, 'utf8')) as { version: string; repository?: string };
  const { repository } = ours;
  if (repository === undefined)
    fail('package.json names no repository; add "repository": "https://<host>/<owner>/<name>" (docs/releasing.md)');
  if (!laterVersion(ours.version, version))
    fail(`the version after ${ours.version} is needed, such as 0.2.0, not ${version}`);
  if (run('git', 'status', '--porcelain') !== '') fail('there are changes that are not committed');

  const names = WORKSPACES.map(
    (folder) => (JSON.parse(readFileSync(join(ROOT, folder, 'package.json'), 'utf8')) as { name: string }).name,
  );
  for (const path of MANIFESTS) writeFileSync(path, versioned(readFileSync(path, 'utf8'), version, names));
  for (const folder of PACKAGES) {
    const path = join(ROOT, folder, 'package.json');
    writeFileSync(path, addressed(readFileSync(path, 'utf8'), repository, folder));
  }
  const changelog = join(ROOT, 'CHANGELOG.md');
  const today = new Date().toISOString().slice(0, 10);
  writeFileSync(changelog, datedChangelog(readFileSync(changelog, 'utf8'), version, today));
  run('npm', 'install', '--package-lock-only', '--ignore-scripts');

  // Files of earlier builds must not be shipped.
  for (const folder of PACKAGES) rmSync(join(ROOT, folder, 'dist'), { recursive: true, force: true });
  run('npm', 'run', '--silent', 'build');
  for (const { tarball } of packAll(join(ROOT, 'release'))) {
    run('npm', 'publish', '--dry-run', '--provenance', '--access', 'public', tarball);
    console.log(tarball);
  }
  console.log(`${version} is prepared, nothing is published; next: docs/releasing.md`);
}

function fail(message: string): never {
  console.error(`release: ${message}`);
  process.exit(2);
}

release(process.argv[2] ?? '');
