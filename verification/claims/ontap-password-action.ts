import { randomBytes } from "node:crypto";
import { confirmedIf, refusalOf, type Claim } from "../claim";

export default {
  text: "UpdateFileSystem with `FsxAdminPassword` is shown as an action `FILE_SYSTEM_UPDATE`, and may be called while another one is under way",
  source: "AdministrativeActions, FSx API Reference",
  byHand: "deploy with `passwords`; `aws fsx describe-file-systems`",
  cost: "everything",
  check: async ({ fsx, outputs }) => {
    const FileSystemId = outputs.file_system_id;
    const change = () =>
      fsx.updateFileSystem({
        FileSystemId,
        OntapConfiguration: { FsxAdminPassword: `${randomBytes(12).toString("hex")}aA1` },
      });
    const refusal = await refusalOf(change().then(change));
    const { FileSystems } = await fsx.describeFileSystems({ FileSystemIds: [FileSystemId] });
    const actions = FileSystems![0].AdministrativeActions ?? [];
    const shown = actions.map(({ AdministrativeActionType }) => AdministrativeActionType);
    return confirmedIf(
      refusal === undefined && shown.includes("FILE_SYSTEM_UPDATE"),
      `two at once: ${refusal ?? "taken"}; shown: ${shown.join(", ")}`,
    );
  },
} satisfies Claim;
