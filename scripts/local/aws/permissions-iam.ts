import type { IamPrincipalKind } from './iam-store.ts';
import { type Ask, type Body, permission, type RequiredPermission, textOf } from './permission.ts';

const onPrincipal = [
  /^(?:Attach|Detach|Put|Get|Delete)(User|Role)Policy$/,
  /^(?:Create|Get|Delete|Tag|Untag)(User|Role)$/,
  /^List(User|Role)(?:Tags|Policies)$/,
  /^ListAttached(User|Role)Policies$/,
];
const onPolicy = new Set([
  ...['ListEntitiesForPolicy', 'GetPolicy', 'GetPolicyVersion', 'ListPolicyVersions'],
  ...['CreatePolicyVersion', 'SetDefaultPolicyVersion', 'DeletePolicyVersion'],
]);
const onCredential = /^(?:Create|Update|Reset|Delete|List)ServiceSpecificCredentials?$/;
/** These have no resource in IAM. */
const onNothing = new Set(['GetAccountSummary', 'GetAccountAuthorizationDetails']);

/** @returns undefined for an operation that is not known. */
export function iamPermissions(ask: Ask): RequiredPermission[] | undefined {
  const { operation, body, account } = ask;
  const action = `iam:${operation}`;
  if (operation === 'ListUsers') return [permission(action, `arn:aws:iam::${account}:user/`)];
  if (operation === 'ListRoles') return [permission(action, `arn:aws:iam::${account}:role/`)];
  if (onNothing.has(operation)) return [permission(action, '*')];
  if (onPolicy.has(operation)) return [permission(action, textOf(body, 'PolicyArn', operation))];
  if (operation === 'SimulatePrincipalPolicy') {
    return [permission(action, textOf(body, 'PolicySourceArn', operation))];
  }
  if (onCredential.test(operation)) return [credentialPermission(ask)];
  const noun = onPrincipal.map((form) => form.exec(operation)?.[1]).find(Boolean);
  if (!noun) return undefined;
  const kind = noun.toLowerCase() as IamPrincipalKind;
  const name = textOf(body, `${noun}Name`, operation);
  const attaches = /^(?:Attach|Detach)/.test(operation);
  const context = {
    ...tagContext(ask, kind, name),
    ...requestTags(body),
    ...(attaches && { 'iam:PolicyARN': textOf(body, 'PolicyArn', operation) }),
  };
  return [permission(action, principalArn(ask, kind, name), context)];
}

/** All users at once have no ARN of their own: a permission for them names `user/*`. */
function credentialPermission(ask: Ask): RequiredPermission {
  const { operation, body, account, serviceOf } = ask;
  const action = `iam:${operation}`;
  if (body['AllUsers'] === 'true') return permission(action, `arn:aws:iam::${account}:user/*`);
  const name = textOf(body, 'UserName', operation);
  const id = body['ServiceSpecificCredentialId'];
  const service = body['ServiceName'] ?? (id === undefined ? undefined : serviceOf(String(id)));
  const changes = operation !== 'ListServiceSpecificCredentials';
  const about = changes && service !== undefined;
  return permission(action, principalArn(ask, 'user', name), {
    ...tagContext(ask, 'user', name),
    ...(about && { 'iam:ServiceSpecificCredentialServiceName': String(service) }),
  });
}

/** A new principal has the path that the request gives. */
function principalArn(
  { operation, body, account, pathOf }: Ask,
  kind: IamPrincipalKind,
  name: string,
): string {
  const path = /^Create(?:User|Role)$/.test(operation) ? String(body['Path'] ?? '/') : pathOf(kind, name);
  return `arn:aws:iam::${account}:${kind}${path}${name}`;
}

function tagContext({ tagsOf }: Ask, kind: IamPrincipalKind, name: string): RequiredPermission['context'] {
  const tags = Object.entries(tagsOf(kind, name)).flatMap(([key, value]) => [
    [`aws:ResourceTag/${key}`, value],
    [`iam:ResourceTag/${key}`, value],
  ]);
  return Object.fromEntries(tags);
}

function requestTags(body: Body): RequiredPermission['context'] {
  const keys = Object.entries(body).filter(([name]) =>
    /^(?:Tags\.member\.\d+\.Key|TagKeys\.member\.\d+)$/.test(name),
  );
  if (keys.length === 0) return {};
  const requested = keys
    .filter(([name]) => name.startsWith('Tags.'))
    .map(([name, key]) => [`aws:RequestTag/${key}`, String(body[name.replace(/Key$/, 'Value')] ?? '')]);
  return { 'aws:TagKeys': keys.map(([, key]) => String(key)), ...Object.fromEntries(requested) };
}
