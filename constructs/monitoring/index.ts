// Alarms, a dashboard and critical calls.

export * from "./cluster-health";
export * from "./critical-calls";
