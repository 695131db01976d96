import type { Fault } from '../chaos.ts';
import { type AwsFailure, type AwsResponse, errorAnswer } from './aws-error.ts';
import type { AwsRequest } from './aws-request.ts';

/** How each service says that it is asked too much. */
const throttles: Readonly<Record<string, AwsFailure>> = {
  dynamodb: {
    code: 'ProvisionedThroughputExceededException',
    message: 'The level of configured provisioned throughput for the table was exceeded.',
  },
  states: { code: 'ThrottlingException', message: 'Rate exceeded' },
  iam: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  sns: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
  bedrock: { code: 'ThrottlingException', message: 'Too many requests.', status: 429 },
  lambda: { code: 'TooManyRequestsException', message: 'Rate Exceeded.', status: 429 },
};

/** The answer to a call that meets this fault instead of being done. */
export function faultAnswer(fault: Exclude<Fault, 'lost-response'>, request: AwsRequest): AwsResponse {
  switch (fault) {
    case 'throttle':
      return errorAnswer(
        request.protocol,
        throttles[request.service] ?? { code: 'ThrottlingException', message: 'Rate exceeded' },
      );
    case 'conflict':
      return errorAnswer(request.protocol, transactionConflict(request));
  }
}

/** The first item meets another transaction, the others have no fault of their own. */
function transactionConflict({ body }: AwsRequest): AwsFailure {
  const items = (body['TransactItems'] as readonly unknown[] | undefined) ?? [];
  const reasons = items.map((_, index) =>
    index === 0
      ? { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' }
      : { Code: 'None' },
  );
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return {
    code: 'TransactionCanceledException',
    message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    members: { CancellationReasons: reasons },
  };
}
