// Made by scripts/api-reference from lambda-runtime/actions: what each action of the operator is given.

/**
 * Sets the admin's password, which ends in Secrets Manager only, and waits for ACTIVE.
 */
export interface ActivateEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with the password of the HSM user admin; it may still be empty before activation.
   */
  adminSecretArn: string;
  /**
   * Of a cluster from a backup: secret with the password of the backup's cluster, which becomes this cluster's.
   */
  sourceAdminSecretArn?: string;
  /**
   * Of a cluster from a backup: name of the secret in which the trust anchor is kept.
   */
  trustAnchorSecret?: string;
  /**
   * Secret with the first password of kmsuser; it may still be empty.
   */
  kmsuserSecretArn?: string;
  /**
   * Characters of a password that is made now, 7 to 32.
   */
  passwordLength: string;
}

/**
 * Compares the users of each HSM of the cluster. Changes nothing.
 */
export interface AuditUsersEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Users who may have the role admin beside `admin`.
   */
  admins?: string[];
  /**
   * kmsuser must be on every HSM.
   */
  kmsuser?: boolean;
  /**
   * How many HSMs there are in each zone; not read, but another value has Terraform invoke again.
   */
  hsmCounts?: {
    [k: string]: number;
  };
  /**
   * Role of each user who shall be there beside admin and kmsuser, by the user's name.
   */
  declared?: {
    [k: string]: string;
  };
  /**
   * ARN of the secret with each declared user's password, by the user's name: repair-users mends these users in their place.
   */
  userSecrets?: {
    [k: string]: string;
  };
  /**
   * Secret in which the HSMs of the last audit are noted, and a repair that is not finished.
   */
  userNoteArn?: string;
  /**
   * Looks only where there are other HSMs than at the last audit.
   */
  changedOnly?: boolean;
  /**
   * Where something is off, goes on as repair-users.
   */
  automatic?: boolean;
  /**
   * Secret with an admin's password, or JSON with username and password.
   */
  adminSecretArn?: string;
  /**
   * Secret with the first password of kmsuser.
   */
  kmsuserSecretArn?: string;
  /**
   * Characters of passwords that are made.
   */
  passwordLength?: string;
}

/**
 * Tells whether a key store can be on a cluster that somebody else has made. Changes nothing.
 */
export interface CheckClusterEvent {
  /**
   * The cluster.
   */
  clusterId: string;
}

/**
 * Looks at the cluster, its HSMs, its key store and keys, its newest backup and its certificates, and tells metrics. Changes nothing.
 */
export interface CheckHealthEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * How many HSMs there shall be in each availability zone, by its name.
   */
  hsmCounts?: {
    [k: string]: number;
  };
  /**
   * Secret with the note of HSMs that a schedule has put away; these are not missing.
   */
  hsmRecordArn?: string;
  /**
   * Key store that shall be connected.
   */
  keyStoreId?: string;
  /**
   * KMS keys that shall be enabled.
   */
  keyIds?: string[];
  /**
   * File systems that shall be AVAILABLE.
   */
  fileSystemIds?: string[];
}

/**
 * Tells whether admin and kmsuser are on every HSM. Changes nothing.
 */
export interface CheckUsersEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Addresses of the HSMs, so that Terraform asks again when they change.
   */
  hsmAddresses?: string[];
}

/**
 * Tells who was made or deleted in the origin of a cluster from a backup after that was taken. Changes nothing.
 */
export interface CompareUsersEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with the note of the origin's users.
   */
  usersSecretArn: string;
}

/**
 * Connects the key store to its cluster; KMS logs in as kmsuser and rotates its password.
 */
export interface ConnectKeyStoreEvent {
  /**
   * The key store.
   */
  keyStoreId: string;
  /**
   * The cluster that the store shall be on. With it and what follows, the action mends: a store on another cluster moves to this one, and a kmsuser as whom KMS cannot log in gets a new password.
   */
  clusterId?: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor?: string;
  /**
   * Secret with the password of the HSM user admin; it may still be empty before activation.
   */
  adminSecretArn?: string;
  /**
   * Secret with the first password of kmsuser; it may still be empty.
   */
  kmsuserSecretArn?: string;
  /**
   * Characters of a password that is made now, 7 to 32.
   */
  passwordLength?: string;
  /**
   * The name of the store from now on.
   */
  keyStoreName?: string;
}

