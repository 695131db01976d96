import {
  IAMClient,
  ListServiceSpecificCredentialsCommand,
  NoSuchEntityException,
  type ServiceSpecificCredentialMetadata,
  UpdateServiceSpecificCredentialCommand,
} from '@aws-sdk/client-iam';
import type { ApiKey } from '../../domain/control/api-keys.ts';
import type { ApiKeyInventory, ApiKeys } from '../../use-cases/ports/iam.ts';

const bedrock = 'bedrock.amazonaws.com';

/** Bedrock's long-term API keys: IAM calls them service-specific credentials. */
export class IamApiKeys implements ApiKeys, ApiKeyInventory {
  readonly #client: IAMClient;

  constructor(client = new IAMClient({ maxAttempts: 8 })) {
    this.#client = client;
  }

  async of(userName: string): Promise<readonly ApiKey[]> {
    try {
      return (await this.#list({ UserName: userName })).map(keyOf);
    } catch (error) {
      if (!(error instanceof NoSuchEntityException)) throw error;
      return [];
    }
  }

  async inactive() {
    const all = await this.#list({ AllUsers: true });
    return all
      .filter(({ Status }) => Status === 'Inactive')
      .map(({ UserName: userName = '', ServiceSpecificCredentialId: id = '' }) => ({ userName, id }));
  }

  async #list(whose: { readonly UserName: string } | { readonly AllUsers: true }) {
    const found: ServiceSpecificCredentialMetadata[] = [];
    let Marker: string | undefined;
    do {
      const page = await this.#client.send(
        new ListServiceSpecificCredentialsCommand({ ...whose, ServiceName: bedrock, Marker }),
      );
      found.push(...(page.ServiceSpecificCredentials ?? []));
      Marker = page.IsTruncated ? page.Marker : undefined;
    } while (Marker !== undefined);
    return found;
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
