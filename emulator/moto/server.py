"""moto's server with two more calls: GET /local/state gives all that moto remembers, PUT takes it back.

python server.py PORT
python server.py --forks SOCKET   loads the services once, and then gives each connection to the socket a server of its own, which
                                  tells its port there, and ends with the connection: for many local clouds one after the other
"""

import copy
import datetime
import functools
import gc
import importlib
import io
import itertools
import json
import os
import random
import signal
import socket
import sys
import threading
import time
import types
import uuid
import weakref
from collections import defaultdict

import botocore
import cloudpickle  # pickles what pickle cannot: moto's backends hold lambdas
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from moto import backends
from moto.acmpca.models import ACMPCABackend, CertificateAuthority
from moto.acmpca.responses import ACMPCAResponse
from moto.core.base_backend import BaseBackend
from moto.core.exceptions import JsonRESTError
from moto.ec2.exceptions import EC2ClientError
from moto.ecs.models import Service as EcsService
from moto.ec2.models import vpcs
from moto.ec2.models.availability_zones_and_regions import RegionsAndZonesBackend
from moto.ec2.models.elastic_network_interfaces import NetworkInterface, NetworkInterfaceBackend
from moto.core import responses
from moto.core.utils import get_service_model, utcnow
from moto.ec2.models.security_groups import SecurityGroupBackend, SecurityGroupRule
from moto.ec2.models.flow_logs import FlowLogsBackend
from moto.ec2.models.subnets import Subnet, SubnetBackend
from moto.moto_api._internal import mock_random
from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    OperationNotPermittedOnReplica,
    SecretNotFoundException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend
from moto.moto_server.werkzeug_app import (
    DomainDispatcherApplication,
    create_backend_app,
)
from werkzeug.serving import WSGIRequestHandler, make_server, run_simple

PRIVATE_KEYS = (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey, ed25519.Ed25519PrivateKey)
LOCK, RLOCK = type(threading.Lock()), type(threading.RLock())


def load_key(pem):
    return serialization.load_pem_private_key(pem, None)


def load_weak(items):
    return weakref.WeakValueDictionary(items)


def new_default_dict(cls, factory):
    made = cls.__new__(cls)
    made.default_factory = factory
    return made


class Pickler(cloudpickle.Pickler):
    def reducer_override(self, item):
        if isinstance(item, PRIVATE_KEYS):
            pem = item.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            return load_key, (pem,)
        if isinstance(item, weakref.WeakValueDictionary):
            return load_weak, (dict(item),)
        if isinstance(item, defaultdict) and type(item) is not defaultdict:
            # Its own way back would call a constructor that wants other arguments.
            return new_default_dict, (type(item), item.default_factory), item.__dict__, None, iter(item.items())
        if isinstance(item, types.ModuleType):
            # Some of cryptography's modules are of a class of their own, which cloudpickle does not know for a module.
            return importlib.import_module, (item.__name__,)
        if isinstance(item, LOCK):
            return threading.Lock, ()
        if isinstance(item, RLOCK):
            return threading.RLock, ()
        return super().reducer_override(item)


def touched():
    """The backends of services that were called: those whose module moto has loaded."""
    for name in backends.list_of_moto_modules():
        if f"moto.{name}.models" in sys.modules:
            try:
                yield name, backends.get_backend(name)
            except AttributeError:  # a module without backends
                continue


def dump():
    """All in one pickle, since backends refer to one another."""
    content = {
        name: {account: dict(regions) for account, regions in backend.items()} for name, backend in touched()
    }
    sys.setrecursionlimit(100_000)
    buffer = io.BytesIO()
    Pickler(buffer).dump(content)
    return buffer.getvalue()


def load(data):
    content = cloudpickle.loads(data)
    for name in {name for name, _ in touched()} | set(content):
        backend = backends.get_backend(name)
        for account in set(backend) | set(content.get(name, {})):
            regions = backend[account]
            for region in list(regions):
                dict.__delitem__(regions, region)
            for region, instance in content.get(name, {}).get(account, {}).items():
                dict.__setitem__(regions, region, instance)


def keep_default_version(update=SecretsManagerBackend.update_secret_version_stage):
    """A secret read without a version is AWSCURRENT (GetSecretValue, API Reference); moto forgets that it has moved."""

    def moved(self, secret_id, version_stage, remove_from_version_id, move_to_version_id):
        answer = update(self, secret_id, version_stage, remove_from_version_id, move_to_version_id)
        if version_stage == "AWSCURRENT" and move_to_version_id:
            self.secrets[secret_id].default_version_id = move_to_version_id
        return answer

    SecretsManagerBackend.update_secret_version_stage = moved


