import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import * as events from 'aws-cdk-lib/aws-events';
import * as iam from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import { usageBusName } from '../shared/naming.ts';

export interface UsageBusProps {
  readonly stage: string;
  /** Accounts and roles that may put: 12 digits, or the ARN of a role. */
  readonly putters: readonly string[];
  /** Listed sources, and who may put each where that is not everyone above. */
  readonly sources: Readonly<Record<string, { readonly putters?: readonly string[] | undefined }>>;
}

const actions = ['events:PutEvents'];

/**
 * Where applications report usage. An identity policy of this account would be enough to put, so the bus denies everyone
 * whom the stage does not name; whom it names it lets in, from other accounts too. A source is denied to everyone who is
 * not one of its putters: one application cannot report in the name of another.
 */
export class UsageBus extends events.EventBus {
  constructor(scope: Construct, id: string, { stage, putters, sources }: UsageBusProps) {
    super(scope, id, {
      eventBusName: usageBusName(stage),
      description: 'Usage that Bedrock does not log; only those whom the stage names may put',
    });
    const ofSource = Object.entries(sources).map(
      ([source, own]) => [source, own.putters ?? putters] as const,
    );
    const everyone = sorted([...putters, ...ofSource.flatMap(([, own]) => own)]);
    if (everyone.length > 0) this.#allow(everyone);
    this.#deny('NobodyElse', { ...unless(everyone) });
    // Where nobody may put but those who may put everything, there is nothing to tell apart.
    const tied = ofSource.filter(([, own]) => String(sorted(own)) !== String(everyone));
    const groups = Map.groupBy(tied, ([, own]) => String(sorted(own)));
    [...groups.values()].forEach((group, index) => {
      const [, own] = group[0] ?? [];
      this.#deny(`OnlyItsOwnPutters${index + 1}`, {
        'ForAnyValue:StringEquals': { 'events:source': group.map(([source]) => source).sort() },
        ...unless(own ?? []),
      });
    });
  }

  #allow(putters: readonly string[]): void {
    const principals = putters.map(
      (putter) => new iam.ArnPrincipal(isAccount(putter) ? accountRoot(this, putter) : putter),
    );
    this.addToResourcePolicy(
      new iam.PolicyStatement({ sid: 'NamedPutters', principals, actions, resources: [this.eventBusArn] }),
    );
  }

  #deny(sid: string, conditions: Record<string, Record<string, string | string[]>>): void {
    this.addToResourcePolicy(
      new iam.PolicyStatement({
        ...{ sid, effect: iam.Effect.DENY, principals: [new iam.AnyPrincipal()] },
        ...{ actions, resources: [this.eventBusArn], conditions },
      }),
    );
  }
}

/** True for everyone but these. */
function unless(putters: readonly string[]): Record<string, Record<string, string[]>> {
  const accounts = putters.filter(isAccount);
  const roles = putters.filter((putter) => !isAccount(putter));
  return {
    ...(accounts.length > 0 && { StringNotEquals: { 'aws:PrincipalAccount': accounts } }),
    // A role's own ARN, also while one of its sessions calls.
    ...(roles.length > 0 && { ArnNotEquals: { 'aws:PrincipalArn': roles } }),
  };
}

const isAccount = (putter: string): boolean => /^\d{12}$/.test(putter);
const sorted = (putters: readonly string[]): string[] => [...new Set(putters)].sort();

const accountRoot = (scope: Construct, account: string): string =>
  Arn.format(
    {
      service: 'iam',
      region: '',
      account,
      resource: 'root',
      arnFormat: ArnFormat.NO_RESOURCE_NAME,
    },
    Stack.of(scope),
  );
