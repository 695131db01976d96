import { IamError, noSuchEntity } from './iam-error.ts';

export type CredentialStatus = 'Active' | 'Inactive' | 'Expired';

/** A service-specific credential: with Bedrock, a long-term API key. */
export interface ServiceCredential {
  /** ACCA… */
  readonly id: string;
  readonly userName: string;
  /** `bedrock.amazonaws.com` */
  readonly service: string;
  /** The name that people give it; in AWS it is made up. */
  readonly alias: string;
  readonly createdAt: Date;
  readonly expiresAt?: Date;
  readonly status: CredentialStatus;
}

export interface NewCredential {
  readonly service: string;
  readonly alias?: string;
  readonly status?: 'Active' | 'Inactive';
  /** @default it never expires */
  readonly ageDays?: number;
}

const mostPerUserAndService = 2;
const dayMilliseconds = 86_400_000;

export interface ServiceCredentialsDeps {
  readonly now: () => Date;
  readonly newId: (prefix: string, name: string) => string;
}

/** The service-specific credentials of all users. */
export class ServiceCredentials {
  readonly #deps: ServiceCredentialsDeps;
  readonly #credentials = new Map<string, ServiceCredential>();

  constructor(deps: ServiceCredentialsDeps) {
    this.#deps = deps;
  }

  /** @throws IamError LimitExceeded */
  create(userName: string, { service, alias, status = 'Active', ageDays }: NewCredential): ServiceCredential {
    if (this.list({ userName, service }).length >= mostPerUserAndService) {
      const message = `Cannot exceed quota for ServiceSpecificCredentialsPerUser: ${mostPerUserAndService}`;
      throw new IamError('LimitExceeded', 409, message);
    }
    const now = this.#deps.now();
    const id = this.#deps.newId('ACCA', `${userName} ${service}`);
    const credential: ServiceCredential = {
      ...{ id, userName, service, status, createdAt: now },
      alias: alias ?? `BedrockAPIKey-${id.slice(-4).toLowerCase()}`,
      ...(ageDays !== undefined && { expiresAt: new Date(now.getTime() + ageDays * dayMilliseconds) }),
    };
    this.#credentials.set(id, credential);
    return credential;
  }

  /** With the status of now: a key that is past its age is expired whatever was set. */
  list(wanted: { readonly userName?: string; readonly service?: string } = {}): readonly ServiceCredential[] {
    const { userName, service } = wanted;
    return [...this.#credentials.values()]
      .filter((each) => userName === undefined || each.userName === userName)
      .filter((each) => service === undefined || each.service === service)
      .map((each) => this.#asOfNow(each));
  }

  find(id: string): ServiceCredential | undefined {
    const found = this.#credentials.get(id);
    return found && this.#asOfNow(found);
  }

  /** @throws IamError NoSuchEntity, also where it is another user's */
  get(id: string, userName: string | undefined): ServiceCredential {
    const found = this.find(id);
    if (found && (userName === undefined || found.userName === userName)) return found;
    throw noSuchEntity(`Service specific credential ${id} not found.`);
  }

  /** @throws IamError NoSuchEntity */
  setStatus(id: string, userName: string | undefined, status: CredentialStatus): void {
    const found = this.get(id, userName);
    this.#credentials.set(id, { ...found, status });
  }

  /** @throws IamError NoSuchEntity */
  delete(id: string, userName: string | undefined): void {
    this.get(id, userName);
    this.#credentials.delete(id);
  }

  forgetUser(userName: string): void {
    for (const { id } of this.list({ userName })) this.#credentials.delete(id);
  }

  #asOfNow(credential: ServiceCredential): ServiceCredential {
    const { expiresAt } = credential;
    return expiresAt && expiresAt <= this.#deps.now() ? { ...credential, status: 'Expired' } : credential;
  }
}
