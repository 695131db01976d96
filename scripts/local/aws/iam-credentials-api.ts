import type { CredentialStatus, ServiceCredential } from './iam-credentials.ts';
import { IamError } from './iam-error.ts';
import { list, type Operation, page, required } from './iam-params.ts';
import { tag } from './iam-xml.ts';

const statuses: readonly string[] = ['Active', 'Inactive', 'Expired'];
const longestAgeDays = 36_600;

/** Only Bedrock's credentials have an alias and may expire; the others have a name and a password. */
const metadataXml = ({ id, userName, service, alias, status, createdAt, expiresAt }: ServiceCredential) =>
  tag('UserName', userName) +
  tag('Status', status) +
  tag('CreateDate', createdAt.toISOString()) +
  (expiresAt ? tag('ExpirationDate', expiresAt.toISOString()) : '') +
  tag('ServiceSpecificCredentialId', id) +
  tag('ServiceName', service) +
  tag('ServiceCredentialAlias', alias);

/** Told once, when it is made; nothing here checks it. */
const secretXml = ({ id }: ServiceCredential) => tag('ServiceCredentialSecret', `local-secret-of-${id}`);

const idIn = (params: URLSearchParams) => required(params, 'ServiceSpecificCredentialId');
const userIn = (params: URLSearchParams) => params.get('UserName') ?? undefined;

/** Service-specific credentials: with Bedrock, the long-term API keys. */
export const credentialOperations: Readonly<Record<string, Operation>> = {
  CreateServiceSpecificCredential: (store, params) => {
    const userName = store.get('user', required(params, 'UserName')).name;
    const service = required(params, 'ServiceName');
    const ageDays = params.has('CredentialAgeDays') ? Number(params.get('CredentialAgeDays')) : undefined;
    if (ageDays !== undefined && !(Number.isInteger(ageDays) && ageDays >= 1 && ageDays <= longestAgeDays)) {
      throw new IamError('ValidationError', 400, 'CredentialAgeDays must be between 1 and 36600.');
    }
    const wanted = { service, ...(ageDays !== undefined && { ageDays }) };
    const made = store.credentials.create(userName, wanted);
    return `<ServiceSpecificCredential>${metadataXml(made)}${secretXml(made)}</ServiceSpecificCredential>`;
  },
  ListServiceSpecificCredentials: (store, params) => {
    const all = params.get('AllUsers') === 'true';
    const service = params.get('ServiceName') ?? undefined;
    if (all && service === undefined) {
      throw new IamError('ValidationError', 400, 'AllUsers needs the parameter ServiceName.');
    }
    const userName = all ? undefined : store.get('user', required(params, 'UserName')).name;
    const wanted = { ...(userName !== undefined && { userName }), ...(service !== undefined && { service }) };
    const { items, more } = page(store.credentials.list(wanted), params);
    return list('ServiceSpecificCredentials', items.map(metadataXml)) + more;
  },
  UpdateServiceSpecificCredential: (store, params) => {
    const status = required(params, 'Status');
    if (!statuses.includes(status)) {
      throw new IamError('ValidationError', 400, `Status must be one of ${statuses.join(', ')}.`);
    }
    store.credentials.setStatus(idIn(params), userIn(params), status as CredentialStatus);
    return '';
  },
  ResetServiceSpecificCredential: (store, params) => {
    const reset = store.credentials.get(idIn(params), userIn(params));
    return `<ServiceSpecificCredential>${metadataXml(reset)}${secretXml(reset)}</ServiceSpecificCredential>`;
  },
  DeleteServiceSpecificCredential: (store, params) => {
    store.credentials.delete(idIn(params), userIn(params));
    return '';
  },
};
