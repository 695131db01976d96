import { gzipSync } from 'node:zlib';
import type { LocalAssembly, SubscriptionFilterSpec } from '../assembly/local-assembly.ts';
import type { Authorizer } from '../aws/authorizer.ts';
import { bedrockLogStream as logStream } from '../aws/bedrock-logging-api.ts';
import type { LoggingRegion } from '../aws/logging-region.ts';
import type { Chaos } from '../chaos.ts';
import type { AsyncInvocations } from './async-invocations.ts';

/** The first event of every such log. */
const permissionNotice = 'Permissions are correctly set for Amazon Bedrock logs.';
/** Events in one delivery at most: CloudWatch Logs gathers for a moment, and Lambda takes 6 MB. */
const largestDelivery = 100;

interface LogOptions {
  readonly counted: boolean;
  readonly again?: boolean;
  readonly stream?: string | undefined;
}

export interface LogDeliveryDeps {
  readonly assembly: LocalAssembly;
  readonly region: LoggingRegion;
  readonly authorizer: Authorizer;
  readonly invocations: AsyncInvocations;
  readonly chaos: Chaos;
  readonly now: () => Date;
}

/** CloudWatch Logs: log events reach the function that subscribes to their group. */
export class LogDelivery {
  readonly #deps: LogDeliveryDeps;
  #events = 0;
  #greeted = false;

  constructor(deps: LogDeliveryDeps) {
    this.#deps = deps;
  }

  /** @param lines one log event each @returns whether anyone got them: Bedrock has to log, and someone to subscribe */
  deliver(lines: readonly string[], stream?: string): boolean {
    const filters = this.#subscribers();
    for (const filter of filters) this.#toSubscriber(filter, lines, stream);
    if (filters.length > 0) this.#greeted = true;
    return filters.length > 0;
  }

  /** As CloudWatch Logs hands over a delivery: what it packed is as it is. */
  deliverPacked(data: string): void {
    for (const { destinationArn } of this.#subscribers()) {
      this.#deps.invocations.start(destinationArn, { awslogs: { data } });
    }
  }

  /** Our filters that are deployed on the log group that Bedrock writes to. */
  #subscribers(): SubscriptionFilterSpec[] {
    const { assembly, region } = this.#deps;
    const group = region.logging?.cloudWatchConfig?.logGroupName;
    const deployed = new Set(region.logGroups.get(group ?? '')?.values());
    return assembly.subscriptionFilters.filter(
      ({ logGroupName, destinationArn }) => logGroupName === group && deployed.has(destinationArn),
    );
  }

  #toSubscriber(filter: SubscriptionFilterSpec, lines: readonly string[], stream?: string): void {
    const { chaos, authorizer } = this.#deps;
    if (filter.filterPattern.trim() !== '') {
      throw new Error(`The subscription ${filter.filterName} has a filter pattern, which is not imitated.`);
    }
    const refusal = authorizer.serviceRefusal({
      service: 'logs.amazonaws.com',
      action: 'lambda:InvokeFunction',
      resourceArn: filter.destinationArn,
      sourceArn: `${this.#logGroupArn(filter)}:*`,
    });
    if (refusal) return;
    // Neither is a line of the run, so neither is counted as one.
    if (!this.#greeted) {
      this.#send(
        filter,
        'CONTROL_MESSAGE',
        ['CWL CONTROL MESSAGE: Checking health of destination Firehose.'],
        { counted: false },
      );
      this.#send(filter, 'DATA_MESSAGE', [permissionNotice], { counted: false });
    }
    const shuffled = chaos.reordered(lines);
    const chunks: string[][] = [];
    for (let start = 0; start < shuffled.length; start += largestDelivery) {
      chunks.push(shuffled.slice(start, start + largestDelivery));
    }
    for (const chunk of chaos.reordered(chunks)) {
      this.#send(filter, 'DATA_MESSAGE', chunk, { counted: true, again: chaos.duplicates(), stream });
    }
  }

  #send(
    filter: SubscriptionFilterSpec,
    messageType: string,
    lines: readonly string[],
    { stream = logStream, ...options }: LogOptions,
  ): void {
    const timestamp = this.#deps.now().getTime();
    const logEvents = lines.map((message) => {
      this.#events += 1;
      return { id: String(this.#events).padStart(56, '0'), timestamp, message };
    });
    if (messageType === 'DATA_MESSAGE') {
      const events = logEvents.map((event) => ({ ...event, stream }));
      this.#deps.region.keepEvents(filter.logGroupName, events);
    }
    const payload = {
      messageType,
      owner: messageType === 'CONTROL_MESSAGE' ? 'CloudwatchLogs' : this.#deps.assembly.place.account,
      logGroup: messageType === 'CONTROL_MESSAGE' ? '' : filter.logGroupName,
      logStream: messageType === 'CONTROL_MESSAGE' ? '' : stream,
      subscriptionFilters: messageType === 'CONTROL_MESSAGE' ? [] : [filter.filterName],
      logEvents,
    };
    const data = gzipSync(JSON.stringify(payload)).toString('base64');
    this.#deps.invocations.start(filter.destinationArn, { awslogs: { data } }, options);
  }

  #logGroupArn({ logGroupName }: SubscriptionFilterSpec): string {
    const { region, account } = this.#deps.assembly.place;
    return `arn:aws:logs:${region}:${account}:log-group:${logGroupName}`;
  }
}