def rules_between_groups(
    modify=SecurityGroupBackend.modify_security_group_rules, equal=SecurityGroupRule.__eq__
):
    """A rule's other group can be changed (ModifySecurityGroupRules, EC2 API Reference), and the rule has a description as
    any other (SecurityGroupRule, the same); moto leaves the group as it was, and forgets the description."""

    def modified(self, group_id, rules):
        modify(self, group_id, rules)
        group = self.get_security_group_by_name_or_id(group_id)
        for rule_id, rule in rules.items():
            if rule.get("ReferencedGroupId"):
                made = group.get_rule(rule_id)
                made.ip_range = {}
                other = {"GroupId": rule["ReferencedGroupId"], "Description": rule.get("Description")}
                made.source_group = self._add_source_group([without_nothing(other)], group.vpc_id)[0]

    def without_nothing(item):
        return {name: value for name, value in item.items() if value is not None}

    def undescribed(rule):
        copied = copy.copy(rule)
        copied.source_group = {name: v for name, v in rule.source_group.items() if name != "Description"}
        return copied

    SecurityGroupBackend.modify_security_group_rules = modified
    SecurityGroupRule.__eq__ = lambda self, other: equal(undescribed(self), undescribed(other))
    SecurityGroupRule.description = property(
        lambda self: self.ip_range.get("Description") or self.source_group.get("Description")
    )


def flow_logs_by_arn(create=FlowLogsBackend.create_flow_logs):
    """A flow log's log group may be given by its ARN (LogDestination, CreateFlowLogs, EC2 API Reference), and is there then; moto looks for
    it by its name alone, and says that nothing can be delivered."""

    def created(self, log_destination, log_group_name, **asked):
        _, is_group, name = (log_destination or "").partition(":log-group:")
        return create(
            self,
            log_destination=log_destination,
            log_group_name=name.removesuffix(":*") if is_group else log_group_name,
            **asked,
        )

    FlowLogsBackend.create_flow_logs = created


WRITES = threading.Lock()


def write_versions_one_by_one(put=SecretsManagerBackend.put_secret_value):
    """Two writers of one version get one answer each, as on AWS; moto checks and writes in two steps.
    «AWS Secrets Manager quotas»: unlabeled versions beyond 100 go, but not within 24 hours; then no more can be made.
    Of a version that has that value already, "the request is ignored" (PutSecretValue, API Reference): moto moves labels."""

    def one_by_one(self, secret_id, secret_string, secret_binary, client_request_token, version_stages):
        with WRITES:
            if self._is_valid_identifier(secret_id):
                secret = self.secrets[secret_id]
                version = getattr(secret, "versions", {}).get(client_request_token, {})
                value = (version.get("secret_string"), version.get("secret_binary"))
                if any(value) and value == (secret_string, secret_binary):
                    return secret.to_short_dict(include_version_stages=True, version_id=client_request_token)
                check_versions(secret)
            return put(self, secret_id, secret_string, secret_binary, client_request_token, version_stages)

    SecretsManagerBackend.put_secret_value = one_by_one


