// What the runtime loop costs beside the plain loop of two curls, on the same events in the same run:
//   scripts/bench-runtime [EVENTS]
// And whether events and answers of up to 6 MB pass unharmed, chunked or not.

import { ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, IncomingMessage, ServerResponse } from "node:http";
import { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";

/** Of the plain loop's time. */
const GOAL = 0.12;
/** The two take turns, so that a busy moment of the machine hits both. */
const ROUNDS = 5;
const PAYLOAD_LIMIT = 6 * 1024 * 1024;
const ROOT = join(__dirname, "../..");

/** The loop of AWS's own tutorial for custom runtimes: two curls and a temporary file an event. */
const PLAIN = `#!/usr/bin/env bash
set -euo pipefail
while true; do
  HEADERS=$(mktemp)
  EVENT=$(curl -sS -LD "$HEADERS" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  ID=$(grep -Fi Lambda-Runtime-Aws-Request-Id "$HEADERS" | tr -d '[:space:]' | cut -d: -f2)
  printf '%s' "$EVENT" |
    curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$ID/response" --data-binary @- >/dev/null
  rm "$HEADERS"
done
`;
const ECHO = `echo_event() { printf '%s' "$EVENT"; }
`;

interface Outcome {
  /** Milliseconds an event. */
  each: number;
  unharmed: boolean;
}

const start = (task: string, port: number): ChildProcess =>
  spawn(join(task, "bootstrap"), {
    detached: true,
    stdio: ["ignore", "ignore", "inherit"],
    env: {
      ...process.env,
      LANG: "C.UTF-8",
      TMPDIR: task,
      LAMBDA_TASK_ROOT: task,
      _HANDLER: "echo.echo_event",
      AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
    },
  });

/** Serves the events to a bootstrap that echoes them. */
function run(task: string, events: string[], chunked: boolean): Promise<Outcome> {
  const digest = (text: string) => createHash("sha256").update(text).digest("hex");
  let served = 0;
  let unharmed = true;
  let began = 0;
  let runtime: ChildProcess;
  return new Promise((resolve, reject) => {
    const body = async (request: IncomingMessage) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks).toString();
    };
    const next = (response: ServerResponse) => {
      if (served === events.length) {
        const each = (performance.now() - began) / events.length;
        process.kill(-runtime.pid!, "SIGKILL");
        server.close();
        server.closeAllConnections();
        resolve({ each, unharmed });
        return;
      }
      if (served === 0) began = performance.now();
      const event = events[served++];
      response.writeHead(200, {
        "Lambda-Runtime-Aws-Request-Id": String(served),
        "Lambda-Runtime-Deadline-Ms": String(Date.now() + 60_000),
        ...(!chunked && { "Content-Length": Buffer.byteLength(event) }),
      });
      if (chunked)
        for (let at = 0; at < event.length; at += 65536) response.write(event.slice(at, at + 65536));
      response.end(chunked ? undefined : event);
    };
    const server = createServer(async (request, response) => {
      if (request.url!.endsWith("/next")) return next(response);
      unharmed &&=
        request.url!.endsWith("/response") && digest(await body(request)) === digest(events[served - 1]);
      response.writeHead(202).end();
    });
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      runtime = start(task, port).on("error", reject);
    });
  });
}

const median = (outcomes: Outcome[]): number =>
  outcomes.map((o) => o.each).sort((x, y) => x - y)[Math.floor(outcomes.length / 2)];

async function main(): Promise<void> {
  const count = Number(process.argv[2] ?? 60);
  const folder = mkdtempSync(join(tmpdir(), "bench-runtime-"));
  try {
    const [ours, plain] = ["ours", "plain"].map((name) => join(folder, name));
    cpSync(join(ROOT, "lambda-runtime"), ours, { recursive: true });
    writeFileSync(join(ours, "echo.sh"), ECHO);
    mkdirSync(plain);
    writeFileSync(join(plain, "bootstrap"), PLAIN, { mode: 0o755 });
    const events = Array.from({ length: count }, (_, n) => JSON.stringify({ action: "echo", n }));
    await run(ours, events.slice(0, 5), false);
    await run(plain, events.slice(0, 5), false);
    const rounds = { ours: [] as Outcome[], plain: [] as Outcome[] };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.ours.push(await run(ours, events, false));
      rounds.plain.push(await run(plain, events, false));
    }
    const [a, b] = [median(rounds.ours), median(rounds.plain)];
    const ratio = a / b;
    console.log(
      `${ROUNDS} x ${count} events: ${a.toFixed(2)} ms each, plain loop ${b.toFixed(2)} ms, ratio ${ratio.toFixed(3)} (goal ${GOAL})`,
    );
    let good = ratio <= GOAL && [...rounds.ours, ...rounds.plain].every((o) => o.unharmed);
    for (const chunked of [false, true]) {
      const text = 'ü€\\ "quoted" ' + randomBytes(PAYLOAD_LIMIT).toString("base64");
      const large = JSON.stringify(text).slice(0, PAYLOAD_LIMIT - 100) + '"';
      const { each, unharmed } = await run(ours, [large, large], chunked);
      console.log(
        `6 MB${chunked ? ", chunked" : ""}: ${each.toFixed(0)} ms, ${unharmed ? "unharmed" : "HARMED"}`,
      );
      good &&= unharmed;
    }
    process.exitCode = good ? 0 : 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

void main();
