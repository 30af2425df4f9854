// The record of all calls: who, what, and how it ended. Secrets are in no entry.

import { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Context } from "../core/context";
import { Functions } from "../lambda/functions";
import { accessKeyOf, operationOf, signatureOf } from "../http/protocol";

export interface Entry {
  /** Emulated time. */
  at: string;
  /** `administrator`, the function that has the credentials, or the ARN of another one who assumed a role. */
  who: string;
  /** The program that asked, as its User-Agent says: `terraform`, the app id of an SDK, or else its first product, such as `aws-cli`. */
  agent: string;
  service: string;
  operation: string;
  region: string;
  /** False where access was denied: unsigned, wrongly signed, or not allowed by a policy. */
  allowed: boolean;
  /** HTTP status; 0 where no answer was given. */
  status: number;
  /** The code of an error. */
  error?: string;
  /** True where the connection was gone before the answer was out, though the call had its effect. */
  unanswered?: true;
  /** The call's members, those that may hold a secret replaced by `***`. */
  input?: unknown;
}

/** What no record shows: passwords, secrets' values, plaintexts, tokens, uploaded code. */
const SECRET = /password|secretstring|secretbinary|plaintext|token|zipfile|privatekey/i;
const DENIALS = /AccessDenied|Unauthorized|InvalidSignature|UnrecognizedClient|MissingAuthentication/;
/** Old entries go: a load test makes hundreds of thousands. */
const KEPT = 20_000;

export class CallRecord {
  private entries: Entry[] = [];

  constructor(
    private readonly context: Context,
    private readonly functions: () => Functions,
  ) {}

  /** `GET /_local/calls`: all entries, oldest first; `?operation=CreateHsm` only those. */
  register(server: FastifyInstance): void {
    server.get<{ Querystring: { operation?: string } }>("/_local/calls", async (request) => ({
      calls: this.entries.filter((e) => !request.query.operation || e.operation === request.query.operation),
    }));
    server.addHook("onSend", async (request, reply) => this.note(request, reply.statusCode, reply));
  }

  /** Adds an entry; what the local cloud's own pages are asked is none. */
  note(request: FastifyRequest, status: number, reply?: FastifyReply): void {
    const signature = signatureOf(request);
    const operation = operationOf(request);
    if (!signature && !operation.startsWith("hsm ")) return;
    const accessKeyId = accessKeyOf(request);
    const error = status >= 400 ? String(reply?.getHeader("x-amzn-errortype") ?? "") || undefined : undefined;
    const entry: Entry = {
      at: new Date(this.context.cloud.now()).toISOString(),
      who:
        this.functions().callerOf(accessKeyId)?.functionName ??
        this.context.credentials.find(accessKeyId)?.principalArn ??
        "administrator",
      agent: agentOf(String(request.headers["user-agent"] ?? "")),
      service: signature?.service ?? "hsm",
      operation,
      region: signature?.region ?? "",
      allowed: !DENIALS.test(error ?? ""),
      status,
      error,
      input: inputOf(request),
    };
    this.entries.push(entry);
    reply?.raw.once("close", () => {
      if (!reply.raw.writableFinished) entry.unanswered = true;
    });
    if (this.entries.length > KEPT) this.entries = this.entries.slice(-KEPT / 2);
  }
}

/** "app/{app_id}": «User agent app ID», AWS SDKs and Tools Reference Guide. */
function agentOf(userAgent: string): string {
  if (/terraform/i.test(userAgent)) return "terraform";
  return /\bapp\/(\S+)/.exec(userAgent)?.[1] ?? userAgent.split(/[/ ]/)[0];
}

function inputOf(request: FastifyRequest): unknown {
  if (!request.headers["x-amz-target"] || !Buffer.isBuffer(request.body) || request.body.length > 16_384)
    return undefined;
  try {
    return JSON.parse(request.body.toString(), (name, value) => (SECRET.test(name) ? "***" : value));
  } catch {
    return undefined;
  }
}
