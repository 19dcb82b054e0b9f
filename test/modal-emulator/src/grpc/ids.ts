import { randomBytes } from "node:crypto";

const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/** An id as Modal's first backend makes them: a prefix and 22 letters or digits. The SDK tells V1 sandboxes by this shape. */
export const shortId = (prefix: string): string => `${prefix}-${random(22, 62)}`;

/** An id as the second backend makes them: 26 digits or capitals. */
export const longId = (prefix: string): string => `${prefix}-${random(26, 36)}`;

function random(length: number, base: number): string {
  return Array.from(randomBytes(length), (byte) => digits[byte % base]).join("");
}
