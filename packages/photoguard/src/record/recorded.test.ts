import { describe, expect, it } from 'vitest';
import { recorded } from './recorded.ts';
import { RECORD } from './testing/record.ts';
import { readRecord } from './xmp-record.ts';

const RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">';
const pixels = { width: 1, height: 1, channels: 3 as const, data: new Uint8Array(3) };
const makePhoto = (xmp: string) => ({
  ...{ pixels, format: 'jpeg' as const, bitsPerChannel: 8, notes: [] },
  metadata: { xmp: new TextEncoder().encode(xmp) },
});

describe('recorded', () => {
  it('keeps a packet that would not fit into a JPEG with the record, without the record; other formats hold it', () => {
    const photo = makePhoto(`${RDF}<!--${'x'.repeat(65_000)}--></rdf:RDF>`);
    expect(recorded(photo, RECORD, 'jpeg')).toEqual({
      ...{ metadata: photo.metadata, written: false },
      notes: [expect.stringMatching(/left out.*too large for a JPEG/)],
    });
    const { metadata, written } = recorded(photo, RECORD, 'png');
    expect(written).toBe(true);
    expect(readRecord(metadata.xmp)).toEqual({ record: RECORD });
  });
});
