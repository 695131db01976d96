import type { EvaluatedPolicy } from '../aws/policy.ts';
import type { DeploymentPlace } from './template.ts';

/** A role as its stack defines it: its own documents and the managed policies attached at deployment. */
export interface RoleSpec {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly trust: EvaluatedPolicy;
  readonly policies: readonly { readonly source: string; readonly document: EvaluatedPolicy }[];
  readonly managedPolicyArns: readonly string[];
}

export interface ManagedPolicySpec {
  readonly arn: string;
  readonly name: string;
  readonly path: string;
  readonly document: EvaluatedPolicy;
}

export interface FunctionSpec {
  readonly arn: string;
  readonly name: string;
  readonly logicalId: string;
  readonly roleArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the bundled code. */
  readonly assetPath: string;
  /** `index.handler` */
  readonly handler: string;
  readonly timeoutSeconds: number;
  readonly memoryMegabytes: number;
  readonly reservedConcurrency: number | undefined;
}

export interface TableSpec {
  readonly arn: string;
  readonly name: string;
  readonly streamArn: string | undefined;
  /** The template's properties, resolved: close to the CreateTable call's. */
  readonly properties: Readonly<Record<string, unknown>>;
}

export interface MappingSpec {
  readonly id: string;
  readonly functionArn: string;
  readonly sourceArn: string;
  readonly batchSize: number;
  /** Patterns of FilterCriteria, parsed; none means every record. */
  readonly filters: readonly Readonly<Record<string, unknown>>[];
  readonly reportBatchItemFailures: boolean;
  readonly bisectBatchOnError: boolean;
  /** -1: until the record expires. */
  readonly maximumRetryAttempts: number;
  readonly onFailureArn: string | undefined;
  readonly enabled: boolean;
}

export interface TargetSpec {
  readonly arn: string;
  readonly id: string;
  readonly input: string | undefined;
  readonly inputPath: string | undefined;
  readonly inputTransformer:
    | { readonly InputPathsMap?: Readonly<Record<string, string>>; readonly InputTemplate: string }
    | undefined;
  readonly roleArn: string | undefined;
  readonly deadLetterArn: string | undefined;
}

export interface RuleSpec {
  readonly arn: string;
  readonly name: string;
  readonly busName: string;
  readonly pattern: Readonly<Record<string, unknown>> | undefined;
  /** `rate(1 minute)` or `cron(…)`. */
  readonly schedule: string | undefined;
  readonly timeZone: string | undefined;
  readonly enabled: boolean;
  readonly targets: readonly TargetSpec[];
  /** A rule is authorised by its target's own policy, a schedule of EventBridge Scheduler by its role. */
  readonly kind: 'rule' | 'scheduler';
}

export interface PermissionSpec {
  readonly functionArn: string;
  readonly action: string;
  readonly principal: string;
  readonly sourceArn: string | undefined;
  readonly sourceAccount: string | undefined;
  /** Only for calls by a function URL. */
  readonly urlAuthType: string | undefined;
}

/** A function URL; only AWS_IAM is imitated. */
export interface UrlSpec {
  /** The first label of its host name. */
  readonly id: string;
  readonly functionArn: string;
}

export interface QueueSpec {
  readonly arn: string;
  readonly name: string;
  readonly url: string;
  readonly visibilityTimeoutSeconds: number;
  readonly redrive: { readonly deadLetterArn: string; readonly maxReceiveCount: number } | undefined;
  readonly fifo: boolean;
}

export interface TopicSpec {
  readonly arn: string;
  readonly name: string;
  readonly displayName: string;
}

/** A policy on a resource, by the resource's ARN. */
export interface ResourcePolicySpec {
  readonly resourceArn: string;
  readonly document: EvaluatedPolicy;
}

export interface SubscriptionSpec {
  readonly topicArn: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly attributes: Readonly<Record<string, string>>;
}

export interface SubscriptionFilterSpec {
  readonly logGroupName: string;
  readonly filterName: string;
  readonly filterPattern: string;
  readonly destinationArn: string;
}

export interface InvokeConfigSpec {
  readonly functionArn: string;
  readonly maximumRetryAttempts: number;
  readonly onFailureArn: string | undefined;
  readonly onSuccessArn: string | undefined;
}

export interface StateMachineSpec {
  readonly arn: string;
  readonly name: string;
  readonly roleArn: string;
  readonly definition: Readonly<Record<string, unknown>>;
}

export interface BucketSpec {
  readonly arn: string;
  readonly name: string;
  /** Only then does S3 tell EventBridge of new objects. */
  readonly eventBridge: boolean;
  /** Default retention of a bucket with Object Lock. */
  readonly lock: { readonly mode: 'GOVERNANCE' | 'COMPLIANCE'; readonly days: number } | undefined;
}

/** A resource as CloudFormation creates and deletes it. */
export interface ResourceSpec {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Ref` gives. */
  readonly ref: string;
  readonly arn: string | undefined;
  /** Stays when its stack goes. */
  readonly retained: boolean;
}

/** Everything of the synthesized templates that runs on the laptop, with the names and ARNs of the local account. */
export interface LocalAssembly {
  readonly place: DeploymentPlace;
  readonly roles: readonly RoleSpec[];
  readonly managedPolicies: readonly ManagedPolicySpec[];
  readonly functions: readonly FunctionSpec[];
  readonly tables: readonly TableSpec[];
  readonly mappings: readonly MappingSpec[];
  readonly rules: readonly RuleSpec[];
  readonly busNames: readonly string[];
  readonly permissions: readonly PermissionSpec[];
  readonly functionUrls: readonly UrlSpec[];
  readonly queues: readonly QueueSpec[];
  readonly topics: readonly TopicSpec[];
  readonly resourcePolicies: readonly ResourcePolicySpec[];
  readonly subscriptions: readonly SubscriptionSpec[];
  readonly subscriptionFilters: readonly SubscriptionFilterSpec[];
  readonly invokeConfigs: readonly InvokeConfigSpec[];
  readonly stateMachines: readonly StateMachineSpec[];
  readonly buckets: readonly BucketSpec[];
  /** What each stack's template says of itself, by the stack's name. */
  readonly metadata: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** All of all stacks, in an order in which they can be created. */
  readonly resources: readonly ResourceSpec[];
}
