// Every claim, by its id, which is the name of its file.

import type { Claim } from "../claim";
import activeDirectoryJoin from "./active-directory-join";
import addressFreeAfterDeletion from "./address-free-after-deletion";
import addressInReservation from "./address-in-reservation";
import addressInUse from "./address-in-use";
import adminOwnPassword from "./admin-own-password";
import alarmToEncryptedTopic from "./alarm-to-encrypted-topic";
import aliasInsteadOfKeyId from "./alias-instead-of-key-id";
import amazonLinuxKey from "./amazon-linux-key";
import changesWhileUpdating from "./changes-while-updating";
import cliErrorTexts from "./cli-error-texts";
import cliFindsItsFiles from "./cli-finds-its-files";
import cliPackageFolders from "./cli-package-folders";
import cliPackageSignature from "./cli-package-signature";
import cliPromptsTwice from "./cli-prompts-twice";
import cliRunsFromOpt from "./cli-runs-from-opt";
import cliTwoClusters from "./cli-two-clusters";
import cliWithinTwoMinutes from "./cli-within-two-minutes";
import cloudhsmEndpointPolicy from "./cloudhsm-endpoint-policy";
import cloudhsmZones from "./cloudhsm-zones";
import cloudtrailEvents from "./cloudtrail-events";
import clusterGroupRules from "./cluster-group-rules";
import clusterWithoutHsms from "./cluster-without-hsms";
import copyBackupRights from "./copy-backup-rights";
import copyBackupTags from "./copy-backup-tags";
import createHsmRights from "./create-hsm-rights";
import curlSigns from "./curl-signs";
import dailyBackups from "./daily-backups";
import deleteHsmRights from "./delete-hsm-rights";
import describeFileSystemsRights from "./describe-file-systems-rights";
import developmentTools from "./development-tools";
import durations from "./durations";
import ecdsaCertificate from "./ecdsa-certificate";
import ecsNfsVolume from "./ecs-nfs-volume";
import errorTexts from "./error-texts";
import failedRestore from "./failed-restore";
import fileSystemAddresses from "./file-system-addresses";
import fileSystemWithoutKey from "./file-system-without-key";
import finalBackup from "./final-backup";
import floatingAddressGroups from "./floating-address-groups";
import flowLogKey from "./flow-log-key";
import flowLogRole from "./flow-log-role";
import fsxKeyRights from "./fsx-key-rights";
import functionInterfaces from "./function-interfaces";
import functionOutsideVpc from "./function-outside-vpc";
import hardwareRoots from "./hardware-roots";
import hsmKeyCapacity from "./hsm-key-capacity";
import hsmPrices from "./hsm-prices";
import idleFunction from "./idle-function";
import importedFileSystemGroups from "./imported-file-system-groups";
import insightsLike from "./insights-like";
import joiningHsmUsers from "./joining-hsm-users";
import keyOriginCondition from "./key-origin-condition";
import keyOwners from "./key-owners";
import keyStoreRename from "./key-store-rename";
import keyWrapAnswers from "./key-wrap-answers";
import keysOutliveKmsuser from "./keys-outlive-kmsuser";
import lastBackupKept from "./last-backup-kept";
import layerAddresses from "./layer-addresses";
import loggedInUser from "./logged-in-user";
import manufacturerRoot from "./manufacturer-root";
import nvmeAndSnapmirrorPorts from "./nvme-and-snapmirror-ports";
import oneAddressOneHsm from "./one-address-one-hsm";
import ontapBackupCopy from "./ontap-backup-copy";
import ontapPasswordAction from "./ontap-password-action";
import pairThroughputs from "./pair-throughputs";
import pipelinePolicies from "./pipeline-policies";
import pipelineSubjects from "./pipeline-subjects";
import plainCertificate from "./plain-certificate";
import previousSecretVersion from "./previous-secret-version";
import prices from "./prices";
import privateCaSigns from "./private-ca-signs";
import privateCaWrongAlgorithm from "./private-ca-wrong-algorithm";
import provider6 from "./provider-6";
import quorumTokenSession from "./quorum-token-session";
import quorumValues from "./quorum-values";
import releasesPage from "./releases-page";
import replacedHsmCsr from "./replaced-hsm-csr";
import replicateExistingUser from "./replicate-existing-user";
import rotationTags from "./rotation-tags";
import routeTableTag from "./route-table-tag";
import runtimePrograms from "./runtime-programs";
import scheduledTime from "./scheduled-time";
import secretArnSuffix from "./secret-arn-suffix";
import secretDescription from "./secret-description";
import secretReplicaDeletion from "./secret-replica-deletion";
import secretReplicaRights from "./secret-replica-rights";
import serviceLinkedRoleFromVpc from "./service-linked-role-from-vpc";
import servicesWithHsmKeys from "./services-with-hsm-keys";
import sessionEndsWithClient from "./session-ends-with-client";
import severalPairsIops from "./several-pairs-iops";
import smallestEndpointRange from "./smallest-endpoint-range";
import smallestReservation from "./smallest-reservation";
import snapmirrorBreak from "./snapmirror-break";
import sourceFunctionDeny from "./source-function-deny";
import storageChangeInterval from "./storage-change-interval";
import storeMovesToRestoredCluster from "./store-moves-to-restored-cluster";
import storeWithoutHsms from "./store-without-hsms";
import svmLimits from "./svm-limits";
import thirdGeneration from "./third-generation";
import trident from "./trident";
import unactivatedAdmin from "./unactivated-admin";
import usersByOneHsm from "./users-by-one-hsm";
import volumeFromBackupRights from "./volume-from-backup-rights";
import volumeSizes from "./volume-sizes";
import zonesWithoutCloudhsm from "./zones-without-cloudhsm";

