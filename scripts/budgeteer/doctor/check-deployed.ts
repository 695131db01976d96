import { deliversBodies } from '../../../lambda/domain/logging/logging-config.ts';
import { tamperPolicyName } from '../../../lib/shared/naming.ts';
import { otherModesText } from '../status/other-modes.ts';
import type { DeployedFacts } from './deployed-facts.ts';
import { attention, broken, checkOf, type DoctorFinding, ok, seen } from './finding.ts';
import type { Tamperer } from './tamperers.ts';

const dayMs = 86_400_000;
/** Providers change prices a few times a year; beyond this, nobody has checked. */
const freshDays = 45;
/** From here on a call is noticed later than people would stop by themselves. */
const lateSeconds = 900;
/** The alarm of the queue rings at an hour. */
const veryLateSeconds = 3600;

const list = (names: readonly string[], most = 5) =>
  names.length <= most
    ? names.join(', ')
    : `${names.slice(0, most).join(', ')} and ${names.length - most} more`;

/** Judges what was found after a deployment. Pure: the same facts, the same findings. */
export function checkDeployed(facts: DeployedFacts): DoctorFinding[] {
  return [
    ...checkOf('mode', facts.paused, (paused) => mode(facts, paused)),
    ...checkOf('stacks', facts.stacks, stacks),
    ...checkOf('parts', facts.parts, parts),
    ...checkOf('logging', facts.logging, (found) => logging(found, facts)),
    ...checkOf('subscription', facts.subscribers, (found) => subscription(found, facts)),
    ...checkOf('log objects', facts.announces, (found) => announces(found, facts)),
    ...checkOf('topics', facts.topics, topics),
    ...checkOf('schedules', facts.rules, (found) => schedules(found, facts)),
    ...checkOf('dead letters', facts.queues, deadLetters),
    ...checkOf('lag', facts.lag, lag),
    ...checkOf('alarms', facts.alarms, (ringing) =>
      ringing.length === 0
        ? ok('No alarm is ringing.')
        : attention(`Ringing: ${list(ringing)}.`, 'docs/runbook.md has a heading for each.'),
    ),
    ...checkOf('policies', facts.policies, policies),
    ...checkOf('denies', facts.denies, denies),
    ...checkOf('enforcement', facts.troubled, (troubled) =>
      troubled.length === 0
        ? ok('IAM is as the holds ask for, for everyone.')
        : attention(
            troubled.map(({ subject, access, why }) => `${subject} is ${access}: ${why}`).join(' '),
            'Act as the reason says; `enforcement-failing` in docs/runbook.md.',
          ),
    ),
    ...checkOf('tampering', facts.tamperers, (found) => tampering(found, facts)),
    ...checkOf('prices', seen(facts), prices),
  ];
}

function mode({ mode, otherModes, stage }: DeployedFacts, paused: string | undefined) {
  const others = otherModesText(mode, otherModes);
  if (paused !== undefined)
    return attention(`Enforcement is paused: ${paused}`, 'Unpause it when the reason is gone.');
  if (mode === 'enforce') return ok(`Stage ${stage} enforces.${others}`);
  const todo = "Read its reports, name the break-glass principals, then set mode: 'enforce'.";
  return attention(
    otherModes.length === 0
      ? `Stage ${stage} runs in shadow mode: it reports whom it would stop and stops nobody.`
      : `Stage ${stage} runs in shadow mode: it reports whom it would stop.${others}`,
    todo,
  );
}

function stacks(found: Readonly<Record<string, string | undefined>>) {
  const entries = Object.entries(found);
  const bad = entries.filter(
    ([, status]) => status === undefined || !/^(CREATE|UPDATE|IMPORT)_COMPLETE$/.test(status),
  );
  if (bad.length === 0) return ok(`${entries.length} stacks are complete.`);
  const said = bad.map(([name, status]) => `${name} ${status ?? 'is missing'}`);
  return broken(`${list(said)}.`, 'Deploy again; the events of the stack say what stopped it.');
}

