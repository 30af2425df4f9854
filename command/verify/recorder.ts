// What a trial asks AWS and is answered, kept as facts by which the local cloud is compared with AWS (scripts/conformance).

import { appendFileSync } from "node:fs";
import { scrubbed } from "./report";

export interface Recorded {
  /** The claim whose check has asked. */
  claim: string;
  service: string;
  operation: string;
  input: unknown;
  output?: unknown;
  error?: { name: string; message: string };
}

/** An SDK client, as far as a recorder needs it. */
interface Recordable {
  middlewareStack: {
    add: (
      middleware: (
        next: (args: any) => Promise<any>,
        context: any,
      ) => (args: { input: unknown }) => Promise<any>,
      options: { step: "initialize"; name: string },
    ) => void;
  };
}

/** Members that are secret, or code, or an address that lets anybody read code. */
const HIDDEN =
  /^(Plaintext|CiphertextBlob|SecretString|Payload|ZipFile|Location|(KeyStore|FsxAdmin|PreCo)?Password)$/;

/** What AWS refuses a call with, by the body of its answer; `type` is that of a header, where there is one. */
export function errorOf(
  body: Record<string, string> | undefined,
  type = body?.__type ?? "",
): { name: string; message: string } {
  // "com.amazonaws.kms#NotFoundException", "NotFoundException:http://…"
  const name = type.replace(/^.*#/, "").replace(/:.*$/, "");
  return { name, message: body?.message ?? body?.Message ?? "" };
}

export class Recorder {
  claim = "";

  /** @param file JSON, a line for each call */
  constructor(private readonly file: string) {}

  watch(client: Recordable, service: string): void {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const call = {
          service,
          operation: String(context.commandName).replace(/Command$/, ""),
          input: args.input,
        };
        try {
          const result = await next(args);
          const { $metadata: _, ...output } = result.output;
          this.record({ ...call, output });
          return result;
        } catch (error) {
          const { name, message } = error as Error;
          this.record({ ...call, error: { name, message } });
          throw error;
        }
      },
      { step: "initialize", name: "safe-storage-recorder" },
    );
  }

  record(call: Omit<Recorded, "claim">): void {
    const text = JSON.stringify({ claim: this.claim, ...call }, (name, value) => {
      if (HIDDEN.test(name)) return undefined;
      return typeof value === "string" ? scrubbed(value) : value;
    });
    appendFileSync(this.file, `${text}\n`);
  }
}
