// The policies of a pipeline's roles, made of the actions that Terraform and the command were seen to call.

export interface Statement {
  Sid: string;
  Effect: "Allow";
  Action: string[];
  Resource: string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Policy {
  Version: "2012-10-17";
  Statement: Statement[];
}

/** Actions that only read. */
const READS = /:(Describe|Get|List|Lookup)/;
/** Of them, what shows a secret: the plan's role gets it for kmsuser's alone, whose password is dead once KMS has connected. */
const SHOWS_SECRETS = "secretsmanager:GetSecretValue";

const arn = (service: string, resource: string): string =>
  `arn:\${partition}:${service}:\${region}:\${account}:${resource}`;

/**
 * The resources of a service's actions, where AWS knows any: by the name that the deployment gives, by type where AWS gives ids. Source:
 * «Actions, resources, and condition keys» of each service, Service Authorization Reference.
 */
const RESOURCES: Record<string, string[]> = {
  "acm-pca": [arn("acm-pca", "certificate-authority/*")],
  cloudhsm: [arn("cloudhsm", "cluster/*"), arn("cloudhsm", "backup/*")],
  cloudwatch: [
    arn("cloudwatch", "alarm:${name}*"),
    "arn:${partition}:cloudwatch::${account}:dashboard/${name}*",
  ],
  ec2: [arn("ec2", "*/*")],
  events: [arn("events", "rule/${name}*")],
  fsx: ["file-system/*", "storage-virtual-machine/*/*", "volume/*/*", "backup/*"].map((one) =>
    arn("fsx", one),
  ),
  iam: ["arn:${partition}:iam::${account}:role/${name}*"],
  kms: [arn("kms", "key/*"), arn("kms", "alias/*")],
  lambda: ["function:${name}*", "layer:${name}*"].map((one) => arn("lambda", one)),
  logs: ["lambda", "vpc"].map((service) => arn("logs", `log-group:/aws/${service}/\${name}*`)),
  scheduler: ["schedule/${name}*/*", "schedule-group/${name}*"].map((one) => arn("scheduler", one)),
  secretsmanager: [arn("secretsmanager", "secret:safe-storage/*")],
  sns: [arn("sns", "${name}*")],
  sqs: [arn("sqs", "${name}*")],
};

/** Actions for which AWS knows no resource, by the same source. */
const WITHOUT_RESOURCE = [
  /^ec2:Describe/,
  /^cloudhsm:(CreateCluster|DeleteHsm|DescribeBackups|DescribeClusters)$/,
  /^fsx:Describe/,
  /^kms:(CreateKey|ListAliases|ListKeys)$/,
  /^kms:\w+CustomKeyStores?$/,
  /^logs:DescribeLogGroups$/,
  /^secretsmanager:ListSecrets$/,
  /^servicequotas:List/,
];

/**
 * What else a deployment's life calls: changes in place, replacements, the end. A test holds that what tests have seen Terraform call is here or
 * in what the reference deployments have called.
 */
export const LATER = [
  "acm-pca:RevokeCertificate",
  "cloudhsm:DeleteCluster",
  "cloudhsm:DeleteHsm",
  "cloudhsm:ListTags",
  "cloudhsm:ModifyCluster",
  "cloudhsm:TagResource",
  "cloudhsm:UntagResource",
  "cloudwatch:DeleteAlarms",
  "cloudwatch:DeleteDashboards",
  "cloudwatch:DescribeAlarms",
  "cloudwatch:GetDashboard",
  "cloudwatch:ListTagsForResource",
  "cloudwatch:PutDashboard",
  "cloudwatch:PutMetricAlarm",
  "cloudwatch:TagResource",
  "ec2:CreateTags",
  "ec2:DeleteFlowLogs",
  "ec2:DeleteNetworkInterface",
  "ec2:DeleteRouteTable",
  "ec2:DeleteSecurityGroup",
  "ec2:DeleteSubnet",
  "ec2:DeleteSubnetCidrReservation",
  "ec2:DeleteTags",
  "ec2:DeleteVpc",
  "ec2:DeleteVpcEndpoints",
  "ec2:DetachNetworkInterface",
  "ec2:DisassociateRouteTable",
  "ec2:ModifySubnetAttribute",
  "ec2:ModifyVpcEndpoint",
  "ec2:RevokeSecurityGroupIngress",
  "events:DeleteRule",
  "events:DescribeRule",
  "events:ListTagsForResource",
  "events:ListTargetsByRule",
  "events:PutRule",
  "events:PutTargets",
  "events:RemoveTargets",
  "events:TagResource",
  "fsx:CreateBackup",
  "fsx:DeleteFileSystem",
  "fsx:DeleteStorageVirtualMachine",
  "fsx:DeleteVolume",
  "fsx:TagResource",
  "fsx:UntagResource",
  "fsx:UpdateFileSystem",
  "fsx:UpdateStorageVirtualMachine",
  "fsx:UpdateVolume",
  "iam:DeleteRole",
  "iam:DeleteRolePolicy",
  "iam:ListInstanceProfilesForRole",
  "iam:TagRole",
  "iam:UntagRole",
  "iam:UpdateAssumeRolePolicy",
  "kms:DeleteAlias",
  "kms:DeleteCustomKeyStore",
  "kms:DisconnectCustomKeyStore",
  "kms:PutKeyPolicy",
  "kms:ScheduleKeyDeletion",
  "kms:TagResource",
  "kms:UntagResource",
  "kms:UpdateAlias",
  "kms:UpdateCustomKeyStore",
  "kms:UpdateKeyDescription",
  "lambda:AddPermission",
  "lambda:DeleteFunction",
  "lambda:DeleteFunctionEventInvokeConfig",
  "lambda:DeleteLayerVersion",
  "lambda:GetFunctionConcurrency", // by AWS provider 6.9 and later: hashicorp/terraform-provider-aws#43753
  "lambda:GetPolicy",
  "lambda:PutFunctionConcurrency",
  "lambda:RemovePermission",
  "lambda:TagResource",
  "lambda:UntagResource",
  "lambda:UpdateFunctionCode",
  "lambda:UpdateFunctionConfiguration",
  "lambda:UpdateFunctionEventInvokeConfig",
  "logs:DeleteLogGroup",
  "logs:TagResource",
  "logs:UntagResource",
  "scheduler:CreateSchedule",
  "scheduler:CreateScheduleGroup",
  "scheduler:DeleteSchedule",
  "scheduler:DeleteScheduleGroup",
  "scheduler:GetSchedule",
  "scheduler:GetScheduleGroup",
  "scheduler:ListTagsForResource",
  "scheduler:TagResource",
  "scheduler:UpdateSchedule",
  "secretsmanager:CancelRotateSecret",
  "secretsmanager:DeleteSecret",
  "secretsmanager:PutSecretValue",
  "secretsmanager:RemoveRegionsFromReplication",
  "secretsmanager:ReplicateSecretToRegions",
  "secretsmanager:RotateSecret",
  "secretsmanager:TagResource",
  "secretsmanager:UntagResource",
  "secretsmanager:UpdateSecret",
  "sns:CreateTopic",
  "sns:DeleteTopic",
  "sns:GetSubscriptionAttributes",
  "sns:GetTopicAttributes",
  "sns:ListTagsForResource",
  "sns:SetTopicAttributes",
  "sns:Subscribe",
  "sns:TagResource",
  "sns:Unsubscribe",
  "sqs:DeleteQueue",
  "sqs:SetQueueAttributes",
  "sqs:TagQueue",
  "sqs:UntagQueue",
];

/** What a service asks in its caller's name, which no call shows, and what it is asked of beyond its own, each with its source. */
const IN_CALLERS_NAME: Statement[] = [
  {
    // «Identity and access management for AWS CloudHSM», AWS CloudHSM User Guide.
    Sid: "ClusterInNetwork",
    Effect: "Allow",
    Action: ["ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaceAttribute"],
    Resource: ["*"],
  },
  {
    // «Using service-linked roles» of CloudHSM and FSx; «Authorizing AWS KMS to manage AWS CloudHSM and Amazon EC2 resources», KMS Developer Guide.
    Sid: "ServiceLinkedRoles",
    Effect: "Allow",
    Action: ["iam:CreateServiceLinkedRole"],
    Resource: ["arn:${partition}:iam::${account}:role/aws-service-role/*"],
    Condition: {
      StringEquals: {
        "iam:AWSServiceName": ["cloudhsm.amazonaws.com", "cks.kms.amazonaws.com", "fsx.amazonaws.com"],
      },
    },
  },
  {
    // Whether they are there: the preflight of `safe-storage deploy`.
    Sid: "ServiceLinkedRolesThere",
    Effect: "Allow",
    Action: ["iam:GetRole"],
    Resource: ["arn:${partition}:iam::${account}:role/aws-service-role/*"],
  },
  {
    // «Grant a user permissions to pass a role to an AWS service», IAM User Guide.
    Sid: "PassRoles",
    Effect: "Allow",
    Action: ["iam:PassRole"],
    Resource: RESOURCES.iam,
    Condition: {
      StringEquals: {
        "iam:PassedToService": ["lambda", "scheduler", "vpc-flow-logs"].map((one) => `${one}.amazonaws.com`),
      },
    },
  },
  {
    // «Secret encryption and decryption in AWS Secrets Manager», «Using AWS KMS with Amazon FSx», «Securing environment variables» of Lambda.
    Sid: "KeysOfOtherServices",
    Effect: "Allow",
    Action: ["kms:CreateGrant", "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
    Resource: [arn("kms", "key/*")],
    Condition: {
      StringEquals: {
        "kms:ViaService": ["secretsmanager", "fsx", "lambda"].map((one) => `${one}.\${region}.amazonaws.com`),
      },
    },
  },
];

/** The state, and its lock: «Backend Type: s3», Terraform's documentation. */
const state = (writes: boolean): Statement[] => [
  {
    Sid: "ListStates",
    Effect: "Allow",
    // A deploy looks whether the bucket is encrypted, closed to the public, and keeps versions.
    Action: writes
      ? [
          "s3:GetBucketPublicAccessBlock",
          "s3:GetBucketVersioning",
          "s3:GetEncryptionConfiguration",
          "s3:ListBucket",
        ]
      : ["s3:ListBucket"],
    Resource: ["${bucket}"],
  },
  {
    Sid: "State",
    Effect: "Allow",
    Action: writes ? ["s3:GetObject", "s3:PutObject"] : ["s3:GetObject"],
    Resource: ["${bucket}/${key}"],
  },
  ...(writes
    ? [
        {
          Sid: "Lock",
          Effect: "Allow" as const,
          Action: ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
          Resource: ["${bucket}/${key}.tflock"],
        },
      ]
    : []),
];

/** A statement a service for what has resources, and one for what has none. */
function statementsOf(actions: string[]): Statement[] {
  const bare = actions.filter((action) => WITHOUT_RESOURCE.some((one) => one.test(action)));
  const services = [...new Set(actions.map((action) => action.split(":")[0]))].sort();
  const scoped = services.flatMap((service): Statement[] => {
    const own = actions.filter((action) => action.startsWith(`${service}:`) && !bare.includes(action));
    if (own.length === 0) return [];
    if (!RESOURCES[service]) throw new Error(`No resources are known of ${service}: ${own.join(", ")}`);
    return [
      {
        Sid: service.replace("-", "").replace(/^./, (first) => first.toUpperCase()),
        Effect: "Allow",
        Action: own,
        Resource: RESOURCES[service],
      },
    ];
  });
  return [
    ...scoped,
    {
      Sid: "WithoutResource",
      Effect: "Allow",
      Action: bare,
      Resource: ["*"],
      Condition: { StringEquals: { "aws:RequestedRegion": ["${region}"] } },
    },
  ];
}

/** @param called the actions of a deploy and of a plan after it */
export function policiesOf(called: string[]): { plan: Policy; deploy: Policy } {
  const all = [...new Set([...called, ...LATER])].sort();
  const reads = all.filter((action) => READS.test(action) && action !== SHOWS_SECRETS);
  const Version = "2012-10-17";
  return {
    plan: {
      Version,
      Statement: [
        ...statementsOf(reads),
        {
          Sid: "DeadPassword",
          Effect: "Allow",
          Action: [SHOWS_SECRETS],
          Resource: [arn("secretsmanager", "secret:safe-storage/*/kmsuser-*")],
        },
        {
          Sid: "DeadPasswordsKey",
          Effect: "Allow",
          Action: ["kms:Decrypt"],
          Resource: [arn("kms", "key/*")],
          Condition: { StringEquals: { "kms:ViaService": ["secretsmanager.${region}.amazonaws.com"] } },
        },
        ...state(false),
      ],
    },
    deploy: { Version, Statement: [...statementsOf(all), ...IN_CALLERS_NAME, ...state(true)] },
  };
}

/** Whether a policy has an action, on whatever resource. */
export const allows = ({ Statement }: Policy, action: string): boolean =>
  Statement.some(({ Action }) => Action.includes(action));
