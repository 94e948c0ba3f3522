// A photo's error names the photo. Where another file is at fault (the mask, the target), the error must name that one,
// or people look for the fault in the wrong place.
import { PhotoGuardError } from 'photoguard/errors';

/** What `reading` gives; its error begins with the option and the file that it was given. */
export async function given<T>(option: string, file: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof PhotoGuardError)) throw cause;
    throw new PhotoGuardError(cause.code, `${option} ${file}: ${cause.message}`, { cause });
  }
}
