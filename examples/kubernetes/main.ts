// File storage whose keys live in HSMs, for a Kubernetes cluster: NetApp Trident makes volumes in a storage virtual machine of its own.

import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TlsProvider } from "@cdktf/provider-tls/lib/provider";
import { App, Fn, TerraformOutput, TerraformStack } from "cdktf";
import { acceptProviderVersions, SafeStorage, SafeStorageProps } from "safe-storage";

interface Settings extends SafeStorageProps {
  /** ARN of the EKS cluster, whose Pod Identity agent gives Trident its role. */
  readonly eksClusterArn: string;
  /** IPv4 range of the cluster's nodes, which reach the file system's network. */
  readonly nodes: string;
}

/** Name of the storage virtual machine, of the storage class and of what Trident has of them. */
const NAME = "kubernetes";
const NAMESPACE = "trident";

const app = new App();
const { eksClusterArn, nodes, ...settings }: Settings = app.node.getContext("settings");
const stack = new TerraformStack(app, "kubernetes");
acceptProviderVersions(stack);
const aws = new AwsProvider(stack, "aws");
new TlsProvider(stack, "tls");
new NullProvider(stack, "null");

const storage = new SafeStorage(stack, "storage", {
  ...settings,
  fileSystem: {
    ...settings.fileSystem,
    volumes: [],
    storageVirtualMachines: [{ name: NAME }],
    // Trident logs in as `vsadmin`, with the password from its secret.
    passwords: {},
    clients: [{ from: nodes, protocols: ["nfs3", "nfs4", "https"] }],
  },
});
const { operator, fileSystem, network } = storage;
aws.region = network.region;
const secretArn = fileSystem.machineSecretArns[NAME];

// Source: «Create an IAM role for Trident», NetApp Trident documentation, here for one file system and one secret.
const role = new IamRole(stack, "trident", {
  name: `${settings.name ?? "safe-storage"}-trident`,
  assumeRolePolicy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        // Session tags of EKS: «Assign an IAM role to a Kubernetes service account», Amazon EKS User Guide.
        Condition: {
          StringEquals: {
            "aws:RequestTag/eks-cluster-arn": eksClusterArn,
            "aws:RequestTag/kubernetes-namespace": NAMESPACE,
            "aws:RequestTag/kubernetes-service-account": "trident-controller",
          },
        },
      },
    ],
  }),
});
new IamRolePolicy(stack, "trident-volumes", {
  name: "volumes",
  role: role.id,
  policy: Fn.jsonencode({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["fsx:DescribeFileSystems", "fsx:DescribeStorageVirtualMachines", "fsx:DescribeVolumes"],
        Resource: "*", // AWS has no resource for them
      },
      {
        Effect: "Allow",
        Action: [
          "fsx:CreateVolume",
          "fsx:UpdateVolume",
          "fsx:DeleteVolume",
          "fsx:RestoreVolumeFromSnapshot",
          "fsx:TagResource",
          "fsx:UntagResource",
        ],
        Resource: operator.arn("fsx", `volume/${fileSystem.fileSystemId}/*`),
      },
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: secretArn },
      {
        Effect: "Allow",
        Action: ["kms:Decrypt"],
        Resource: operator.encryptionKeyArn,
        Condition: {
          StringEquals: { "kms:ViaService": `secretsmanager.${network.region}.amazonaws.com` },
        },
      },
    ],
  }),
});

// For `kubectl apply`. No password is in it: Trident reads the secret. Source: «Configure the Storage Backend», the same.
const backend = {
  apiVersion: "trident.netapp.io/v1",
  kind: "TridentBackendConfig",
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    version: 1,
    storageDriverName: "ontap-nas",
    backendName: NAME,
    svm: NAME,
    aws: { fsxFilesystemID: fileSystem.fileSystemId, apiRegion: network.region },
    credentials: { name: secretArn, type: "awsarn" },
  },
};
const storageClass = {
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: { name: NAME },
  provisioner: "csi.trident.netapp.io",
  parameters: { backendType: "ontap-nas" },
  allowVolumeExpansion: true,
  // A claim that is deleted by mistake leaves its volume.
  reclaimPolicy: "Retain",
};
new TerraformOutput(stack, "trident_role_arn", { value: role.arn });
new TerraformOutput(stack, "trident_backend", { value: Fn.yamlencode(backend) });
new TerraformOutput(stack, "storage_class", { value: Fn.yamlencode(storageClass) });
app.synth();
