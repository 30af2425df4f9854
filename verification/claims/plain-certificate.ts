import { X509Certificate } from "node:crypto";
import { confirmedIf, type Claim } from "../claim";
import { statusOf } from "../operator-status";

export default {
  text: "A certificate without extensions is good enough for clients and KMS",
  source: "«Initialize the cluster», CloudHSM User Guide, makes one by `openssl x509 -req`",
  byHand: "deploy, then `status`",
  reported:
    "confirmed for clients: a certificate of `openssl x509 -req` without extensions, with which the cluster was initialised and activated, in a lab of August 2026 in af-south-1; nothing of KMS",
  cost: "hsms",
  check: async (trial) => {
    const { ClusterCertificate } = (await trial.cluster()).Certificates!;
    const { ca, keyUsage, subjectAltName } = new X509Certificate(ClusterCertificate!);
    const { users, keyStore } = await statusOf(trial);
    return confirmedIf(
      !ca &&
        keyUsage === undefined &&
        subjectAltName === undefined &&
        users.length > 0 &&
        keyStore?.ConnectionState === "CONNECTED",
      `${users.length} users listed, key store ${keyStore?.ConnectionState}`,
    );
  },
} satisfies Claim;
