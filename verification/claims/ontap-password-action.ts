import type { Claim } from "../claim";

export default {
  text: "UpdateFileSystem with `FsxAdminPassword` is shown as an action `FILE_SYSTEM_UPDATE`, and may be called while another one is under way",
  source: "AdministrativeActions, FSx API Reference",
  byHand: "deploy with `passwords`; `aws fsx describe-file-systems`",
  notInReach: "The command does not check it yet.",
} satisfies Claim;
