// Calling a deployment's operator.

import { createServer, Server } from "node:http";
import { AddressInfo } from "node:net";
import { askOperator, invokeOperator } from "../../command/app/operator";

const ARN = "arn:aws:lambda:eu-central-1:123456789012:function:operator";
const EVENT = { action: "status" };

let server: Server;
let calls: string[];
/** What Lambda answers, call by call; the last one again and again. */
let answers: { status?: number; error?: string; body?: object }[];
let said: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => (body += part));
    request.on("end", () => {
      calls.push(body);
      const { status = 200, error, body: answer = {} } = answers.length > 1 ? answers.shift()! : answers[0];
      if (error) response.setHeader("x-amzn-errortype", error);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  process.env.AWS_ENDPOINT_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  process.env.AWS_ACCESS_KEY_ID = process.env.AWS_SECRET_ACCESS_KEY = "x";
});
afterAll(() => void server.close());
beforeEach(() => {
  calls = [];
  said = "";
  jest.spyOn(process.stderr, "write").mockImplementation((text) => Boolean((said += text)));
});
afterEach(() => jest.restoreAllMocks());

const IDLE = { status: 502, error: "ResourceNotReadyException", body: { Message: "The function is idle" } };

test("an idle function is invoked again until Lambda has restored its network interfaces, with one message («Lambda function states»)", async () => {
  answers = [IDLE, IDLE, IDLE, { body: { status: "done" } }];
  expect(await invokeOperator(ARN, EVENT, 50, 5000)).toEqual({ status: "done" });
  expect(calls).toHaveLength(4);
  expect(said.match(/was idle for weeks/g)).toHaveLength(1);
});

test("one that stays idle ends with the error", async () => {
  answers = [IDLE];
  await expect(invokeOperator(ARN, EVENT, 20, 100)).rejects.toThrow(/ResourceNotReadyException/);
});

test("another error is not waited for, and nothing is begun a second time", async () => {
  answers = [{ status: 403, error: "AccessDeniedException", body: { Message: "no" } }];
  await expect(invokeOperator(ARN, EVENT)).rejects.toThrow(/AccessDeniedException/);
  expect(calls).toHaveLength(1);
});

test("an action that failed says why", async () => {
  answers = [{ body: { errorType: "NoOwner", errorMessage: "whose is it?" } }];
  await expect(invokeOperator(ARN, EVENT)).rejects.toThrow("NoOwner: whose is it?");
});

test("an action of several runs goes on until it has ended", async () => {
  answers = [{ body: { status: "pending", message: "1 of 2" } }, { body: { status: "done", hsms: 2 } }];
  expect(await askOperator(ARN, EVENT)).toEqual({ status: "done", hsms: 2 });
  expect(calls).toHaveLength(2);
  expect(said).toContain("1 of 2");
});
