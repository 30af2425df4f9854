import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { asset } from "../assets";
import { example, wholeNumber } from "../options";

const SCRIPT = asset("offline-ca");

const DAYS = 3652;

function run(args: string[], given: { name?: string; days: number; passphraseFile?: string }): void {
  const options = {
    "--name": given.name,
    "--days": String(given.days),
    "--passphrase-file": given.passphraseFile,
  };
  const passed = Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : [name, value],
  );
  const { status } = spawnSync("bash", [SCRIPT, ...args, ...passed], { stdio: "inherit" });
  process.exitCode = status ?? 1;
}

const withPassphrase = (command: Command): Command =>
  command
    .option("--days <number>", "how long the certificate holds", wholeNumber, DAYS)
    .option("--passphrase-file <file>", "its first line is the passphrase, which is asked for otherwise");

export const sign = (): Command =>
  new Command("sign")
    .summary("sign a cluster's CSR by a certificate authority of your own")
    .description(
      "A certificate authority on a machine of your own, for `ExternalSigner`: its key is encrypted by a passphrase and goes nowhere. It needs openssl.",
    )
    .addCommand(
      withPassphrase(
        new Command("create-ca")
          .description("Makes the authority: FOLDER/ca.key and FOLDER/trust-anchor.crt.")
          .argument("<folder>", "where it is kept")
          .option("--name <common-name>", "its common name", "Safe Storage CloudHSM CA"),
      )
        .addHelpText(...example("safe-storage sign create-ca ca --days 3652"))
        .action((folder, given) => run(["create", folder], given)),
    )
    .addCommand(
      withPassphrase(
        new Command("csr")
          .description("Signs a CSR into FOLDER/cluster.crt.")
          .argument("<folder>", "where the authority is kept")
          .argument("<csr>", "file of the CSR"),
      )
        .addHelpText(...example("safe-storage sign csr ca cluster-csr.pem"))
        .action((folder, csr, given) => run(["sign", folder, csr], given)),
    )
    .addCommand(
      new Command("script")
        .description(
          "Prints the bash script that does both, for a machine without a network: it needs openssl and nothing else.",
        )
        .addHelpText(...example("safe-storage sign script > offline-ca"))
        .action(() => void process.stdout.write(readFileSync(SCRIPT))),
    );
