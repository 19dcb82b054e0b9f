import { modalError } from "./client/modal-failure.ts";

/** What a failed creation means: an MxError where trying again is no use. */
export function creationError(error: unknown): Error {
  const mx = modalError(error, "no sandbox could be made");
  return ["modal_unavailable", "modal_throttled"].includes(mx.code)
    ? new Error(mx.message, { cause: error })
    : mx;
}
