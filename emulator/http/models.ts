// AWS's own service models (those of botocore, which comes with moto), and the validation that they imply.

import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { AwsError } from "../core/errors";

interface Shape {
  type: string;
  required?: string[];
  members?: Record<string, { shape: string }>;
  member?: { shape: string };
  key?: { shape: string };
  value?: { shape: string };
  enum?: string[];
  pattern?: string;
  min?: number;
  max?: number;
  sensitive?: boolean;
}

export interface ServiceModel {
  metadata: { targetPrefix: string; signingName?: string; endpointPrefix: string; jsonVersion: string };
  operations: Record<string, { input?: { shape: string }; output?: { shape: string } }>;
  shapes: Record<string, Shape>;
}

/** Reads the newest version of a service's model from botocore's data folder. */
export function loadModel(dataFolder: string, service: string): ServiceModel {
  const versions = readdirSync(join(dataFolder, service)).sort();
  const file = join(dataFolder, service, versions[versions.length - 1], "service-2.json.gz");
  return JSON.parse(gunzipSync(readFileSync(file)).toString());
}

/** Regions that have a service, in all partitions that a person can have an account in. */
export function regionsOf(dataFolder: string, endpointPrefix: string): string[] {
  const { partitions } = JSON.parse(readFileSync(join(dataFolder, "endpoints.json"), "utf8"));
  return partitions.flatMap((p: { services: Record<string, { endpoints?: object }> }) =>
    Object.keys(p.services[endpointPrefix]?.endpoints ?? {}).filter((name) => !name.includes("fips")),
  );
}

/** Holds an input against the operation's shape. The text is that of AWS's Coral framework. */
export function validate(model: ServiceModel, operation: string, input: unknown, errorCode: string): void {
  const shape = model.operations[operation].input?.shape;
  const problems: string[] = [];
  if (shape) check(model, shape, input, "", problems);
  if (problems.length > 0) {
    const count = `${problems.length} validation error${problems.length > 1 ? "s" : ""} detected: `;
    throw new AwsError(errorCode, count + problems.join("; "));
  }
}

const lowerFirst = (name: string) => name.charAt(0).toLowerCase() + name.slice(1);

function check(model: ServiceModel, name: string, value: unknown, path: string, problems: string[]): void {
  const shape = model.shapes[name];
  const fail = (constraint: string) =>
    problems.push(
      `Value ${shape.sensitive ? "'***'" : `'${typeof value === "object" ? JSON.stringify(value) : String(value)}'`} ` +
        `at '${path}' failed to satisfy constraint: ${constraint}`,
    );
  const wrongType = () => {
    throw new AwsError("SerializationException", `${path || name} is not of type ${shape.type}`);
  };
  switch (shape.type) {
    case "structure": {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrongType();
      const given = value as Record<string, unknown>;
      for (const required of shape.required ?? [])
        if (given[required] === undefined || given[required] === null)
          problems.push(
            `Value null at '${memberPath(path, required)}' failed to satisfy constraint: Member must not be null`,
          );
      for (const [member, { shape: inner }] of Object.entries(shape.members ?? {}))
        if (given[member] !== undefined && given[member] !== null)
          check(model, inner, given[member], memberPath(path, member), problems);
      return;
    }
    case "list":
      if (!Array.isArray(value)) return wrongType();
      checkLength(shape, value.length, fail);
      value.forEach((item, i) =>
        check(model, shape.member!.shape, item, `${path}.${i + 1}.member`, problems),
      );
      return;
    case "map":
      if (typeof value !== "object" || value === null || Array.isArray(value)) return wrongType();
      checkLength(shape, Object.keys(value).length, fail);
      for (const [key, item] of Object.entries(value)) {
        check(model, shape.key!.shape, key, `${path}.key`, problems);
        check(model, shape.value!.shape, item, `${path}.${key}.value`, problems);
      }
      return;
    case "string":
      if (typeof value !== "string") return wrongType();
      checkLength(shape, value.length, fail);
      if (shape.pattern && !wholeMatch(shape.pattern).test(value))
        fail(`Member must satisfy regular expression pattern: ${shape.pattern}`);
      if (shape.enum && !shape.enum.includes(value))
        fail(`Member must satisfy enum value set: [${shape.enum.join(", ")}]`);
      return;
    case "integer":
    case "long":
      if (typeof value !== "number" || !Number.isInteger(value)) return wrongType();
      if (shape.min !== undefined && value < shape.min)
        fail(`Member must have value greater than or equal to ${shape.min}`);
      if (shape.max !== undefined && value > shape.max)
        fail(`Member must have value less than or equal to ${shape.max}`);
      return;
    case "boolean":
      if (typeof value !== "boolean") return wrongType();
      return;
    case "blob":
      if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) return wrongType();
      checkLength(shape, Buffer.from(value, "base64").length, fail);
      return;
  }
}

const memberPath = (path: string, member: string) =>
  path ? `${path}.${lowerFirst(member)}` : lowerFirst(member);

function checkLength(shape: Shape, length: number, fail: (constraint: string) => void): void {
  if (shape.min !== undefined && length < shape.min)
    fail(`Member must have length greater than or equal to ${shape.min}`);
  if (shape.max !== undefined && length > shape.max)
    fail(`Member must have length less than or equal to ${shape.max}`);
}

const patterns = new Map<string, RegExp>();

/** Smithy's patterns are Java's and hold for the whole value. */
function wholeMatch(pattern: string): RegExp {
  let compiled = patterns.get(pattern);
  if (!compiled) patterns.set(pattern, (compiled = compile(`^(?:${pattern})$`)));
  return compiled;
}

/** Some patterns escape what JavaScript allows to be escaped only without the flag `u`. */
function compile(source: string): RegExp {
  try {
    return new RegExp(source, "us");
  } catch {
    return new RegExp(source, "s");
  }
}
