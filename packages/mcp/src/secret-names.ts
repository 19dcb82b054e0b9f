/** A shorter value is too likely to be a part of something else to be taken for a secret. */
export const secretChars = 8;

/** True for a variable that is named as variables with secrets are. */
export function isLikeSecret(name: string): boolean {
  return /key|token|secret|passw|auth|credential/i.test(name);
}
