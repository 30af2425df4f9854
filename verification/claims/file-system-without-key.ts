import type { Claim } from "../claim";

export default {
  text: "Without the key a mounted file system serves for a time, then is MISCONFIGURED",
  source: "«File system status», FSx for ONTAP User Guide, names no time",
  byHand: "disconnect the key store of a trial file system and watch `aws fsx describe-file-systems`",
  notInReach:
    "No document says after how long; a trial would pay for HSMs and a file system for hours, and prove nothing by waiting less.",
} satisfies Claim;
