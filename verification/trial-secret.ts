import type { Observation } from "./claim";
import type { Trial } from "./trial";

/** A secret with the value `first`, as long as the check needs it. */
export async function withSecret(
  { secrets, name, tags }: Trial,
  check: (secretId: string) => Promise<Observation>,
): Promise<Observation> {
  const { ARN } = await secrets.createSecret({
    Name: `${name}/versions-${Date.now()}`,
    SecretString: "first",
    Tags: tags,
  });
  try {
    return await check(ARN!);
  } finally {
    await secrets.deleteSecret({ SecretId: ARN, ForceDeleteWithoutRecovery: true });
  }
}
