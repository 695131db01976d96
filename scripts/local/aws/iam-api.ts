import { accountDetails, accountSummary } from './iam-account-api.ts';
import { credentialOperations } from './iam-credentials-api.ts';
import { IamError } from './iam-error.ts';
import type { Operation } from './iam-params.ts';
import { policyOperations } from './iam-policy-api.ts';
import { operationsOn } from './iam-principal-api.ts';
import { simulatePrincipalPolicy } from './iam-simulate-api.ts';
import type { IamStore } from './iam-store.ts';
import { iamErrorXml, iamResponseXml } from './iam-xml.ts';

export interface IamAnswer {
  readonly status: number;
  /** XML, to be sent as text/xml. */
  readonly body: string;
  /** Why it was not done. */
  readonly error?: IamError;
}

const operations: Readonly<Record<string, Operation>> = {
  ...operationsOn('user'),
  ...operationsOn('role'),
  ...policyOperations,
  ...credentialOperations,
  SimulatePrincipalPolicy: simulatePrincipalPolicy,
  GetAccountAuthorizationDetails: (store) => accountDetails(store),
  GetAccountSummary: (store) => accountSummary(store),
};

/** Operations that change nothing. */
export const readsIam = (action: string) => /^(?:Get|List|Simulate)/.test(action);

/**
 * Answers one request of the IAM query protocol (version 2010-05-08) as AWS does, errors included.
 * Reads bring pending changes nearer to being visible, after they have been answered from what was visible before.
 */
export function handleIamRequest(store: IamStore, params: URLSearchParams): IamAnswer {
  const action = params.get('Action') ?? '';
  try {
    const fault = store.fault(action);
    if (fault) throw fault;
    const operation = Object.hasOwn(operations, action) ? operations[action] : undefined;
    if (!operation || params.get('Version') !== '2010-05-08') {
      const version = params.get('Version') ?? 'none';
      throw new IamError('InvalidAction', 400, `Could not find operation ${action} for version ${version}`);
    }
    const result = operation(store, params);
    if (readsIam(action)) store.tick();
    return { status: 200, body: iamResponseXml(action, result) };
  } catch (error) {
    if (!(error instanceof IamError)) throw error;
    return { status: error.status, body: iamErrorXml(error.code, error.message, error.status), error };
  }
}
