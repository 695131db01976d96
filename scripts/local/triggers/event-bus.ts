import type { Activity } from '../activity.ts';
import type { LocalAssembly, RuleSpec, TargetSpec } from '../assembly/local-assembly.ts';
import type { Authorizer } from '../aws/authorizer.ts';
import type { StepFunctions } from '../aws/step-functions.ts';
import { matchesEvent } from '../event-pattern.ts';
import type { BusEvent, StackEvents } from '../stack-events.ts';
import type { AsyncInvocations } from './async-invocations.ts';
import type { MessageSender } from './message-sender.ts';
import { targetInput } from './target-input.ts';

export interface EventBusDeps {
  readonly assembly: LocalAssembly;
  readonly authorizer: Authorizer;
  readonly activity: Activity;
  readonly invocations: AsyncInvocations;
  readonly sender: MessageSender;
  readonly stepFunctions: StepFunctions;
  readonly events: StackEvents;
  readonly now: () => Date;
}

/** EventBridge's buses: which rule takes an event, and whether it may hand it to its target. */
export class EventBus {
  readonly #deps: EventBusDeps;
  readonly #removed = new Set<string>();
  #count = 0;

  constructor(deps: EventBusDeps) {
    this.#deps = deps;
    deps.events.on('eventPut', (event) => this.#match(event.busName, this.#envelope(event)));
    deps.events.on('resourceStopped', ({ type, ref }) => {
      if (type === 'AWS::Events::Rule') this.#removed.add(ref);
    });
  }

  #match(busName: string, envelope: Readonly<Record<string, unknown>>): void {
    for (const rule of this.#deps.assembly.rules) {
      if (!rule.enabled || !rule.pattern || rule.busName !== busName) continue;
      if (matchesEvent(rule.pattern, envelope)) this.#hand(rule, envelope);
    }
  }

  /** The event that a rule with a schedule sends. */
  fire(rule: RuleSpec): void {
    const detailType = 'Scheduled Event';
    this.#hand(
      rule,
      this.#envelope({
        busName: rule.busName,
        source: 'aws.events',
        detailType,
        detail: {},
        resources: [rule.arn],
      }),
    );
  }

  #hand(rule: RuleSpec, envelope: Readonly<Record<string, unknown>>): void {
    if (this.#removed.has(rule.name)) return;
    for (const target of rule.targets) {
      this.#deps.activity.start(() => this.#deliver(rule, target, targetInput(target, envelope)));
    }
  }

  async #deliver(rule: RuleSpec, target: TargetSpec, input: unknown): Promise<void> {
    const { assembly, invocations, sender, stepFunctions } = this.#deps;
    if (assembly.functions.some(({ arn }) => arn === target.arn)) {
      if (this.#refused(rule, target, 'lambda:InvokeFunction')) return;
      invocations.start(target.arn, input);
      return;
    }
    if (assembly.stateMachines.some(({ arn }) => arn === target.arn)) {
      if (this.#refused(rule, target, 'states:StartExecution')) return;
      stepFunctions.startExecution(target.arn, undefined, JSON.stringify(input));
      return;
    }
    if (target.arn.includes(':sqs:')) {
      if (this.#refused(rule, target, 'sqs:SendMessage')) return;
      await sender.send(target.arn, JSON.stringify(input));
      return;
    }
    if (target.arn.includes(':sns:')) {
      if (this.#refused(rule, target, 'sns:Publish')) return;
      // As JSON: a text arrives in quotation marks, which is how the e-mails of such rules look.
      this.#deps.events.emit('serviceMessage', target.arn, JSON.stringify(input));
      return;
    }
    if (target.arn.includes(':event-bus/')) {
      if (this.#refused(rule, target, 'events:PutEvents')) return;
      const busName = target.arn.split('/').at(-1) ?? 'default';
      // One bus stands for the default buses of all Regions: what is forwarded between them is there already.
      if (busName !== rule.busName) this.#match(busName, input as Readonly<Record<string, unknown>>);
      return;
    }
    throw new Error(
      `The rule ${rule.name} has the target ${target.arn}, which the local stack does not imitate.`,
    );
  }

  /** A target with a role is called by that role, any other by EventBridge itself. */
  #refused(rule: RuleSpec, target: TargetSpec, action: string): boolean {
    const { authorizer } = this.#deps;
    const refusal = target.roleArn
      ? authorizer.roleRefusal(`rule ${rule.name}`, target.roleArn, action, target.arn)
      : authorizer.serviceRefusal({
          service: 'events.amazonaws.com',
          action,
          resourceArn: target.arn,
          sourceArn: rule.arn,
        });
    return refusal !== undefined;
  }

  #envelope(event: BusEvent): Readonly<Record<string, unknown>> {
    const { assembly, now } = this.#deps;
    const { source, detailType, detail, resources = [], region = assembly.place.region } = event;
    this.#count += 1;
    return {
      version: '0',
      id: `00000000-0000-4000-9000-${String(this.#count).padStart(12, '0')}`,
      'detail-type': detailType,
      source,
      account: assembly.place.account,
      time: now()
        .toISOString()
        .replace(/\.\d{3}Z$/, 'Z'),
      region,
      resources,
      detail,
    };
  }
}
