// Which versions of the providers a stack accepts.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { TerraformStack, Testing } from "cdktf";
import { acceptProviderVersions, PROVIDER_VERSIONS } from "../../constructs";

const required = (accept: boolean): Record<string, { source: string; version: string }> => {
  const stack = new TerraformStack(Testing.app({ stackTraces: false }), "test");
  if (accept) acceptProviderVersions(stack);
  new AwsProvider(stack, "aws", { region: "eu-central-1" });
  new AwsProvider(stack, "aws-recovery", { alias: "recovery", region: "eu-west-1" });
  new TlsProvider(stack, "tls");
  return JSON.parse(Testing.synth(stack)).terraform.required_providers;
};

test("a stack accepts the range of each provider that it has, and asks for no other", () => {
  expect(required(true)).toMatchObject({
    aws: { version: PROVIDER_VERSIONS.aws },
    tls: { version: PROVIDER_VERSIONS.tls },
  });
  expect(Object.keys(required(true))).toEqual(["aws", "tls"]);
});

test("without it, it asks for the one that the bindings were made of", () => {
  expect(required(false).aws.version).toMatch(/^\d+\.\d+\.\d+$/);
});
