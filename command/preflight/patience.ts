// How long an SDK client waits for a service in a preflight: a runner in a VPC may have no way to one, and shall not hang for minutes.

export const patience = {
  maxAttempts: 2,
  requestHandler: { connectionTimeout: 5000, requestTimeout: 30_000 },
};
