// One more key in a key store that is connected already, and a bucket that it encrypts.

import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { App, TerraformStack } from "cdktf";
import { CustomKeyStore, HsmKey } from "safe-storage";

const app = new App();
const stack = new TerraformStack(app, "archive");
new AwsProvider(stack, "aws", { region: "eu-west-1" });

const key = new HsmKey(stack, "key", {
  keyStore: CustomKeyStore.fromExisting(stack, "store", "cks-0a1b2c3d4e5f60718"),
  alias: "archive",
});
const bucket = new S3Bucket(stack, "bucket", { bucketPrefix: "archive-" });
new S3BucketServerSideEncryptionConfigurationA(stack, "encryption", {
  bucket: bucket.id,
  rule: [
    {
      applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key.keyArn },
      bucketKeyEnabled: true,
    },
  ],
});
app.synth();
