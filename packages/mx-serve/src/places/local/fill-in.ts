/** What the place chooses for a server. */
export interface Chosen {
  host: string;
  port: number;
  /** Folder of the server. */
  dir: string;
}

/** Puts what the place chose in the place of {host}, {port} and {dir}. */
export function fillIn(text: string, chosen: Chosen): string {
  return text.replaceAll(/\{(host|port|dir)\}/g, (_, name: keyof Chosen) => String(chosen[name]));
}
