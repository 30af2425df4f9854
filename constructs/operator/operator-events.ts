// Made by scripts/api-reference from lambda-runtime/actions: what each action of the operator is given.

/**
 * Sets the admin's password, which is kept in Secrets Manager only, and waits until the cluster is ACTIVE.
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
   * How many HSMs there are in each zone. Not read: Terraform invokes the action again when it changes.
   */
  hsmCounts?: {
    [k: string]: number;
  };
  /**
   * Role of each declared user, by the user's name.
   */
  declared?: {
    [k: string]: string;
  };
  /**
   * ARN of the secret with each declared user's password, by the user's name: repair-users repairs these users in their place.
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
   * Repairs what is found, as repair-users does.
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
 * Checks whether an existing cluster can have a key store. Changes nothing.
 */
export interface CheckClusterEvent {
  /**
   * The cluster.
   */
  clusterId: string;
}

/**
 * Checks the cluster, its HSMs, its key store and keys, its newest backup and its certificates, and publishes metrics. Changes nothing.
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
   * How many HSMs there should be in each availability zone, by its name.
   */
  hsmCounts?: {
    [k: string]: number;
  };
  /**
   * Secret with the record of HSMs that a schedule has removed; these are not missing.
   */
  hsmRecordArn?: string;
  /**
   * Key store that should be connected.
   */
  keyStoreId?: string;
  /**
   * KMS keys that should be enabled.
   */
  keyIds?: string[];
  /**
   * File systems that should be AVAILABLE.
   */
  fileSystemIds?: string[];
}

/**
 * Checks whether admin and kmsuser are on every HSM. Changes nothing.
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
   * Addresses of the HSMs. Not read: Terraform invokes the action again when they change.
   */
  hsmAddresses?: string[];
}

/**
 * Compares the users of a restored cluster with the last record of the original cluster's users: which were created or deleted after the backup. Changes nothing.
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
   * The cluster that the store must be on. With it and the following members the action also repairs: it moves a store that is on another cluster, and gives kmsuser a new password where KMS cannot log in.
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
 * Creates a key store on an existing cluster, or adopts the one of that name.
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
 * Creates the crypto user kmsuser, as which KMS logs in, on every HSM. Does not change it once a key store uses it.
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
   * Gives a kmsuser that somebody else has made a new password.
   */
  adopt?: boolean;
}

/**
 * Backs up a volume, and waits until the backup is AVAILABLE. It stays until somebody deletes it.
 */
export interface CreateVolumeBackupEvent {
  /**
   * The volume.
   */
  volumeId: string;
  /**
   * Any text. Runs with the same one make one backup.
   */
  requestToken: string;
}

/**
 * Deletes a backup, which AWS keeps for 7 days more; refuses the newest READY one.
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
 * Deletes an HSM that the operator has created. If a key store is on the cluster, two other HSMs must remain.
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
   * Secret in which the operator notes where the HSMs were; it may still be empty.
   */
  hsmRecordArn: string;
}

/**
 * Guards a key store in a destroy: deletes it if it has no keys, and fails if it has any.
 */
export interface DeleteKeyStoreEvent {
  /**
   * The key store.
   */
  keyStoreId: string;
}

/**
 * Deletes a volume that restore-volume has made, when a deploy or a destroy removes it. Other volumes are left alone.
 */
export interface DeleteVolumeEvent {
  /**
   * The storage virtual machine.
   */
  storageVirtualMachineId: string;
  /**
   * Name of the volume.
   */
  name: string;
  /**
   * The backup of a volume.
   */
  backupId: string;
  /**
   * Whether a final backup is taken.
   */
  finalBackup?: boolean;
  /**
   * The final backup's tag Name.
   */
  finalBackupName?: string;
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
 * Creates the HSMs that are missing in an activated cluster, and waits until all are ACTIVE. Needs `hsmsOnDemand` of HsmCluster.
 */
export interface EnsureHsmsEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * The HSMs that must be there.
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
 * Creates one user on every HSM, with the password in the user's own secret.
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
   * Another value makes a new password.
   */
  passwordVersion: string;
  /**
   * Gives a user that somebody else has made a new password.
   */
  adopt?: boolean;
}

/**
 * Guards HSMs and cluster in a destroy: fails while a key store is on the cluster.
 */
export interface GuardClusterEvent {
  /**
   * The cluster.
   */
  clusterId: string;
  /**
   * What is guarded, as the message of a refused destroy names it.
   */
  resource: string;
}

/**
 * Guards an HSM that a deploy or destroy deletes: if a key store is on the cluster, two other HSMs must remain.
 */
