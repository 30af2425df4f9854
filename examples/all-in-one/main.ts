// The whole chain in one construct: file storage whose keys live in HSMs of your own.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, TerraformOutput, TerraformStack } from "cdktf";
import { acceptProviderVersions, SafeStorage, SafeStorageProps } from "safe-storage";

const app = new App();
const settings: SafeStorageProps = app.node.getContext("settings");
const stack = new TerraformStack(app, "all-in-one");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const storage = new SafeStorage(stack, "storage", settings);
aws.region = storage.network.region;

new TerraformOutput(stack, "file_system_dns_name", { value: storage.fileSystem.dnsName });
new TerraformOutput(stack, "key_arn", { value: storage.key.keyArn });
app.synth();
