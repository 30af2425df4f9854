// A root CA of AWS Private CA, as a company has one already.

import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Deployment, ROOT } from "./deployment";

/** Makes one in the deployment's local cloud, with a key of RSA or ECDSA; gives its ARN. */
export function privateRootCa(deployment: Deployment, family: "RSA" | "ECDSA" = "RSA"): string {
  const aws = (operation: string, ...args: string[]) =>
    JSON.parse(
      execFileSync(join(ROOT, ".venv/bin/aws"), ["acm-pca", operation, "--output", "json", ...args], {
        encoding: "utf8",
        env: { ...process.env, ...deployment.awsVariables },
      }) || "{}",
    );
  const file = (name: string, content: string): string => {
    const path = join(deployment.folder, name);
    writeFileSync(path, content);
    return `fileb://${path}`;
  };
  const configuration = {
    KeyAlgorithm: family === "RSA" ? "RSA_2048" : "EC_prime256v1",
    SigningAlgorithm: `SHA256WITH${family}`,
    Subject: { CommonName: "Company root" },
  };
  const { CertificateAuthorityArn: arn } = aws(
    "create-certificate-authority",
    "--certificate-authority-type=ROOT",
    `--certificate-authority-configuration=${JSON.stringify(configuration)}`,
  );
  const authority = ["--certificate-authority-arn", arn];
  const { Csr } = aws("get-certificate-authority-csr", ...authority);
  const issued = aws(
    "issue-certificate",
    ...authority,
    "--csr",
    file("company-root.csr", Csr),
    `--signing-algorithm=SHA256WITH${family}`,
    "--template-arn=arn:aws:acm-pca:::template/RootCACertificate/V1",
    "--validity=Value=7300,Type=DAYS",
  );
  const { Certificate } = aws("get-certificate", ...authority, "--certificate-arn", issued.CertificateArn);
  aws(
    "import-certificate-authority-certificate",
    ...authority,
    "--certificate",
    file("company-root.pem", Certificate),
  );
  return arn;
}
