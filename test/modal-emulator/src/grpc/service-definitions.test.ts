import { expect, test } from "vitest";
import { evaluate, modalServices, sdkVersion } from "./service-definitions.ts";

test("the installed SDK is the one that this was written for: 0.11.1 with 267 RPCs", async () => {
  const { ModalClient } = await import("modal");
  const { control, router } = modalServices();
  expect(sdkVersion()).toBe("0.11.1");
  expect(Object.keys(control.methods)).toHaveLength(267);
  expect(Object.keys(router.methods)).toHaveLength(23);
  expect(control.fullName).toBe("modal.client.ModalClient");
  expect(router.fullName).toBe("modal.task_command_router.TaskCommandRouter");
  const client = new ModalClient({ tokenId: "a", tokenSecret: "b", logLevel: "error" });
  expect(Object.keys(client.cpClient).toSorted()).toEqual(Object.keys(control.methods).toSorted());
});

test("an SDK that is laid out in another way is refused, with what was looked for", () => {
  expect(() => evaluate("// src/app.ts\n")).toThrow(
    'not laid out as that of modal 0.11.1: no "// node_modules/@bufbuild/protobuf/dist/esm/wire/varint.js"',
  );
});
