// A package's package.json for publishing: without what only the repository needs, namely the export condition
// `source`, scripts and development dependencies.

/** A package.json. */
export type Manifest = Readonly<Record<string, unknown>> & { readonly name: string; readonly version: string };

const ONLY_HERE = ['scripts', 'devDependencies'];

/** The manifest to publish. */
export const publishedManifest = (manifest: Manifest): Manifest =>
  Object.fromEntries(
    Object.entries(manifest)
      .filter(([key]) => !ONLY_HERE.includes(key))
      .map(([key, value]) => [key, key === 'exports' || key === 'imports' ? withoutSource(value) : value]),
  ) as unknown as Manifest;

function withoutSource(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([condition]) => condition !== 'source');
  return Object.fromEntries(kept.map(([key, inner]) => [key, withoutSource(inner)]));
}