function parts(found: Readonly<Record<string, boolean>>) {
  const missing = Object.keys(found).filter((name) => !found[name]);
  if (missing.length === 0) return ok(`${Object.keys(found).length} tables and queues answer.`);
  return broken(`Missing: ${list(missing)}.`, 'Are stage and Region right? Then deploy again.');
}

function logging(found: Parameters<typeof deliversBodies>[0], { logGroup }: DeployedFacts) {
  const group = found?.cloudWatchConfig?.logGroupName;
  const bucket = found?.s3Config?.bucketName;
  if (group === undefined && bucket === undefined) {
    return broken(
      'Bedrock writes no invocation log here: nothing is metered.',
      'Raise logging.revision of the stage and deploy: see "Invocation logging was changed" in docs/runbook.md.',
    );
  }
  if (group !== undefined && group !== logGroup) {
    return broken(
      `Bedrock writes to the log group ${group}, and this stage reads ${logGroup}.`,
      'Name it in logging.logGroup of the stage and deploy.',
    );
  }
  const where = `Bedrock writes to ${[group, bucket].filter(Boolean).join(' and to ')}.`;
  if (group === undefined || bucket === undefined) {
    const lacks = group === undefined ? 'the fast path (CloudWatch Logs)' : 'the durable path (S3)';
    return attention(
      `${where} ${lacks} is not in use.`,
      'Metering works with one path; the other makes it faster or safer.',
    );
  }
  if (deliversBodies(found)) {
    return attention(
      `${where} Prompts and answers are delivered too.`,
      'Turn the data switches off unless someone needs them.',
    );
  }
  return ok(`${where} Prompts and answers are not delivered.`);
}

function subscription(found: readonly string[] | undefined, { logGroup, stage }: DeployedFacts) {
  if (found === undefined)
    return broken(`There is no log group ${logGroup}.`, 'Deploy the event-ingestion stack again.');
  if (found.some((arn) => arn.endsWith(`:function:bedrock-budgeteer-${stage}-ingest`))) {
    return ok(`${logGroup} feeds ingest.`);
  }
  return broken(
    `${logGroup} does not feed ingest.`,
    'Someone removed the subscription filter: deploy again.',
  );
}

function announces(found: boolean | undefined, { logging, rules }: DeployedFacts) {
  const written = logging.seen ? logging.value?.s3Config?.bucketName : undefined;
  const read = rules.seen ? rules.value.find(({ bucket }) => bucket !== undefined)?.bucket : undefined;
  if (written !== undefined && read !== undefined && written !== read) {
    return broken(
      `Bedrock writes to the bucket ${written}, and this stage reads ${read}.`,
      'Name it in logging.bucket of the stage and deploy.',
    );
  }
  if (found === undefined)
    return attention('Bedrock writes to no bucket that can be seen.', 'See the check of logging.');
  if (found) return ok('The log bucket tells EventBridge of its objects.');
  return broken(
    'The log bucket does not tell EventBridge of its objects.',
    'Switch it on in the properties of the bucket.',
  );
}

function topics(found: readonly { name: string; confirmed: number; pending: number }[]) {
  return found.map(({ name, confirmed, pending }) => {
    if (confirmed > 0 && pending === 0) return ok(`${name}: ${confirmed} confirmed.`);
    const saw = `${name}: ${confirmed} confirmed, ${pending} pending.`;
    if (pending > 0) return attention(saw, 'Have the owners click the link in the e-mail of AWS.');
    return attention(
      `${saw} Its messages reach nobody.`,
      'Set alertEmails of the stage and deploy, or subscribe something.',
    );
  });
}

