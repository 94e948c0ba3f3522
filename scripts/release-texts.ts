// Changes of a release in files: versions in package.json, and the changelog.

const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;

/** Whether a version is valid (three numbers) and later than another. */
export function laterVersion(before: string, after: string): boolean {
  const [old, next] = [before, after].map((version) => VERSION.exec(version)?.slice(1).map(Number));
  if (!old || !next) return false;
  const at = old.findIndex((number, i) => number !== next[i]);
  return at >= 0 && next[at]! > old[at]!;
}

/** A package.json of the version; where it depends on packages of that release, on that version of them. */
export function versioned(text: string, version: string, ours: readonly string[]): string {
  const manifest = JSON.parse(text) as Record<string, unknown>;
  manifest.version = version;
  for (const kind of ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']) {
    const wanted = manifest[kind] as Record<string, string> | undefined;
    for (const name of ours) if (wanted && Object.hasOwn(wanted, name)) wanted[name] = version;
  }
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/**
 * A package.json that says where its package is developed: in a folder of a repository.
 * @throws Error for an address that is not https
 */
export function addressed(text: string, repository: string, folder: string): string {
  if (!/^https:\/\/[^/]+\/.*[^/]$/.test(repository) || repository.endsWith('.git'))
    throw new Error(
      `package.json: the repository is an address such as https://<host>/<owner>/<name>, not ${repository}`,
    );
  const { name, version, description, ...rest } = JSON.parse(text) as Record<string, unknown>;
  const manifest = {
    ...{ name, version, description },
    homepage: `${repository}/tree/main/${folder}#readme`,
    repository: { type: 'git', url: `git+${repository}.git`, directory: folder },
    bugs: `${repository}/issues`,
    ...rest,
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}

/**
 * The changelog with its section "Unreleased" closed, and a new one above it.
 * @throws Error if that section is empty
 */
export function datedChangelog(text: string, version: string, date: string): string {
  const [head, rest] = text.split('## Unreleased\n') as [string, string | undefined];
  if (rest === undefined || rest.split('\n## ')[0]!.trim() === '')
    throw new Error('CHANGELOG.md: nothing is in the section "Unreleased"');
  return `${head}## Unreleased\n\n## ${version} - ${date}\n${rest}`;
}
