// What Terraform's jsonencode would make of an object that CDKTF has written into the stack as an expression.

const TOKEN =
  /\s*("(?:\\.|\$\{[^}]*\}|[^"\\])*"|[{}[\],=]|[^\s{}[\],="(]+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?(?:\[[^\]]*\])*)/gy;

/** The value of a text `${jsonencode(…)}`, its references as texts `${…}`; undefined for any other value. */
export function encodedIn(value: unknown): any {
  if (typeof value !== "string") return undefined;
  const start = value.indexOf("jsonencode(");
  try {
    if (start >= 0) return parse(value.slice(start + "jsonencode(".length));
    return value.startsWith("{") ? JSON.parse(value) : undefined;
  } catch {
    return undefined; // another expression, whose value a deploy knows
  }
}

/** Of what CDKTF writes, not of HCL as such: objects, lists, texts, references and literals. */
function parse(text: string): unknown {
  TOKEN.lastIndex = 0;
  const next = (): string => TOKEN.exec(text)![1];
  const valueOf = (token: string): unknown => {
    if (token === "{") return objectOf();
    if (token === "[") return listOf();
    if (token.startsWith('"')) return unquoted(token);
    if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(token)) return JSON.parse(token);
    return `\${${token}}`;
  };
  const objectOf = (): Record<string, unknown> => {
    const object: Record<string, unknown> = {};
    for (let token = next(); token !== "}"; token = next()) {
      if (token === ",") continue;
      next(); // =
      object[token.startsWith('"') ? unquoted(token) : token] = valueOf(next());
    }
    return object;
  };
  const listOf = (): unknown[] => {
    const list: unknown[] = [];
    for (let token = next(); token !== "]"; token = next()) if (token !== ",") list.push(valueOf(token));
    return list;
  };
  return valueOf(next());
}

const unquoted = (token: string): string =>
  token.slice(1, -1).replace(/\\(["\\nt])/g, (_, c: string) => ({ n: "\n", t: "\t" })[c] ?? c);
