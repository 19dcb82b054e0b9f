import { buildConnector, Client, Pool, type Dispatcher } from "undici";

/** One upstream connection after another in the same place of the pool. */
export interface Connection {
  /** Calls that the socket which is open now has been given. */
  calls: number;
  /** What is being connected; null: nothing is. */
  socket: Destroyable | null;
}

interface Destroyable {
  destroy(error: Error): unknown;
}

/** What travels with a call through the pool, so that the call learns which connection it got. */
export interface PooledOptions extends Dispatcher.DispatchOptions {
  connection?: Connection;
}

export interface PoolSettings {
  origin: string;
  /** Limit for connecting, in ms. */
  connectTimeoutMs: number;
  /** False: every call opens a connection of its own and closes it. */
  keepAlive: boolean;
}

/**
 * A pool of connections to one origin. Nothing in it ever cuts a call that has been sent: the limits on
 * silence are the caller's own.
 */
export function connectionPool(settings: PoolSettings): Dispatcher {
  const connector = buildConnector({ timeout: settings.connectTimeoutMs });
  return new Pool(settings.origin, {
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: settings.keepAlive ? 1 : 0,
    // Below the 5 s after which uvicorn, and so vLLM, closes an idle connection: else the two race.
    keepAliveTimeout: 4000,
    keepAliveMaxTimeout: 60_000,
    factory(origin, options) {
      const connection: Connection = { calls: 0, socket: null };
      const client = new Client(origin, {
        ...options,
        connect(target, callback) {
          connection.calls = 0;
          // It returns the socket, which its types do not know.
          const connecting: unknown = connector(target, (...result) => {
            connection.socket = null;
            callback(...result);
          });
          connection.socket = connecting as Destroyable;
        },
      });
      const dispatch = client.dispatch.bind(client);
      client.dispatch = (call: PooledOptions, handler) => {
        call.connection = connection;
        return dispatch(call, handler);
      };
      return client;
    },
  });
}
