/** A statement of an IAM policy, as far as it matters here. */
interface Statement {
  readonly Sid?: string;
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
}
export interface FoundPolicy {
  readonly Statement?: Statement | readonly Statement[];
}

/** A user or role with every policy that says what it may. */
export interface PolicyHolder {
  readonly type: 'user' | 'role';
  readonly name: string;
  readonly path: string;
  /** Managed policies attached to it: they take slots. */
  readonly attached: number;
  /** Own, attached, and of its groups. */
  readonly documents: readonly FoundPolicy[];
}

/** The calls that cost money every day; who may make one of them can spend. */
const calls = [
  'bedrock:invokemodel',
  'bedrock:invokemodelwithresponsestream',
  'bedrock-mantle:createinference',
];

const listOf = <T>(value: T | readonly T[] | undefined): readonly T[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value as T];

/**
 * Whether some policy allows a Bedrock call. Denies, conditions, resources, boundaries and
 * organisation policies are left aside: they only take away, so whoever is missing here has no such permission in IAM.
 */
export function mayCallBedrock({ documents }: Pick<PolicyHolder, 'documents'>): boolean {
  const statements = statementsOf(documents);
  return calls.some((call) =>
    statements.some((statement) => statement.Effect === 'Allow' && names(statement, call)),
  );
}

const statementsOf = (documents: readonly FoundPolicy[]) =>
  documents.flatMap(({ Statement }) => listOf(Statement));

/** The same of one action on one resource. @param action as IAM spells it, in any case */
export const allows = (
  { documents }: Pick<PolicyHolder, 'documents'>,
  action: string,
  resource: string,
): boolean =>
  statementsOf(documents).some(
    (statement) =>
      statement.Effect === 'Allow' && names(statement, action.toLowerCase()) && isOn(statement, resource),
  );

/** Whether one of the policies denies by a statement of this id. */
export const carriesStatement = ({ documents }: Pick<PolicyHolder, 'documents'>, sid: string): boolean =>
  statementsOf(documents).some(({ Sid, Effect }) => Effect === 'Deny' && Sid === sid);

function isOn({ Resource, NotResource }: Statement, resource: string): boolean {
  const fits = (pattern: string) => matches(pattern, resource.toLowerCase());
  return NotResource === undefined ? listOf(Resource).some(fits) : !listOf(NotResource).some(fits);
}

function names({ Action, NotAction }: Statement, call: string): boolean {
  if (Action !== undefined) return listOf(Action).some((pattern) => matches(pattern, call));
  return NotAction !== undefined && !listOf(NotAction).some((pattern) => matches(pattern, call));
}

function matches(pattern: string, action: string): boolean {
  const escaped = pattern
    .toLowerCase()
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(action);
}
