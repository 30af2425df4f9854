"""Asks the local cloud by boto3, and holds every raw answer against botocore's model of it: no member that the model
does not know, every value of its type (numbers for timestamps), enums as they are listed.

python boto3_conformance.py URL        prints a line for each operation; exit status 1 if one is wrong
"""

import base64
import json
import sys

import boto3
from botocore.exceptions import ClientError

url = sys.argv[1]
problems = []
seen = set()


def client(service):
    made = boto3.client(
        service,
        region_name="eu-central-1",
        endpoint_url=url,
        aws_access_key_id="local",
        aws_secret_access_key="local",
    )
    made.meta.events.register("before-parse.*.*", hold_against_model)
    return made


def hold_against_model(operation_model, response_dict, **_):
    seen.add(f"{operation_model.service_model.service_name} {operation_model.name}")
    if response_dict["status_code"] >= 300 or operation_model.output_shape is None:
        return
    body = json.loads(response_dict["body"] or b"{}")
    check(operation_model.output_shape, body, operation_model.name)


def check(shape, value, where):
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return wrong(where, "is no object")
        for name, item in value.items():
            if name not in shape.members:
                wrong(where, f"has {name}, which the model does not know")
            elif item is not None:
                check(shape.members[name], item, f"{where}.{name}")
        for name in shape.required_members:
            if value.get(name) is None:
                wrong(where, f"lacks {name}")
    elif kind == "list":
        if not isinstance(value, list):
            return wrong(where, "is no list")
        for item in value:
            check(shape.member, item, f"{where}[]")
    elif kind == "map":
        for item in value.values():
            check(shape.value, item, f"{where}{{}}")
    elif kind == "string":
        if not isinstance(value, str):
            wrong(where, f"is {value!r}, no string")
        elif shape.enum and value not in shape.enum:
            wrong(where, f"is {value!r}, not one of {shape.enum}")
    elif kind in ("integer", "long"):
        if not isinstance(value, int) or isinstance(value, bool):
            wrong(where, f"is {value!r}, no whole number")
    elif kind == "timestamp":
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            wrong(where, f"is {value!r}, no number")
    elif kind == "boolean":
        if not isinstance(value, bool):
            wrong(where, f"is {value!r}, no boolean")
    elif kind == "blob":
        base64.b64decode(value, validate=True)


def wrong(where, what):
    problems.append(f"{where} {what}")


def refused(code, call, **parameters):
    try:
        call(**parameters)
        wrong(call.__name__, f"was not refused with {code}")
    except ClientError as error:
        if error.response["Error"]["Code"] != code:
            wrong(call.__name__, f"was refused with {error.response['Error']['Code']}, not {code}")


hsm, kms, fsx = client("cloudhsmv2"), client("kms"), client("fsx")

# CloudHSM
cluster = next(c for c in hsm.describe_clusters()["Clusters"] if c["State"] == "ACTIVE")
backups = hsm.describe_backups(Filters={"clusterIds": [cluster["ClusterId"]]})["Backups"]
backup = next(b for b in backups if b["BackupState"] == "READY")
hsm.list_tags(ResourceId=cluster["ClusterId"])
hsm.tag_resource(ResourceId=cluster["ClusterId"], TagList=[{"Key": "a", "Value": "b"}])
hsm.untag_resource(ResourceId=cluster["ClusterId"], TagKeyList=["a"])
hsm.modify_cluster(ClusterId=cluster["ClusterId"], BackupRetentionPolicy={"Type": "DAYS", "Value": "30"})
hsm.modify_backup_attributes(BackupId=backup["BackupId"], NeverExpires=True)
hsm.copy_backup_to_region(BackupId=backup["BackupId"], DestinationRegion="eu-west-1")
hsm.put_resource_policy(ResourceArn=backup["BackupArn"], Policy='{"Statement": []}')
hsm.get_resource_policy(ResourceArn=backup["BackupArn"])
hsm.delete_resource_policy(ResourceArn=backup["BackupArn"])
subnets = list(cluster["SubnetMapping"].values())
made = hsm.create_cluster(HsmType="hsm2m.medium", SubnetIds=subnets, Mode="NON_FIPS")["Cluster"]
refused("CloudHsmInvalidRequestException", hsm.delete_cluster, ClusterId=cluster["ClusterId"])
refused("CloudHsmResourceNotFoundException", hsm.delete_cluster, ClusterId="cluster-aaaaaaaaaaa")
refused("CloudHsmInvalidRequestException", hsm.restore_backup, BackupId=backup["BackupId"])
extra = hsm.create_hsm(ClusterId=cluster["ClusterId"], AvailabilityZone="eu-central-1c")["Hsm"]
hsm.delete_hsm(ClusterId=cluster["ClusterId"], HsmId=extra["HsmId"])
hsm.delete_backup(BackupId=backup["BackupId"])
hsm.restore_backup(BackupId=backup["BackupId"])

