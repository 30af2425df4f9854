#!/usr/bin/env bats
# Calls to AWS: signed, tried again where that helps, and nothing secret in an argument list.

bats_require_minimum_version 1.5.0 # for `run !`

setup() {
  load helpers
  load_library aws wait
  sleep() { :; }
}

teardown() { stop_server; }

# replies JSON: what the endpoint answers, in turn.
replies() {
  printf '%s' "$1" >"$BATS_TEST_TMPDIR/replies.json"
  start_server
  export AWS_ENDPOINT_URL="http://127.0.0.1:$PORT"
}

@test "a call is signed for its service, bears the session token, and gives the answer" {
  replies '[{"answer": {"Clusters": []}}]'
  aws_call cloudhsmv2 cloudhsm BaldrApiService.DescribeClusters '{"MaxResults": 3}'
  [ "$REPLY" = '{"Clusters":[]}' ]
  [ "$(requests .body)" = '{"MaxResults": 3}' ]
  [ "$(requests '.headers["x-amz-target"]')" = BaldrApiService.DescribeClusters ]
  [ "$(requests '.headers["x-amz-security-token"]')" = TOKENEXAMPLE ]
  [[ $(requests .headers.authorization) == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/"*"/eu-central-1/cloudhsm/aws4_request, SignedHeaders="*x-amz-security-token* ]]
}

@test "throttling, server errors and broken connections are tried again" {
  replies '[{"status": 400, "answer": {"__type": "ThrottlingException"}}, {"status": 503, "answer": "busy"}, {"drop": true}, {"answer": {"ok": true}}]'
  aws_call kms kms TrentService.ListKeys '{}'
  [ "$REPLY" = '{"ok":true}' ]
  [ "$(requests 1 | wc -l)" -eq 4 ]
}

@test "a refusal is not tried again, and keeps AWS's code and message" {
  replies '[{"status": 400, "answer": {"__type": "com.amazonaws.kms#AlreadyExistsException", "message": "It is there"}}]'

  fails aws_call kms kms TrentService.CreateAlias '{}'
  [ "$(requests 1 | wc -l)" -eq 1 ]
}

@test "the error's code loses its namespace" {
  replies '[{"status": 400, "answer": {"__type": "com.amazonaws.kms#AlreadyExistsException:http://x", "message": "It is there"}}]'
  fails aws_call kms kms TrentService.CreateAlias '{}'
  [ "$AWS_ERROR_CODE" = AlreadyExistsException ]
  [ "$AWS_ERROR_MESSAGE" = "It is there" ]
}

@test "it gives up when the deadline is near" {
  replies '[{"status": 500}, {"status": 500}]'
  DEADLINE_MS=$((${EPOCHREALTIME/[.,]/} / 1000))
  fails aws_call kms kms TrentService.ListKeys '{}'
  [ "$(requests 1 | wc -l)" -eq 1 ]
}

@test "an endpoint that does not answer says which VPC endpoint may be missing" {
  export AWS_ENDPOINT_URL=http://127.0.0.1:9
  DEADLINE_MS=0
  fails aws_call secretsmanager secretsmanager secretsmanager.GetSecretValue '{}'
  [ "$AWS_ERROR_CODE" = EndpointConnectionError ]
  [[ $AWS_ERROR_MESSAGE == *"VPC endpoint for secretsmanager"* ]]
}

@test "an error near the deadline says so" {
  replies '[{"status": 400, "answer": {"__type": "ThrottlingException", "message": "Rate exceeded"}}]'
  DEADLINE_MS=0
  fails aws_call kms kms TrentService.ListKeys '{}'
  [ "$AWS_ERROR_MESSAGE" = "Rate exceeded; the function's deadline is near: run it again" ]
}

@test "a service of the query protocol gets a form, and its errors have code and message too" {
  replies '[{"answer": "<PublishResponse/>"}, {"status": 403, "answer": "<ErrorResponse><Error><Type>Sender</Type><Code>AuthorizationError</Code><Message>It may not</Message></Error></ErrorResponse>"}]'
  aws_query sns 2010-03-31 Publish TopicArn=arn:aws:sns:eu-central-1:123456789012:t 'Message=a & b = ä'
  [ "$REPLY" = '<PublishResponse/>' ]
  [ "$(requests .body)" = 'Action=Publish&Version=2010-03-31&TopicArn=arn%3Aaws%3Asns%3Aeu-central-1%3A123456789012%3At&Message=a%20%26%20b%20%3D%20%C3%A4' ]
  [[ $(requests '.headers["content-type"]') == application/x-www-form-urlencoded* ]]
  [ "$(requests '.headers["x-amz-target"]')" = null ]
  [[ $(requests .headers.authorization) == *"/eu-central-1/sns/aws4_request"* ]]
  fails aws_query sns 2010-03-31 Publish Message=x
  [ "$AWS_ERROR_CODE: $AWS_ERROR_MESSAGE" = "AuthorizationError: It may not" ]
}

@test "a listing is read to its last page, by whichever name a service has for it" {
  replies '[{"answer": {"Keys": [1, 2], "NextMarker": "m", "Truncated": true}}, {"answer": {"Keys": [3], "Truncated": false}}, {"answer": {"Clusters": [4], "NextToken": "t"}}, {"answer": {"Clusters": []}}]'
  aws_pages kms ListKeys '{"Limit": 2}' '.Keys[]'
  [ "$ITEMS" = '[1,2,3]' ]
  aws_pages cloudhsm DescribeClusters '{}' '.Clusters[]'
  [ "$ITEMS" = '[4]' ]
  [ "$(requests .body | jq -cs .)" = '[{"Limit":2},{"Limit":2,"Marker":"m"},{},{"NextToken":"t"}]' ]
}

endpoint_of() {
  aws_endpoint "$1"
  printf '%s' "$ENDPOINT"
}

@test "endpoints are found as SDKs find them" {
  unset AWS_ENDPOINT_URL
  [ "$(endpoint_of kms)" = https://kms.eu-central-1.amazonaws.com ]
  AWS_ENDPOINT_URL=http://all/
  [ "$(endpoint_of kms)" = http://all ]
  AWS_ENDPOINT_URL_KMS=http://kms
  [ "$(endpoint_of kms)" = http://kms ]
  [ "$(endpoint_of cloudhsmv2)" = http://all ]
  # «Service-specific endpoints», AWS SDKs and Tools Reference Guide
  AWS_ENDPOINT_URL_CLOUDHSM_V2=http://hsm AWS_ENDPOINT_URL_SECRETS_MANAGER=http://secrets
  [ "$(endpoint_of cloudhsmv2) $(endpoint_of secretsmanager)" = "http://hsm http://secrets" ]
  AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true
  [ "$(endpoint_of kms)" = https://kms.eu-central-1.amazonaws.com ]
  AWS_REGION=cn-north-1
  [ "$(endpoint_of kms)" = https://kms.cn-north-1.amazonaws.com.cn ]
}

@test "no credential and no body is in an argument list" {
  replies '[{}]'
  mkdir "$BATS_TEST_TMPDIR/bin"
  real=$(command -v curl)
  printf '#!/bin/bash\nprintf "%%s\\n" "$@" >>"%s/argv"\nexec %s "$@"\n' "$BATS_TEST_TMPDIR" "$real" >"$BATS_TEST_TMPDIR/bin/curl"
  chmod +x "$BATS_TEST_TMPDIR/bin/curl"
  PATH="$BATS_TEST_TMPDIR/bin:$PATH" aws_call secretsmanager secretsmanager secretsmanager.PutSecretValue '{"SecretString": "hunter22"}'
  [ "$(requests .body)" = '{"SecretString": "hunter22"}' ]
  [ -s "$BATS_TEST_TMPDIR/argv" ]
  run ! grep -E 'SECRETEXAMPLE|TOKENEXAMPLE|hunter22' "$BATS_TEST_TMPDIR/argv"
}

@test "no answer is put into a file: it may be a password" {
  replies '[{"answer": {"SecretString": "hunter22"}}]'
  aws_call secretsmanager secretsmanager secretsmanager.GetSecretValue '{}'
  [[ $REPLY == *hunter22* ]]
  run ! grep -r hunter22 "$WORK"
}

@test "aws_or_fail ends the action with AWS's code" {
  replies '[{"status": 400, "answer": {"__type": "AccessDeniedException", "message": "no"}}]'
  run kms ListKeys '{}'
  [ "$status" -eq 1 ]
  [ "$(error_document errorType)" = AccessDeniedException ]
  [ "$(error_document errorMessage)" = "ListKeys: no" ]
}

@test "aws_effect takes a refusal for success where the effect is there, and ends the action where it is not" {
  local refusal='{"status": 400, "answer": {"__type": "CustomKeyStoreInvalidStateException", "message": "no"}}'
  replies "[{\"drop\": true}, $refusal, $refusal]"
  is_there() { true; }
  is_not_there() { false; }
  aws_effect is_there kms kms TrentService.ConnectCustomKeyStore '{}'
  run aws_effect is_not_there kms kms TrentService.ConnectCustomKeyStore '{}'
  [ "$status" -eq 1 ]
  [ "$(error_document errorType)" = CustomKeyStoreInvalidStateException ]
  [ "$(error_document errorMessage)" = "ConnectCustomKeyStore: no" ]
}

@test "in a trial of safe-storage verify its log has calls and answers, each answer once, and no secret" {
  replies '[{"answer": {"CustomKeyStoreId": "cks-1"}}, {"answer": {"Clusters": []}}, {"answer": {"Clusters": []}}, {"answer": {"SecretString": "hunter22"}}, {"drop": true}, {"status": 400, "answer": {"__type": "NotFoundException"}}]'
  # shellcheck source=/dev/null
  source "$PROJECT/verification/probe/record.sh"
  {
    aws_call kms kms TrentService.CreateCustomKeyStore '{"CustomKeyStoreName": "a", "KeyStorePassword": "hunter22"}'
    aws_call cloudhsmv2 cloudhsm BaldrApiService.DescribeClusters '{}'
    aws_call cloudhsmv2 cloudhsm BaldrApiService.DescribeClusters '{}'
    aws_call secretsmanager secretsmanager secretsmanager.GetSecretValue '{}'
    fails aws_call kms kms TrentService.DescribeKey '{"KeyId": "b"}'
  } 2>"$BATS_TEST_TMPDIR/log"
  [ "$AWS_ERROR_CODE" = NotFoundException ]
  # curl says something, too.
  [ "$(jq -Rc 'fromjson? | select(.message == "called") | [.service, .operation, .status, .call]' \
    "$BATS_TEST_TMPDIR/log")" = \
    '["kms","CreateCustomKeyStore",200,{"input":{"CustomKeyStoreName":"a"},"output":{"CustomKeyStoreId":"cks-1"}}]
["cloudhsmv2","DescribeClusters",200,{"input":{},"output":{"Clusters":[]}}]
["kms","DescribeKey",400,{"input":{"KeyId":"b"},"output":{"__type":"NotFoundException"}}]' ]
  run ! grep hunter22 "$BATS_TEST_TMPDIR/log"
}
