import { describe, expect, it } from 'vitest';
import { addressed, datedChangelog, laterVersion, versioned } from './release-texts.ts';

describe('a release', () => {
  it('needs a later version of three numbers', () => {
    expect(['0.1.1', '0.2.0', '1.0.0', '0.10.0'].map((version) => laterVersion('0.1.0', version))).not.toContain(false);
    expect(['0.1.0', '0.0.9', '', 'v0.2.0', '0.2', '0.2.0-rc.1'].map((v) => laterVersion('0.1.0', v))).not.toContain(
      true,
    );
    expect(laterVersion('1.2.3', '0.9.9')).toBe(false);
  });

  it('sets the version of a package and of what it has of the same release, and of nothing else', () => {
    const text = JSON.stringify({
      ...{ name: 'photoguard', version: '0.1.0' },
      dependencies: { 'onnx-grad': '0.1.0', sharp: '0.1.0' },
    });
    expect(JSON.parse(versioned(text, '0.2.0', ['onnx-grad', 'photoguard']))).toEqual({
      ...{ name: 'photoguard', version: '0.2.0' },
      dependencies: { 'onnx-grad': '0.2.0', sharp: '0.1.0' },
    });
  });

  it('writes where a package is developed, and takes no other address than one of https', () => {
    const text = JSON.stringify({ name: 'a', version: '1.0.0', description: 'A', license: 'MIT' });
    expect(JSON.parse(addressed(text, 'https://example.org/us/it', 'packages/a'))).toEqual({
      ...{ name: 'a', version: '1.0.0', description: 'A', license: 'MIT' },
      homepage: 'https://example.org/us/it/tree/main/packages/a#readme',
      repository: { type: 'git', url: 'git+https://example.org/us/it.git', directory: 'packages/a' },
      bugs: 'https://example.org/us/it/issues',
    });
    for (const address of ['git@example.org:us/it', 'https://example.org/us/it.git', 'https://example.org/us/it/', ''])
      expect(() => addressed(text, address, 'packages/a')).toThrow(/the repository is an address such as/);
  });

  it('closes the section of the changelog, and refuses an empty one', () => {
    const text = '# Changelog\n\n## Unreleased\n\n### Added\n- A\n\n## 0.1.0 - 2026-01-01\n- B\n';
    expect(datedChangelog(text, '0.2.0', '2026-12-01')).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.2.0 - 2026-12-01\n\n### Added\n- A\n\n## 0.1.0 - 2026-01-01\n- B\n',
    );
    expect(() => datedChangelog('# Changelog\n\n## Unreleased\n\n## 0.1.0\n- B\n', '0.2.0', '')).toThrow(/nothing/);
  });
});