/**
 * Makes a key store on a cluster that somebody else has made, or takes the one of that name.
 */
export interface CreateKeyStoreEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with the first password of kmsuser.
   */
  kmsuserSecretArn: string;
  /**
   * Name of the store, unique in account and region.
   */
  keyStoreName: string;
}

/**
 * Makes the crypto user kmsuser on every HSM, as whom KMS logs in. Leaves it alone once a key store has it.
 */
export interface CreateKmsuserEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with the password of the HSM user admin; it may still be empty before activation.
   */
  adminSecretArn: string;
  /**
   * Secret with the first password of kmsuser; it may still be empty.
   */
  kmsuserSecretArn: string;
  /**
   * Characters of a password that is made now, 7 to 32.
   */
  passwordLength: string;
  /**
   * Give a kmsuser that somebody else has made a new password.
   */
  adopt?: boolean;
}

/**
 * Deletes a backup, which AWS keeps for 7 days more; the newest READY one is refused.
 */
export interface DeleteBackupEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
  /**
   * The backup.
   */
  backupId: string;
}

/**
 * Takes away an HSM that the operator has made; two others stay under a key store.
 */
export interface DeleteHsmEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * The HSM's address.
   */
  ipAddress: string;
  /**
   * Secret in which the operator notes where the HSMs stood; it may still be empty.
   */
  hsmRecordArn: string;
}

/**
 * The guard of a destroy: deletes a key store without keys, and stops at one that has any.
 */
export interface DeleteKeyStoreEvent {
  /**
   * The key store.
   */
  keyStoreId: string;
}

/**
 * Disconnects the key store: its keys cannot be used until it is connected again.
 */
export interface DisconnectKeyStoreEvent {
  /**
   * The key store.
   */
  keyStoreId: string;
}

/**
 * Makes the HSMs that are missing in an activated cluster, and waits until all are ACTIVE. Needs `hsmsOnDemand` of HsmCluster.
 */
export interface EnsureHsmsEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * Where an HSM shall be.
   */
  hsms: {
    /**
     * A zone in which the cluster has a subnet.
     */
    availabilityZone: string;
    /**
     * An address of that subnet: by it an HSM is never made twice.
     */
    ipAddress: string;
  }[];
}

/**
 * Makes one user on every HSM, with the password in the user's own secret.
 */
export interface EnsureUserEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with an admin's password, or JSON with username and password.
   */
  adminSecretArn: string;
  /**
   * Name of the user.
   */
  userName: string;
  /**
   * The user's role.
   */
  role: "crypto-user" | "admin";
  /**
   * Secret with the user's password.
   */
  userSecretArn: string;
  /**
   * Characters of passwords that are made.
   */
  passwordLength?: string;
  /**
   * Another value has a new password made.
   */
  passwordVersion: string;
  /**
   * A user of somebody else's gets a new password.
   */
  adopt?: boolean;
}

/**
 * Claims the cluster with the signed certificate and the trust anchor, and waits for INITIALIZED.
 */
export interface InitializeEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the cluster's certificate, signed by the CA.
   */
  signedCertificate: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Name of the secret in which the trust anchor is kept; it is made where it is missing.
   */
  trustAnchorSecret: string;
}

/**
 * Exempts a backup from its expiry, or lets it expire again.
 */
export interface KeepBackupEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
  /**
   * The backup.
   */
  backupId: string;
  /**
   * Whether it is exempt.
   */
  neverExpires: boolean;
}

/**
 * Lists a cluster's backups and their copies in the function's region, those that wait for their deletion as well. Changes nothing.
 */
export interface ListBackupsEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
}

/**
 * Names the newest READY copy of a cluster's backups in the function's region. Changes nothing.
 */
export interface NewestCopyEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
}

/**
 * Writes the cluster's users, without passwords, into a secret that is replicated to other regions.
 */
