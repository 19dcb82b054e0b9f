import { invalid } from "../grpc/status.ts";
import type { Stdin } from "../sandbox/stdin.ts";
import type { TaskFinder } from "./find-task.ts";
import type { RouterCalls } from "./router-api.ts";

/** What a client writes to a process, in single pieces or as a stream. */
export function stdinCalls(tasks: TaskFinder): RouterCalls {
  return {
    async taskExecStdinWrite(request, call) {
      const { stdin } = await tasks.exec(request, call);
      await stdin.write(request.data, request.offset);
      if (request.eof) stdin.end();
      return {};
    },
    async taskExecStdinWriteStream(items, call) {
      let stdin: Stdin | null = null;
      let offset = 0;
      for await (const { start, data, end } of items) {
        if (start !== undefined) {
          stdin = (await tasks.exec(start, call)).stdin;
          offset = start.offset;
        } else if (stdin === null) {
          throw invalid("the stream does not say which process it is for");
        }
        if (data !== undefined) {
          await stdin.write(data, offset);
          offset += data.length;
        }
        if (end !== undefined) stdin.end();
      }
      return {};
    },
    async taskExecStdinStatus(request, call) {
      const { stdin } = await tasks.exec(request, call);
      return { numBytesWritten: stdin.offset, closed: stdin.closed };
    },
  };
}
