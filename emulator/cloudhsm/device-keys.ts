// Keys that crypto users make in the HSMs themselves: made, listed, and taken out and in wrapped by one another.
// Source: «key generate-symmetric aes», «key list», «key delete», «key wrap aes-gcm», «key unwrap aes-gcm», AWS CloudHSM User Guide.

import { createCipheriv, createDecipheriv, createHash, randomBytes } from "node:crypto";
import { Cluster, Hsm } from "../core/state";
import type { DeviceRequest } from "./device-request";
import { HsmError } from "./hsm-error";
import { presentHsms } from "./lookup";
import { logIn } from "./login";

const IV_BYTES = 12;
const TAG_BYTES = 16;

export function keyCommands(
  cluster: Cluster,
  hsm: Hsm,
  request: DeviceRequest,
): Record<string, () => unknown> {
  const { options = {} } = request;
  const owner = (): string => {
    if (request.login?.role !== "crypto-user")
      throw new HsmError("This command needs a login as crypto-user");
    logIn(hsm.contents.users, request.login);
    return request.login.username;
  };
  /** Of the caller's keys the one that a filter such as `attr.label=NAME` names. */
  const only = (filter: string | undefined): [id: string, material: Buffer] => {
    const label = /^attr\.label=(.+)$/.exec(filter ?? "")?.[1];
    const found = Object.entries(hsm.contents.keys).filter(
      ([, key]) => key.owner === request.login!.username && key.label === label,
    );
    if (found.length !== 1)
      throw new HsmError(`${found.length} keys match the filter ${filter}; it must be one`);
    return [found[0][0], Buffer.from(found[0][1].material, "base64")];
  };
  /** "AWS CloudHSM keeps the keys on the individual HSMs in sync": «Cluster synchronization», AWS CloudHSM User Guide. */
  const keep = (material: Buffer): object => {
    const { label } = options;
    if (!label) throw new HsmError("A key needs a label");
    const id = `0x${randomBytes(8).toString("hex")}`;
    const key = { owner: request.login!.username, material: material.toString("base64"), label };
    for (const one of presentHsms(cluster)) one.contents.keys[id] = key;
    return { key: shown(id, key) };
  };
  return {
    "key-generate": () => {
      owner();
      const bytes = Number(options["key-length-bytes"]);
      if (![16, 24, 32].includes(bytes)) throw new HsmError("The key length must be 16, 24 or 32 bytes");
      return keep(randomBytes(bytes));
    },
    "key-list": () => {
      const username = owner();
      const mine = Object.entries(hsm.contents.keys).filter(([, key]) => key.owner === username && key.label);
      // "--max-items [default: 10]": «key list».
      const page = mine.slice(0, Number(options["max-items"] ?? 10));
      return {
        matched_keys: page.map(([id, key]) => shown(id, key)),
        total_key_count: mine.length,
        returned_key_count: page.length,
        ...(page.length < mine.length && { next_token: String(page.length) }),
      };
    },
    /** Of the caller's keys the one that the filter names: «key delete». */
    "key-delete": () => {
      const username = owner();
      const id = /^key-reference=(0x[0-9a-f]+)$/.exec(options.filter ?? "")?.[1] ?? "";
      if (hsm.contents.keys[id]?.owner !== username)
        throw new HsmError(`0 keys match the filter ${options.filter}; it must be one`);
      for (const one of presentHsms(cluster)) delete one.contents.keys[id];
      return { message: "Key deleted successfully" };
    },
    "key-wrap": () => {
      owner();
      const [payload, material] = only(options["payload-filter"]);
      const [wrapping, key] = only(options["wrapping-filter"]);
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(algorithm(key), key, iv, { authTagLength: TAG_BYTES });
      const wrapped = Buffer.concat([cipher.update(material), cipher.final(), cipher.getAuthTag()]);
      return {
        payload_key_reference: payload,
        wrapping_key_reference: wrapping,
        iv: `0x${iv.toString("hex")}`,
        wrapped_key_data: wrapped.toString("base64"),
      };
    },
    "key-unwrap": () => {
      owner();
      const [, key] = only(options.filter);
      const data = Buffer.from(options.data ?? "", "base64");
      try {
        const iv = Buffer.from((options.iv ?? "").replace(/^0x/, ""), "hex");
        const cipher = createDecipheriv(algorithm(key), key, iv, { authTagLength: TAG_BYTES });
        cipher.setAuthTag(data.subarray(-TAG_BYTES));
        return keep(Buffer.concat([cipher.update(data.subarray(0, -TAG_BYTES)), cipher.final()]));
      } catch {
        throw new HsmError("The wrapped key is not valid");
      }
    },
  };
}

const algorithm = (key: Buffer): "aes-256-gcm" => `aes-${key.length * 8}-gcm` as "aes-256-gcm";

const shown = (id: string, key: { owner: string; material: string; label?: string }): object => ({
  "key-reference": id,
  "key-info": {
    "key-owners": [{ username: key.owner, "key-coverage": "full" }],
    "shared-users": [],
    "key-quorum-values": { "manage-key-quorum-value": 0, "use-key-quorum-value": 0 },
    "cluster-coverage": "full",
  },
  attributes: {
    "key-type": "aes",
    label: key.label,
    "check-value": checkValue(Buffer.from(key.material, "base64")),
    class: "secret-key",
  },
});

/** Tells two keys apart without telling either. */
const checkValue = (material: Buffer): string =>
  `0x${createHash("sha256").update(material).digest("hex").slice(0, 6)}`;