export interface GuardHsmEvent {
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
 * Initialises the cluster with the signed certificate and the trust anchor, and waits for INITIALIZED.
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
 * Joins a storage virtual machine to an Active Directory, with the service account in a secret. A join that has failed is tried again.
 */
export interface JoinActiveDirectoryEvent {
  /**
   * The storage virtual machine.
   */
  storageVirtualMachineId: string;
  /**
   * Name of its computer object in the directory, 15 characters at most.
   */
  netBiosName: string;
  /**
   * Fully qualified name of the domain.
   */
  domainName: string;
  /**
   * IPv4 addresses of one to three DNS servers or domain controllers.
   */
  dnsIps: string[];
  /**
   * Secret with the service account as JSON: username and password, or CUSTOMER_MANAGED_ACTIVE_DIRECTORY_USERNAME and CUSTOMER_MANAGED_ACTIVE_DIRECTORY_PASSWORD.
   */
  credentialsSecretArn: string;
  /**
   * Distinguished name of the organizational unit; without it, the directory's default.
   */
  organizationalUnit?: string;
  /**
   * Group of the domain that administers the machine; without it, Domain Admins.
   */
  administratorsGroup?: string;
}

/**
 * Lists a cluster's backups and their copies in the function's region, including those that are pending deletion. Changes nothing.
 */
export interface ListBackupsEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
}

/**
 * Lists the backups of a file system's volumes, including those of volumes that were deleted. Changes nothing.
 */
export interface ListVolumeBackupsEvent {
  /**
   * The file system.
   */
  fileSystemId: string;
}

/**
 * Finds the newest READY copy of a cluster's backups in the function's region. Changes nothing.
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

/** Does nothing: what a guard runs in a deploy, and a destroy where there is nothing to undo. */
export type NothingEvent = Record<string, never>;

/**
 * Removes HSMs to save their cost, except for some; records where they were, and waits for the backup.
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
   * Secret in which the operator notes where the HSMs were; it may still be empty.
   */
  hsmRecordArn: string;
  /**
   * Addresses of HSMs that stay before others.
   */
  first?: string[];
}

/**
 * Removes a user from every HSM; a user who owns keys is kept.
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
   * Deletes the keys that the user owns before the user.
   */
  deleteKeys?: boolean;
}

/**
 * Repairs what an audit of the users has found, as far as it can; without a plan it changes nothing.
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
   * Role of each declared user, by the user's name.
   */
  declared?: {
    [k: string]: string;
  };
  /**
   * ARN of the secret with each declared user's password, by the user's name: repair-users repairs these users in their place.
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
   * Id of the steps, as a run without `plan` has answered it.
   */
  plan?: string;
  /**
   * Address of an HSM that is replaced whatever it has.
   */
  hsm?: string;
}

/**
 * Copies the cluster's newest backup from its region to the function's, waits until the copy is READY, and deletes its own copies that are too many or too old; never the newest READY one.
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
   * How many copies stay.
   */
  copies: string;
  /**
   * How many days old a copy may get.
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
 * Has Secrets Manager replicate secrets to another region, where a restored cluster needs them.
 */
export interface ReplicateSecretsEvent {
  /**
   * Names or ARNs of the secrets.
   */
  secretIds: string[];
  /**
   * Region that gets the replicas.
   */
  region: string;
  /**
   * KMS key of that region that encrypts them there.
   */
  encryptionKeyArn: string;
}

/**
 * Creates users that another cluster has and this clone of it lacks. Changes no password and deletes no user.
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
   * Region of the other cluster.
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
   * Only compares, and changes nothing.
   */
  dryRun?: boolean;
}

/**
 * Notifies of a call to AWS that can lose keys: who made it, from where, and the way back.
 */
export interface ReportCallEvent {
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
   * Name of the call.
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
   * When the call was made.
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
   * The HSM that the call was about.
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
   * The key that the call was about.
   */
  ofKey?: string;
}

/**
 * Restores a backup that was deleted less than 7 days ago.
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
 * Restores the HSMs that remove-hsms has removed, in the same zones, at the same addresses.
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
   * Secret in which the operator notes where the HSMs were; it may still be empty.
   */
  hsmRecordArn: string;
  /**
   * Times at which HSMs stay away, `FROM/UNTIL` in UTC.
   */
  holidays?: string[];
}

/**
 * Restores a backup into a new volume. A volume that it has restored before keeps its data, and is brought to the configuration.
 */
