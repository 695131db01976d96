import type { StageConfigInput } from '../../lib/config.ts';
import { Intrinsics } from '../../scripts/local/assembly/intrinsics.ts';
import type { StackTemplate } from '../../scripts/local/assembly/template.ts';
import type { EvaluatedPolicy, SourcedPolicy } from '../../scripts/local/aws/policy.ts';
import { templatesOf } from './templates.ts';

/** Where the templates are imagined to be deployed. */
export const resolvedPlace = { account: '111122223333', region: 'eu-central-1' };

export interface ResolvedResource {
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  /** What `Ref` gives: a name, a URL, or the ARN, as the type has it. */
  readonly ref: string;
  readonly arn: string | undefined;
}

/** All stacks of a stage as CloudFormation would see them, with names and ARNs in place of intrinsic functions. */
export class ResolvedStage {
  readonly #stacks: readonly StackTemplate[];
  readonly #intrinsics: Intrinsics;

  constructor(overrides: Partial<StageConfigInput> = {}) {
    this.#stacks = templatesOf(overrides);
    this.#intrinsics = new Intrinsics(this.#stacks, resolvedPlace);
  }

  all(type: string): ResolvedResource[] {
    return this.#stacks.flatMap(({ name: stack, template }) =>
      Object.entries(template.Resources)
        .filter(([, resource]) => resource.Type === type)
        .map(([logicalId, resource]) => {
          const { ref, attributes } = this.#intrinsics.identity(stack, logicalId);
          const properties = (this.#intrinsics.resolve(stack, resource.Properties ?? {}) ??
            {}) as ResolvedResource['properties'];
          return {
            stack,
            logicalId,
            type,
            properties,
            ref,
            arn: attributes['Arn'] ?? attributes['TopicArn'],
          };
        }),
    );
  }

  /** The policies on the resources of this kind, by what they are attached to. */
  resourcePolicies(): { readonly on: readonly string[]; readonly policy: SourcedPolicy }[] {
    const attached = (type: string, property: string, on: (value: unknown) => string[]) =>
      this.all(type).map(({ logicalId, properties }) => ({
        on: on(properties[property]),
        policy: { source: logicalId, document: properties['PolicyDocument'] as EvaluatedPolicy },
      }));
    const names = (value: unknown) => [value].flat().map(String);
    return [
      ...attached('AWS::SNS::TopicPolicy', 'Topics', names),
      ...attached('AWS::SQS::QueuePolicy', 'Queues', (value) => names(value).map(queueArn)),
      ...attached('AWS::S3::BucketPolicy', 'Bucket', (value) =>
        names(value).map((name) => `arn:aws:s3:::${name}`),
      ),
    ];
  }

  /** What the role of a function may do, as its stack defines it. */
  policiesOf(functionName: string): SourcedPolicy[] {
    const fn = this.all('AWS::Lambda::Function').find(
      ({ properties }) => properties['FunctionName'] === `bedrock-budgeteer-test-${functionName}`,
    );
    const role = this.all('AWS::IAM::Role').find(({ arn }) => arn === fn?.properties['Role']);
    return this.all('AWS::IAM::Policy')
      .filter(({ properties }) => (properties['Roles'] as string[]).includes(role?.ref ?? ''))
      .map(({ logicalId, properties }) => ({
        source: logicalId,
        document: properties['PolicyDocument'] as EvaluatedPolicy,
      }));
  }
}

function queueArn(url: string): string {
  return `arn:aws:sqs:${resolvedPlace.region}:${resolvedPlace.account}:${url.split('/').at(-1)}`;
}
