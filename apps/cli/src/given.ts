// Errors name the file that they are about. If a file other than the photo is at fault (the mask, the target), the
// error must name it, or people look for the fault in the wrong place.
import { PhotoGuardError } from 'photoguard/errors';

/** The result of `work`; its error begins with what it is about. */
export async function about<T>(what: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    if (!(cause instanceof PhotoGuardError)) throw cause;
    const { code, message, bytes } = cause;
    throw new PhotoGuardError(code, `${what}: ${message}`, { cause, ...(bytes !== undefined && { bytes }) });
  }
}

/**
 * The result of `reading`; its error begins with the option and its file. The command line named the file, so whatever
 * is wrong with it, the code is `input`; only `memory` stays, since a larger budget would do.
 */
export async function given<T>(option: string, file: string, reading: Promise<T>): Promise<T> {
  try {
    return await about(`${option} ${file}`, reading);
  } catch (error) {
    if (!(error instanceof PhotoGuardError) || error.code === 'memory') throw error;
    throw new PhotoGuardError('input', error.message, { cause: error.cause });
  }
}
