// IAM actions of SNS's calls, which moto answers, and what they need of the topic's key.

import { GetTopicAttributesCommand } from "@aws-sdk/client-sns";
import type { AskedCall, KeyQuestion } from "../core/context";
import { questionsViaService } from "../kms/access";

export async function snsQuestions(call: AskedCall): Promise<KeyQuestion[]> {
  const { context, region, operation, body, plain } = call;
  const topic = new URLSearchParams(body).get("TopicArn");
  if (!topic) return [plain("*")];
  const { Attributes } = await context.moto
    .sns(region)
    .send(new GetTopicAttributesCommand({ TopicArn: topic }))
    .catch(() => ({ Attributes: undefined }));
  const questions: KeyQuestion[] = [plain(topic)];
  if (!Attributes?.KmsMasterKeyId || operation !== "Publish") return questions;
  // "the publisher must have kms:GenerateDataKey* and kms:Decrypt": «Key management», Amazon SNS Developer Guide.
  const actions = ["kms:GenerateDataKey", "kms:Decrypt"];
  return [...questions, ...(await questionsViaService(call, Attributes.KmsMasterKeyId, actions))];
}
