// What `terraform apply -json` says, a line each: «Machine-Readable UI», Terraform's documentation. OpenTofu says the same.

export interface Diagnostic {
  severity: "error" | "warning";
  summary: string;
  detail?: string;
  address?: string;
}

export interface Output {
  sensitive: boolean;
  value?: unknown;
}

export interface Message {
  "@message": string;
  type: string;
  diagnostic?: Diagnostic;
  /** Of `apply_start` and the like. */
  hook?: { resource: { addr: string }; action: string; elapsed_seconds?: number };
  /** Of `planned_change`. */
  change?: { resource: { addr: string }; action: string };
  /** Of `change_summary`. */
  changes?: { add: number; change: number; import?: number; remove: number; operation: string };
  outputs?: Record<string, Output>;
}

/** Undefined for a line that is none, such as one that a program of Terraform's has written. */
export function messageOf(line: string): Message | undefined {
  try {
    const message = JSON.parse(line);
    return typeof message?.["@message"] === "string" ? message : undefined;
  } catch {
    return undefined;
  }
}

/** As Terraform shows it to a person. */
export const textOf = ({ severity, summary, detail, address }: Diagnostic): string =>
  [
    `${severity === "error" ? "Error" : "Warning"}: ${summary}`,
    ...(address ? [`  with ${address},`] : []),
    ...(detail ? [detail] : []),
    "",
  ].join("\n");
