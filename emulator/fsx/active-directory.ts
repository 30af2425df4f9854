// Storage virtual machines in Active Directories: the join succeeds, or leaves the machine MISCONFIGURED with the reason.
// Source: «Joining an SVM to a Microsoft Active Directory» and «Troubleshooting», FSx for ONTAP User Guide; hashicorp/terraform-provider-aws#29845.

import { Cloud } from "../core/cloud";
import { Directory, Region, StorageVirtualMachine } from "../core/state";
import { badRequest } from "./errors";

/** What a request says of a join. */
export interface JoinInput {
  NetBiosName?: string;
  SelfManagedActiveDirectoryConfiguration?: {
    DomainName?: string;
    OrganizationalUnitDistinguishedName?: string;
    FileSystemAdministratorsGroup?: string;
    UserName?: string;
    Password?: string;
    DnsIps?: string[];
    DomainJoinServiceAccountSecret?: string;
  };
}

/** Begins a join. What an update leaves out stays as it was. */
export function beginJoin(
  cloud: Cloud,
  regionName: string,
  svm: StorageVirtualMachine,
  input: JoinInput,
): void {
  const { SelfManagedActiveDirectoryConfiguration: directory, ...name } = input;
  if (directory?.DomainJoinServiceAccountSecret)
    throw badRequest("DomainJoinServiceAccountSecret is not emulated: give UserName and Password.");
  const before = svm.joining ?? {};
  svm.joining = {
    ...before,
    ...name,
    SelfManagedActiveDirectoryConfiguration: {
      ...before.SelfManagedActiveDirectoryConfiguration,
      ...directory,
    },
  };
  // "required": CreateSvmActiveDirectoryConfiguration, SelfManagedActiveDirectoryConfiguration.
  const { NetBiosName, SelfManagedActiveDirectoryConfiguration: all = {} } = svm.joining;
  if (!NetBiosName || !all.DomainName || !all.DnsIps?.length || !all.UserName || !all.Password)
    throw badRequest("A join needs NetBiosName, DomainName, DnsIps, UserName and Password.");
  cloud.schedule("svm joined", regionName, svm.StorageVirtualMachineId);
}

/** The end of a join. */
export function endJoin(region: Region, svm: StorageVirtualMachine): void {
  if (!svm.joining) return;
  const { NetBiosName, SelfManagedActiveDirectoryConfiguration: wanted = {} } = svm.joining;
  const { Password: _, ...shown } = wanted;
  svm.ActiveDirectoryConfiguration = { NetBiosName, SelfManagedActiveDirectoryConfiguration: shown };
  const problem = problemOf(region, svm, wanted);
  svm.Lifecycle = problem ? "MISCONFIGURED" : "CREATED";
  svm.LifecycleTransitionReason = problem ? { Message: problem } : undefined;
  const { Smb: _smb, ...endpoints } = svm.Endpoints as Record<string, { IpAddresses: string[] }>;
  svm.Endpoints = problem
    ? endpoints
    : {
        ...endpoints,
        Smb: { DNSName: `${NetBiosName}.${wanted.DomainName}`, IpAddresses: endpoints.Nfs.IpAddresses },
      };
}

const UNABLE = "Amazon FSx is unable to join your storage virtual machine to your Active Directory";

function problemOf(
  region: Region,
  svm: StorageVirtualMachine,
  wanted: NonNullable<JoinInput["SelfManagedActiveDirectoryConfiguration"]>,
): string | undefined {
  const directory = region.directories[wanted.DomainName!.toLowerCase()] as Directory | undefined;
  if (!directory || !wanted.DnsIps!.some((ip) => directory.dnsIps.includes(ip)))
    return `${UNABLE}: it cannot reach the DNS servers provided or the domain controllers for your domain.`;
  if (wanted.UserName !== directory.username || wanted.Password !== directory.password)
    return `${UNABLE}: the service account credentials provided are invalid.`;
  const { OrganizationalUnitDistinguishedName: unit, FileSystemAdministratorsGroup: group } = wanted;
  if (unit && !directory.organizationalUnits.includes(unit))
    return `${UNABLE}: the organizational unit provided does not exist or is not accessible to the service account.`;
  if (group && !directory.groups.includes(group))
    return `${UNABLE}: the file system administrators group provided does not exist.`;
  const taken = Object.values(region.svms).some(
    (s) =>
      s !== svm &&
      s.Lifecycle === "CREATED" &&
      s.joining?.NetBiosName?.toUpperCase() === svm.joining!.NetBiosName!.toUpperCase() &&
      s.joining?.SelfManagedActiveDirectoryConfiguration?.DomainName?.toLowerCase() === directory.domainName,
  );
  return taken ? `${UNABLE}: the NetBIOS name is in use.` : undefined;
}

/** A directory as a test makes it known. */
export function readDirectory(input: Record<string, any>): Directory | undefined {
  const {
    domainName,
    dnsIps,
    username,
    password,
    organizationalUnits = [],
    groups = ["Domain Admins"],
  } = input;
  const texts = [domainName, username, password];
  if (!texts.every((t) => typeof t === "string" && t !== "") || !Array.isArray(dnsIps) || dnsIps.length === 0)
    return undefined;
  return { domainName: domainName.toLowerCase(), dnsIps, username, password, organizationalUnits, groups };
}