function schedules(
  found: readonly { name: string; schedule: string; enabled: boolean }[],
  { wantedRules }: DeployedFacts,
) {
  const missing = wantedRules.filter((wanted) => !found.some(({ name }) => name === wanted));
  if (missing.length > 0 && found.some(({ schedule }) => schedule !== ''))
    return broken(`Missing: ${list(missing)}.`, 'Deploy again: what these rules tell of is not noticed.');
  const off = found.filter(({ enabled }) => !enabled).map(({ name }) => name);
  if (off.length > 0)
    return broken(`Disabled: ${list(off)}.`, 'Enable them in EventBridge, or deploy again.');
  if (!found.some(({ schedule }) => schedule !== '')) {
    return broken('No rule has a schedule: nobody is released when a window turns.', 'Deploy again.');
  }
  return ok(`${found.length} rules are enabled.`);
}

function deadLetters({ deadLetters, waiting }: { deadLetters: number; waiting: number }) {
  if (deadLetters > 0) {
    return broken(
      `${deadLetters} deliveries are dead letters: their calls are not metered.`,
      'Mend what the log of ingest names, then `redrive`, within 14 days of their arrival.',
    );
  }
  return ok(`No dead letters; ${waiting} deliveries wait for ingest.`);
}

function lag(found: Readonly<Record<string, number | undefined>>) {
  const measured = Object.entries(found).filter((entry): entry is [string, number] => entry[1] !== undefined);
  if (measured.length === 0)
    return ok('Nothing was measured in the last quarter of an hour: nobody has called Bedrock.');
  const said = measured.map(([name, seconds]) => `${name} ${Math.round(seconds)} s`).join(', ');
  const worst = Math.max(...measured.map(([, seconds]) => seconds));
  const todo = '`ingest-late`, `ingest-behind` and `evaluate-behind` in docs/runbook.md.';
  if (worst >= veryLateSeconds) return broken(`Far behind: ${said}.`, todo);
  return worst >= lateSeconds ? attention(`Behind: ${said}.`, todo) : ok(`${said}.`);
}

function policies(found: Readonly<Record<string, { found: string; expected: string }>>) {
  const changed = Object.entries(found).filter(([, { found, expected }]) => found !== expected);
  if (changed.length === 0) return ok('The deny policies say what this code deploys.');
  return broken(
    `${list(changed.map(([name]) => name))} does not say what this code deploys.`,
    'Look in CloudTrail who changed it (CreatePolicyVersion); deploy again. After an update of the code: deploy.',
  );
}

function denies({ carried, wanted }: { carried: readonly string[]; wanted: readonly string[] }) {
  const free = wanted.filter((subject) => !carried.includes(subject));
  const forgotten = carried.filter((subject) => !wanted.includes(subject));
  if (free.length === 0 && forgotten.length === 0)
    return ok(`${carried.length} principals carry a deny, as they should.`);
  const said = [
    ...(free.length > 0 ? [`Held, but without our deny: ${list(free)}.`] : []),
    ...(forgotten.length > 0 ? [`Denied, but not held: ${list(forgotten)}.`] : []),
  ].join(' ');
  return broken(
    said,
    'Wait five minutes for the sweep and look again; else "Lift or place a deny by hand" in docs/runbook.md.',
  );
}

function tampering(found: readonly Tamperer[], { stage }: DeployedFacts) {
  if (found.length === 0) return ok('Nobody but who deploys, break-glass and our own roles could tamper.');
  const said = found
    .slice(0, 10)
    .map(
      ({ subject, could }) => `${subject}: ${could.length > 3 ? `${could.length} ways` : could.join(', ')}`,
    );
  return attention(
    `${found.length} could tamper by their policies: ${list(said, 10)}${found.length > 10 ? ` and ${found.length - 10} more` : ''}.`,
    `Attach ${tamperPolicyName(stage)} to who neither deploys nor operates the stage; to Identity Center's roles through ` +
      'their permission sets.',
  );
}

function prices({ pricesOf, now }: DeployedFacts) {
  const days = Math.floor((now.getTime() - Date.parse(pricesOf.slice(0, 'yyyy-mm-dd'.length))) / dayMs);
  if (days <= freshDays) return ok(`The price book is of ${pricesOf}.`);
  return attention(
    `The price book is of ${pricesOf}, ${days} days old.`,
    'Compare it with the price list of AWS and deploy the newer book.',
  );
}
