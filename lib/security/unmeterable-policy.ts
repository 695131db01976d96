import type { DenyStatement, PolicyText } from '../../lambda/domain/deny-policies/policy-text.ts';
import {
  claudePlatformActions,
  provisionedCapacityActions,
  spendingActions,
} from '../../lambda/domain/deny-policies/spending-actions.ts';

export interface Unmeterable {
  /** Inference on the mantle endpoint: Bedrock does not log it. */
  readonly mantle: boolean;
  /** Batch jobs: neither logged nor billed by the call. */
  readonly batch: boolean;
  /** Bidirectional streams, by the models that only these reach: IAM knows them as InvokeModel. */
  readonly bidirectional: boolean;
  /** Asynchronous invocations (StartAsyncInvoke): what they use is in no log when they begin, and nothing stops one. */
  readonly asynchronous: boolean;
  /** Capacity that is billed by the hour or the month, called or not. */
  readonly provisioned: boolean;
  /** Claude Platform on AWS: an API of its own, of which Bedrock logs nothing. */
  readonly claudePlatform: boolean;
  /** Regions that no stage meters. */
  readonly otherRegions: boolean;
}

export interface UnmeterableOptions {
  readonly partition: string;
  /** Regions that a stage meters. */
  readonly regions: readonly string[];
}

/** Speech to speech is called over a bidirectional stream and in no other way; AWS has no action of its own for it. */
export const speechModels = ['amazon.nova-sonic-*', 'amazon.nova-*-sonic-*'];

/** True for at least one of them: else there is nothing to deny. */
export const deniesAnything = (what: Unmeterable): boolean => Object.values(what).some(Boolean);

/** Statements that deny what cannot be metered, and nothing else. */
export function unmeterableStatements(what: Unmeterable, options: UnmeterableOptions): DenyStatement[] {
  const { partition, regions } = options;
  const deny = (Sid: string, Action: readonly string[]) => ({ Sid, Effect: 'Deny', Action }) as const;
  const bedrock = `arn:${partition}:bedrock`;
  return [
    ...(what.mantle
      ? [{ ...deny('NoMantleInference', ['bedrock-mantle:CreateInference']), Resource: '*' }]
      : []),
    ...(what.batch ? [{ ...deny('NoBatchJobs', ['bedrock:CreateModelInvocationJob']), Resource: '*' }] : []),
    ...(what.bidirectional
      ? [
          {
            ...deny('NoBidirectionalStreams', ['bedrock:InvokeModel']),
            // A global profile authorises an ARN without a Region.
            Resource: ['*:', ':'].flatMap((region) =>
              speechModels.map((model) => `${bedrock}:${region}:foundation-model/${model}`),
            ),
          },
        ]
      : []),
    ...(what.asynchronous
      ? [
          {
            // IAM knows it as InvokeModel, on the model and on this.
            ...deny('NoAsynchronousCalls', ['bedrock:InvokeModel']),
            Resource: [`${bedrock}:*:*:async-invoke/*`],
          },
        ]
      : []),
    ...(what.provisioned
      ? [{ ...deny('NoProvisionedCapacity', provisionedCapacityActions), Resource: '*' }]
      : []),
    ...(what.claudePlatform ? [{ ...deny('NoClaudePlatform', claudePlatformActions), Resource: '*' }] : []),
    ...(what.otherRegions
      ? [
          {
            ...deny('NoOtherRegions', spendingActions),
            Resource: '*',
            Condition: {
              // `unspecified` is what a global profile's own routing says.
              StringNotEquals: { 'aws:RequestedRegion': [...regions, 'unspecified'] },
              // A profile of a metered Region asks for its model in each Region that it may route to.
              ArnNotLike: {
                'bedrock:InferenceProfileArn': regions.flatMap((region) => [
                  `${bedrock}:${region}:*:inference-profile/*`,
                  `${bedrock}:${region}:*:application-inference-profile/*`,
                ]),
              },
            },
          },
        ]
      : []),
  ];
}

export const unmeterablePolicy = (what: Unmeterable, options: UnmeterableOptions): PolicyText => ({
  Version: '2012-10-17',
  Statement: unmeterableStatements(what, options),
});
