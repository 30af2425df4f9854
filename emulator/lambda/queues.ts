// Queues for events of failed runs.

import { GetQueueUrlCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { mayRole } from "../access/access";
import { Context } from "../core/context";

/** Sends to a queue in a role's name; where the role may not, the message is lost, as on AWS. */
export async function sendToQueue(
  context: Context,
  region: string,
  roleName: string,
  queueArn: string,
  MessageBody: string,
  attributes: Record<string, string> = {},
): Promise<void> {
  const question = { action: "sqs:SendMessage", resource: queueArn, context: {} };
  if ((await mayRole(context, roleName, question)) !== "Allow") return;
  const sqs = context.moto.sqs(region);
  const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: queueArn.split(":").pop() }));
  const MessageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
  );
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody, MessageAttributes }));
}
