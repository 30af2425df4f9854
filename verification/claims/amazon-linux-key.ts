import type { Claim } from "../claim";

export default {
  text: "`command/assets/layer/amazon-linux-2023.asc` is that key, `B21C 50FA 44A9 9720 EAA7 2F7F E951 904A D832 C631`",
  source:
    "«Package management tool», Amazon Linux 2023 User Guide, as quoted by others; the key from the project distribution-gpg-keys",
  byHand:
    "`gpg --show-keys` of it and of `/etc/pki/rpm-gpg/RPM-GPG-KEY-amazon-linux-2023` in `amazonlinux:2023`",
  notInReach: "It takes no account, but a container of Amazon Linux.",
} satisfies Claim;
