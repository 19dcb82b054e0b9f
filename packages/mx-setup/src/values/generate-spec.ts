import { randomInt } from "node:crypto";
import * as z from "zod";

const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const alphabets = {
  hex: "0123456789abcdef",
  alphanumeric: `0123456789${letters}`,
  base64url: `0123456789${letters}-_`,
};

const Spec = z.strictObject({
  prefix: z
    .string()
    .regex(/^[\w.-]{0,32}$/, "a prefix is letters, digits, `.`, `_` and `-`, 32 at most")
    .default(""),
  length: z.int().min(16).max(1024).default(64).describe("characters, the prefix not counted"),
  alphabet: z.enum(["hex", "alphanumeric", "base64url"]).default("hex"),
});

/** How a value is made where there is none; `true`: 64 hexadecimal digits. */
export const GenerateSpec = z.preprocess((value) => (value === true ? {} : value), Spec);
export type GenerateSpec = z.infer<typeof Spec>;

/** A new random value. */
export function generateValue({ prefix, length, alphabet }: GenerateSpec): string {
  const characters = alphabets[alphabet];
  const random = Array.from({ length }, () => characters[randomInt(characters.length)]);
  return prefix + random.join("");
}
