import type { RunContext } from "@mx/cli";
import type { Endpoint } from "@mx/records";
import { diedError } from "../probe/wait-until-ready.ts";
import type { ServerEnd } from "../places/place.ts";
import type { UsedServer } from "../servers/used-server.ts";
import { EndpointNews } from "./endpoint-news.ts";

/**
 * Serves until a signal, or until the server has ended: its record first, again whenever it changes, and last with the
 * state that it was left in. Throws MxError 69 where it ended by itself; one that `mx-serve stop` ended was meant to.
 */
export async function* serveServer(
  used: UsedServer,
  { stop, watchReader }: RunContext,
): AsyncGenerator<Endpoint, void> {
  const news = new EndpointNews(used.endpoint);
  let end: ServerEnd | null = null;
  used.onMove((endpoint) => news.tell(endpoint));
  void used.ended.then((how) => {
    end = how;
    news.close();
  });
  stop.addEventListener("abort", () => news.close(), { once: true });
  if (stop.aborted) news.close();
  try {
    await watchReader();
    yield* news.records();
  } finally {
    // A reader that has gone is told nothing any more, and the server is left all the same.
    const last = await used.leave(end);
    if (last !== null) news.last = last;
  }
  if (news.last !== null) yield news.last;
  if (end !== null && news.last?.state === "failed") throw diedError(used.name, end);
}
