import type { CallContext } from "nice-grpc";

const typeUrl = Buffer.from("type.googleapis.com/modal.client.RPCRetryPolicy");

/**
 * Asks the client to come back after a while: the trailer `grpc-status-details-bin`, a google.rpc.Status with one detail,
 * modal.client.RPCRetryPolicy { float retry_after_secs = 1 }.
 */
export function askToRetry(call: CallContext, afterSecs: number): void {
  const policy = Buffer.alloc(5);
  policy[0] = 0x0d;
  policy.writeFloatLE(afterSecs, 1);
  const any = Buffer.concat([field(1, typeUrl), field(2, policy)]);
  call.trailer.set("grpc-status-details-bin", new Uint8Array(field(3, any)));
}

/** A field of bytes; all lengths here are below 128. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
}
