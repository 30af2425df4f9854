// Every secret: where it is born and kept, by what it is encrypted, who can read it, when it changes, and whether Terraform's state has it.

import { Blueprint, Resource } from "./blueprint";
import { like } from "../../emulator/access/policy";
import { mayAllow, Right, Role, said } from "./roles";

export interface Secret {
  name: string;
  path: string;
  what: string;
  born: string;
  encryptedBy: string;
  readers: string[];
  rotation: string;
  inState: boolean;
}

/** Of the operator's lock and notes, which have no description or say so. */
const NO_SECRET = /\/lock$|note|record|without passwords/i;

function bornOf({ path, block }: Resource, filledHere: boolean): string {
  if (filledHere) return "in Terraform";
  return NO_SECRET.test(`${path} ${block.description ?? ""}`)
    ? "the operator writes it"
    : "in Secrets Manager, at random; the operator stores it";
}

/** By the secret itself, or by a pattern of its name, after which AWS puts a hyphen and six characters. */
const mayRead = (right: Right, path: string, name: string): boolean =>
  mayAllow(right, "secretsmanager:GetSecretValue") &&
  (right.open || right.on.some((on) => on === path || like(on.replace(/^.*:secret:/, ""), `${name}-abcdef`)));

export function secretsOf(blueprint: Blueprint, roles: Role[]): Secret[] {
  const reasons = new Map(
    blueprint.acceptedFindings
      .filter(({ id }) => id === "CKV2_AWS_57")
      .map(({ path, comment }) => [path, comment]),
  );
  const stored = blueprint.of("aws_secretsmanager_secret").map((secret): Secret => {
    const { block, path } = secret;
    const name = said(blueprint, String(block.name ?? path));
    const filledHere = blueprint
      .of("aws_secretsmanager_secret_version")
      .some((version) => names(blueprint, version, secret));
    const read = blueprint
      .of("data.aws_secretsmanager_secret_version")
      .some((version) => names(blueprint, version, secret));
    const rotation = blueprint
      .of("aws_secretsmanager_secret_rotation")
      .find((one) => names(blueprint, one, secret));
    const days = [rotation?.block.rotation_rules ?? []].flat()[0]?.automatically_after_days;
    return {
      name,
      path,
      what: String(
        block.description ?? (NO_SECRET.test(path) ? "no secret: the operator's lock or notes" : ""),
      ),
      born: bornOf(secret, filledHere),
      encryptedBy: blueprint.named(block.kms_key_id)?.path ?? "AWS's own key",
      readers: roles
        .filter(({ rights }) => rights.some((right) => mayRead(right, path, name)))
        .map(({ name }) => name),
      rotation: days ? `every ${days} days` : `not by itself. ${reasons.get(path) ?? ""}`.trim(),
      inState: filledHere || read,
    };
  });
  const keys = blueprint.of("tls_private_key").map(({ path }): Secret => ({
    name: path,
    path,
    what: "Private key of the CA that signs the cluster's certificate",
    born: "in Terraform",
    encryptedBy: "whatever encrypts Terraform's state",
    readers: ["who can read Terraform's state"],
    rotation:
      "never: the cluster keeps its trust anchor. externalSigner or acmPcaSigner keeps it out of the state.",
    inState: true,
  }));
  return [...stored, ...keys];
}

const names = (blueprint: Blueprint, one: Resource, secret: Resource): boolean =>
  blueprint.referencesIn(one.block.secret_id).includes(secret.address);
