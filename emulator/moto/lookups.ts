// What moto has answered about roles and the network: asked for each call of a function, and the same until something of it changes.

import { FastifyInstance, FastifyRequest } from "fastify";
import { changesSomething, operationOf, signatureOf } from "../http/protocol";

/** The services whose calls change it. What the local cloud itself changes is new, and nobody has asked about it. */
const SERVICES = ["ec2", "iam"];

export class Lookups {
  private readonly answers = new Map<string, Promise<unknown>>();

  /** The answer, asked for where none is known. */
  async known<T>(key: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(key) as Promise<T> | undefined;
    if (known) return known;
    const asked = ask();
    this.answers.set(key, asked);
    // Whoever asks again should not get an error that has passed.
    asked.catch(() => this.answers.delete(key));
    return asked;
  }

  forget(): void {
    this.answers.clear();
  }

  /** Forgets with each call that may change something: before it, and once more after it, for what was asked meanwhile. */
  register(server: FastifyInstance): void {
    const forget = async (request: FastifyRequest) => {
      const service = signatureOf(request)?.service ?? "";
      if (SERVICES.includes(service) && changesSomething(operationOf(request))) this.forget();
    };
    server.addHook("preHandler", forget);
    server.addHook("onSend", forget);
  }
}
