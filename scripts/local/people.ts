import { subjectOf } from '../../lambda/domain/subject.ts';
import type { LocalAssembly } from './assembly/local-assembly.ts';
import { ensurePrincipal } from './aws/bedrock-identity.ts';
import { actorCredentials } from './aws/caller.ts';
import { localFunctionUrl } from './aws/function-urls.ts';
import type { IamStore } from './aws/iam-store.ts';
import type { EvaluatedPolicy } from './aws/policy.ts';
import { callFunctionUrl, type FunctionUrlAnswer } from './call-function-url.ts';

export interface PeopleDeps {
  readonly assembly: LocalAssembly;
  readonly iam: IamStore;
  readonly gatewayUrl: string;
}

/** One call of the IAM API: `{ UserName, PolicyArn, … }`. */
export interface IamCall {
  readonly action: string;
  readonly params: Readonly<Record<string, string>>;
}

/** A principal without policies of its own acts as an administrator. */
const administrator: EvaluatedPolicy = {
  Version: '2012-10-17',
  Statement: [{ Sid: 'Administrate', Effect: 'Allow', Action: '*', Resource: '*' }],
};

/** People of the account at work on the system: what they do is signed as them, and their policies bind them. */
export class People {
  readonly #deps: PeopleDeps;

  constructor(deps: PeopleDeps) {
    this.#deps = deps;
  }

  /** Of `user/alice`, `role/App/session` or an ARN, who exists from now on. */
  arnOf(id: string): string {
    const { iam, assembly } = this.#deps;
    const arn = id.startsWith('arn:') ? id : arnOfName(id, assembly.place.account);
    const principal = ensurePrincipal(iam, arn);
    if (principal?.inline.has('BedrockAccess')) principal.inline.set('Administrator', administrator);
    return principal?.kind === 'user' ? principal.arn : arn;
  }

  /** For any client of the SDK that is pointed at the stack. */
  credentialsOf(id: string): { readonly accessKeyId: string; readonly secretAccessKey: string } {
    return actorCredentials(this.arnOf(id));
  }

  /** Where a function with a URL is called. @param part of the function's name @throws Error where there is none */
  functionUrl(part: string): string {
    const { assembly, gatewayUrl } = this.#deps;
    const url = assembly.functionUrls.find(({ functionArn }) => functionArn.includes(part));
    if (!url) throw new Error(`No function called ${part} has a URL in the templates.`);
    return localFunctionUrl(gatewayUrl, url.id);
  }

  /** Orders an override. @throws Error where there is no front door */
  order(as: string, request: unknown): Promise<FunctionUrlAnswer> {
    return this.callFunctionUrl('-front-door', as, request);
  }

  /** Answers an override that waits for approval. @throws Error where there is no door for it */
  answer(as: string, approval: unknown): Promise<FunctionUrlAnswer> {
    return this.callFunctionUrl('-approvals', as, approval);
  }

  callFunctionUrl(part: string, as: string, body: unknown): Promise<FunctionUrlAnswer> {
    return callFunctionUrl(this.functionUrl(part), this.arnOf(as), body);
  }

  /** Answers the status, and the error's code where IAM refused. */
  async callIam(as: string, { action, params }: IamCall): Promise<{ status: number; code: string }> {
    const { accessKeyId } = this.credentialsOf(as);
    const form = new URLSearchParams({ Action: action, Version: '2010-05-08', ...params });
    const scope = `Credential=${accessKeyId}/20260101/us-east-1/iam/aws4_request`;
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=0`,
    };
    const response = await fetch(this.#deps.gatewayUrl, { method: 'POST', headers, body: form.toString() });
    const code = /<Code>(\w+)<\/Code>/.exec(await response.text())?.[1] ?? 'OK';
    return { status: response.status, code };
  }

  /** A managed policy by its ARN or by a part of its name, such as `halt`. @throws Error unless that means one */
  policyArn(nameOrArn: string): string {
    if (nameOrArn.startsWith('arn:')) return nameOrArn;
    const all = this.#deps.iam.managed.all();
    const found = all.filter(({ name }) => plain(name).includes(plain(nameOrArn)));
    const [only] = found;
    if (only && found.length === 1) return only.arn;
    const known = all.map(({ name }) => name).join(', ') || 'none';
    throw new Error(
      `"${nameOrArn}" does not mean one of the managed policies (${known}): name one, or give an ARN.`,
    );
  }

  /** A user's API key by its id or alias. @throws Error where there is none */
  keyId(user: string, idOrAlias: string): string {
    const own = this.#deps.iam.credentials.list({ userName: user });
    const found = own.find(({ id, alias }) => id === idOrAlias || alias === idOrAlias);
    if (found) return found.id;
    throw new Error(`user/${user} has no API key "${idOrAlias}": name one of the principal's apiKeys.`);
  }
}

const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');

function arnOfName(id: string, account: string): string {
  const { type, name, session } = subjectOf(id);
  if (type === 'user') return `arn:aws:iam::${account}:user/${name}`;
  if (type === 'role' || type === 'session')
    return `arn:aws:sts::${account}:assumed-role/${name}/${session ?? 'session'}`;
  throw new Error(`"${id}" is nobody who can act: name user/NAME, role/NAME or role/NAME/SESSION.`);
}
