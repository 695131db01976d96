import type { LocalAssembly, ResourceSpec } from '../assembly/local-assembly.ts';
import type { FunctionResult } from '../lambda-function.ts';
import type { AnswerSink } from './answer-sink.ts';

/** What the operator reads in the stack's events when CloudFormation gives up. */
export class DeploymentFailedError extends Error {
  override name = 'DeploymentFailedError';
}

export type RequestType = 'Create' | 'Update' | 'Delete';

export interface CustomResourcesDeps {
  readonly invoke: (functionArn: string, event: unknown) => Promise<FunctionResult>;
  readonly sink: AnswerSink;
}

/** Lambda tries an asynchronous invocation so often. */
const attempts = 3;

/** CloudFormation's side of a custom resource. */
export class CustomResources {
  readonly #deps: CustomResourcesDeps;
  /** Physical ids, by where the resource stands. */
  readonly #physicalIds = new Map<string, string>();
  #requests = 0;

  constructor(deps: CustomResourcesDeps) {
    this.#deps = deps;
  }

  /** @returns the sentence that the resource answered @throws DeploymentFailedError */
  async request(type: RequestType, resource: ResourceSpec, old?: ResourceSpec): Promise<string> {
    const { invoke, sink } = this.#deps;
    const { stack, logicalId, properties } = resource;
    const place = `${stack}/${logicalId}`;
    this.#requests += 1;
    const RequestId = `local-${this.#requests}`;
    const event = {
      RequestType: type,
      RequestId,
      StackId: `arn:aws:cloudformation:local:${stack}`,
      ResponseURL: `${sink.url}?X-Amz-Signature=local`,
      ResourceType: resource.type,
      LogicalResourceId: logicalId,
      ServiceToken: properties['ServiceToken'],
      ResourceProperties: asText(properties),
      ...(type !== 'Create' && { PhysicalResourceId: this.#physicalIds.get(place) ?? logicalId }),
      ...(old && { OldResourceProperties: asText(old.properties) }),
    };
    let failure = '';
    for (let made = 0; made < attempts && !sink.answerTo(RequestId); made += 1) {
      const result = await invoke(String(properties['ServiceToken']), event);
      if (!result.ok) failure = result.error.errorMessage;
    }
    const answer = sink.answerTo(RequestId);
    if (!answer) throw new DeploymentFailedError(`${place} did not answer CloudFormation: ${failure}`);
    this.#physicalIds.set(place, answer.PhysicalResourceId);
    if (answer.Status === 'FAILED') throw new DeploymentFailedError(answer.Reason);
    return String(answer.Data?.['Summary'] ?? '');
  }
}

/** Custom resources that a function of the templates serves; CDK's own helpers have theirs elsewhere. */
export function isServed(resource: ResourceSpec, { functions }: LocalAssembly): boolean {
  return (
    resource.type.startsWith('Custom::') &&
    functions.some(({ arn }) => arn === resource.properties['ServiceToken'])
  );
}

/** CloudFormation hands over every scalar as text. */
function asText(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, asText(inner)]));
}