const all = {
  "active-directory-join": activeDirectoryJoin,
  "address-free-after-deletion": addressFreeAfterDeletion,
  "address-in-reservation": addressInReservation,
  "address-in-use": addressInUse,
  "admin-own-password": adminOwnPassword,
  "alarm-to-encrypted-topic": alarmToEncryptedTopic,
  "alias-instead-of-key-id": aliasInsteadOfKeyId,
  "amazon-linux-key": amazonLinuxKey,
  "changes-while-updating": changesWhileUpdating,
  "cli-error-texts": cliErrorTexts,
  "cli-finds-its-files": cliFindsItsFiles,
  "cli-package-folders": cliPackageFolders,
  "cli-package-signature": cliPackageSignature,
  "cli-prompts-twice": cliPromptsTwice,
  "cli-runs-from-opt": cliRunsFromOpt,
  "cli-two-clusters": cliTwoClusters,
  "cli-within-two-minutes": cliWithinTwoMinutes,
  "cloudhsm-endpoint-policy": cloudhsmEndpointPolicy,
  "cloudhsm-zones": cloudhsmZones,
  "cloudtrail-events": cloudtrailEvents,
  "cluster-group-rules": clusterGroupRules,
  "cluster-without-hsms": clusterWithoutHsms,
  "copy-backup-rights": copyBackupRights,
  "copy-backup-tags": copyBackupTags,
  "create-hsm-rights": createHsmRights,
  "curl-signs": curlSigns,
  "daily-backups": dailyBackups,
  "delete-hsm-rights": deleteHsmRights,
  "describe-file-systems-rights": describeFileSystemsRights,
  "development-tools": developmentTools,
  durations: durations,
  "ecdsa-certificate": ecdsaCertificate,
  "ecs-nfs-volume": ecsNfsVolume,
  "error-texts": errorTexts,
  "failed-restore": failedRestore,
  "file-system-addresses": fileSystemAddresses,
  "file-system-without-key": fileSystemWithoutKey,
  "final-backup": finalBackup,
  "floating-address-groups": floatingAddressGroups,
  "flow-log-key": flowLogKey,
  "flow-log-role": flowLogRole,
  "fsx-key-rights": fsxKeyRights,
  "function-interfaces": functionInterfaces,
  "function-outside-vpc": functionOutsideVpc,
  "hardware-roots": hardwareRoots,
  "hsm-key-capacity": hsmKeyCapacity,
  "hsm-prices": hsmPrices,
  "idle-function": idleFunction,
  "imported-file-system-groups": importedFileSystemGroups,
  "insights-like": insightsLike,
  "joining-hsm-users": joiningHsmUsers,
  "key-origin-condition": keyOriginCondition,
  "key-owners": keyOwners,
  "key-store-rename": keyStoreRename,
  "key-wrap-answers": keyWrapAnswers,
  "keys-outlive-kmsuser": keysOutliveKmsuser,
  "last-backup-kept": lastBackupKept,
  "layer-addresses": layerAddresses,
  "logged-in-user": loggedInUser,
  "manufacturer-root": manufacturerRoot,
  "nvme-and-snapmirror-ports": nvmeAndSnapmirrorPorts,
  "one-address-one-hsm": oneAddressOneHsm,
  "ontap-backup-copy": ontapBackupCopy,
  "ontap-password-action": ontapPasswordAction,
  "pair-throughputs": pairThroughputs,
  "pipeline-policies": pipelinePolicies,
  "pipeline-subjects": pipelineSubjects,
  "plain-certificate": plainCertificate,
  "previous-secret-version": previousSecretVersion,
  prices: prices,
  "private-ca-signs": privateCaSigns,
  "private-ca-wrong-algorithm": privateCaWrongAlgorithm,
  "provider-6": provider6,
  "quorum-token-session": quorumTokenSession,
  "quorum-values": quorumValues,
  "releases-page": releasesPage,
  "replaced-hsm-csr": replacedHsmCsr,
  "replicate-existing-user": replicateExistingUser,
  "rotation-tags": rotationTags,
  "route-table-tag": routeTableTag,
  "runtime-programs": runtimePrograms,
  "scheduled-time": scheduledTime,
  "secret-arn-suffix": secretArnSuffix,
  "secret-description": secretDescription,
  "secret-replica-deletion": secretReplicaDeletion,
  "secret-replica-rights": secretReplicaRights,
  "service-linked-role-from-vpc": serviceLinkedRoleFromVpc,
  "services-with-hsm-keys": servicesWithHsmKeys,
  "session-ends-with-client": sessionEndsWithClient,
  "several-pairs-iops": severalPairsIops,
  "smallest-endpoint-range": smallestEndpointRange,
  "smallest-reservation": smallestReservation,
  "snapmirror-break": snapmirrorBreak,
  "source-function-deny": sourceFunctionDeny,
  "storage-change-interval": storageChangeInterval,
  "store-moves-to-restored-cluster": storeMovesToRestoredCluster,
  "store-without-hsms": storeWithoutHsms,
  "svm-limits": svmLimits,
  "third-generation": thirdGeneration,
  trident: trident,
  "unactivated-admin": unactivatedAdmin,
  "users-by-one-hsm": usersByOneHsm,
  "volume-from-backup-rights": volumeFromBackupRights,
  "volume-sizes": volumeSizes,
  "zones-without-cloudhsm": zonesWithoutCloudhsm,
} satisfies Record<string, Claim>;

export type ClaimId = keyof typeof all;
export const claims: Record<ClaimId, Claim> = all;
