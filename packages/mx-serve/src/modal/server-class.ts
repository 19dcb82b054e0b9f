/** Says in the log why a server is not there, in a line that `mx-serve deploy --wait` looks for; the error to raise. */
export const failedFunction = `def failed(reason):
    print(f"mx-serve[{TAGS['mx-serve-file']}]: {NAME} {reason}", flush=True)
    return RuntimeError(f"{NAME} {reason}")
`;

/**
 * The part of a generated file that is the same for every server: it starts the command, watches it, and ends it in
 * order. Modal starts a container for a call that finds none, waits as long as `serve` does and then for the port, and
 * runs `stop` before it commits the volumes. The server is reached by way of the container's own address and not its
 * loopback: it has to listen on 0.0.0.0.
 */
export const serverClass = `class Server:
    process = None
    stopping = False

    @modal.web_server(
        PORT,
        startup_timeout=STARTUP_SECONDS,
        requires_proxy_auth=REQUIRES_PROXY_AUTH,
    )
    def serve(self):
        missing = [name for name in REQUIRED_VARIABLES if not os.environ.get(name)]
        if missing:
            raise failed(f"needs the variables {', '.join(missing)} from a secret")
        pathlib.Path(FOLDER).mkdir(parents=True, exist_ok=True)
        for name, text in FILES.items():
            path = pathlib.Path(FOLDER, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        environment = {**os.environ, **ENVIRONMENT}
        if URL_VARIABLE is not None and not environment.get(URL_VARIABLE):
            environment[URL_VARIABLE] = modal.Cls.from_name(NAME, "Server")().serve.get_web_url()
        self.process = subprocess.Popen(COMMAND, cwd=FOLDER, env=environment)
        self.wait_until_open()
        threading.Thread(target=self.watch, daemon=True).start()

    def wait_until_open(self):
        deadline = time.monotonic() + STARTUP_SECONDS
        while self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", PORT), timeout=1).close()
                return
            except OSError:
                time.sleep(0.2)
            if time.monotonic() > deadline:
                self.end()
                raise failed(f"did not open its port within {STARTUP_SECONDS} s")
        raise failed(f"ended with exit status {self.process.returncode} while it started")

    def watch(self):
        # Without its server a container would take calls that nobody answers.
        status = self.process.wait()
        if self.stopping:
            return
        failed(f"ended with exit status {status}")
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(STOP_SECONDS + 10)
        os._exit(1)

    @modal.exit()
    def stop(self):
        self.end()

    def end(self):
        self.stopping = True
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(STOP_SIGNAL)
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
`;