# KMS
store = kms.describe_custom_key_stores()["CustomKeyStores"][0]["CustomKeyStoreId"]
key = kms.create_key(Origin="AWS_CLOUDHSM", CustomKeyStoreId=store, Tags=[{"TagKey": "a", "TagValue": "b"}])
key = key["KeyMetadata"]["KeyId"]
kms.describe_key(KeyId=key)
kms.create_alias(AliasName="alias/boto3", TargetKeyId=key)
kms.update_alias(AliasName="alias/boto3", TargetKeyId=key)
kms.list_aliases(KeyId=key)
kms.list_keys()
sealed = kms.encrypt(KeyId="alias/boto3", Plaintext=b"x", EncryptionContext={"a": "b"})["CiphertextBlob"]
assert kms.decrypt(CiphertextBlob=sealed, EncryptionContext={"a": "b"})["Plaintext"] == b"x"
kms.re_encrypt(CiphertextBlob=sealed, SourceEncryptionContext={"a": "b"}, DestinationKeyId=key)
kms.generate_data_key(KeyId=key, KeySpec="AES_256")
kms.generate_data_key_without_plaintext(KeyId=key, NumberOfBytes=64)
kms.generate_data_key_pair(KeyId=key, KeyPairSpec="ECC_NIST_P256")
kms.generate_data_key_pair_without_plaintext(KeyId=key, KeyPairSpec="ECC_NIST_P256")
kms.generate_random(NumberOfBytes=8, CustomKeyStoreId=store)
policy = kms.get_key_policy(KeyId=key)["Policy"]
kms.list_key_policies(KeyId=key)
kms.put_key_policy(KeyId=key, Policy=policy)
refused("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key, Policy='{"Statement": []}')
kms.get_key_last_usage(KeyId=key)
refused("UnsupportedOperationException", kms.get_key_rotation_status, KeyId=key)
kms.list_resource_tags(KeyId=key)
kms.tag_resource(KeyId=key, Tags=[{"TagKey": "c", "TagValue": "d"}])
kms.untag_resource(KeyId=key, TagKeys=["c"])
kms.update_key_description(KeyId=key, Description="by boto3")
grant = kms.create_grant(KeyId=key, GranteePrincipal="arn:aws:iam::123456789012:root", Operations=["Decrypt"])
kms.list_grants(KeyId=key)
kms.revoke_grant(KeyId=key, GrantId=grant["GrantId"])
kms.disable_key(KeyId=key)
refused("DisabledException", kms.encrypt, KeyId=key, Plaintext=b"x")
kms.enable_key(KeyId=key)
refused("UnsupportedOperationException", kms.enable_key_rotation, KeyId=key)
refused("InvalidKeyUsageException", kms.sign, KeyId=key, Message=b"x", SigningAlgorithm="ECDSA_SHA_256")
kms.delete_alias(AliasName="alias/boto3")
kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
refused("KMSInvalidStateException", kms.encrypt, KeyId=key, Plaintext=b"x")
kms.cancel_key_deletion(KeyId=key)
refused("CustomKeyStoreHasCMKsException", kms.delete_custom_key_store, CustomKeyStoreId=store)
kms.update_custom_key_store(CustomKeyStoreId=store, NewCustomKeyStoreName="renamed by boto3")
kms.disconnect_custom_key_store(CustomKeyStoreId=store)
refused("CustomKeyStoreInvalidStateException", kms.disconnect_custom_key_store, CustomKeyStoreId=store)

# FSx
file_system = fsx.describe_file_systems()["FileSystems"][0]
svm = fsx.describe_storage_virtual_machines()["StorageVirtualMachines"][0]["StorageVirtualMachineId"]
volumes = fsx.describe_volumes()["Volumes"]
volume = next(v for v in volumes if not v["OntapConfiguration"]["StorageVirtualMachineRoot"])["VolumeId"]
fsx.update_file_system(
    FileSystemId=file_system["FileSystemId"], OntapConfiguration={"AutomaticBackupRetentionDays": 7}
)
fsx.list_tags_for_resource(ResourceARN=file_system["ResourceARN"])
fsx.tag_resource(ResourceARN=file_system["ResourceARN"], Tags=[{"Key": "a", "Value": "b"}])
fsx.untag_resource(ResourceARN=file_system["ResourceARN"], TagKeys=["a"])
fsx.update_storage_virtual_machine(StorageVirtualMachineId=svm, SvmAdminPassword="a-password-1")
fsx.update_volume(VolumeId=volume, OntapConfiguration={"SizeInMegabytes": 4096})
fsx.create_backup(VolumeId=volume)
fsx.describe_backups()
refused("BackupInProgress", fsx.create_backup, VolumeId=volume)
refused("BadRequest", fsx.delete_file_system, FileSystemId=file_system["FileSystemId"])
refused("VolumeNotFound", fsx.delete_volume, VolumeId="fsvol-00000000000000000")
fsx.delete_volume(VolumeId=volume)

print("\n".join(sorted(seen)))
print("\n".join(problems), file=sys.stderr)
sys.exit(1 if problems else 0)
