// What `safe-storage deploy` does around Terraform's own run, by itself:
//   adopt.js FOLDER_OF_THE_SYNTHESIZED_STACK deploy|destroy|notice

import { adoptBefore, noticeAfter } from "../../../command/adoption/adopt";
import { Stack } from "../../../command/app/stack";
import { terraformBinary } from "../../../command/app/terraform";

const [folder, when] = process.argv.slice(2);
const stack = new Stack(folder, terraformBinary());
(when === "deploy" || when === "destroy" ? adoptBefore(stack, when, []) : noticeAfter(stack)).catch(
  (error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  },
);
