// Users of the HSMs, declared and audited.

export * from "./hsm-users";
export * from "./user-audit";
