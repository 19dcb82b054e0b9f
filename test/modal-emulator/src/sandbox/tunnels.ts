import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";
import type { PortSpec } from "../control/control-api.ts";

/** An address outside that leads to a port inside. */
export interface Tunnel {
  containerPort: number;
  host: string;
  port: number;
  unencryptedHost?: string;
  unencryptedPort?: number;
}

const host = "127.0.0.1";

/** A sandbox's tunnels: plain TCP, also where the SDK expects TLS. Processes inside share the host's loopback. */
export class Tunnels {
  readonly #ports: readonly PortSpec[];
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();
  #open: Promise<Tunnel[]> | null = null;

  constructor(ports: readonly PortSpec[]) {
    this.#ports = ports;
  }

  /** True while something is connected. */
  get busy(): boolean {
    return this.#sockets.size > 0;
  }

  /** Listens on the first call. */
  open(): Promise<Tunnel[]> {
    return (this.#open ??= Promise.all(this.#ports.map((spec) => this.#tunnel(spec))));
  }

  close(): void {
    for (const server of this.#servers) server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  async #tunnel({ port = 0, unencrypted = false }: PortSpec): Promise<Tunnel> {
    const tunnel = { containerPort: port, host, port: await this.#listen(port) };
    if (!unencrypted) return tunnel;
    return { ...tunnel, unencryptedHost: host, unencryptedPort: await this.#listen(port) };
  }

  async #listen(port: number): Promise<number> {
    const server = createServer((outside) => this.#relay(outside, connect(port, host)));
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    this.#servers.push(server.unref());
    return (server.address() as AddressInfo).port;
  }

  #relay(outside: Socket, inside: Socket): void {
    for (const socket of [outside, inside]) {
      this.#sockets.add(socket);
      const close = () => {
        this.#sockets.delete(socket);
        outside.destroy();
        inside.destroy();
      };
      socket.on("error", close).on("close", close);
    }
    outside.pipe(inside).pipe(outside);
  }
}
