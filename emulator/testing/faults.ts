// Faults on demand: `POST /_local/faults` with one of the shapes below; `GET` lists them, `DELETE` ends them all.

import { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { endSessions } from "../cloudhsm/device";
import { replaceHsm } from "../cloudhsm/hsms";
import { findHsm } from "../cloudhsm/lookup";
import { Context, FailingCreation } from "../core/context";
import { AwsError, Unreachable } from "../core/errors";
import { Functions } from "../lambda/functions";
import { accessKeyOf, changesSomething, jsonBody, operationOf, signatureOf } from "../http/protocol";

interface When {
  /** The n-th matching call from now on. @default 1 */
  call?: number;
  /** How many calls in a row. @default 1 */
  times?: number;
  /** Instead of `call` and `times`: each matching call with this chance, by a generator with the seed. */
  probability?: number;
  /** @default 1 */
  seed?: number;
}

/**
 * The HSM that the n-th CreateHsm makes ends DEGRADED: aws-samples/aws-cloudhsm-cloudformation-template#17. The volume that the n-th
 * CreateVolumeFromBackup makes ends FAILED: Lifecycle, Volume, Amazon FSx API Reference.
 */
interface CreationFault extends When {
  operation: FailingCreation;
  fault: "creation-fails";
}

/**
 * At a call of an operation. After its effect `lose-answer` drops the connection, and `hold-answer` does not answer before
 * the faults are ended.
 */
interface OperationFault extends When {
  operation: string;
  fault: "throttle" | "error" | "drop" | "delay" | "answer" | "rewrite" | "lose-answer" | "hold-answer";
  /** Of an `error`. @default InternalFailure */
  code?: string;
  /** Of an `error`. @default "A fault that was asked for." */
  message?: string;
  /** Of an `error`. @default 500 */
  status?: number;
  /** Of an `answer`, which the call gets instead of what it would have done: as it is sent. */
  body?: string;
  /** Of a `rewrite`: a regular expression; what it matches in an answer, of success or not, becomes `by`. */
  pattern?: string;
  by?: string;
  /** Of a `delay`. @default 1 */
  seconds?: number;
}

/**
 * At the n-th outgoing call of a function, or of those that change something: its process is killed, or its time is up. `idle`: at once, it was idle for weeks, and Lambda has taken
 * its network interfaces away.
 */
interface FunctionFault extends When {
  function: string;
  fault: "kill" | "time-out" | "idle";
  /** Only calls that change something count: how often a run asks for a state depends on the time that things take. */
  changing?: boolean;
}

/** Until the faults are ended; but `replaced` once: AWS begins to put another HSM behind the same network interface. */
interface HsmFault {
  hsm: string;
  fault: "unreachable" | "degraded" | "replaced";
}

/** The next connection of a key store ends FAILED with this ConnectionErrorCode. */
interface ConnectionFault {
  keyStore: string;
  fault: string;
}

/** Until the faults are ended: nothing of the region answers any longer, neither its services nor its HSMs. */
interface RegionFault {
  region: string;
  fault: "lost";
}

/** Until the faults are ended: FSx shows the file system so, as where its network or its key is out of reach. */
interface FileSystemFault {
  fileSystem: string;
  fault: "MISCONFIGURED" | "MISCONFIGURED_UNAVAILABLE" | "FAILED";
}

type Fault =
  OperationFault | CreationFault | FunctionFault | HsmFault | ConnectionFault | RegionFault | FileSystemFault;

interface Armed {
  fault: Fault;
  /** Matching calls so far. */
  seen: number;
  /** How often it has struck. */
  struck: number;
  random: () => number;
}

const FAILING_CREATIONS: string[] = ["CreateHsm", "CreateVolumeFromBackup"] satisfies FailingCreation[];
const BEFORE = ["throttle", "error", "drop", "delay", "answer"];
const AFTER = ["lose-answer", "hold-answer"];
const REWRITE = "rewrite";

export class Faults {
  private armed: Armed[] = [];
  private readonly held = new Set<() => void>();

  constructor(
    private readonly context: Context,
    private readonly functions: () => Functions,
  ) {
    context.faults = this;
  }

  register(server: FastifyInstance): void {
    server.get("/_local/faults", async () => ({
      faults: this.armed.map(({ fault, struck }) => ({ ...fault, struck })),
    }));
    server.delete("/_local/faults", async () => {
      this.setDegraded("ACTIVE");
      this.setLifecycles(true);
      this.armed = [];
      for (const answer of this.held) answer();
      this.held.clear();
      return {};
    });
    server.post("/_local/faults", async (request) => {
      const fault = jsonBody(request, "ValidationException") as Fault;
      this.check(fault);
      if ("function" in fault && fault.fault === "idle") {
        await this.idle(fault.function);
        return fault;
      }
      if ("hsm" in fault && fault.fault === "replaced") return { ...fault, by: this.replace(fault.hsm) };
      this.armed.push({
        fault,
        seen: 0,
        struck: 0,
        random: generator("seed" in fault ? (fault.seed ?? 1) : 1),
      });
      this.setDegraded("DEGRADED");
      this.setLifecycles(false);
      return fault;
    });
    server.addHook("preHandler", async (request, reply) => this.before(request, reply));
    server.addHook("onSend", async (request, reply, payload) => {
      await this.after(request, reply);
      return this.rewritten(request, reply, payload);
    });
  }

  isUnreachable(hsmId: string): boolean {
    return this.armed.some(
      ({ fault }) => "hsm" in fault && fault.hsm === hsmId && fault.fault === "unreachable",
    );
  }

  /** Whether what the operation makes now should fail. */
  failsCreation(operation: FailingCreation): boolean {
    return this.armed.some(
      (armed) =>
        "operation" in armed.fault &&
        armed.fault.fault === "creation-fails" &&
        armed.fault.operation === operation &&
        this.strikes(armed),
    );
  }

  /** The code with which a key store's connection should fail, once. */
  connectionError(keyStoreId: string): string | undefined {
    const found = this.armed.find(
      (a) => "keyStore" in a.fault && a.fault.keyStore === keyStoreId && a.struck === 0,
    );
    if (found) found.struck++;
    return found?.fault.fault;
  }

  private async before(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> {
    const caller = this.functions().callerOf(accessKeyOf(request));
    const { region } = { region: signatureOf(request)?.region, ...(request.params as { region?: string }) };
    for (const armed of this.armed) {
      const { fault } = armed;
      if ("region" in fault && fault.region === region) {
        armed.struck++;
        throw new Unreachable(`${region} is lost`);
      }
      if (
        "function" in fault &&
        caller?.functionName === fault.function &&
        (!fault.changing || changesSomething(operationOf(request))) &&
        this.strikes(armed)
      ) {
        this.functions().end(fault.function, fault.fault === "kill" ? "killed" : "timed out");
        throw new Unreachable(`${fault.function} is ${fault.fault === "kill" ? "killed" : "out of time"}`);
      }
      if (
        !("operation" in fault) ||
        fault.operation !== operationOf(request) ||
        !BEFORE.includes(fault.fault)
      )
        continue;
      if (!this.strikes(armed)) continue;
      if (fault.fault === "drop") {
        this.endSession(request);
        throw new Unreachable("The connection is dropped");
      }
      if (fault.fault === "delay")
        await new Promise((resolve) => setTimeout(resolve, (fault.seconds ?? 1) * 1000));
      if (fault.fault === "answer") return reply.type("application/x-amz-json-1.1").send(fault.body ?? "{}");
      if (fault.fault === "throttle") throw new AwsError("ThrottlingException", "Rate exceeded");
      if (fault.fault === "error")
        throw new AwsError(
          fault.code ?? "InternalFailure",
          fault.message ?? "A fault that was asked for.",
          fault.status ?? 500,
        );
    }
    return undefined;
  }

  /** AWS would have a rule that is another one than the local cloud's. */
  private async rewritten(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
    for (const armed of this.armed) {
      const { fault } = armed;
      if (!("operation" in fault) || fault.operation !== operationOf(request) || fault.fault !== REWRITE)
        continue;
      if (!this.strikes(armed)) continue;
      let text =
        typeof payload === "string" || Buffer.isBuffer(payload) ? String(payload) : await textOf(payload);
      text = text.replace(new RegExp(fault.pattern ?? "$^", "g"), fault.by ?? "");
      reply.removeHeader("content-length");
      payload = text;
    }
    return payload;
  }

  private async after(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    if (reply.statusCode >= 300) return;
    for (const armed of this.armed) {
      const { fault } = armed;
      if (!("operation" in fault) || fault.operation !== operationOf(request) || !AFTER.includes(fault.fault))
        continue;
      if (!this.strikes(armed)) continue;
      if (fault.fault === "lose-answer") {
        this.endSession(request);
        request.raw.socket.destroy();
      }
      await new Promise<void>((answer) => this.held.add(answer));
    }
  }

  /** With its connection to an HSM a client loses its session there. */
  private endSession(request: FastifyRequest): void {
    const { ip } = request.params as { ip?: string };
    if (ip) endSessions(this.context.cloud, accessKeyOf(request), ip);
  }

  private strikes(armed: Armed): boolean {
    const { probability, call = 1, times = 1 } = armed.fault as When;
    armed.seen++;
    const strikes =
      probability === undefined
        ? armed.seen >= call && armed.seen < call + times
        : armed.random() < probability;
    if (strikes) armed.struck++;
    return strikes;
  }

  /** A degraded HSM degrades its cluster; it is shown so until the faults are ended. */
  private setDegraded(state: "ACTIVE" | "DEGRADED"): void {
    for (const { fault } of this.armed) {
      if (!("hsm" in fault) || fault.fault !== "degraded") continue;
      for (const region of this.context.cloud.everyRegion()) {
        const found = findHsm(region, fault.hsm);
        if (found) found.hsm.State = found.cluster.State = state;
      }
    }
  }

  private setLifecycles(ended: boolean): void {
    for (const { fault } of this.armed) {
      if (!("fileSystem" in fault)) continue;
      for (const { fileSystems } of this.context.cloud.everyRegion()) {
        const found = fileSystems[fault.fileSystem];
        if (found) found.Lifecycle = ended ? "AVAILABLE" : fault.fault;
      }
    }
  }

  private replace(hsmId: string): string {
    const { cloud } = this.context;
    for (const [name, region] of cloud.regionsByName())
      if (findHsm(region, hsmId)) return replaceHsm(cloud, name, hsmId);
    throw new AwsError("ValidationException", `There is no HSM ${hsmId}.`);
  }

  private async idle(name: string): Promise<void> {
    const regions = this.context.cloud.regionsByName().map(([region]) => region);
    for (const region of regions) if (await this.functions().interfaces.idle(region, name)) return;
    throw new AwsError("ValidationException", `There is no function ${name} in a VPC.`);
  }

  private check(fault: Fault): void {
    const allowed =
      "operation" in fault
        ? [
            ...BEFORE,
            ...AFTER,
            REWRITE,
            ...(FAILING_CREATIONS.includes(fault.operation) ? ["creation-fails"] : []),
          ]
        : "function" in fault
          ? ["kill", "time-out", "idle"]
          : "hsm" in fault
            ? ["unreachable", "degraded", "replaced"]
            : "keyStore" in fault
              ? this.context.connectionErrorCodes
              : "region" in fault
                ? ["lost"]
                : "fileSystem" in fault
                  ? ["MISCONFIGURED", "MISCONFIGURED_UNAVAILABLE", "FAILED"]
                  : undefined;
    if (!allowed)
      throw new AwsError(
        "ValidationException",
        "A fault needs an operation, a function, an hsm, a keyStore, a region or a fileSystem.",
      );
    if (!allowed.includes(fault.fault))
      throw new AwsError(
        "ValidationException",
        `fault is ${fault.fault}; it must be one of ${allowed.join(", ")}.`,
      );
  }
}

async function textOf(stream: unknown): Promise<string> {
  let whole = "";
  for await (const chunk of (stream ?? []) as AsyncIterable<Buffer>) whole += String(chunk);
  return whole;
}

/** The same numbers for the same seed: a linear congruential generator (Numerical Recipes' constants). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
}
