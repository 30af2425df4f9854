// One execution environment: the function's process, and the Runtime API that it talks to, as Lambda has them.

import { ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Fastify, { FastifyInstance, FastifyReply } from "fastify";

export interface EnvironmentSettings {
  /** Everything of this environment lives in this folder: `task`, `opt`, `tmp`. */
  folder: string;
  variables: Record<string, string>;
  functionArn: string;
  timeoutSeconds: number;
  log: (line: string) => void;
  /** Called when its processes have ended. */
  ended: () => void;
}

const MAX_ANSWER = 6 * 1024 * 1024;

export interface Outcome {
  payload: string;
  failed: boolean;
}

interface Invocation {
  id: string;
  payload: string;
  deadline: number;
  settle: (outcome: Outcome) => void;
}

const failure = (errorType: string, errorMessage: string): Outcome => ({
  payload: JSON.stringify({ errorType, errorMessage }),
  failed: true,
});

export class Environment {
  private readonly api: FastifyInstance = Fastify({ bodyLimit: 7 * 1024 * 1024 });
  private process?: ChildProcess;
  private current?: Invocation;
  private waiting?: FastifyReply;
  /** False once the process is gone: the next invocation needs a new environment. */
  alive = true;

  private constructor(private readonly settings: EnvironmentSettings) {
    this.api.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    this.api.removeContentTypeParser("application/json");
    const base = "/2018-06-01/runtime";
    this.api.get(`${base}/invocation/next`, (_request, reply) => {
      this.waiting = reply;
      this.hand();
    });
    this.api.post<{ Params: { id: string } }>(`${base}/invocation/:id/response`, async (request, reply) => {
      const payload = String(request.body ?? "");
      // "Payload size: 6 MB (synchronous)": «Lambda quotas», AWS Lambda Developer Guide.
      if (Buffer.byteLength(payload) > MAX_ANSWER)
        return reply.code(413).send({
          errorMessage: "Exceeded maximum allowed payload size",
          errorType: "RequestEntityTooLarge",
        });
      return this.finish(request.params.id, { payload, failed: false }, reply);
    });
    this.api.post<{ Params: { id: string } }>(`${base}/invocation/:id/error`, async (request, reply) =>
      this.finish(request.params.id, { payload: String(request.body ?? ""), failed: true }, reply),
    );
    this.api.post(`${base}/init/error`, async (request, reply) => {
      this.current?.settle({ payload: String(request.body ?? ""), failed: true });
      return reply.code(202).send({ status: "OK" });
    });
  }

  static async start(settings: EnvironmentSettings): Promise<Environment> {
    const environment = new Environment(settings);
    await environment.api.listen({ host: "127.0.0.1", port: 0 });
    environment.launch();
    return environment;
  }

  private launch(): void {
    const { folder, variables, log } = this.settings;
    const [task, opt, tmp] = ["task", "opt", "tmp"].map((name) => join(folder, name));
    mkdirSync(tmp, { recursive: true });
    const { port } = this.api.server.address() as { port: number };
    const child = spawn(join(task, "bootstrap"), [], {
      cwd: task,
      detached: true, // its own process group, so that all of it can be ended
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        // Lambda has its own folders first, but hardly a program in them that a layer brings, too; this machine may have any.
        PATH: `${opt}/bin:/usr/local/bin:/usr/bin:/bin`,
        LD_LIBRARY_PATH: `${opt}/lib`,
        LANG: "en_US.UTF-8",
        TZ: ":UTC",
        TMPDIR: tmp,
        LAMBDA_TASK_ROOT: task,
        AWS_LAMBDA_RUNTIME_API: `127.0.0.1:${port}`,
        ...variables,
      },
    });
    this.process = child;
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", log);
    // Neither there nor executable, in AWS's words: aws/aws-lambda-dotnet#1671.
    child.on("error", () =>
      this.end(
        failure(
          "Runtime.InvalidEntrypoint",
          `RequestId: ${this.current?.id} Error: Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]`,
        ),
      ),
    );
    child.on("exit", (code, signal) =>
      this.end(
        failure(
          "Runtime.ExitError",
          `RequestId: ${this.current?.id} Error: Runtime exited with error: ${signal ? `signal: ${signal}` : `exit status ${code}`}`,
        ),
      ),
    );
  }

  /** Runs one event to its end. The outcome is a response, an error of the function, or Lambda's own error. */
  async invoke(payload: string): Promise<Outcome> {
    const id = randomUUID();
    const deadline = Date.now() + this.settings.timeoutSeconds * 1000;
    this.settings.log(`START RequestId: ${id} Version: $LATEST`);
    const started = Date.now();
    const outcome = await new Promise<Outcome>((resolve) => {
      const timer = setTimeout(
        () =>
          this.end(
            failure(
              "Sandbox.Timedout",
              `RequestId: ${id} Error: Task timed out after ${this.settings.timeoutSeconds.toFixed(2)} seconds`,
            ),
          ),
        deadline - Date.now(),
      );
      this.current = {
        id,
        payload,
        deadline,
        settle: (settled) => {
          clearTimeout(timer);
          resolve(settled);
        },
      };
      if (!this.alive)
        this.current.settle(failure("Runtime.ExitError", `RequestId: ${id} Error: Runtime exited`));
      this.hand();
    });
    this.current = undefined;
    this.settings.log(`END RequestId: ${id}`);
    this.settings.log(`REPORT RequestId: ${id}\tDuration: ${Date.now() - started} ms`);
    return outcome;
  }

  private hand(): void {
    if (!this.waiting || !this.current) return;
    const { id, payload, deadline } = this.current;
    const reply = this.waiting;
    this.waiting = undefined;
    void reply
      .headers({
        "lambda-runtime-aws-request-id": id,
        "lambda-runtime-deadline-ms": String(deadline),
        "lambda-runtime-invoked-function-arn": this.settings.functionArn,
        "lambda-runtime-trace-id": `Root=1-${Math.floor(Date.now() / 1000).toString(16)}-${id.replace(/-/g, "").slice(0, 24)};Sampled=0`,
      })
      .type("application/json")
      .send(payload);
  }

  private finish(id: string, outcome: Outcome, reply: FastifyReply): FastifyReply {
    if (id !== this.current?.id)
      return reply.code(400).send({ errorMessage: "Invalid request ID", errorType: "InvalidRequestID" });
    this.current.settle(outcome);
    return reply.code(202).send({ status: "OK" });
  }

  /** As if the process had been killed, or its time were up. */
  fail(how: "killed" | "timed out"): void {
    const id = this.current?.id;
    this.end(
      how === "killed"
        ? failure("Runtime.ExitError", `RequestId: ${id} Error: Runtime exited with error: signal: killed`)
        : failure(
            "Sandbox.Timedout",
            `RequestId: ${id} Error: Task timed out after ${this.settings.timeoutSeconds.toFixed(2)} seconds`,
          ),
    );
  }

  private end(outcome: Outcome): void {
    this.alive = false;
    this.current?.settle(outcome);
    this.stop();
  }

  /** Ends every process of the environment and removes its files. */
  stop(): void {
    this.alive = false;
    if (this.process?.pid && this.process.exitCode === null)
      try {
        process.kill(-this.process.pid, "SIGKILL");
      } catch {
        // It ended by itself.
      }
    void this.api.close();
    this.settings.ended();
    rmSync(this.settings.folder, { recursive: true, force: true });
  }
}
