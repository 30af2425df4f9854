// Quotas of CloudHSM.

/** AWS's defaults: «Quotas», AWS CloudHSM User Guide. The names as Service Quotas has them are told apart by what they count. */
export const QUOTAS = {
  clusters: { of: (name: string) => /cluster/i.test(name) && !/hsms? /i.test(name), byDefault: 4 },
  HSMs: { of: (name: string) => /^hsms?\b/i.test(name) && !/per cluster/i.test(name), byDefault: 6 },
};
