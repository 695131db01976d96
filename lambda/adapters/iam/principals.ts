import { GetRoleCommand, GetUserCommand, IAMClient } from '@aws-sdk/client-iam';
import type { IamRecord, IamTarget, PrincipalDescriptions } from '../../use-cases/ports/iam.ts';
import { iamError } from './errors.ts';
import { iamRecordOf } from './record.ts';

/** Users and roles as IAM describes them now: what protects them may have changed a moment ago, so nothing is kept. */
export class IamPrincipals implements PrincipalDescriptions {
  readonly #client: IAMClient;

  constructor(client = new IAMClient({ maxAttempts: 8 })) {
    this.#client = client;
  }

  async describe(target: IamTarget): Promise<IamRecord> {
    try {
      if (target.type === 'user') {
        const { User } = await this.#client.send(new GetUserCommand({ UserName: target.name }));
        return iamRecordOf({ ...User, Id: User?.UserId });
      }
      const { Role } = await this.#client.send(new GetRoleCommand({ RoleName: target.name }));
      return iamRecordOf({ ...Role, Id: Role?.RoleId });
    } catch (error) {
      throw iamError(error, target);
    }
  }
}