def leave_rotation_to_the_local_cloud():
    """Secrets Manager makes a version with the label AWSPENDING and no value, and calls the rotation function («Lambda function rotation»,
    AWS Secrets Manager User Guide): emulator/secrets-manager/rotation.ts calls it, moto wants a function of its own."""

    def rotated(
        self,
        secret_id,
        client_request_token=None,
        rotation_lambda_arn=None,
        rotation_rules=None,
        rotate_immediately=True,
    ):
        if not self._is_valid_identifier(secret_id):
            raise SecretNotFoundException()
        secret = self.secrets[secret_id]
        if isinstance(secret, ReplicaSecret):
            raise OperationNotPermittedOnReplica
        if secret.is_deleted():
            raise InvalidRequestException(
                "You can't perform this operation on the secret because it was marked for deletion."
            )
        for version in secret.versions.values():
            stages = version["version_stages"]
            if "AWSPENDING" in stages and "AWSCURRENT" not in stages:
                raise InvalidRequestException("A previous rotation isn't complete. That rotation will be reattempted.")
        days = (rotation_rules or {}).get("AutomaticallyAfterDays")
        if days is not None and not 1 <= days <= 1000:
            raise InvalidParameterException("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
        token = client_request_token or str(uuid.uuid4())
        secret.remove_version_stages_from_old_versions(["AWSPENDING"])
        version = {"createdate": int(time.time()), "version_id": token, "version_stages": ["AWSPENDING"]}
        if not rotate_immediately and secret.secret_string is not None:
            version["secret_string"] = secret.secret_string
        secret.versions[token] = version
        secret.rotation_requested = secret.rotation_enabled = True
        secret.rotation_lambda_arn = rotation_lambda_arn or secret.rotation_lambda_arn
        secret.auto_rotate_after_days = days or secret.auto_rotate_after_days
        if secret.auto_rotate_after_days:
            secret.next_rotation_date = int(time.time()) + secret.auto_rotate_after_days * 86400
        return secret.to_short_dict(version_id=token)

    SecretsManagerBackend.rotate_secret = rotated


def check_versions(secret):
    versions = getattr(secret, "versions", {})
    old = [
        key
        for key, version in versions.items()
        if not version["version_stages"] and version["createdate"] < time.time() - 24 * 3600
    ]
    for key in old[: max(0, len(versions) - 99)]:
        del versions[key]
    if len(versions) >= 100:
        raise SecretsManagerClientError("LimitExceededException", "The secret has reached its quota of versions.")


def encrypt_replicas(create=FakeSecret.create_replicas, describe=ReplicaSecret.to_dict):
    """A replica has a key of its own region (ReplicaRegionType, API Reference); moto shows the primary's."""

    def created(self, replica_regions, force_overwrite):
        replicas = create(self, replica_regions, force_overwrite)
        for replica, wanted in zip(replicas, replica_regions or []):
            replica.config["KmsKeyId"] = wanted.get("KmsKeyId", replica.config["KmsKeyId"])
        return replicas

    def described(self):
        answer = describe(self)
        answer.pop("ReplicationStatus", None)
        answer["KmsKeyId"] = self.config["KmsKeyId"]
        if answer["KmsKeyId"] == SecretsManagerBackend.DEFAULT_KMS_KEY_ALIAS:
            del answer["KmsKeyId"]
        return answer

    FakeSecret.create_replicas = created
    ReplicaSecret.to_dict = described


def read_policies_of_replicas(read=SecretsManagerBackend.get_resource_policy):
    """Secrets Manager replicates resource policies («Replicate AWS Secrets Manager secrets across Regions»), and shows them; moto
    refuses."""

    def policy(self, secret_id):
        secret = self.secrets[secret_id] if self._is_valid_identifier(secret_id) else None
        if not isinstance(secret, ReplicaSecret):
            return read(self, secret_id)
        answer = {"ARN": secret.arn, "Name": secret.name}
        if secret.source.policy is not None:
            answer["ResourcePolicy"] = secret.source.policy
        return json.dumps(answer)

    SecretsManagerBackend.get_resource_policy = policy


def give_free_addresses(create=NetworkInterfaceBackend.create_network_interface):
    """An interface gets an address of its subnet that nobody has: not one of the first four or the last («Subnet CIDR blocks», Amazon VPC
    User Guide), nor one that is reserved, unless it is asked for («Subnet CIDR reservations»). moto draws any, for an endpoint even one
    outside of the subnet. Which of the free ones AWS gives is not documented: here the lowest, so that whoever counts on a low one fails
    each time."""

    def created(self, subnet, private_ip_address, private_ip_addresses=None, *more, **options):
        subnet = self.get_subnet(subnet) if isinstance(subnet, str) else subnet
        with WRITES:
            others = [eni for eni in self.enis.values() if eni.subnet.id == subnet.id]
            taken = {address["PrivateIpAddress"] for eni in others for address in eni.private_ip_addresses}
            if private_ip_address in taken:
                raise EC2ClientError("InvalidIPAddress.InUse", f"Address {private_ip_address} is in use.")
            if not private_ip_address and not private_ip_addresses:
                private_ip_address = lowest_free(subnet, taken)
            return create(self, subnet, private_ip_address, private_ip_addresses, *more, **options)

    def of_instance(self, instance):
        with WRITES:
            others = [eni for eni in self.ec2_backend.enis.values() if eni.subnet.id == self.id]
            taken = {address["PrivateIpAddress"] for eni in others for address in eni.private_ip_addresses}
            address = lowest_free(self, taken | set(self._subnet_ips))
            self._subnet_ips[address] = instance
            return address

    NetworkInterfaceBackend.create_network_interface = created
    Subnet.get_available_subnet_ip = of_instance
    vpcs.random_private_ip = lambda: None


def lowest_free(subnet, taken):
    reservations = [reservation.cidr for reservation in subnet._cidr_reservations]
    for address in itertools.islice(subnet.cidr, 4, subnet.cidr.num_addresses - 1):
        if str(address) not in taken and not any(address in cidr for cidr in reservations):
            return str(address)
    raise EC2ClientError(
        "InsufficientFreeAddressesInSubnet",
        f"The specified subnet does not have enough free addresses to satisfy the request: {subnet.id}",
    )


def show_interfaces_of_functions(make=NetworkInterface.__init__):
    """Lambda attaches its interfaces itself (hashicorp/terraform-provider-aws#10329: what the provider looks at); moto knows none of these.
    The local cloud makes them, under Lambda's description."""

    def made(self, *args, **options):
        make(self, *args, **options)
        if self.description.startswith("AWS Lambda VPC ENI"):
            self.interface_type, self.requester_managed, self.status = "lambda", True, "in-use"

    def attachment(self):
        if self.interface_type != "lambda":
            return of_instance(self)
        return types.SimpleNamespace(
            attachment_id=self.id.replace("eni-", "ela-attach-"),
            instance_owner_id="amazon-aws",
            device_index=1,
            delete_on_termination=False,
            status="attached",
        )

    of_instance = NetworkInterface.attachment.fget
    NetworkInterface.__init__ = made
    NetworkInterface.attachment = property(attachment)


def keep_what_is_in_use(
    modify=vpcs.VPCEndPoint.modify,
    subnet=SubnetBackend.delete_subnet,
    group=SecurityGroupBackend.delete_security_group,
):
    """A subnet or a security group with network interfaces in it is not deleted, nor a group that another one's rule names
    (DeleteSubnet, DeleteSecurityGroup, EC2 API Reference); moto deletes both. It leaves an endpoint its first interfaces."""

    def modified(self, *args):
        modify(self, *args)
        backend = self.ec2_backend
        placed = {id: backend.enis[id].subnet.id for id in self.network_interface_ids if id in backend.enis}
        for id, place in placed.items():
            if place not in self.subnet_ids:
                backend.delete_network_interface(id)
        added = [backend.create_network_interface(place, None).id for place in self.subnet_ids if place not in placed.values()]
        self.network_interface_ids = [id for id, place in placed.items() if place in self.subnet_ids] + added

    def subnet_deleted(self, subnet_id):
        if any(eni.subnet.id == subnet_id for eni in self.enis.values()):
            raise EC2ClientError("DependencyViolation", f"The subnet '{subnet_id}' has dependencies and cannot be deleted.")
        return subnet(self, subnet_id)

    def group_deleted(self, name=None, group_id=None):
        id = group_id or self.get_security_group_by_name_or_id(name).id
        others = [other for groups in self.groups.values() for other in groups.values() if other.id != id]
        rules = [rule for other in others for rule in [*other.ingress_rules, *other.egress_rules]]
        endpoints = [endpoint for endpoint in self.vpc_end_points.values() if endpoint.state != "deleted"]
        if (
            any(used.id == id for eni in self.enis.values() for used in eni.group_set)
            or any(id in (endpoint.security_group_ids or []) for endpoint in endpoints)
            or any((rule.source_group or {}).get("GroupId") == id for rule in rules)
        ):
            raise EC2ClientError("DependencyViolation", f"resource {id} has a dependent object")
        return group(self, name, group_id)

    vpcs.VPCEndPoint.modify = modified
    SubnetBackend.delete_subnet = subnet_deleted
    SecurityGroupBackend.delete_security_group = group_deleted


# Not every zone of a region has CloudHSM. Which they are, AWS tells an account; this one stands for them.
ZONES_WITHOUT_CLOUDHSM = ["us-east-1e"]


def tell_zones_of_services(
    collect=vpcs.VPCBackend._collect_default_endpoint_services,
    describe=vpcs.VPCBackend.describe_vpc_endpoint_services,
    create=vpcs.VPCBackend.create_vpc_endpoint,
):
    """An endpoint service is offered in some zones of its region, which it names («Interface endpoints», AWS PrivateLink Guide), and takes no
    subnet in another one (terraform-aws-modules/terraform-aws-vpc#785). moto offers all in all zones."""
    asked = threading.local()

    @functools.lru_cache(None)
    def cloudhsm(region):
        zones = [zone.name for zone in RegionsAndZonesBackend.zones[region] if zone.name not in ZONES_WITHOUT_CLOUDHSM]
        return BaseBackend.default_vpc_endpoint_service_factory(region, zones, "cloudhsmv2")

    # Who asks for CloudHSM's alone, as each deploy does, does not make moto load all its services.
    def described(self, service_names, filters, max_results, next_token, region):
        asked.alone = service_names == [f"com.amazonaws.{region}.cloudhsmv2"]
        return describe(self, service_names, filters, max_results, next_token, region)

    def collected(account_id, region):
        if getattr(asked, "alone", False):
            return cloudhsm(region)
        others = [s for s in collect(account_id, region) if not s["ServiceName"].endswith(".cloudhsmv2")]
        return others + cloudhsm(region)

    def created(self, vpc_id, service_name, endpoint_type, policy_document, route_table_ids, subnet_ids=None, *more, **options):
        if service_name.endswith(".cloudhsmv2"):
            for subnet_id in subnet_ids or []:
                if self.get_subnet(subnet_id).availability_zone in ZONES_WITHOUT_CLOUDHSM:
                    raise EC2ClientError(
                        "InvalidParameter",
                        f"The VPC endpoint service {service_name} does not support the availability zone of the subnet: {subnet_id}.",
                    )
        return create(self, vpc_id, service_name, endpoint_type, policy_document, route_table_ids, subnet_ids, *more, **options)

    vpcs.VPCBackend.describe_vpc_endpoint_services = described
    vpcs.VPCBackend._collect_default_endpoint_services = staticmethod(collected)
    vpcs.VPCBackend.create_vpc_endpoint = created


def sign_as_asked(
    make=CertificateAuthority.__init__,
    issue=ACMPCABackend.issue_certificate,
    respond=ACMPCAResponse.issue_certificate,
):
    """AWS Private CA has keys of RSA and ECDSA, and signs by the algorithm and for the time that one asks for. moto's have RSA_2048, and sign by
    SHA512WITHRSA for a year. Source: KeyAlgorithm, SigningAlgorithm, Validity, AWS Private CA API Reference."""
    asked = threading.local()
    curves = {"EC_prime256v1": ec.SECP256R1, "EC_secp384r1": ec.SECP384R1, "EC_secp521r1": ec.SECP521R1}
    days = {"DAYS": 1, "MONTHS": 30, "YEARS": 365}

    def end_of(Type, Value):
        if Type == "ABSOLUTE":
            return datetime.datetime.fromtimestamp(Value, datetime.timezone.utc).replace(tzinfo=None)
        if Type == "END_DATE":
            return datetime.datetime.strptime(str(Value), "%Y%m%d%H%M%S")
        return utcnow() + datetime.timedelta(days=Value * days[Type])

    def made(self, *args, **kwargs):
        make(self, *args, **kwargs)
        algorithm = self.certificate_authority_configuration["KeyAlgorithm"]
        if algorithm == "RSA_2048":
            return
        key = (
            ec.generate_private_key(curves[algorithm]())
            if algorithm in curves
            else rsa.generate_private_key(public_exponent=65537, key_size=int(algorithm.removeprefix("RSA_")))
        )
        self.private_bytes = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.BestAvailableEncryption(self.password),
        )

    def responded(self):
        asked.request = json.loads(self.body)
        return respond(self)

    def issued(self, certificate_authority_arn, csr, template_arn):
        authority = self.describe_certificate_authority(certificate_authority_arn)
        family = "RSA" if isinstance(authority.key, rsa.RSAPrivateKey) else "ECDSA"
        algorithm, validity = asked.request["SigningAlgorithm"], asked.request["Validity"]
        if not algorithm.endswith(f"WITH{family}"):
            raise JsonRESTError("InvalidArgsException", f"{algorithm} does not fit the key of the certificate authority, which is of {family}.")
        asked.until = end_of(**validity)
        if authority.certificate and asked.until > authority.certificate.not_valid_after_utc.replace(tzinfo=None):
            raise JsonRESTError("ValidationException", "The certificate validity specified exceeds the certificate authority validity")
        return issue(self, certificate_authority_arn, csr, template_arn)

    def generated(self, subject, public_key, extensions):
        certificate = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=self.issuer, public_key=public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(utcnow())
            .not_valid_after(asked.until)
        )
        for extension, critical in extensions:
            certificate = certificate.add_extension(extension, critical)
        digest = getattr(hashes, asked.request["SigningAlgorithm"].split("WITH")[0])
        return certificate.sign(self.key, digest()).public_bytes(serialization.Encoding.PEM)

    CertificateAuthority.__init__ = made
    CertificateAuthority.generate_cert = generated
    ACMPCABackend.issue_certificate = issued
    ACMPCAResponse.issue_certificate = responded


