import * as z from "zod";

const milliseconds = (what: string) =>
  z.number().min(0).max(86_400_000).default(0).describe(`ms that ${what}`);

export const flags = z.object({
  port: z.int().min(0).max(65535).default(0).describe("TCP port on 127.0.0.1; 0: a free one"),
  shell: z
    .boolean()
    .optional()
    .describe("print `export NAME=value` lines (default: on a terminal; else one line of JSON)"),
  isolation: z
    .enum(["auto", "bwrap", "none"])
    .default("auto")
    .describe("a root of its own for each sandbox, or plain processes; auto: bwrap where it works"),
  imageCommands: z
    .enum(["run", "record"])
    .default("run")
    .describe("what becomes of an image's RUN lines; without bwrap they are only recorded"),
  imageBuildMs: milliseconds("an image takes to build, besides its commands"),
  schedulingMs: milliseconds("a sandbox waits for a worker"),
  timeScale: z
    .number()
    .positive()
    .max(1_000_000)
    .default(1)
    .describe("how many times faster the lifetimes of sandboxes and processes pass"),
  createsPerSecond: z.number().positive().optional().describe("creations of sandboxes let through"),
  maxSandboxes: z.int().positive().optional().describe("sandboxes at a time"),
  fault: z
    .array(z.string().min(1))
    .default([])
    .describe(
      "RPC=CODE[,times=N][,skip=N][,retry-after=S][,delay-ms=N][,cut-after=BYTES][,after][,hang]: let calls fail",
    ),
  python: z
    .string()
    .min(1)
    .optional()
    .describe("Python that has the package modal, to run the containers of web functions with"),
  webTimeoutMs: z
    .number()
    .min(1)
    .max(86_400_000)
    .default(150_000)
    .describe("ms after which a call of a web function is answered 303"),
  untilStdinCloses: z.boolean().default(false).describe("end when stdin closes, too"),
});
export type Flags = z.infer<typeof flags>;
