export { agentDigest, agentFile } from "./agent-file.ts";
export { AgentOutcome, AgentReport } from "./agent-report.ts";
export { readElf, type ElfFile } from "./elf-file.ts";
export { AgentExitCode } from "./exit-code.ts";
