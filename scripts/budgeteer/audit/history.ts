import { auditEntriesFrom } from '../../../lambda/adapters/dynamodb/audit-log.ts';
import { type AuditEntry, checkChain } from '../../../lambda/domain/audit-chain.ts';
import { InputError } from '../../command-line/input-error.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readSubject } from '../deployment/read-subject-option.ts';
import { changeSentence } from './change-sentence.ts';

export interface History {
  readonly subject: string;
  readonly entries: readonly { readonly version: number; readonly sentence: string }[];
  readonly changes: readonly AuditEntry['change'][];
  /** What is wrong with the chain; `audit verify` looks at all of them. */
  readonly problems: readonly string[];
}

/** `history SUBJECT`: every change of a subject, oldest first, as sentences. @throws InputError where there is none */
export async function historyOf(text: string, deployment: Deployment): Promise<Answer<History>> {
  const subject = readSubject(text, deployment.settings);
  const chain = await readChain(subject, deployment);
  if (chain.length === 0) {
    throw new InputError(
      `The audit trail of stage ${deployment.stage} knows no ${subject}: check the name with \`status --all\`.`,
    );
  }
  const entries = chain.map(({ version, change }) => ({ version, sentence: changeSentence(change) }));
  const problems = checkChain(chain);
  const lines = [
    ...entries.map(({ sentence }) => sentence),
    ...problems.map((problem) => `NOT INTACT: ${problem}`),
  ];
  return {
    text: `${subject}\n${lines.join('\n')}\n`,
    json: { subject, entries, changes: chain.map(({ change }) => change), problems },
    exitCode: problems.length > 0 ? 1 : 0,
  };
}

/** The entries of one subject, in the order of their versions. */
export const readChain = (
  subject: string,
  { client, tables }: Pick<Deployment, 'client' | 'tables'>,
): Promise<readonly AuditEntry[]> => auditEntriesFrom(client, tables.audit, subject);
