// What must not change from one released version to the next: addresses, and attributes that AWS cannot change in place.
// Written for a release by `tsx __tests__/upgrades/addresses.ts`.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { safeStorage } from "../../scripts/lib/synthesize";

/** By type, the attributes of which another value would replace the resource (AWS provider 5.100.0). */
const FIXED: Record<string, string[]> = {
  aws_vpc: ["cidr_block"],
  aws_subnet: ["vpc_id", "cidr_block", "availability_zone"],
  aws_cloudhsm_v2_cluster: ["hsm_type", "mode", "subnet_ids"],
  aws_cloudhsm_v2_hsm: ["cluster_id", "subnet_id", "ip_address"],
  aws_secretsmanager_secret: ["name"],
  aws_kms_custom_key_store: ["cloud_hsm_cluster_id"],
  aws_kms_key: ["custom_key_store_id"],
  aws_kms_alias: ["name"],
  aws_fsx_ontap_file_system: ["deployment_type", "kms_key_id", "subnet_ids", "preferred_subnet_id"],
  tls_private_key: ["algorithm", "rsa_bits"],
  tls_self_signed_cert: [
    "private_key_pem",
    "validity_period_hours",
    "is_ca_certificate",
    "allowed_uses",
    "subject",
  ],
  tls_locally_signed_cert: ["ca_private_key_pem", "ca_cert_pem", "validity_period_hours", "allowed_uses"],
  terraform_data: ["input"],
};

/** Address and fixed attributes of everything that holds keys, data or names, as the present version synthesizes it. */
export function addressesInState(): Record<string, Record<string, unknown>> {
  const stack = safeStorage();
  return Object.fromEntries(
    Object.keys(stack.graph())
      .filter((address) => address.split(".")[0] in FIXED)
      .sort()
      .map((address) => {
        const [type, name] = address.split(".");
        const block = stack.resource(type, name);
        return [address, Object.fromEntries(FIXED[type].map((key) => [key, block[key] ?? null]))];
      }),
  );
}

if (require.main === module) {
  const { version } = JSON.parse(readFileSync(join(__dirname, "../../package.json"), "utf8"));
  writeFileSync(join(__dirname, `${version}.json`), `${JSON.stringify(addressesInState(), null, 2)}\n`);
}
