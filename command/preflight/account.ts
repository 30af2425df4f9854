// Whose credentials they are, and whether the account may use the regions.

import { finding, Finding, notSeen } from "./finding";
import { patience } from "./patience";

const SIGN_IN = "aws sts get-caller-identity must answer: set AWS_PROFILE, or sign in by aws sso login";
const SIGN_IN_AGAIN = "sign in again: aws sso login, or assume the role again";
/** What AWS says of credentials that do not do, and the way to others. */
const MENDED: Record<string, string> = {
  ExpiredToken: SIGN_IN_AGAIN,
  ExpiredTokenException: SIGN_IN_AGAIN,
  InvalidClientTokenId: `the access key is no account's, or was deleted. ${SIGN_IN}`,
  SignatureDoesNotMatch: `the secret access key is another's. ${SIGN_IN}`,
};

export interface Caller {
  arn: string;
  account: string;
}

/**
 * @param region undefined for that of the environment.
 * @returns the caller, where there is one.
 */
export async function checkCredentials(region: string | undefined): Promise<[Finding, Caller?]> {
  const { STS } = await import("@aws-sdk/client-sts");
  try {
    const { Arn, Account } = await new STS({ region, ...patience }).getCallerIdentity({});
    const endpoint = process.env.AWS_ENDPOINT_URL;
    const whose = `${Arn}${endpoint ? ` at ${endpoint}` : ""}`;
    const caller = { arn: Arn!, account: Account! };
    // «Root user best practices for your AWS account», IAM User Guide. A local cloud has no other.
    if (Arn!.endsWith(":root") && !endpoint)
      return [
        finding(
          "credentials",
          "note",
          `${whose}: the account's root user`,
          "AWS advises against: take a role",
        ),
        caller,
      ];
    return [finding("credentials", "good", whose), caller];
  } catch (error) {
    const { name, message } = error as Error;
    return [finding("credentials", "bad", `${name}: ${message}`, MENDED[name] ?? SIGN_IN)];
  }
}

/** A region of each partition that every account of it has: one that an account has not enabled does not answer it. */
const homeOf = (region: string): string =>
  region.startsWith("cn-") ? "cn-north-1" : region.startsWith("us-gov-") ? "us-gov-west-1" : "us-east-1";

/** Source: DescribeRegions, Amazon EC2 API Reference; «Enable or disable AWS Regions in your account», AWS Account Management Guide. */
export async function checkRegion(region: string): Promise<Finding> {
  const name = `region ${region}`;
  const { EC2 } = await import("@aws-sdk/client-ec2");
  const regionsBy = async (asked: string) =>
    (await new EC2({ region: asked, ...patience }).describeRegions({ AllRegions: true })).Regions!;
  try {
    // One that is enabled answers for itself; a runner may have no way to another.
    const regions = await regionsBy(region).catch(() => regionsBy(homeOf(region)));
    const status = regions.find((one) => one.RegionName === region)?.OptInStatus;
    if (status === undefined)
      return finding(name, "bad", "AWS has no such region", "the region is that of the subnets' zones");
    if (status === "not-opted-in")
      return finding(
        name,
        "bad",
        "the account has not enabled it",
        `aws account enable-region --region-name ${region}, which takes minutes to hours`,
      );
    return finding(name, "good", "the account may use it");
  } catch (error) {
    return notSeen(name, error);
  }
}

interface Provider {
  profile?: string;
  assume_role?: { role_arn?: string } | { role_arn?: string }[];
}

/** Terraform may act as somebody else than this command, which would look for what an interrupted deploy has left in another account. */
export function checkProviders(providers: Provider[], caller: Caller): Finding[] {
  const name = "provider's role";
  const roles = providers.flatMap(({ assume_role }) => [assume_role ?? []].flat());
  const accounts = new Set(roles.map(({ role_arn = "" }) => role_arn.split(":")[4]));
  accounts.delete(caller.account);
  const [other] = accounts;
  const findings: Finding[] = [];
  if (accounts.size > 0)
    findings.push(
      finding(
        name,
        /^\d{12}$/.test(other ?? "") ? "bad" : "note",
        `Terraform takes a role of ${other || "an account that is known at deploy only"}, and your credentials are of ${caller.account}: what an interrupted deploy has left there would not be found`,
        "take the role before, by role_arn of your AWS profile, and leave assumeRole out of the provider",
      ),
    );
  const profile = providers.map((provider) => provider.profile).find(Boolean);
  if (profile && profile !== (process.env.AWS_PROFILE ?? "default"))
    findings.push(
      finding(
        "provider's profile",
        "bad",
        `Terraform takes the profile ${profile}, and this command does not`,
        `AWS_PROFILE=${profile}`,
      ),
    );
  return findings;
}
