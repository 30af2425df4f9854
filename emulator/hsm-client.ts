// A client of the HSMs in the place of the operator, as a person on an instance in the VPC would be.

import { Lambda, waitUntilFunctionActiveV2 } from "@aws-sdk/client-lambda";
import { ZipFile } from "yazl"; // a zip writer that takes modes as given

/** Runs `cloudhsm-cli` with these arguments, logged in as `pin` (`user:password`) says. */
export type HsmClient = (
  clusterId: string,
  trustAnchor: string,
  args: string[],
  login?: { role: string; pin: string },
  address?: string,
) => Promise<{ error_code: number; data: any }>;

/** A zip of executable files. */
export async function zip(files: Record<string, string>): Promise<Buffer> {
  const archive = new ZipFile();
  for (const [name, text] of Object.entries(files))
    archive.addBuffer(Buffer.from(text), name, { mode: 0o100755 });
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** Once the function has its network interfaces. */
export const active = (client: Lambda, FunctionName: string) =>
  waitUntilFunctionActiveV2({ client, minDelay: 0.02, maxDelay: 0.2, maxWaitTime: 60 }, { FunctionName });

/** A function in the place of another one, and with its rights, that runs `cloudhsm-cli` with given arguments; made where it is not there. */
export async function hsmClient(lambda: Lambda, functionName: string): Promise<HsmClient> {
  const FunctionName = `${functionName}-client`;
  const present = await lambda.getFunction({ FunctionName }).catch(() => undefined);
  if (!present) {
    const { Configuration } = await lambda.getFunction({ FunctionName: functionName });
    const { Role, Layers, VpcConfig } = Configuration!;
    await lambda.createFunction({
      FunctionName,
      Role,
      Runtime: "provided.al2023",
      Handler: "operator.handle",
      Timeout: 60,
      Code: { ZipFile: await zip({ bootstrap: CLIENT }) },
      Layers: Layers!.map((l) => l.Arn!),
      VpcConfig: { SubnetIds: VpcConfig!.SubnetIds, SecurityGroupIds: VpcConfig!.SecurityGroupIds },
    });
  }
  await active(lambda, FunctionName);
  return async (clusterId, trustAnchor, args, login = { role: "", pin: "" }, address) => {
    const event = { clusterId, trustAnchor, args, login, address };
    const { Payload } = await lambda.invoke({ FunctionName, Payload: Buffer.from(JSON.stringify(event)) });
    return JSON.parse(Buffer.from(Payload!).toString());
  };
}

const CLIENT = `#!/usr/bin/env bash
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while true; do
  event=$(curl -sS -D "$TMPDIR/headers" "$api/next") || exit
  id=$(sed -n 's/^lambda-runtime-aws-request-id: //Ip' "$TMPDIR/headers" | tr -d '\\r')
  jq -r .trustAnchor <<<"$event" >"$TMPDIR/ca.crt"
  # A client whose configuration is from a time when the cluster had one HSM only names that one.
  address=$(jq -r '.address // ""' <<<"$event")
  if [[ -n $address ]]; then names=(-a "$address"); else names=(--cluster-id "$(jq -r .clusterId <<<"$event")"); fi
  configure-cli "\${names[@]}" --hsm-ca-cert "$TMPDIR/ca.crt" >/dev/null
  mapfile -t args < <(jq -r '.args[]' <<<"$event")
  role=$(jq -r '.login.role // ""' <<<"$event") pin=$(jq -r '.login.pin // ""' <<<"$event")
  if [[ \${args[0]} == stay ]]; then
    # What a client leaves that was killed before it could log out: an open session on each HSM.
    for host in $(jq -r '.clusters[].cluster.servers[].hostname' "$TMPDIR/cloudhsm/etc/cloudhsm-cli.cfg"); do
      jq -n --rawfile anchor "$TMPDIR/ca.crt" --arg role "$role" --arg pin "$pin" \\
        '{trustAnchor: $anchor, login: {role: $role, username: ($pin | split(":")[0]), password: ($pin | split(":")[1])}}' |
        curl -sS -X POST -H "X-Local-Access-Key-Id: $AWS_ACCESS_KEY_ID" --data-binary @- \\
          "$AWS_ENDPOINT_URL/_local/hsm/$AWS_REGION/$host/login" >/dev/null
    done
    args=(user list) pin=""
  fi
  CLOUDHSM_ROLE=$role CLOUDHSM_PIN=$pin cloudhsm-cli "\${args[@]}" >"$TMPDIR/answer" 2>&1
  curl -sS -X POST --data-binary @"$TMPDIR/answer" "$api/$id/response" >/dev/null
done
`;
