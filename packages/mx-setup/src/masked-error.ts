import { MxError, type Masker } from "@mx/cli";

/** An error without the values that it may have taken from Modal's reply; nor are they in what caused it. */
export function maskedError(error: unknown, masker: Masker): unknown {
  if (error instanceof MxError) {
    const { code, exitCode, hint } = error;
    const masked = new MxError(masker.text(error.message), {
      code,
      exitCode,
      ...(hint === undefined ? {} : { hint: masker.text(hint) }),
    });
    if (error.stack !== undefined) masked.stack = masker.text(error.stack);
    return masked;
  }
  if (!(error instanceof Error)) return error;
  const masked = new Error(masker.text(error.message));
  masked.name = error.name;
  if (error.stack !== undefined) masked.stack = masker.text(error.stack);
  return masked;
}
