import type { SandboxFile } from "@mx/backends";
import { fileBytes, type FileContent } from "@mx/records";

/** Files as a record has them, by their path, as a sandbox takes them. */
export function sandboxFiles(files: Record<string, FileContent> = {}): SandboxFile[] {
  return Object.entries(files).map(([path, content]) => ({ path, ...fileBytes(content) }));
}