export interface NoteUsersEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret that gets the note.
   */
  usersSecretArn: string;
}

/** What a deploy or destroy runs where there is nothing to do: a guard's deploy, for one. */
export type NothingEvent = Record<string, never>;

/**
 * The guard of a destroy that would go on to HSMs and cluster: stops while a key store is on the cluster.
 */
export interface ReleaseClusterEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * What the message of a refused destroy calls what it guards.
   */
  resource: string;
}

/**
 * The guard of an HSM that a deploy takes away: two others stay under a key store.
 */
export interface ReleaseHsmEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * The HSM's address.
   */
  ipAddress: string;
}

/**
 * Puts HSMs away to save their cost, but for some; notes where they stood, and waits for the backup.
 */
export interface RemoveHsmsEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * How many HSMs stay.
   */
  keep: string;
  /**
   * Secret in which the operator notes where the HSMs stood; it may still be empty.
   */
  hsmRecordArn: string;
  /**
   * Addresses of HSMs that stay before others.
   */
  first?: string[];
}

/**
 * Takes a user off every HSM; one who owns keys stays.
 */
export interface RemoveUserEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with an admin's password, or JSON with username and password.
   */
  adminSecretArn: string;
  /**
   * Name of the user.
   */
  userName: string;
  /**
   * The user's role.
   */
  role: "crypto-user" | "admin";
  /**
   * Secret with the user's password.
   */
  userSecretArn: string;
  /**
   * Of a user who is removed, its keys are deleted before.
   */
  deleteKeys?: boolean;
}

/**
 * Mends what an audit of the users finds, as far as it goes; without a plan it changes nothing.
 */
export interface RepairUsersEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Users who may have the role admin beside `admin`.
   */
  admins?: string[];
  /**
   * kmsuser must be on every HSM.
   */
  kmsuser?: boolean;
  /**
   * Role of each user who shall be there beside admin and kmsuser, by the user's name.
   */
  declared?: {
    [k: string]: string;
  };
  /**
   * ARN of the secret with each declared user's password, by the user's name: repair-users mends these users in their place.
   */
  userSecrets?: {
    [k: string]: string;
  };
  /**
   * Secret in which the HSMs of the last audit are noted, and a repair that is not finished.
   */
  userNoteArn: string;
  /**
   * Does what it finds without a plan being given.
   */
  automatic?: boolean;
  /**
   * Secret with an admin's password, or JSON with username and password.
   */
  adminSecretArn?: string;
  /**
   * Secret with the first password of kmsuser.
   */
  kmsuserSecretArn?: string;
  /**
   * Characters of passwords that are made.
   */
  passwordLength?: string;
  /**
   * Id of the steps, which a run that does them must be given.
   */
  plan?: string;
  /**
   * Address of an HSM that is replaced whatever it has.
   */
  hsm?: string;
}

/**
 * Copies the cluster's newest backup from its region to the function's, waits until the copy is READY, and deletes its own copies that are too many or too old; the newest READY one never.
 */
export interface ReplicateBackupsEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
  /**
   * The cluster's region.
   */
  sourceRegion: string;
  /**
   * How many copies stay, in digits.
   */
  copies: string;
  /**
   * How many days old copies get, in digits.
   */
  copyDays: string;
  /**
   * Tags of the copies, beside SafeStorageCopyOf.
   */
  tags?: {
    [k: string]: string;
  };
}

/**
 * Has Secrets Manager keep secrets in another region as well, where a cluster from a backup needs them.
 */
export interface ReplicateSecretsEvent {
  /**
   * Names or ARNs of the secrets.
   */
  secretIds: string[];
  /**
   * The other region.
   */
  region: string;
  /**
   * KMS key of that region that encrypts them there.
   */
  encryptionKeyArn: string;
}

/**
 * Brings users that another cluster has, and this clone of it lacks, over to this one. Changes no password, deletes nobody.
 */