def show_services_as_ecs_does(make=EcsService.__init__):
    """A service has no network of its own but in the network mode awsvpc, and says whether it is moved between zones; Terraform asks for DISABLED
    unless told otherwise. Source: Service, Amazon ECS API Reference."""

    def made(self, *args, **options):
        make(self, *args, **options)
        self.network_configuration = self.network_configuration or None
        self.availability_zone_rebalancing = "DISABLED"

    EcsService.__init__ = made


class RequestHandler(WSGIRequestHandler):
    """The local cloud in front of this has its own record of requests."""

    def log_request(self, *_):
        pass


# moto looks both up anew for each request, the one in its own folders; that took it more time than to answer.
responses.method_names_from_class = functools.lru_cache(None)(responses.method_names_from_class)


class Application:
    """Requests run side by side; saving and loading wait until none runs, and let none begin."""

    def __init__(self):
        self.moto = DomainDispatcherApplication(create_backend_app)
        self.moto.get_backend_for_host = functools.lru_cache(None)(self.moto.get_backend_for_host)
        self.idle = threading.Condition()
        self.running = 0

    def load_service(self, name):
        """With its model and, of a REST service, its paths, which else the first request to it would load."""
        self.moto.app_instances[name] = create_backend_app(name)
        model = get_service_model(SDK_NAMES.get(name, name))
        if model.metadata["protocol"].startswith("rest"):
            responses._get_method_urls(name, "eu-central-1")

    def __call__(self, environ, start_response):
        if environ["PATH_INFO"] == "/local/state":
            return self.state(environ, start_response)
        with self.idle:
            self.running += 1
        try:
            return self.moto(environ, start_response)
        finally:
            with self.idle:
                self.running -= 1
                self.idle.notify_all()

    def state(self, environ, start_response):
        with self.idle:
            self.idle.wait_for(lambda: self.running == 0)
            body = b""
            if environ["REQUEST_METHOD"] == "PUT":
                load(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            else:
                body = dump()
        start_response("200 OK", [("Content-Type", "application/octet-stream"), ("Content-Length", str(len(body)))])
        return [body]


# What a deploy and its tests call, as moto's modules are named.
SERVICES = "acmpca awslambda cloudwatch dynamodb ec2 events iam kms logs scheduler secretsmanager sns sqs ssm sts".split()
SDK_NAMES = {"acmpca": "acm-pca", "awslambda": "lambda"}


def serve_forks(path):
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    application = Application()
    for service in SERVICES:
        application.load_service(service)
    gc.freeze()  # a collection in a fork would touch, and so copy, all that was loaded
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    listener.listen()
    while True:
        connection, _ = listener.accept()
        if os.fork() == 0:
            listener.close()
            random.seed()
            mock_random.seed()
            serve_one(application, connection)
        connection.close()


def serve_one(application, connection):
    """Its first line names the log; the answer has the port and botocore's folder."""
    log = os.open(connection.makefile().readline().strip(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for stream in (1, 2):
        os.dup2(log, stream)
    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=RequestHandler)
    connection.sendall(f"{server.port} {os.path.dirname(botocore.__file__)}\n".encode())
    threading.Thread(target=lambda: connection.recv(1) or os._exit(0), daemon=True).start()
    server.serve_forever()


if __name__ == "__main__":
    keep_default_version()
    write_versions_one_by_one()
    leave_rotation_to_the_local_cloud()
    rules_between_groups()
    flow_logs_by_arn()
    encrypt_replicas()
    read_policies_of_replicas()
    give_free_addresses()
    show_interfaces_of_functions()
    tell_zones_of_services()
    keep_what_is_in_use()
    sign_as_asked()
    show_services_as_ecs_does()
    # Deep structures need a deep stack, also of the threads that serve requests.
    threading.stack_size(512 * 1024 * 1024)
    if sys.argv[1] == "--forks":
        serve_forks(sys.argv[2])
    run_simple("127.0.0.1", int(sys.argv[1]), Application(), threaded=True, request_handler=RequestHandler)
