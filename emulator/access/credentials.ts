// Credentials that the local cloud has issued to a role. All others are the administrator's own.

export interface Issued {
  secretAccessKey: string;
  sessionToken: string;
  roleName: string;
  roleArn: string;
  /** As AWS names it in its messages: `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`. */
  principalArn: string;
}

export class Credentials {
  private readonly issued = new Map<string, Issued>();

  /** @param roleArn of the role that was assumed. */
  issue(
    accessKeyId: string,
    secretAccessKey: string,
    sessionToken: string,
    roleArn: string,
    session: string,
  ): void {
    const [, , , , account, resource] = roleArn.split(":");
    const roleName = resource.split("/").pop()!;
    const principalArn = `arn:aws:sts::${account}:assumed-role/${roleName}/${session}`;
    this.issued.set(accessKeyId, { secretAccessKey, sessionToken, roleName, roleArn, principalArn });
  }

  save(): [string, Issued][] {
    return [...this.issued];
  }

  load(saved: [string, Issued][]): void {
    this.issued.clear();
    for (const [accessKeyId, issued] of saved) this.issued.set(accessKeyId, issued);
  }

  find(accessKeyId: string): Issued | undefined {
    return this.issued.get(accessKeyId);
  }

  /** Notes what moto's answer to AssumeRole has issued. */
  noteAssumedRole(request: URLSearchParams, answer: string): void {
    const element = (name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(answer)?.[1] ?? "";
    this.issue(
      element("AccessKeyId"),
      element("SecretAccessKey"),
      element("SessionToken"),
      request.get("RoleArn") ?? "",
      request.get("RoleSessionName") ?? "",
    );
  }
}
