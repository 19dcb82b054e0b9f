import * as z from "zod";

/** A path from the root of a sandbox. */
export const absolutePath = z.string().regex(/^\//, "expected an absolute path");
