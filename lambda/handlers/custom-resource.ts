import type { CloudFormationCustomResourceEvent, CloudFormationCustomResourceResponse } from 'aws-lambda';

/** What a resource does when its stack is created, updated, deleted; each answers one sentence. */
export interface CustomResourceActions {
  readonly create: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
  readonly update: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
  readonly remove: (event: CloudFormationCustomResourceEvent, remainingMs: () => number) => Promise<string>;
}

export interface CustomResourceDeps {
  readonly actions: CustomResourceActions;
  readonly answer: (url: string, response: CloudFormationCustomResourceResponse) => Promise<void>;
  readonly report: (
    what: { resource: string; request: string; sentence: string },
    error: Error | undefined,
  ) => void;
}

/**
 * CloudFormation's protocol: whatever happens is answered, and a failure with the sentence that says what to change.
 *
 * The physical id never changes, because CloudFormation answers a changed one with a deletion of the old.
 */
export function createCustomResource({ actions, answer, report }: CustomResourceDeps) {
  return async (
    event: CloudFormationCustomResourceEvent,
    context: { getRemainingTimeInMillis(): number },
  ): Promise<void> => {
    const { RequestType: request, LogicalResourceId, RequestId, StackId } = event;
    const common = {
      StackId,
      RequestId,
      LogicalResourceId,
      PhysicalResourceId: 'PhysicalResourceId' in event ? event.PhysicalResourceId : LogicalResourceId,
    };
    const resource = LogicalResourceId;
    const remainingMs = () => context.getRemainingTimeInMillis();
    let response: CloudFormationCustomResourceResponse;
    try {
      const act = { Create: actions.create, Update: actions.update, Delete: actions.remove }[request];
      const sentence = await act(event, remainingMs);
      report({ resource, request, sentence }, undefined);
      response = { ...common, Status: 'SUCCESS', Data: { Summary: sentence } };
    } catch (thrown) {
      const error = thrown instanceof Error ? thrown : new Error(String(thrown));
      const sentence = error.message || error.name;
      report({ resource, request, sentence }, error);
      response = { ...common, Status: 'FAILED', Reason: sentence };
    }
    await answer(event.ResponseURL, response);
  };
}
