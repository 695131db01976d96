import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { Enforcement, EnforceTask } from '../../contracts/workflows.ts';
import { iamTarget } from '../../domain/control/iam-target.ts';
import { fencedRolesOf, type Settings } from '../../domain/settings.ts';

/** The function that may write the fences of shared roles, asked in the enforcer's place. */
export class LambdaFence {
  readonly #client: LambdaClient;
  readonly #functionName: string;

  constructor(functionName: string, client = new LambdaClient({ maxAttempts: 6 })) {
    this.#client = client;
    this.#functionName = functionName;
  }

  /** Whether a principal is a session that only the fence can hold. */
  guards(subject: string, settings: Pick<Settings, 'fencedRoles' | 'sharedRoles'>): boolean {
    const target = iamTarget(subject, fencedRolesOf(settings));
    return !('unenforceable' in target) && target.type === 'session';
  }

  /** @throws what the fence threw, by the same name, so that the machines' retries know it */
  async enforce(task: EnforceTask): Promise<Enforcement | undefined> {
    const { FunctionError, Payload } = await this.#client.send(
      new InvokeCommand({
        FunctionName: this.#functionName,
        Payload: new TextEncoder().encode(JSON.stringify(task)),
      }),
    );
    const text = Payload === undefined ? '' : new TextDecoder().decode(Payload);
    const answer = text === '' ? undefined : JSON.parse(text);
    if (FunctionError === undefined) return answer ?? undefined;
    const { errorType = 'Error', errorMessage = 'The fence failed without a word.' } = answer ?? {};
    throw Object.assign(new Error(errorMessage), { name: errorType });
  }
}
