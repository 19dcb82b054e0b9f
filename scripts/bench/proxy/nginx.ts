import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { debianProgram } from "./debian-program.ts";
import { freePort } from "../../../test/support/free-port.ts";
import { Program } from "./program.ts";

/** A chat completion of 1 KB, as most of them are. */
const completion = JSON.stringify({
  id: "chatcmpl-Bx4mVw8Wq0mT2uY9aXcJ3fK7pLr1Z",
  object: "chat.completion",
  created: 1_764_000_000,
  model: "gpt-4o-mini-2024-07-18",
  choices: [
    {
      index: 0,
      message: {
        role: "assistant",
        content: "The tests fail for want of a fixture. ".repeat(14),
        refusal: null,
        annotations: [],
      },
      logprobs: null,
      finish_reason: "stop",
    },
  ],
  usage: {
    prompt_tokens: 231,
    completion_tokens: 112,
    total_tokens: 343,
    prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: "default",
  system_fingerprint: "fp_51db84afab",
});

async function start(name: string, folder: string, cpu: number, server: (port: number) => string) {
  const { path, env } = debianProgram("nginx", "usr/sbin/nginx", ["nginx"]);
  const port = await freePort();
  const own = join(folder, `${name}-`);
  const config = `
daemon off; master_process off; pid ${own}pid; error_log ${own}error.log error;
events { worker_connections 16000; }
http {
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  client_body_temp_path ${own}body; proxy_temp_path ${own}proxy; fastcgi_temp_path ${own}fastcgi;
  uwsgi_temp_path ${own}uwsgi; scgi_temp_path ${own}scgi;
  client_body_buffer_size 1m; default_type application/json;
  ${server(port)}
}`;
  writeFileSync(`${own}conf`, config);
  const argv = [path, "-p", folder, "-c", `${own}conf`, "-e", `${own}error.log`];
  return await Program.start({ name, argv, env, cpu, port, folder });
}

/** An API that answers everything with the same completion, faster than any proxy can ask. */
export function completionUpstream(folder: string, cpu: number): Promise<Program> {
  return start(
    "upstream",
    folder,
    cpu,
    (port) => `server { listen 127.0.0.1:${port}; location / { return 200 '${completion}'; } }`,
  );
}

/** nginx as a proxy that hands streams on as they come. */
export function nginxProxy(folder: string, cpu: number, upstream: string): Promise<Program> {
  const { host } = new URL(upstream);
  return start(
    "nginx",
    folder,
    cpu,
    (port) => `
  upstream api { server ${host}; keepalive 1024; keepalive_requests 1000000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://api; proxy_http_version 1.1; proxy_set_header Connection "";
      proxy_buffering off; proxy_read_timeout 1h;
    }
  }`,
  );
}