export interface RestoreVolumeEvent {
  /**
   * The storage virtual machine.
   */
  storageVirtualMachineId: string;
  /**
   * Name of the volume.
   */
  name: string;
  /**
   * The backup of a volume.
   */
  backupId: string;
  /**
   * Members of OntapConfiguration, CreateVolumeFromBackup, Amazon FSx API Reference. Without them the volume has the size, the security style and the tiering policy that the backed-up volume had, and the junction path of its name. The tags are the backup's, but for the name.
   */
  configuration?: {
    /**
     * Its size.
     */
    SizeInBytes?: number;
    /**
     * Where it is mounted.
     */
    JunctionPath?: string;
    /**
     * Whose permissions files have.
     */
    SecurityStyle?: string;
    /**
     * Whether data is deduplicated, compressed and compacted.
     */
    StorageEfficiencyEnabled?: boolean;
    /**
     * Name of the policy of its snapshots.
     */
    SnapshotPolicy?: string;
    /**
     * What is moved to the capacity pool.
     */
    TieringPolicy?: {
      /**
       * The policy.
       */
      Name?: string;
      /**
       * Days without use.
       */
      CoolingPeriod?: number;
    };
    /**
     * FLEXVOL or FLEXGROUP.
     */
    VolumeStyle?: string;
    /**
     * Where it is.
     */
    AggregateConfiguration?: {
      /**
       * The aggregates.
       */
      Aggregates?: string[];
      /**
       * Parts on each.
       */
      ConstituentsPerAggregate?: number;
    };
  };
}

/**
 * Guards what a destroy must not delete: always fails, even if the line of code was removed.
 */
