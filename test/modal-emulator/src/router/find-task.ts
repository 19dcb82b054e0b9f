import type { CallContext } from "nice-grpc";
import type { Cloud } from "../cloud.ts";
import { notFound, unauthenticated } from "../grpc/status.ts";
import type { Exec } from "../sandbox/exec.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

/** Tasks as the router knows them: with a token of their own, and only while their worker is there. */
export class TaskFinder {
  readonly #cloud: Cloud;

  constructor(cloud: Cloud) {
    this.#cloud = cloud;
  }

  /** A sandbox that lives. Throws UNAUTHENTICATED or NOT_FOUND. */
  live(taskId: string, call: CallContext): Sandbox {
    const sandbox = this.known(taskId, call);
    if (sandbox.result !== null) throw notFound(`Task ${taskId} not found: it has ended`);
    sandbox.touch();
    return sandbox;
  }

  /** A sandbox that lives, or ended well enough for its output to be there still. */
  known(taskId: string, call: CallContext): Sandbox {
    const [scheme, token = ""] = (call.metadata.get("authorization") ?? "").split(" ");
    if (scheme !== "Bearer") throw unauthenticated("a bearer token is missing");
    if (this.#cloud.routerTokens.check(token) !== taskId)
      throw unauthenticated("the token is for another task");
    const sandbox = this.#cloud.tasks.get(taskId);
    if (sandbox === undefined || sandbox.lost) throw notFound(`Task ${taskId} not found`);
    return sandbox;
  }

  /** A process of a sandbox that lives. */
  async exec(
    { taskId, execId }: { taskId: string; execId: string },
    call: CallContext,
  ): Promise<Exec> {
    const exec = await this.live(taskId, call).execs.get(execId);
    if (exec === undefined) throw notFound(`Exec ${execId} not found`);
    return exec;
  }
}
