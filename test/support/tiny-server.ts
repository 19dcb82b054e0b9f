/** What a small server for tests does besides listing the model `tiny`. */
export interface TinyServer {
  port: number;
  /** Seconds before it opens its port. */
  startSecs?: number;
  /** A file that it writes when it is ended in order. */
  lastWords?: string;
  /** Variables whose values it tells at /env, as JSON. */
  variables?: string[];
}

/** The command of a server with an OpenAI-compatible list of models, for Python; it says good-bye when it is ended in order. */
export function tinyServer(server: TinyServer): string[] {
  const { port, startSecs = 0, lastWords = "/dev/null", variables = [] } = server;
  const code = `
import http.server, json, os, signal, sys, time
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        told = {name: os.environ.get(name) for name in ${JSON.stringify(variables)}}
        models = {"object": "list", "data": [{"id": "tiny", "object": "model"}]}
        body = json.dumps(told if self.path == "/env" else models).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
def leave(*_):
    print("tiny says good-bye", flush=True)
    with open(${JSON.stringify(lastWords)}, "w") as file:
        file.write("bye\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, leave)
time.sleep(${startSecs})
print("tiny listens", flush=True)
http.server.ThreadingHTTPServer(("0.0.0.0", ${port}), Handler).serve_forever()
`;
  return ["python3", "-c", code];
}

/** A command line of these words, as a shell and `--command` read them. */
export function commandLine(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(" ");
}
