import type { McpCall, Request } from "@mx/records";

/** The record of a call that has ended: of a model, or of an MCP server. */
export type CallRecord = Request | McpCall;

/** Where the records of calls go. */
export interface Ledger {
  /** Takes a record. `written` is called once it is where it stays when this process dies, as far as it can be. */
  add(record: CallRecord, written: () => void): void;
  /** Null: there is room. Else settles once what was added before has been taken; calls wait for it. */
  full(): Promise<void> | null;
  /** Writes what is left. Throws where it cannot be written. */
  close(): Promise<void>;
}

/** A ledger for a proxy whose calls nobody wants to see. */
export const noLedger: Ledger = {
  add: (_record, written) => written(),
  full: () => null,
  close: () => Promise.resolve(),
};
