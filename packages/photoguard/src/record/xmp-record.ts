// Writes, reads and removes the record in a photo's XMP. It is one text property in our own namespace, since programs
// that rewrite XMP leave these unchanged. Everything else in the packet stays byte for byte.
import { PhotoGuardError } from '../errors.ts';
import { cut } from '../image/index.ts';
import { type ImmunizationRecord, parseRecord, recordText } from './record.ts';
import { NAMESPACE, PROPERTY, RDF, type Scan, scanPacket } from './xmp-packet.ts';

/** The result of reading a photo's XMP: a record, or why its record cannot be used; neither if there is none. */
export interface FoundRecord {
  readonly record?: ImmunizationRecord;
  readonly problem?: string;
}

const EMPTY =
  '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">' +
  `<rdf:RDF xmlns:rdf="${RDF}"></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

/**
 * The packet with the record added at its end. An existing record is replaced: a photo that is immunized again has the
 * record of the last time, whose `original` is the photo before that.
 *
 * @param xmp a packet as it was read; absent: a new one is created
 * @throws PhotoGuardError `input` for a packet that is not XMP in UTF-8, to which nothing can be added safely; for a
 *   record that could not be read again
 */
export function withRecord(xmp: Uint8Array | undefined, record: ImmunizationRecord): Uint8Array {
  const text = xmp === undefined ? EMPTY : decoded(xmp);
  const scan = scanned(text);
  const { rdf } = scan;
  if (!rdf) throw unusable('it has no rdf:RDF');
  const property =
    `<rdf:Description xmlns:rdf="${RDF}" rdf:about="${escaped(scan.about).replaceAll('"', '&quot;')}" xmlns:photoguard="${NAMESPACE}">` +
    `<photoguard:${PROPERTY}>${escaped(recordText(record))}</photoguard:${PROPERTY}></rdf:Description>`;
  const head = cut(text.slice(0, rdf.start), scan.ours);
  const tag = text.slice(rdf.start, rdf.end);
  const name = /^<\/?\s*([^\s/>]+)/.exec(tag)![1]!;
  const middle = rdf.selfClosing ? `${tag.replace(/\s*\/>$/, '>')}${property}</${name}>` : property + tag;
  const packet = new TextEncoder().encode(withoutPadding(head + middle + text.slice(rdf.end), text.length));
  const { problem } = readRecord(packet);
  if (problem !== undefined) throw new PhotoGuardError('input', problem);
  return packet;
}

/** The packet without a record. The same bytes if there is none, or if it cannot be read as XMP. */
export function withoutRecord(xmp: Uint8Array): Uint8Array {
  try {
    const text = decoded(xmp);
    const { ours } = scanned(text);
    return ours.length === 0 ? xmp : new TextEncoder().encode(cut(text, ours));
  } catch (error) {
    if (error instanceof PhotoGuardError) return xmp;
    throw error;
  }
}

/**
 * The record of a photo's XMP. If there are several (another program merged packets), the last one counts. Damage is
 * reported in `problem`, never thrown: a photo without a usable record is still a photo.
 */
export function readRecord(xmp: Uint8Array | undefined): FoundRecord {
  if (xmp === undefined) return {};
  // A damaged packet matters only if it mentions our property.
  const mentioned = new TextDecoder().decode(xmp).includes(NAMESPACE);
  if (!mentioned) return {};
  try {
    const value = scanned(decoded(xmp)).values.at(-1);
    return value === undefined ? {} : { record: parseRecord(value) };
  } catch (error) {
    if (error instanceof PhotoGuardError) return { problem: error.message };
    throw error;
  }
}

function decoded(xmp: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(xmp).replace(/\0+$/, '');
  } catch (cause) {
    throw unusable('it is not in UTF-8', cause);
  }
}

function scanned(text: string): Scan {
  try {
    return scanPacket(text);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw unusable(`it is not well-formed XML, ${said.replace(/\s+/g, ' ').slice(0, 120)}`, cause);
  }
}

const unusable = (what: string, cause?: unknown): PhotoGuardError =>
  new PhotoGuardError('input', `the photo's XMP cannot be used: ${what}`, cause === undefined ? {} : { cause });

// White space before the end of a packet may be overwritten (XMP specification, part 3): it is shortened by what was
// added, so that a packet that fitted its place still does.
function withoutPadding(text: string, before: number): string {
  const [padding = '', end = ''] = /(\s*)(<\?xpacket\s+end=[^?]*\?>\s*)$/.exec(text)?.slice(1) ?? [];
  const spare = Math.min(padding.length, Math.max(0, text.length - before));
  const kept = text.length - padding.length - end.length;
  return text.slice(0, kept) + padding.slice(spare) + end;
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
