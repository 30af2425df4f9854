import type { Claim } from "../claim";

export default {
  text: "Without the key a mounted file system serves for a time, then is MISCONFIGURED",
  source: "«File system status», FSx for ONTAP User Guide, names no time",
  byHand: "disconnect the key store of a trial file system and watch `aws fsx describe-file-systems`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
