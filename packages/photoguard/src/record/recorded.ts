// A photo's metadata as it goes into a result: with the record, or with a note why it is left out.
import { PhotoGuardError } from '../errors.ts';
import { MAX_JPEG_XMP, type OutputFormat, type Photo, type PhotoMetadata } from '../image/index.ts';
import type { ImmunizationRecord } from './record.ts';
import { withoutRecord, withRecord } from './xmp-record.ts';

/** A photo's metadata as it is to be written. */
export interface Recorded {
  readonly metadata: PhotoMetadata;
  /** Whether the record is in it. */
  readonly written: boolean;
  readonly notes: readonly string[];
}

/**
 * The photo's metadata with the record. If no record is wanted, an existing one is removed: it would describe another
 * photo. XMP that cannot hold a record is kept as it is, with a note.
 */
export function recorded(
  { metadata }: Pick<Photo, 'metadata'>,
  record: ImmunizationRecord | undefined,
  format: OutputFormat,
): Recorded {
  const { xmp } = metadata;
  if (!record)
    return { metadata: xmp ? { ...metadata, xmp: withoutRecord(xmp) } : metadata, written: false, notes: [] };
  try {
    const packet = withRecord(xmp, record);
    if (format !== 'jpeg' || packet.length <= MAX_JPEG_XMP)
      return { metadata: { ...metadata, xmp: packet }, written: true, notes: [] };
    const note = 'the record is left out: it would make the XMP too large for a JPEG';
    return { metadata, written: false, notes: [note] };
  } catch (error) {
    if (!(error instanceof PhotoGuardError)) throw error;
    return { metadata, written: false, notes: [`the record is left out: ${error.message}`] };
  }
}
