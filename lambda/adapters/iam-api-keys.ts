import {
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  NoSuchEntityException,
  type ServiceSpecificCredentialMetadata,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import type { ApiKey } from '../domain/control/api-keys.ts';
import type { ApiKeys } from '../use-cases/ports.ts';

const bedrock = 'bedrock.amazonaws.com';

/** Bedrock's long-term API keys: IAM calls them service-specific credentials. */
export class IamApiKeys implements ApiKeys {
  readonly #client: IAMClient;

  constructor(client = new IAMClient({ maxAttempts: 8 })) {
    this.#client = client;
  }

  async of(userName: string): Promise<readonly ApiKey[]> {
    const keys: ApiKey[] = [];
    let Marker: string | undefined;
    try {
      do {
        const page = await this.#client.send(
          new ListServiceSpecificCredentialsCommand({ UserName: userName, ServiceName: bedrock, Marker }),
        );
        keys.push(...(page.ServiceSpecificCredentials ?? []).map(keyOf));
        Marker = page.IsTruncated ? page.Marker : undefined;
      } while (Marker !== undefined);
    } catch (error) {
      if (!(error instanceof NoSuchEntityException)) throw error;
    }
    return keys;
  }

  async set(userName: string, id: string, status: 'Active' | 'Inactive'): Promise<void> {
    try {
      await this.#client.send(
        new UpdateServiceSpecificCredentialCommand({
          // Without the name IAM takes the caller's own.
          UserName: userName,
          ServiceSpecificCredentialId: id,
          Status: status,
        }),
      );
    } catch (error) {
      if (!(error instanceof NoSuchEntityException)) throw error;
    }
  }
}

const keyOf = ({ ServiceSpecificCredentialId = '', Status }: ServiceSpecificCredentialMetadata): ApiKey => ({
  id: ServiceSpecificCredentialId,
  status: Status ?? 'Inactive',
});
