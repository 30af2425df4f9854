// HSMs that are removed and restored on a schedule, and what that saves.

export * from "./hsm-cost";
export * from "./hsm-prices";
export * from "./hsm-schedule";
export * from "./hsm-windows";
