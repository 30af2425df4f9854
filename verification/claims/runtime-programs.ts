import { confirmedIf, type Claim } from "../claim";

export default {
  text: "`provided.al2023` has bash 5, curl 7.75 or newer (`--aws-sigv4`), coreutils (`timeout`, `mkfifo`); Debian 11's `script`, which wants glibc 2.17, runs there",
  source: "«OS-only runtimes», Lambda Developer Guide, names the base image only",
  byHand: "a function whose bootstrap prints `curl --version; bash --version; script --version`",
  cost: "cents",
  check: async (trial) => {
    const { versions, sigv4 } = await trial.probe({ probe: "programs" });
    const there = ["bash", "curl", "timeout", "mkfifo", "script"].every((name) => versions[name] !== "");
    const bash = Number(/version (\d+)/.exec(versions.bash)?.[1]);
    return confirmedIf(there && bash >= 5 && sigv4, `${JSON.stringify(versions)}, --aws-sigv4: ${sigv4}`);
  },
} satisfies Claim;
