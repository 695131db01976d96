import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { findingsOfAccount } from './check-account.ts';
import { checkDeployed } from './check-deployed.ts';
import type { DoctorFinding, Verdict } from './finding.ts';
import { gatherAccount } from './gather-account.ts';
import { gatherDeployed } from './gather-deployed.ts';

export interface Diagnosis {
  readonly stage: string;
  readonly region: string;
  readonly when: 'before' | 'after';
  readonly findings: readonly DoctorFinding[];
}

/** `doctor [--before]`: what is in order and what is not; it changes nothing. Exit status 1 where something is broken. */
export async function doctor(
  { before }: { readonly before: boolean },
  deployment: Deployment,
): Promise<Answer<Diagnosis>> {
  const findings = before
    ? findingsOfAccount(await gatherAccount(deployment))
    : checkDeployed(await gatherDeployed(deployment));
  const { stage, aws } = deployment;
  const json: Diagnosis = { stage, region: aws.region, when: before ? 'before' : 'after', findings };
  const isBroken = findings.some(({ verdict }) => verdict === 'broken');
  return { text: diagnosisText(json), json, exitCode: isBroken ? 1 : 0 };
}

function diagnosisText({ stage, region, when, findings }: Diagnosis): string {
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.map(
    ({ check, verdict, saw, todo }) =>
      `${verdict.padEnd('attention'.length)}  ${check.padEnd(width)}  ${saw}${todo === undefined ? '' : `\n${' '.repeat(13 + width)}→ ${todo}`}`,
  );
  const count = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  const tally = `${count('ok')} ok, ${count('attention')} to look at, ${count('broken')} broken`;
  return `Stage ${stage} in ${region}, ${when === 'before' ? 'before' : 'after'} a deployment.\n${lines.join('\n')}\n${tally}.\n`;
}
