import * as z from "zod";

/** The app that sandboxes belong to, unless --modal-app names another. */
export const defaultApp = "mx-sandbox";

/** Where everything of Modal's is looked for; shared with `mx-sandbox gc`. */
export const modalPlaceFlags = {
  modalApp: z.string().min(1).default(defaultApp).describe("app of Modal that sandboxes belong to"),
  modalEnvironment: z
    .string()
    .min(1)
    .optional()
    .describe("environment of Modal; default: $MODAL_ENVIRONMENT, else the workspace's own"),
};

/** What mx-sandbox can be told about Modal. */
export const modalFlags = {
  ...modalPlaceFlags,
  modalSetup: z
    .array(z.string().min(1))
    .default([])
    .describe("shell command, or line of a Dockerfile, on top of every image; built once"),
  modalRegion: z.array(z.string().min(1)).default([]).describe("region of Modal"),
  modalCloud: z.string().min(1).optional().describe("cloud that Modal is to use"),
  modalSecret: z
    .array(z.string().min(1))
    .default([])
    .describe("name of a secret of Modal whose keys become variables in the sandbox"),
  modalVolume: z
    .array(z.string().regex(/^[\w.-]+:\/[^:]+(:ro)?$/, "expected NAME:/path or NAME:/path:ro"))
    .default([])
    .describe("volume of Modal, as NAME:/path or NAME:/path:ro"),
  modalResultsVolume: z
    .string()
    .min(1)
    .optional()
    .describe("volume of Modal that the run is copied to, as runs/RUN_ID/…, while it goes on"),
  modalWait: z
    .number()
    .min(1)
    .default(1800)
    .describe("seconds to ask for a sandbox again while Modal cannot be reached or has no room"),
};
