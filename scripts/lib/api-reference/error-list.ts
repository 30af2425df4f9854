// Prints the list of all errors that the constructs give, at synth and while planning, made of input-errors/.

import { Synthesized } from "../synthesize";
import { INPUT_ERRORS, Subject } from "../../../input-errors";

/** The construct's path is its user's; a temporary file's is nobody's. */
const general = (message: string): string =>
  message.replaceAll(/test\/it/g, "PATH").replace(/"[^"]*\/(root\.pem)"/, '"$1"');

/** Messages of the conditions that a plan checks. */
function conditions({ make }: Subject): string[] {
  const found = new Set<string>();
  const stack = new Synthesized((scope) => void make(scope, {}));
  for (const [, { lifecycle = {} }] of stack.everything())
    for (const { error_message } of [...(lifecycle.precondition ?? []), ...(lifecycle.postcondition ?? [])])
      if (/^test\/it[/:]/.test(error_message))
        found.add(
          general(error_message)
            .replaceAll(/\$\{(?:[^{}]|\{[^{}]*\})*\}/g, "…")
            .replaceAll(/\s+/g, " "),
        );
  return [...found];
}

const code = (text: string): string =>
  `\`${text.replaceAll("`", "'").replaceAll(/\n/g, "\\n").slice(0, 400)}\``;

console.log(`# Errors

Every error that a construct throws at synth, and every condition that a plan checks, by the interface that it is about. PATH is the
construct's path in your app. Errors of the operator, at deploy, are in [operations.md](../operations.md).
`);
for (const [name, subject] of Object.entries(INPUT_ERRORS)) {
  console.log(`## ${name}\n`);
  for (const [prop, values] of Object.entries(subject.wrong))
    for (const message of new Set(values.map(([, text]) => text)))
      console.log(`- \`${prop}\`: ${code(general(message))}`);
  for (const [prop, why] of Object.entries(subject.free ?? {}))
    console.log(`- \`${prop}\`: ${why}; nothing is checked`);
  for (const message of subject.also ?? []) console.log(`- ${code(message)}`);
  const checked = conditions(subject);
  if (checked.length > 0) console.log("\nWhile planning:\n");
  for (const message of checked) console.log(`- ${code(message)}`);
  console.log();
}
