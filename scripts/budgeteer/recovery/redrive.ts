import { checkDays } from '../../command-line/check-days.ts';
import type { Answer } from '../deployment/answer-command.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { OperatorQueue } from '../deployment/operator-queue.ts';
import { type ReplayedQuarantine, type ReplayOptions, replayQuarantine } from './replay-quarantine.ts';

export interface Redriven {
  readonly deadLetters: {
    /** Back in the queue that they failed in. */
    readonly moved: number;
    /** Came back as dead letters while this ran: their cause is not mended. */
    readonly failedAgain: number;
  };
  readonly quarantine: ReplayedQuarantine;
}

/**
 * `redrive`: dead letters go back to where they failed, and quarantined lines that can be read now are replayed from their source.
 * The ledger counts each request once, so doing it twice changes nothing. Exit status 1 where something is left behind that a
 * mended cause would bring in.
 */
export async function redrive(options: ReplayOptions, deployment: Deployment): Promise<Answer<Redriven>> {
  const { queues, aws } = deployment;
  checkDays(options.days);
  const ingest = await OperatorQueue.open(queues.ingest.name, aws);
  const deadLetters = { moved: 0, failedAgain: 0 };
  for (const { name, deadLetters: asideName } of options.dryRun ? [] : Object.values(queues)) {
    const aside = await OperatorQueue.open(asideName, aws);
    const { moved, failedAgain } = await moveDeadLetters(aside, await OperatorQueue.open(name, aws));
    deadLetters.moved += moved;
    deadLetters.failedAgain += failedAgain;
  }
  const quarantine = await replayQuarantine(ingest, options, deployment);
  const left = deadLetters.failedAgain + quarantine.unreadable + quarantine.unfetched.length;
  const json = { deadLetters, quarantine };
  return { text: redriveText(json, options), json, exitCode: left > 0 ? 1 : 0 };
}

/** Sends before it deletes: what is interrupted is delivered twice and counted once. */
async function moveDeadLetters(dead: OperatorQueue, back: OperatorQueue): Promise<Redriven['deadLetters']> {
  const sent = new Set<string>();
  let moved = 0;
  for (;;) {
    const messages = await dead.receive();
    if (messages.length === 0) return { moved, failedAgain: 0 };
    // A message keeps its id when SQS puts it aside: this one has just been given back.
    const again = messages.filter(({ MessageId = '' }) => sent.has(MessageId));
    const fresh = messages.filter((message) => !again.includes(message));
    if (fresh.length > 0) {
      for (const id of await back.send(fresh.map(({ Body = '' }) => Body))) sent.add(id);
      await dead.delete(fresh);
      moved += fresh.length;
    }
    if (again.length > 0) return { moved: moved - again.length, failedAgain: again.length };
  }
}

function redriveText({ deadLetters, quarantine }: Redriven, { dryRun }: ReplayOptions): string {
  const { pointers, replayed, unreadable, unkept, unfetched } = quarantine;
  const again =
    deadLetters.failedAgain > 0
      ? ` ${deadLetters.failedAgain} failed again at once: read the log of ingest, mend the cause, and redrive again.`
      : '';
  const queue = dryRun
    ? 'Dead letters were left alone (a look at one hides it from others for a while).'
    : `${deadLetters.moved} dead letters went back to be metered.${again}`;
  const lines = [
    queue,
    `${pointers} lines are in quarantine: ${replayed} can be read now and ${dryRun ? 'would be' : 'were'} sent to ingest, ` +
      `${unreadable} still cannot be read, ${unfetched.length} could not be fetched.`,
    ...unfetched,
    ...(unkept.length === 0
      ? []
      : [
          `${unkept.length} deliveries of CloudWatch Logs could not be unpacked and are kept nowhere, so there is nothing to ` +
            'redrive: their calls came by S3 too where Bedrock logs there; else read the log group at about those times. ' +
            `${unkept.join(', ')}.`,
        ]),
  ];
  return `${lines.join('\n')}\n`;
}
