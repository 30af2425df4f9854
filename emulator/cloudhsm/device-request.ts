// A command of a client to an HSM.

export interface DeviceRequest {
  /** PEM that the client trusts; the HSM's certificate must lead to it. */
  trustAnchor?: string;
  login?: { username: string; role: string; password: string };
  username?: string;
  role?: string;
  password?: string;
  /** What the command was given beside these, by the names of its options. */
  options?: Record<string, string>;
}
