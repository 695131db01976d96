import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { StageConfigInput } from '../../lib/config.ts';
import type { SynthesizedTemplates } from './assembly/synthesize.ts';

/** Names the synthesizer that serves this process and its children. */
const variable = 'BUDGETEER_SYNTHESIZER';

type Answer =
  | { readonly templates: SynthesizedTemplates }
  | { readonly name: string; readonly message: string };

/** Where a synthesizer listens, if one serves this process. */
export const synthesizerUrl = (): string | undefined => process.env[variable] || undefined;

/** Has a stage synthesized by a process that keeps the CDK loaded. @throws what the synthesis threw, by name and message */
export async function askSynthesizer(url: string, input: StageConfigInput): Promise<SynthesizedTemplates> {
  const response = await fetch(url, { method: 'POST', body: JSON.stringify(input) });
  const answer = (await response.json()) as Answer;
  if ('templates' in answer) return answer.templates;
  throw Object.assign(new Error(answer.message), { name: answer.name });
}

/**
 * Serves syntheses on the loopback interface, one after the other; the same input is synthesized once.
 *
 * For whoever starts many stacks in processes that do not last, as the tests do: loading the CDK and its first synthesis
 * take several times as long as the next ones.
 * @param synthesize called with what was asked for
 * @returns the environment that leads others here
 */
export async function serveSynthesizer(
  synthesize: (input: StageConfigInput) => Promise<SynthesizedTemplates>,
): Promise<Readonly<Record<string, string>>> {
  const answers = new Map<string, Promise<Answer>>();
  let last: Promise<unknown> = Promise.resolve();
  const answerTo = (body: string): Promise<Answer> => {
    const known = answers.get(body);
    if (known !== undefined) return known;
    const answer = last.then(() => answered(synthesize(JSON.parse(body))));
    last = answer;
    answers.set(body, answer);
    return answer;
  };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(await answerTo(body)));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return { [variable]: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

const answered = (work: Promise<SynthesizedTemplates>): Promise<Answer> =>
  work.then(
    (templates) => ({ templates }),
    ({ name, message }: Error) => ({ name, message }),
  );
