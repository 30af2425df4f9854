// What Terraform's AWS provider asks in a deploy and is answered, by its own log.

import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { errorOf, type Recorder } from "./recorder";

/** The services that a recording has, as the provider's log names them. */
const SERVICES: Record<string, string> = {
  "CloudHSM V2": "cloudhsm",
  KMS: "kms",
  FSx: "fsx",
  Lambda: "lambda",
};
/** Its bodies are an operator's event and answer. */
const NOT_RECORDED = "Invoke";

interface Line {
  "@message"?: string;
  "rpc.service"?: string;
  "rpc.method"?: string;
  "http.request.body"?: string;
  "http.response.body"?: string;
  "http.response.header.x_amzn_errortype"?: string;
  "http.status_code"?: number;
  tf_req_id?: string;
}

/** Each call with another answer than the last one of its kind. @param file a log by TF_LOG=JSON */
export async function recordProviderLog(file: string, recorder: Recorder): Promise<void> {
  const asked = new Map<string, unknown>();
  const answered = new Map<string, string>();
  for await (const text of createInterface(createReadStream(file))) {
    if (!text.includes('"rpc.service"')) continue;
    const line = parsed(text) as Line;
    const service = SERVICES[line["rpc.service"] ?? ""];
    const operation = line["rpc.method"]!;
    if (!service || operation === NOT_RECORDED) continue;
    const call = `${line.tf_req_id} ${operation}`;
    if (line["@message"] === "HTTP Request Sent") asked.set(call, parsed(line["http.request.body"]));
    if (line["@message"] !== "HTTP Response Received") continue;
    const body = line["http.response.body"] ?? "";
    // One that the provider has shortened is no JSON any more.
    if (answered.get(operation) === body || (body !== "" && parsed(body) === undefined)) continue;
    answered.set(operation, body);
    const input = asked.get(call) ?? {};
    recorder.record({ service, operation, input, ...answerOf(line) });
  }
}

function answerOf(line: Line): { output: unknown } | { error: { name: string; message: string } } {
  const output = parsed(line["http.response.body"]) as Record<string, string>;
  if ((line["http.status_code"] ?? 200) < 400) return { output };
  return { error: errorOf(output, line["http.response.header.x_amzn_errortype"]) };
}

function parsed(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
