// The whole chain in one construct, and its settings.

export * from "./previous-settings";
export * from "./safe-storage";
export * from "./settings";
