// The IAM actions of calls that the local cloud has recorded.

import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

export interface Call {
  agent: string;
  service: string;
  operation: string;
  allowed: boolean;
}

const ROOT = join(__dirname, "../../..");
/** Where IAM's prefix is not that of the signature. */
const PREFIX: Record<string, string> = { monitoring: "cloudwatch" };
/** Actions by other names than the operation: «Actions, resources, and condition keys» of each service, Service Authorization Reference. */
const NAMED: Record<string, string> = { "lambda:Invoke": "lambda:InvokeFunction" };

interface Route {
  method: string;
  path: RegExp;
  name: string;
}

const routes: Record<string, Route[]> = {};

/** The operations of a service whose protocol is REST, by method and path: of botocore's models. */
const routesOf = (service: string): Route[] => (routes[service] ??= load(service));

function load(service: string): Route[] {
  const python = join(ROOT, ".venv/bin/python");
  const find = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
  const data = execFileSync(python, ["-c", find], { encoding: "utf8" }).trim();
  const version = readdirSync(join(data, service)).sort().at(-1)!;
  const model = JSON.parse(
    gunzipSync(readFileSync(join(data, service, version, "service-2.json.gz"))).toString(),
  );
  return Object.values<any>(model.operations).map(({ name, http }) => ({
    method: http.method,
    path: new RegExp(
      `^${http.requestUri
        .split("?")[0]
        .replace(/\{[^}]+\}/g, "[^/]+")
        .replace(/\/$/, "")}/?$`,
    ),
    name,
  }));
}

/** The action of a call; undefined for what is none of IAM's. */
export function actionOf({ service, operation }: Call): string | undefined {
  if (service === "hsm" || service === "sts") return undefined; // GetCallerIdentity needs no permission
  const [method, path] = operation.split(" ");
  const name = path
    ? routesOf(service).find((route) => route.method === method && route.path.test(path))?.name
    : operation;
  if (name === undefined) throw new Error(`${service}: ${operation} is no operation that botocore knows`);
  const action = `${PREFIX[service] ?? service}:${name.replace(/20\d{6}(v\d)?$/, "")}`;
  return NAMED[action] ?? action;
}

/** Of all that Terraform and the command have called, sorted. */
export const actionsOf = (calls: Call[]): string[] =>
  [
    ...new Set(
      calls
        .filter(({ agent, allowed }) => allowed && (agent === "terraform" || agent === "safe-storage"))
        .flatMap((call) => actionOf(call) ?? []),
    ),
  ].sort();
