/**
 * Starts Langfuse 2 inside its image, for /bin/sh. Arguments: folder, host, port, `beside` or `external`. With `beside`
 * Postgres runs in the same container, its data in FOLDER/data, and is shut down in order once Langfuse has ended.
 */
export const langfuseScript = `\
set -eu
dir=$1 host=$2 port=$3 database=$4
postgres=
langfuse=
end() {
  trap - TERM INT
  if [ "$langfuse" ]; then kill -TERM "$langfuse" 2>/dev/null || true; wait "$langfuse" || true; fi
  if [ "$postgres" ]; then kill -INT "$postgres" 2>/dev/null || true; wait "$postgres" || true; fi
}
trap 'end; exit 143' TERM INT

if [ "$database" = beside ]; then
  export POSTGRES_PASSWORD="$LANGFUSE_POSTGRES_PASSWORD"
  inner=$(node -e '
    const server = require("node:net").createServer().listen(0, "127.0.0.1", () => {
      console.log(server.address().port);
      server.close();
    });
  ')
  sh "$dir/start-postgres.sh" "$dir/data" 127.0.0.1 "$inner" langfuse langfuse 100 &
  postgres=$!
  # The protocol's answer to a request for TLS is one letter, and only a server that is up gives it.
  until node -e '
    const socket = require("node:net").connect(Number(process.argv[1]), "127.0.0.1");
    socket.on("connect", () => socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])));
    socket.on("data", () => process.exit(0));
    socket.on("error", () => process.exit(1));
  ' "$inner"; do
    kill -0 "$postgres" || { echo 'Postgres has ended' >&2; exit 1; }
    sleep 1
  done
  encoded=$(node -p 'encodeURIComponent(process.env.POSTGRES_PASSWORD)')
  export DATABASE_URL="postgresql://langfuse:$encoded@127.0.0.1:$inner/langfuse"
  unset POSTGRES_PASSWORD
fi
export DIRECT_URL="\${DIRECT_URL:-$DATABASE_URL}" HOSTNAME="$host" PORT="$port"
export NEXTAUTH_URL="\${NEXTAUTH_URL:-http://$host:$port}"

cd /app
prisma migrate deploy --schema=./packages/shared/prisma/schema.prisma || { end; exit 1; }
# An idle connection is kept for longer than a proxy before it keeps one.
node web/server.js --keepAliveTimeout 110000 &
langfuse=$!
status=0
wait "$langfuse" || status=$?
langfuse=
end
exit "$status"
`;