export interface ReplicateUsersEvent {
  /**
   * The cluster that users are brought to.
   */
  clusterId: string;
  /**
   * PEM of the certificate that both clusters' certificates lead to.
   */
  trustAnchor: string;
  /**
   * Secret with the password of this cluster's admin.
   */
  adminSecretArn: string;
  /**
   * The cluster that has the users.
   */
  sourceClusterId: string;
  /**
   * Its region.
   */
  sourceRegion: string;
  /**
   * Secret with the password of its admin, in this region.
   */
  sourceAdminSecretArn: string;
  /**
   * Address of CloudHSM's API in its region, where the usual one is not reached.
   */
  sourceEndpoint?: string;
  /**
   * Compares only.
   */
  dryRun?: boolean;
}

/**
 * Brings back a backup that was deleted less than 7 days ago.
 */
export interface RestoreBackupEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
  /**
   * The backup.
   */
  backupId: string;
}

/**
 * Brings back the HSMs that remove-hsms has put away, in the same zones, at the same addresses.
 */
export interface RestoreHsmsEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret in which the operator notes where the HSMs stood; it may still be empty.
   */
  hsmRecordArn: string;
  /**
   * Times at which HSMs stay away, `FROM/UNTIL` in UTC.
   */
  holidays?: string[];
}

/**
 * The guard of what a destroy shall not take away: it always refuses, also where the line of code is gone.
 */
export interface RetainEvent {
  /**
   * What the message of a refused destroy calls what it guards.
   */
  resource: string;
}

/**
 * Sets how many days the cluster's backups are kept.
 */
export interface RetainBackupsEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * Days, 7 to 379.
   */
  backupRetentionDays: string;
}

/**
 * Gives the HSM user admin a new password on every HSM: stored before it is set, promoted once it works.
 */
export interface RotateAdminPasswordEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
  /**
   * Secret with the password of the HSM user admin; it may still be empty before activation.
   */
  adminSecretArn: string;
  /**
   * Secret with the first password of kmsuser; it may still be empty.
   */
  kmsuserSecretArn?: string;
  /**
   * Characters of a password that is made now, 7 to 32.
   */
  passwordLength: string;
}

/**
 * What stands where. Changes nothing.
 */
export interface StatusEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * PEM of the certificate that the cluster's certificate leads to.
   */
  trustAnchor: string;
}

/**
 * Tells who has called AWS for something that can lose keys.
 */
export interface TellCallEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * The key store on the cluster.
   */
  keyStoreId?: string;
  /**
   * ARNs of its keys.
   */
  keyIds?: string[];
  /**
   * The call.
   */
  eventName: string;
  /**
   * ARN of the caller.
   */
  who?: string;
  /**
   * Address that it came from.
   */
  from?: string;
  /**
   * When.
   */
  at?: string;
  /**
   * AWS's error code, empty where the call went through.
   */
  error?: string;
  /**
   * The cluster that the call was about.
   */
  ofCluster?: string;
  /**
   * The HSM.
   */
  ofHsm?: string;
  /**
   * The backup.
   */
  ofBackup?: string;
  /**
   * The key store.
   */
  ofKeyStore?: string;
  /**
   * The key.
   */
  ofKey?: string;
}

/** What each action of the operator is given, by the action's name. */

