// IAM's decision: policies, an action on a resource, the context of the request.
// Source: «Policy evaluation logic» and «IAM JSON policy elements», IAM User Guide.

export type Principal = "*" | Record<string, string | string[]>;

export interface Statement {
  Effect: "Allow" | "Deny";
  Principal?: Principal;
  Action?: string | string[];
  NotAction?: string | string[];
  Resource?: string | string[];
  NotResource?: string | string[];
  Condition?: Record<string, Record<string, string | string[]>>;
}

export interface Question {
  action: string;
  resource: string;
  /** Condition keys and their values, several where AWS has several; a key that is not here is not in the request. */
  context: Record<string, string | string[] | undefined>;
}

export type Decision = "Allow" | "Deny" | "ImplicitDeny";

export function decide(policies: { Statement: Statement | Statement[] }[], question: Question): Decision {
  const matching = policies.flatMap((p) => p.Statement).filter((statement) => matches(statement, question));
  if (matching.some((s) => s.Effect === "Deny")) return "Deny";
  return matching.some((s) => s.Effect === "Allow") ? "Allow" : "ImplicitDeny";
}

/** Whether a resource's own policy lets a service in, which it names as its principal. */
export const letsServiceIn = (
  policy: { Statement: Statement | Statement[] },
  service: string,
  question: Question,
): boolean =>
  decide([{ Statement: list(policy.Statement).filter((s) => names(s, service)) }], question) === "Allow";

function names({ Principal }: Statement, service: string): boolean {
  if (Principal === undefined || Principal === "*") return Principal === "*";
  return list(Principal.AWS).includes("*") || list(Principal.Service).includes(service);
}

function matches(statement: Statement, { action, resource, context }: Question): boolean {
  const actionMatches = statement.NotAction
    ? !some(statement.NotAction, (a) => like(a.toLowerCase(), action.toLowerCase()))
    : some(statement.Action, (a) => like(a.toLowerCase(), action.toLowerCase()));
  const resourceMatches = statement.NotResource
    ? !some(statement.NotResource, (r) => like(r, resource))
    : some(statement.Resource, (r) => like(r, resource));
  return actionMatches && resourceMatches && conditionsHold(statement.Condition ?? {}, context);
}

function conditionsHold(
  conditions: NonNullable<Statement["Condition"]>,
  context: Question["context"],
): boolean {
  return Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(keys).every(([key, wanted]) => holds(operator, context[key], list(wanted))),
  );
}

/** The operators that policies of this project use; another one holds never, so that nothing passes by mistake. */
function holds(operator: string, value: string | string[] | undefined, wanted: string[]): boolean {
  if (operator.startsWith("ForAllValues:"))
    return list(value).every((one) => holds(operator.slice("ForAllValues:".length), one, wanted));
  if (Array.isArray(value)) return false; // a key of several values wants an operator for sets
  if (operator === "Null") return wanted.some((w) => (w === "true") === (value === undefined));
  if (operator.endsWith("IfExists"))
    return value === undefined || holds(operator.slice(0, -8), value, wanted);
  switch (operator) {
    case "StringEquals":
    case "Bool":
      return value !== undefined && wanted.includes(value);
    case "StringLike":
    case "ArnEquals":
    case "ArnLike":
      return value !== undefined && wanted.some((w) => like(w, value));
    case "StringNotEquals":
    case "StringNotLike":
    case "ArnNotEquals":
    case "ArnNotLike":
      return value === undefined || !wanted.some((w) => like(w, value));
    default:
      return false;
  }
}

/** IAM's wildcards: `*` for any characters, `?` for one. */
export function like(pattern: string, text: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

export const list = <T>(value: T | T[] | undefined): T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];
const some = (value: string | string[] | undefined, holds_: (item: string) => boolean): boolean =>
  list(value).some(holds_);
