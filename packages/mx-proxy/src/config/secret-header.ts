/** True for the name of a header whose value may let its bearer in, so that it is masked. */
export function mayBeSecret(header: string): boolean {
  return /auth|cookie|key|secret|token/i.test(header);
}