export interface OperatorEvents {
  /** Sets the admin's password, which ends in Secrets Manager only, and waits for ACTIVE. */
  activate: ActivateEvent;
  /** Compares the users of each HSM of the cluster. Changes nothing. */
  "audit-users": AuditUsersEvent;
  /** Tells whether a key store can be on a cluster that somebody else has made. Changes nothing. */
  "check-cluster": CheckClusterEvent;
  /** Looks at the cluster, its HSMs, its key store and keys, its newest backup and its certificates, and tells metrics. Changes nothing. */
  "check-health": CheckHealthEvent;
  /** Tells whether admin and kmsuser are on every HSM. Changes nothing. */
  "check-users": CheckUsersEvent;
  /** Tells who was made or deleted in the origin of a cluster from a backup after that was taken. Changes nothing. */
  "compare-users": CompareUsersEvent;
  /** Connects the key store to its cluster; KMS logs in as kmsuser and rotates its password. */
  "connect-key-store": ConnectKeyStoreEvent;
  /** Makes a key store on a cluster that somebody else has made, or takes the one of that name. */
  "create-key-store": CreateKeyStoreEvent;
  /** Makes the crypto user kmsuser on every HSM, as whom KMS logs in. Leaves it alone once a key store has it. */
  "create-kmsuser": CreateKmsuserEvent;
  /** Deletes a backup, which AWS keeps for 7 days more; the newest READY one is refused. */
  "delete-backup": DeleteBackupEvent;
  /** Takes away an HSM that the operator has made; two others stay under a key store. */
  "delete-hsm": DeleteHsmEvent;
  /** The guard of a destroy: deletes a key store without keys, and stops at one that has any. */
  "delete-key-store": DeleteKeyStoreEvent;
  /** Disconnects the key store: its keys cannot be used until it is connected again. */
  "disconnect-key-store": DisconnectKeyStoreEvent;
  /** Makes the HSMs that are missing in an activated cluster, and waits until all are ACTIVE. Needs `hsmsOnDemand` of HsmCluster. */
  "ensure-hsms": EnsureHsmsEvent;
  /** Makes one user on every HSM, with the password in the user's own secret. */
  "ensure-user": EnsureUserEvent;
  /** Claims the cluster with the signed certificate and the trust anchor, and waits for INITIALIZED. */
  initialize: InitializeEvent;
  /** Exempts a backup from its expiry, or lets it expire again. */
  "keep-backup": KeepBackupEvent;
  /** Lists a cluster's backups and their copies in the function's region, those that wait for their deletion as well. Changes nothing. */
  "list-backups": ListBackupsEvent;
  /** Names the newest READY copy of a cluster's backups in the function's region. Changes nothing. */
  "newest-copy": NewestCopyEvent;
  /** Writes the cluster's users, without passwords, into a secret that is replicated to other regions. */
  "note-users": NoteUsersEvent;
  /** What a deploy or destroy runs where there is nothing to do: a guard's deploy, for one. */
  nothing: NothingEvent;
  /** The guard of a destroy that would go on to HSMs and cluster: stops while a key store is on the cluster. */
  "release-cluster": ReleaseClusterEvent;
  /** The guard of an HSM that a deploy takes away: two others stay under a key store. */
  "release-hsm": ReleaseHsmEvent;
  /** Puts HSMs away to save their cost, but for some; notes where they stood, and waits for the backup. */
  "remove-hsms": RemoveHsmsEvent;
  /** Takes a user off every HSM; one who owns keys stays. */
  "remove-user": RemoveUserEvent;
  /** Mends what an audit of the users finds, as far as it goes; without a plan it changes nothing. */
  "repair-users": RepairUsersEvent;
  /** Copies the cluster's newest backup from its region to the function's, waits until the copy is READY, and deletes its own copies that are too many or too old; the newest READY one never. */
  "replicate-backups": ReplicateBackupsEvent;
  /** Has Secrets Manager keep secrets in another region as well, where a cluster from a backup needs them. */
  "replicate-secrets": ReplicateSecretsEvent;
  /** Brings users that another cluster has, and this clone of it lacks, over to this one. Changes no password, deletes nobody. */
  "replicate-users": ReplicateUsersEvent;
  /** Brings back a backup that was deleted less than 7 days ago. */
  "restore-backup": RestoreBackupEvent;
  /** Brings back the HSMs that remove-hsms has put away, in the same zones, at the same addresses. */
  "restore-hsms": RestoreHsmsEvent;
  /** The guard of what a destroy shall not take away: it always refuses, also where the line of code is gone. */
  retain: RetainEvent;
  /** Sets how many days the cluster's backups are kept. */
  "retain-backups": RetainBackupsEvent;
  /** Gives the HSM user admin a new password on every HSM: stored before it is set, promoted once it works. */
  "rotate-admin-password": RotateAdminPasswordEvent;
  /** What stands where. Changes nothing. */
  status: StatusEvent;
  /** Tells who has called AWS for something that can lose keys. */
  "tell-call": TellCallEvent;
}
