import { expect, test } from "vitest";
import { parseScript } from "./read-script.ts";
import { ScriptedUpstream } from "./scripted-upstream.ts";

const script = ['{"model":"scripted"}', '{"task":"*","turn":1,"content":"hello"}'].join("\n");
const upstream = new ScriptedUpstream(parseScript(script, "test"));

/** The status of the reply to a call. */
function status(method: string, path: string, body: unknown = null): Promise<number> {
  return new Promise((resolve, reject) => {
    upstream.call(
      {
        method,
        path,
        headers: [],
        body: null,
        asked: { body, model: "scripted", stream: false, includeUsage: false } as never,
        trial: null,
        subject: { task: null, trial: 0, attempt: 0 },
      },
      {
        head: (head) => resolve(head.status),
        data: () => true,
        end: () => {},
        fail: ({ message }) => reject(new Error(message)),
      },
    );
  });
}

const deep: unknown = JSON.parse(`${"[".repeat(200_000)}${"]".repeat(200_000)}`);

test("a name that is no escape was a bug of mx to the client", async () => {
  expect(await status("GET", "/v1/models/%zz")).toBe(404);
  expect(await status("GET", "/v1/models/scripte%64")).toBe(200);
});

test.for<[path: string, body: object]>([
  [
    "/v1/messages",
    { messages: [{ role: "assistant", content: [{ type: "tool_use", name: "a", input: deep }] }] },
  ],
  ["/v1/responses", { input: [{ type: "function_call_output", output: deep }] }],
  [
    "/v1/models/scripted:generateContent",
    { contents: [{ role: "user", parts: [{ functionResponse: { response: deep } }] }] },
  ],
])("a body that is nested too deeply is the client's fault, at %s too", async ([path, body]) => {
  expect(await status("POST", path, { model: "scripted", ...body })).toBe(400);
});