export interface RetainEvent {
  /**
   * What is guarded, as the message of a refused destroy names it.
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
   * Days that backups are kept, 7 to 379.
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
 * A step of Secrets Manager's rotation, which sends this event by itself: without `action`, with `SecretId` and `Step`. The secret's tags say whose password it is: fsxadmin's, vsadmin's, or that of the HSM user admin.
 */
export interface RotateSecretEvent {
  /**
   * ARN of the secret.
   */
  SecretId: string;
  /**
   * Version of the secret that the new password is.
   */
  ClientRequestToken: string;
  /**
   * The step: a password is made, set, tried, and made the current one.
   */
  Step: "createSecret" | "setSecret" | "testSecret" | "finishSecret";
  /**
   * Of rotations across accounts; not read.
   */
  RotationToken?: string;
}

/**
 * Exempts a backup from its expiry, or ends the exemption.
 */
export interface SetBackupExpiryEvent {
  /**
   * The cluster whose backups they are.
   */
  clusterId: string;
  /**
   * The backup.
   */
  backupId: string;
  /**
   * Whether the backup is exempt from its expiry.
   */
  neverExpires: boolean;
}

/**
 * Gives an administrator of ONTAP a first password: fsxadmin of a file system, or vsadmin of a storage virtual machine, as the secret's tags say.
 */
export interface SetOntapPasswordEvent {
  /**
   * Secret with the user name and the password as JSON; it may still be empty. Its tags say whose password it is.
   */
  secretArn: string;
  /**
   * Characters of a password that is made now, 8 to 50.
   */
  passwordLength: string;
}

/**
 * Lists the cluster's state, its HSMs, its users and its key store. Changes nothing.
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

/** What each action of the operator is given, by the action's name. */

export interface OperatorEvents {
  /** Sets the admin's password, which is kept in Secrets Manager only, and waits until the cluster is ACTIVE. */
  activate: ActivateEvent;
  /** Compares the users of each HSM of the cluster. Changes nothing. */
  "audit-users": AuditUsersEvent;
  /** Checks whether an existing cluster can have a key store. Changes nothing. */
  "check-cluster": CheckClusterEvent;
  /** Checks the cluster, its HSMs, its key store and keys, its newest backup and its certificates, and publishes metrics. Changes nothing. */
  "check-health": CheckHealthEvent;
  /** Checks whether admin and kmsuser are on every HSM. Changes nothing. */
  "check-users": CheckUsersEvent;
  /** Compares the users of a restored cluster with the last record of the original cluster's users: which were created or deleted after the backup. Changes nothing. */
  "compare-users": CompareUsersEvent;
  /** Connects the key store to its cluster; KMS logs in as kmsuser and rotates its password. */
  "connect-key-store": ConnectKeyStoreEvent;
  /** Creates a key store on an existing cluster, or adopts the one of that name. */
  "create-key-store": CreateKeyStoreEvent;
  /** Creates the crypto user kmsuser, as which KMS logs in, on every HSM. Does not change it once a key store uses it. */
  "create-kmsuser": CreateKmsuserEvent;
  /** Backs up a volume, and waits until the backup is AVAILABLE. It stays until somebody deletes it. */
  "create-volume-backup": CreateVolumeBackupEvent;
  /** Deletes a backup, which AWS keeps for 7 days more; refuses the newest READY one. */
  "delete-backup": DeleteBackupEvent;
  /** Deletes an HSM that the operator has created. If a key store is on the cluster, two other HSMs must remain. */
  "delete-hsm": DeleteHsmEvent;
  /** Guards a key store in a destroy: deletes it if it has no keys, and fails if it has any. */
  "delete-key-store": DeleteKeyStoreEvent;
  /** Deletes a volume that restore-volume has made, when a deploy or a destroy removes it. Other volumes are left alone. */
  "delete-volume": DeleteVolumeEvent;
  /** Disconnects the key store: its keys cannot be used until it is connected again. */
  "disconnect-key-store": DisconnectKeyStoreEvent;
  /** Creates the HSMs that are missing in an activated cluster, and waits until all are ACTIVE. Needs `hsmsOnDemand` of HsmCluster. */
  "ensure-hsms": EnsureHsmsEvent;
  /** Creates one user on every HSM, with the password in the user's own secret. */
  "ensure-user": EnsureUserEvent;
  /** Guards HSMs and cluster in a destroy: fails while a key store is on the cluster. */
  "guard-cluster": GuardClusterEvent;
  /** Guards an HSM that a deploy or destroy deletes: if a key store is on the cluster, two other HSMs must remain. */
  "guard-hsm": GuardHsmEvent;
  /** Initialises the cluster with the signed certificate and the trust anchor, and waits for INITIALIZED. */
  initialize: InitializeEvent;
  /** Joins a storage virtual machine to an Active Directory, with the service account in a secret. A join that has failed is tried again. */
  "join-active-directory": JoinActiveDirectoryEvent;
  /** Lists a cluster's backups and their copies in the function's region, including those that are pending deletion. Changes nothing. */
  "list-backups": ListBackupsEvent;
  /** Lists the backups of a file system's volumes, including those of volumes that were deleted. Changes nothing. */
  "list-volume-backups": ListVolumeBackupsEvent;
  /** Finds the newest READY copy of a cluster's backups in the function's region. Changes nothing. */
  "newest-copy": NewestCopyEvent;
  /** Writes the cluster's users, without passwords, into a secret that is replicated to other regions. */
  "note-users": NoteUsersEvent;
  /** Does nothing: what a guard runs in a deploy, and a destroy where there is nothing to undo. */
  nothing: NothingEvent;
  /** Removes HSMs to save their cost, except for some; records where they were, and waits for the backup. */
  "remove-hsms": RemoveHsmsEvent;
  /** Removes a user from every HSM; a user who owns keys is kept. */
  "remove-user": RemoveUserEvent;
  /** Repairs what an audit of the users has found, as far as it can; without a plan it changes nothing. */
  "repair-users": RepairUsersEvent;
  /** Copies the cluster's newest backup from its region to the function's, waits until the copy is READY, and deletes its own copies that are too many or too old; never the newest READY one. */
  "replicate-backups": ReplicateBackupsEvent;
  /** Has Secrets Manager replicate secrets to another region, where a restored cluster needs them. */
  "replicate-secrets": ReplicateSecretsEvent;
  /** Creates users that another cluster has and this clone of it lacks. Changes no password and deletes no user. */
  "replicate-users": ReplicateUsersEvent;
  /** Notifies of a call to AWS that can lose keys: who made it, from where, and the way back. */
  "report-call": ReportCallEvent;
  /** Restores a backup that was deleted less than 7 days ago. */
  "restore-backup": RestoreBackupEvent;
  /** Restores the HSMs that remove-hsms has removed, in the same zones, at the same addresses. */
  "restore-hsms": RestoreHsmsEvent;
  /** Restores a backup into a new volume. A volume that it has restored before keeps its data, and is brought to the configuration. */
  "restore-volume": RestoreVolumeEvent;
  /** Guards what a destroy must not delete: always fails, even if the line of code was removed. */
  retain: RetainEvent;
  /** Sets how many days the cluster's backups are kept. */
  "retain-backups": RetainBackupsEvent;
  /** Gives the HSM user admin a new password on every HSM: stored before it is set, promoted once it works. */
  "rotate-admin-password": RotateAdminPasswordEvent;
  /** A step of Secrets Manager's rotation, which sends this event by itself: without `action`, with `SecretId` and `Step`. The secret's tags say whose password it is: fsxadmin's, vsadmin's, or that of the HSM user admin. */
  "rotate-secret": RotateSecretEvent;
  /** Exempts a backup from its expiry, or ends the exemption. */
  "set-backup-expiry": SetBackupExpiryEvent;
  /** Gives an administrator of ONTAP a first password: fsxadmin of a file system, or vsadmin of a storage virtual machine, as the secret's tags say. */
  "set-ontap-password": SetOntapPasswordEvent;
  /** Lists the cluster's state, its HSMs, its users and its key store. Changes nothing. */
  status: StatusEvent;
}
