import type { Cloud } from "../cloud.ts";
import { longId } from "../grpc/ids.ts";
import { Container, type FunctionDefinition } from "./container.ts";
import { WebEndpoint } from "./web-endpoint.ts";

/** So long every call fails after a container that could not start, in seconds. */
const failedSecs = 1;

/** A function, or a class with methods, of a deployed app; its containers come with calls and go when there are none. */
export class AppFunction {
  readonly id: string;
  readonly appId: string;
  /** As in `serve`, or `Server.*` for a class. */
  readonly name: string;
  /** What it was last deployed as; null before that. */
  definition: FunctionDefinition | null = null;
  definitionId = "";
  readonly #cloud: Cloud;
  /** By the name of the method; that of a function is empty. */
  readonly #endpoints = new Map<string, WebEndpoint>();
  #container: { made: Promise<Container>; open: Promise<Container> } | null = null;
  #idle: NodeJS.Timeout | null = null;
  #calls = 0;

  constructor(cloud: Cloud, { id, appId, name }: { id: string; appId: string; name: string }) {
    this.#cloud = cloud;
    this.id = id;
    this.appId = appId;
    this.name = name;
  }

  /** Where a method, or the function itself, can be called from outside; empty where it cannot. */
  webUrl(method: string): string {
    return this.#endpoints.get(method)?.url ?? "";
  }

  /** Takes a new definition: containers of the old one end, as soon as another is wanted. */
  async deploy(definition: FunctionDefinition): Promise<void> {
    this.definition = definition;
    this.definitionId = longId("de");
    const methods = Object.entries(definition.methodDefinitions ?? {});
    const webhooks = methods.flatMap(([name, method]) =>
      method?.webhookConfig ? [[name, method.webhookConfig] as const] : [],
    );
    if (definition.webhookConfig?.type) webhooks.push(["", definition.webhookConfig]);
    for (const [name, { requiresProxyAuth = false }] of webhooks) {
      const known = this.#endpoints.get(name);
      if (known !== undefined) known.requiresProxyAuth = requiresProxyAuth;
      else
        this.#endpoints.set(
          name,
          await WebEndpoint.listen(this.#cloud, this, { name, requiresProxyAuth }),
        );
    }
    await this.#release();
  }

  /** Its app is published: containers that are always to be there are started. */
  publish(): void {
    const [method] = this.#endpoints.keys();
    if (method === undefined || !this.definition?.autoscalerSettings?.minContainers) return;
    this.use(method, async () => {}).catch(() => {});
  }

  /** Does something with a container of the function, one that is there or a new one. */
  async use<T>(method: string, work: (container: Container) => Promise<T>): Promise<T> {
    this.#calls += 1;
    if (this.#idle !== null) clearTimeout(this.#idle);
    try {
      return await work(await this.#ready(method));
    } finally {
      this.#calls -= 1;
      if (this.#calls === 0) this.#watchIdle();
    }
  }

  /** Ends its containers. Its addresses stay, and say that the app is stopped. */
  async stop(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    await this.#release();
  }

  /** Ends its containers and its addresses. */
  async close(): Promise<void> {
    for (const endpoint of this.#endpoints.values()) endpoint.close();
    await this.stop();
  }

  #ready(method: string): Promise<Container> {
    this.#container ??= this.#start(method);
    return this.#container.open;
  }

  #start(method: string): { made: Promise<Container>; open: Promise<Container> } {
    const { id, appId, name } = this;
    const made = Container.create(this.#cloud, { id, appId, name, method }, this.definition!);
    return { made, open: this.#open(made) };
  }

  async #open(made: Promise<Container>): Promise<Container> {
    const forget = () => (this.#container = null);
    try {
      const container = await made;
      await container.open(this.#cloud);
      void container.sandbox.whenDone.then(forget);
      return container;
    } catch (error) {
      // Modal, too, takes its time to start what has just failed.
      this.#cloud.clock.after(failedSecs, forget);
      throw error;
    }
  }

  #watchIdle(): void {
    const { minContainers = 0, scaledownWindow = 60 } = this.definition?.autoscalerSettings ?? {};
    if (minContainers > 0) return;
    this.#idle = this.#cloud.clock.after(scaledownWindow, () => void this.#release());
  }

  async #release(): Promise<void> {
    const container = await this.#container?.made.catch(() => null);
    await container?.stop(this.#cloud);
  }
}
