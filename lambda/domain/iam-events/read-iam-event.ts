import { assertNever } from '../assert-never.ts';
import { at, textIn } from '../metering/json.ts';
import { identify } from '../principal.ts';
import { type Actor, type IamChange, type IamEvent, type IamEventName, iamEventNames } from './iam-event.ts';

/** API keys of other services (CodeCommit, Keyspaces) are made by the same calls. */
const bedrock = 'bedrock.amazonaws.com';

/**
 * Reads the `detail` of an event that EventBridge had from CloudTrail. Undefined where the call failed, is of another
 * service, or lacks what it would be about.
 */
export function readIamEvent(detail: unknown): IamEvent | undefined {
  const name = iamEventNames.find((known) => known === at(detail, 'eventName'));
  const id = textIn(at(detail, 'eventID'));
  const time = Date.parse(textIn(at(detail, 'eventTime')) ?? '');
  if (name === undefined || id === undefined || Number.isNaN(time)) return undefined;
  if (at(detail, 'eventSource') !== 'iam.amazonaws.com' || at(detail, 'errorCode') !== undefined) {
    return undefined;
  }
  const change = changeIn(name, detail);
  if (change === undefined) return undefined;
  return { id, name, at: new Date(time).toISOString(), actor: actorIn(detail), ...change };
}

function changeIn(name: IamEventName, detail: unknown): IamChange | undefined {
  const given = at(detail, 'requestParameters');
  switch (name) {
    case 'CreateUser':
      return created('user', detail);
    case 'CreateRole':
    case 'AcquireRole':
      return created('role', detail);
    case 'DeleteUser':
      return about('user', detail, (target) => ({ kind: 'principal-deleted', target }));
    case 'DeleteRole':
      return about('role', detail, (target) => ({ kind: 'principal-deleted', target }));
    case 'TagUser':
    case 'UntagUser':
      return about('user', detail, (target) => ({ kind: 'tags-changed', target, keys: tagKeysIn(given) }));
    case 'TagRole':
    case 'UntagRole':
      return about('role', detail, (target) => ({ kind: 'tags-changed', target, keys: tagKeysIn(given) }));
    case 'CreateServiceSpecificCredential':
      if (at(given, 'serviceName') !== bedrock) return undefined;
      return about('user', detail, (target) => ({ kind: 'key-created', target, on: true }));
    case 'ResetServiceSpecificCredential':
      return about('user', detail, (target) => ({ kind: 'key-changed', target, on: undefined }));
    case 'UpdateServiceSpecificCredential':
      return about('user', detail, (target) => ({
        ...{ kind: 'key-changed', target },
        on: at(given, 'status') === 'Active',
      }));
    case 'AttachUserPolicy':
    case 'AttachRolePolicy':
    case 'AttachGroupPolicy':
      return carried('policy-attached', name, given);
    case 'DetachUserPolicy':
    case 'DetachRolePolicy':
    case 'DetachGroupPolicy':
      return carried('policy-detached', name, given);
    case 'CreatePolicyVersion':
    case 'SetDefaultPolicyVersion':
    case 'DeletePolicyVersion':
    case 'DeletePolicy': {
      const policyArn = textIn(at(given, 'policyArn'));
      return policyArn === undefined ? undefined : { kind: 'policy-text', policyArn };
    }
    default:
      return assertNever(name);
  }
}

/** Whom the call is about. IAM takes a user's own name where a call about users leaves it out. */
function about(
  type: 'user' | 'role',
  detail: unknown,
  change: (target: { type: 'user' | 'role'; name: string }) => IamChange,
): IamChange | undefined {
  const own = at(detail, 'userIdentity', 'type') === 'IAMUser' ? at(detail, 'userIdentity', 'userName') : '';
  const name =
    textIn(at(detail, 'requestParameters', `${type}Name`)) ??
    textIn(at(detail, 'responseElements', type, `${type}Name`)) ??
    (type === 'user' ? textIn(own) : undefined);
  return name === undefined ? undefined : change({ type, name });
}

function created(type: 'user' | 'role', detail: unknown): IamChange | undefined {
  const made = at(detail, 'responseElements', type);
  const given = at(detail, 'requestParameters');
  return about(type, detail, (target) => ({
    kind: 'principal-created',
    target,
    path: textIn(at(made, 'path')) ?? textIn(at(given, 'path')) ?? '/',
    uniqueId: textIn(at(made, `${type}Id`)),
    tags: tagsIn(given),
    trusts: trustedServices(textIn(at(given, 'assumeRolePolicyDocument'))),
  }));
}

function carried(
  kind: 'policy-attached' | 'policy-detached',
  name: string,
  given: unknown,
): IamChange | undefined {
  const type = name.includes('User') ? 'user' : name.includes('Role') ? 'role' : 'group';
  const carrier = textIn(at(given, `${type}Name`));
  const policyArn = textIn(at(given, 'policyArn'));
  if (carrier === undefined || policyArn === undefined) return undefined;
  return { kind, carrier: { type, name: carrier }, policyArn };
}

const listIn = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

function tagsIn(given: unknown): Record<string, string> {
  return Object.fromEntries(
    listIn(at(given, 'tags')).flatMap((tag) => {
      const key = textIn(at(tag, 'key'));
      return key === undefined ? [] : [[key, textIn(at(tag, 'value')) ?? '']];
    }),
  );
}

const tagKeysIn = (given: unknown): string[] => [
  ...Object.keys(tagsIn(given)),
  ...listIn(at(given, 'tagKeys')).flatMap((key) => textIn(key) ?? []),
];

/** A trust policy is text in CloudTrail, percent-encoded or not; one that cannot be read trusts nobody known. */
function trustedServices(text: string | undefined): string[] {
  if (text === undefined) return [];
  try {
    const document: unknown = JSON.parse(text.startsWith('%') ? decodeURIComponent(text) : text);
    const statements = [at(document, 'Statement')].flat();
    return statements.flatMap((statement) =>
      [at(statement, 'Principal', 'Service')].flat().flatMap((service) => textIn(service) ?? []),
    );
  } catch {
    return [];
  }
}

function actorIn(detail: unknown): Actor {
  const who = at(detail, 'userIdentity');
  const through = textIn(at(who, 'invokedBy'));
  const arn = textIn(at(who, 'arn'));
  // Each session is someone of its own here: two people on one admin role are two.
  const role = /:assumed-role\/([^/]+)\//.exec(arn ?? '')?.[1];
  const known = identify(arn, { sharedRoles: role === undefined ? [] : [role] });
  return {
    id: known.kind === 'unknown' ? (arn ?? through ?? 'unknown') : known.id,
    roleArn: textIn(at(who, 'sessionContext', 'sessionIssuer', 'arn')),
    through,
  };
}
