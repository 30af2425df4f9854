// What has become of alarms and their actions, which moto does not keep. Source: «DescribeAlarmHistory», CloudWatch API Reference.

import type { FastifyReply, FastifyRequest } from "fastify";
import { Cloud } from "../core/cloud";
import { escapeXml, isQuery, jsonBody } from "../http/protocol";

interface Item {
  region: string;
  AlarmName: string;
  HistoryItemType: "StateUpdate" | "Action";
  HistorySummary: string;
  /** Emulated time, in milliseconds. */
  at: number;
}

/** "CloudWatch retains the history of an alarm even if you delete the alarm"; here the newest of all. */
const KEPT = 1000;

/** A request's parameters, in the query protocol or in JSON. */
export const parametersOf = (request: FastifyRequest): Record<string, string> =>
  isQuery(request)
    ? Object.fromEntries(new URLSearchParams(String(request.body)))
    : jsonBody(request, "SerializationException");

export class AlarmHistory {
  private items: Item[] = [];

  constructor(private readonly cloud: Cloud) {}

  note(
    region: string,
    AlarmName: string,
    HistoryItemType: Item["HistoryItemType"],
    HistorySummary: string,
  ): void {
    const item = { region, AlarmName, HistoryItemType, HistorySummary, at: this.cloud.now() };
    this.items = [item, ...this.items].slice(0, KEPT);
  }

  /** DescribeAlarmHistory: of all alarms or of one, of all types or of one, the newest first. */
  describe(region: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const { AlarmName, HistoryItemType } = parametersOf(request);
    const found = this.items
      .filter((item) => item.region === region)
      .filter((item) => !AlarmName || item.AlarmName === AlarmName)
      .filter((item) => !HistoryItemType || item.HistoryItemType === HistoryItemType)
      .map(({ region: _, at, ...item }) => ({ ...item, AlarmType: "MetricAlarm", at }));
    if (isQuery(request)) return reply.type("text/xml").send(xml(request.id, found));
    const AlarmHistoryItems = found.map(({ at, ...item }) => ({ ...item, Timestamp: at / 1000 }));
    return reply.type("application/x-amz-json-1.0").send(JSON.stringify({ AlarmHistoryItems }));
  }
}

function xml(requestId: string, items: { at: number; [member: string]: string | number }[]): string {
  const members = items.map(({ at, ...item }) => {
    const all = Object.entries({ ...item, Timestamp: new Date(at).toISOString() });
    return `<member>${all.map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`).join("")}</member>`;
  });
  return `<DescribeAlarmHistoryResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/"><DescribeAlarmHistoryResult><AlarmHistoryItems>${members.join("")}</AlarmHistoryItems></DescribeAlarmHistoryResult><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></DescribeAlarmHistoryResponse>`;
}
